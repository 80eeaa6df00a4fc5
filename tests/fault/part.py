"""One process that is kept running, as a service manager does: it comes back when it dies, unless a fault holds it down."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from deploy.demo.process import Running, last_line

RESTART_PAUSE_S = 0.3
PAUSE_MAX_S = 3.0
STEADY_AFTER_S = 10.0
POLL_S = 0.1
INSIST_AFTER_S = 60.0


class NotReady(Exception):
    """A part did not come back in time."""


class Part:
    """A process of an office."""

    def __init__(self, name: str, log: Path, start: Callable[[], Awaitable[Running]], ready: Callable[[], Awaitable[bool]]) -> None:
        self.name, self.log, self._start, self._ready = name, log, start, ready
        self.last_exit: int | None = None
        """How the process before ended; None while the first one runs, and from the moment it is ended by `hold`."""
        self._running: Running | None = None
        self._holds = 0
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        return self._running.pid if self._running else None

    def keep(self) -> None:
        """Start it, and again whenever it ends."""
        self._task = asyncio.create_task(self._keep(), name=f"keep {self.name}")

    def send(self, number: signal.Signals) -> bool:
        """A signal, if it runs just now."""
        if self._running is None:
            return False
        self._running.send_signal(number)
        return True

    async def hold(self, number: signal.Signals = signal.SIGKILL) -> None:
        """End it by this signal and keep it down until `release`. Holds add up."""
        self._holds += 1
        await self._end(number)
        self.last_exit = None

    def release(self) -> None:
        self._holds -= 1
        self._wake.set()

    async def ready(self, within_s: float) -> None:
        """Wait until it answers.

        Raises:
            NotReady: with what its log says last.
        """
        deadline = time.monotonic() + within_s
        while not await self._ready():
            if time.monotonic() > deadline:
                raise NotReady(f"{self.name} does not answer after {within_s:.0f} s: {last_line(self.log)}")
            await asyncio.sleep(POLL_S)

    async def close(self, number: signal.Signals) -> None:
        """End it for good."""
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        await self._end(number)

    async def _end(self, number: signal.Signals) -> None:
        running = self._running
        if running is None:
            return
        running.send_signal(number)
        try:
            await asyncio.wait_for(running.wait(), INSIST_AFTER_S)
        except TimeoutError:
            running.send_signal(signal.SIGKILL)
            await running.wait()

    async def _keep(self) -> None:
        pause = RESTART_PAUSE_S
        while True:
            while self._holds:
                self._wake.clear()
                await self._wake.wait()
            since = time.monotonic()
            self._running = await self._start()
            if self._holds:  # came while it was starting
                self._running.send_signal(signal.SIGKILL)
            self.last_exit = await self._running.wait()
            self._running = None
            pause = RESTART_PAUSE_S if time.monotonic() - since > STEADY_AFTER_S else min(PAUSE_MAX_S, pause * 1.5)
            if not self._holds:
                await asyncio.sleep(pause)
