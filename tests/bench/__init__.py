"""`make bench`: how fast the shipped delivery is, against a hand-tuned floor and the ways everybody else does it, in one run."""
