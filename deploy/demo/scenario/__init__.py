"""The story the demo tells, played through the nodes' own HTTP API by the officers who would do it."""
