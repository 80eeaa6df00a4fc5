"""What an officer or operator sees of the node itself: workbench, exchange ledgers, health, traces."""
