"""Seeds that once failed are replayed for ever."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.delivery.swarm.run import simulate

KEPT = Path(__file__).parents[1] / "seeds" / "swarm.txt"


def kept() -> list[int]:
    return [int(line.split()[0]) for line in KEPT.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


@pytest.mark.parametrize("seed", kept())
def test_what_once_failed_holds(seed):
    simulate(seed)
