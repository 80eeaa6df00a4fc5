"""离线交换: the same events, links and receipts as signed, sealed files, for offices without a link. Trust: docs/decisions/0006."""
