"""Rules both sides of shared lists agree on. Pure: no I/O, no clock, no database."""
