"""The bench itself works: a few events through the shipped path and the floor, every effect counted, every ratio written."""

import asyncio
import json
import sys
from pathlib import Path

import pytest

from tests.bench import report

ROOT = Path(__file__).parents[2]
PROMISED = {"events_per_s_to_floor", "catch_up_to_floor", "p99_to_floor", "cpu_to_floor"}


@pytest.mark.timeout(600)
async def test_a_small_run_counts_every_effect_and_writes_the_ratios(tmp_path):
    command = [sys.executable, "-W", "ignore", "-m", "tests.bench", "--only", "shipped,floor", "--events", "200", "--rounds", "1"]
    process = await asyncio.create_subprocess_exec(
        *command, "--output", str(tmp_path / "bench.json"), cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()[-3000:]
    written = json.loads((tmp_path / "bench.json").read_text(encoding="utf-8"))
    assert set(written["ratios"]) >= PROMISED
    assert all(value > 0 for value in written["ratios"].values())


def test_ratios_compare_the_medians_of_the_rounds():
    slow, fast = ({"events_per_s": rate, "catch_up_per_s": rate, "p99_ms": 5.0, "cpu_s": 2.0} for rate in (10.0, 40.0))
    rounds = [{"shipped": fast, "floor": slow}, {"shipped": slow, "floor": slow}, {"shipped": fast, "floor": slow}]
    assert report.ratios(report.medians(rounds)) == {"events_per_s_to_floor": 4.0, "catch_up_to_floor": 4.0, "p99_to_floor": 1.0, "cpu_to_floor": 1.0}
