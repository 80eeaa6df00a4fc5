Measure delivery on your own machine: `make bench` (`BENCH=quick` for a short one).
