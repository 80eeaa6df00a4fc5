"""A service of one capability, started as a process by test_killed_process."""
