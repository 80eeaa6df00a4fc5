"""The run that belongs to every change: at least 40 faults of at least a dozen kinds against real processes, nothing lost and nothing wrong."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FAULTS_MIN, KINDS_MIN = 40, 12
ROUNDS, PER_ROUND = 2, 22
SECONDS_MAX = 1000
"""Only bounds a failure."""


@pytest.mark.timeout(1500)
async def test_forty_faults_and_every_caller_was_told_the_truth(tmp_path: Path) -> None:
    found = await fault_run(tmp_path, "--seed", "7", "--rounds", str(ROUNDS), "--faults-per-round", str(PER_ROUND), "--seconds", str(SECONDS_MAX))
    assert found["violations"] == []
    assert found["faults"] >= FAULTS_MIN
    assert len(found["by_kind"]) >= KINDS_MIN
    assert found["events"] > 0
    assert found["compared"]["lost"] > 0


async def fault_run(folder: Path, *options: str) -> dict:
    """`python -m tests.fault`; its output is the failure's."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.fault", "--out", str(folder), *options]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT)
    said, _ = await process.communicate()
    files = list(folder.glob("*/figures.json"))
    assert files, said.decode()[-4000:]
    found = json.loads(files[0].read_text(encoding="utf-8"))
    assert process.returncode == 0, said.decode()[-4000:]
    return found
