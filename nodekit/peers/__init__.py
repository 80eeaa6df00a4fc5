"""The other offices: who they are, which keys are theirs, how divisions nest. Promise: a pinned key never changes silently."""
