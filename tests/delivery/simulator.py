"""The swarm from the command line: `python -m tests.delivery.simulator --seeds 0:2000 --jobs 2`. See tests/delivery/swarm/."""

from __future__ import annotations

import sys

from tests.delivery.swarm.run import main, simulate

__all__ = ["main", "simulate"]

if __name__ == "__main__":
    sys.exit(main())
