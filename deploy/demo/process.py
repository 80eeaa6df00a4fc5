"""Child processes that never outlive the demo, however it ends.

Each child is a process group of its own (Ctrl-C reaches the supervisor alone, which then stops things in order) and asks the
kernel for a signal when its parent dies, so that even `kill -9` of the supervisor leaves nothing running.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

LOG_BYTES_MAX = 8 * 1024 * 1024
"""A log larger than this is set aside (one generation) when its process starts."""
EMPTY_WORDS = "Application startup failed. Exiting."
"""What uvicorn says after the line that matters."""
PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class Running(Protocol):
    """A started process."""

    @property
    def pid(self) -> int: ...

    async def wait(self) -> int:
        """Exit code; negative for a signal."""

    def send_signal(self, number: signal.Signals) -> None:
        """Does nothing once the process has ended."""


@dataclass(frozen=True)
class Identity:
    """The system user a child runs as."""

    uid: int
    gid: int


def die_with_parent(number: signal.Signals) -> None:
    """In a child: be sent `number` when the parent thread ends. Linux only; elsewhere the supervisor's own stop must do."""
    if _LIBC is not None:
        _LIBC.prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)


def open_log(file: Path) -> int:
    """Descriptor to append to; a large old log is set aside first."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if file.exists() and file.stat().st_size > LOG_BYTES_MAX:
        file.replace(file.with_suffix(".log.1"))
    return os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o640)


def last_line(file: Path) -> str:
    """What the process said last, for the sentence a person reads."""
    try:
        with file.open("rb") as stream:
            stream.seek(max(0, file.stat().st_size - 4096))
            lines = [line.strip() for line in stream.read().decode("utf-8", "replace").splitlines()]
    except OSError:
        return ""
    return next((line for line in reversed(lines) if line and not line.endswith(EMPTY_WORDS)), "")


class Program:
    """A child started from a command line."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(
        cls,
        command: Sequence[str | Path],
        *,
        log: Path,
        identity: Identity | None = None,
        environment: Mapping[str, str] | None = None,
        death_signal: signal.Signals = signal.SIGTERM,
    ) -> Program:
        """Start it with its output appended to `log`."""
        descriptor = open_log(log)
        try:
            process = await asyncio.create_subprocess_exec(
                *map(str, command),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=descriptor,
                stderr=descriptor,
                start_new_session=True,
                preexec_fn=_before_exec(death_signal),
                env={**os.environ, **(environment or {})},
                user=identity.uid if identity else None,
                group=identity.gid if identity else None,
                extra_groups=[] if identity else None,
            )
        finally:
            os.close(descriptor)
        return cls(process)

    @property
    def pid(self) -> int:
        return self._process.pid

    async def wait(self) -> int:
        return await self._process.wait()

    def send_signal(self, number: signal.Signals) -> None:
        if self._process.returncode is None:
            self._process.send_signal(number)


def _before_exec(number: signal.Signals) -> Callable[[], None]:
    supervisor = os.getpid()

    def prepare() -> None:
        die_with_parent(number)  # after the change of user, which would clear it
        if os.getppid() != supervisor:  # it died in between
            os._exit(1)

    return prepare
