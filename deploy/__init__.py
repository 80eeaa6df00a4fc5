"""Where it runs: set-up, the demo federation, container images."""
