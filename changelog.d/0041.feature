Delivery takes fewer steps: with the link up a node publishes straight into its parent's server, receipts that follow closely travel together and hold up nothing, each step of the protocol
is one statement. Nodes no longer stand still for full garbage collections. `make bench-scale` measures what an event costs over peers and over history.
