"""The places only a whole node has: an officer's commit, the reader, the link relay, the provisioner. Each at every office that has it."""

from __future__ import annotations

from pathlib import Path

import pytest

from nodekit.delivery import crash
from tests.fault.test_faults import fault_run


@pytest.mark.timeout(1500)
async def test_a_node_that_dies_at_a_place_of_its_own_loses_nothing(tmp_path: Path) -> None:
    places = (*crash.OFFICER, *crash.ON_THE_BUS)
    found = await fault_run(tmp_path, "--seed", "11", "--points", ",".join(places))
    assert found["violations"] == []
    assert set(found["by_kind"]) == {f"D {place}" for place in places}
