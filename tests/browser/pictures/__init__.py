"""Pictures of every page of a running demo: `make screenshots`. To look at, not to compare."""
