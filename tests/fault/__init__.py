"""Real processes under random faults: `python -m tests.fault --minutes 5 --seed 7`, or `make fault`."""
