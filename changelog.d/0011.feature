Arriving events are decided in batches: about a tenth of the processor time per event. Handlers may take them by the batch (`handlers.on_many`).
