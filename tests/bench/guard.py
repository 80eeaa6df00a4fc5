"""Ends what a bench has started when the bench itself is gone, however it went: interrupted, terminated, killed.

A process of its own that reads process ids from a pipe; when the pipe closes it ends those that still run. `python -m tests.bench.guard`.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import psutil

PATIENCE_S = 15


class Guard:
    """The bench's end of the pipe."""

    def __init__(self, folder: Path) -> None:
        """`folder` is removed at the end, too."""
        command = [sys.executable, "-m", "tests.bench.guard", str(folder)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True, cwd=Path(__file__).parents[2])

    def watch(self, *pids: int) -> None:
        """These, too."""
        assert self._process.stdin
        self._process.stdin.write("".join(f"{pid}\n" for pid in pids).encode())
        self._process.stdin.flush()

    def close(self) -> None:
        """Whatever still runs ends now."""
        self._process.communicate()


def end(processes: list[psutil.Process]) -> None:
    """Ask, wait, insist. Databases are asked last: their clients would hold them up."""
    running = sorted((process for process in processes if process.is_running()), key=lambda process: process.name() == "postgres")
    for process in running:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGINT if process.name() == "postgres" else signal.SIGTERM)
    _, left = psutil.wait_procs(running, timeout=PATIENCE_S)
    for process in left:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(left, timeout=PATIENCE_S)


def main() -> None:
    processes = []
    for line in sys.stdin:
        with suppress(psutil.NoSuchProcess):
            processes.append(psutil.Process(int(line)))  # remembers when it began, so a number used again is not mistaken for it
    end(processes)
    shutil.rmtree(sys.argv[1], ignore_errors=True)


if __name__ == "__main__":
    main()
