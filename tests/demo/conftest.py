"""A small federation's worth of offices and ports for the tests of the demo's own machinery."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from deploy.demo.plan import Plan
from deploy.demo.ports import is_free

OFFICES = """
[[office]]
id = "990000-inspection"
name = "示范省委巡视办"
tier = "province"
kind = "inspection"
division = "990000"

[[office]]
id = "990100-inspection"
name = "演示市委巡察办"
tier = "city"
kind = "inspection"
division = "990100"
parent = "990000-inspection"

[[office]]
id = "990100-discipline"
name = "演示市纪委监委"
tier = "city"
kind = "discipline"
division = "990100"
parent = "990100-inspection"
"""


def free_plan(folder: Path) -> Plan:
    """The offices of folder/offices.toml on ports that are free just now."""
    while True:
        candidate = Plan.of(folder / "state", random.randrange(22000, 30000, 500), folder / "offices.toml")
        if all(map(is_free, candidate.ports())):
            return candidate


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    """Three offices that are not running."""
    (tmp_path / "offices.toml").write_text(OFFICES, encoding="utf-8")
    return free_plan(tmp_path)
