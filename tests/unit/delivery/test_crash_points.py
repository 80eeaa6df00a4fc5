"""A crash point ends the process at the k-th arrival, as kill -9 would: no clean-up, no exit handlers."""

from __future__ import annotations

import os
import subprocess
import sys

PROGRAM = """
import atexit
from nodekit.delivery.crash import CrashPoints
atexit.register(print, "cleaned up")
points = CrashPoints.from_environment()
for _ in range(3):
    points.reach("elsewhere")
    points.reach("after_publish")
    print("alive", flush=True)
"""


def run(crash: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env={**os.environ, "LIANDONG_CRASH": crash, "PYTHONPATH": os.getcwd()}, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout


def test_dies_at_the_second_arrival():
    assert run("after_publish:2") == (137, "alive\n")


def test_never_dies_without_a_name():
    assert run("") == (0, "alive\nalive\nalive\ncleaned up\n")
