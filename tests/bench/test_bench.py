"""The bench itself works: a few events through the shipped path and the floor, every effect counted, every ratio written."""

import asyncio
import json
import sys
from pathlib import Path

import psutil
import pytest

from tests.bench import report
from tests.bench.guard import Guard

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


@pytest.mark.timeout(300)
async def test_an_interrupted_run_leaves_no_process_behind(tmp_path):
    command = [sys.executable, "-W", "ignore", "-m", "tests.bench", "--only", "floor", "--events", "2000000", "--output", str(tmp_path / "bench.json")]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL)
    bench, started = psutil.Process(process.pid), []
    async with asyncio.timeout(120):
        while "nats-server" not in {child.name() for child in started}:
            await asyncio.sleep(0.05)
            started = bench.children(recursive=True)
    process.terminate()
    await asyncio.wait_for(process.wait(), 120)
    _, left = psutil.wait_procs(started, timeout=60)
    assert left == []


async def test_the_guard_ends_what_a_killed_bench_cannot(tmp_path):
    folder = tmp_path / "store"
    folder.mkdir()
    sleeper = await asyncio.create_subprocess_exec(sys.executable, "-c", "import time; time.sleep(600)")
    guard = Guard(folder)
    guard.watch(sleeper.pid, 2**22 + 1)  # the second never existed
    await asyncio.to_thread(guard.close)
    assert await asyncio.wait_for(sleeper.wait(), 60) != 0
    assert not folder.exists()


def test_ratios_compare_the_medians_of_the_rounds():
    slow, fast = ({"events_per_s": rate, "catch_up_per_s": rate, "p99_ms": 5.0, "cpu_s": 2.0} for rate in (10.0, 40.0))
    rounds = [{"shipped": fast, "floor": slow}, {"shipped": slow, "floor": slow}, {"shipped": fast, "floor": slow}]
    assert report.ratios(report.medians(rounds)) == {"events_per_s_to_floor": 4.0, "catch_up_to_floor": 4.0, "p99_to_floor": 1.0, "cpu_to_floor": 1.0}
