"""Keeps a set of processes running: starts them in order, waits until they answer, restarts what dies, stops everything.

A process that dies comes back after a pause that doubles up to ten seconds; one that has run for half a minute starts
with a short pause again. Only at the first start is a process that will not come up an error: then somebody is looking.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from deploy.demo.problems import StartFailed
from deploy.demo.process import Running, last_line

PROBE_EVERY_S = 0.1
PAUSE_FIRST_S, PAUSE_MAX_S = 0.2, 10.0
STEADY_AFTER_S = 30.0
FIRST_ATTEMPTS = 3


@dataclass(frozen=True)
class Unit:
    """One process to keep: how to start it, how to know that it answers, how to stop it."""

    name: str
    title: str
    """What a person reads."""
    start: Callable[[], Awaitable[Running]]
    is_ready: Callable[[], Awaitable[bool]]
    log: Path
    wave: int
    """Units of a wave start when those of the waves before are ready; stopping goes backwards."""
    ready_within_s: float = 60.0
    stop_signal: signal.Signals = signal.SIGTERM
    stop_within_s: float = 15.0


@dataclass
class Watch:
    """What the supervisor knows of one unit."""

    unit: Unit
    running: Running | None = None
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    restarts: int = 0
    task: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        return self.running.pid if self.running else None


class Supervisor:
    """Runs units until it is stopped."""

    def __init__(self, units: Iterable[Unit], *, at_once: int = 4, on_ready: Callable[[Unit], None] = lambda _unit: None) -> None:
        self.watches = {unit.name: Watch(unit) for unit in units}
        self._starting = asyncio.Semaphore(at_once)
        self._on_ready = on_ready
        self._stopping = False

    async def start(self) -> None:
        """Start wave by wave; returns when all units answer.

        Raises:
            StartFailed: a unit did not come up. The caller stops the rest with `stop`.
        """
        for wave in sorted({watch.unit.wave for watch in self.watches.values()}):
            await self.start_wave(wave)

    async def start_wave(self, wave: int) -> None:
        """Start the units of one wave, a few at a time, and wait for them."""
        members = [watch for watch in self.watches.values() if watch.unit.wave == wave]
        async with asyncio.TaskGroup() as group:
            for watch in members:
                group.create_task(self._first_start(watch))
        for watch in members:
            watch.task = asyncio.create_task(self._keep(watch), name=f"keep {watch.unit.name}")

    async def stop(self) -> None:
        """Stop everything, last wave first. Nothing is left when this returns."""
        self._stopping = True
        for watch in self.watches.values():
            if watch.task:
                watch.task.cancel()
        await asyncio.gather(*(watch.task for watch in self.watches.values() if watch.task), return_exceptions=True)
        for wave in sorted({watch.unit.wave for watch in self.watches.values()}, reverse=True):
            await asyncio.gather(*(_stop(watch) for watch in self.watches.values() if watch.unit.wave == wave))

    def kill(self, name: str) -> bool:
        """`kill -9` a unit, as a fault. False when it is not running just now."""
        running = self.watches[name].running
        if running is None:
            return False
        running.send_signal(signal.SIGKILL)
        return True

    async def wait_ready(self, within_s: float) -> None:
        """Wait until every unit that was started answers again.

        Raises:
            TimeoutError: one did not come back in time.
        """
        async with asyncio.timeout(within_s):
            for watch in self.watches.values():
                if watch.task:
                    await watch.ready.wait()

    async def _first_start(self, watch: Watch) -> None:
        async with self._starting:
            for attempt in range(FIRST_ATTEMPTS):
                if attempt:
                    await asyncio.sleep(PAUSE_FIRST_S * 2**attempt)
                watch.running = await watch.unit.start()
                if await self._answers(watch, watch.running):
                    return
                await _stop(watch)
        raise StartFailed(watch.unit.title, watch.unit.log, last_line(watch.unit.log))

    async def _answers(self, watch: Watch, running: Running) -> bool:
        """Probe until the unit answers; False when it ended or took too long."""
        ended = asyncio.create_task(running.wait())
        deadline = time.monotonic() + watch.unit.ready_within_s
        try:
            while not ended.done() and time.monotonic() < deadline:
                if await watch.unit.is_ready() and not ended.done():
                    watch.ready.set()
                    self._on_ready(watch.unit)
                    return True
                await asyncio.wait({ended}, timeout=PROBE_EVERY_S)
        finally:
            ended.cancel()
        return False

    async def _keep(self, watch: Watch) -> None:
        """Wait for the end of the process and start it again, for ever."""
        pause, since = PAUSE_FIRST_S, time.monotonic()
        while not self._stopping:
            if watch.running:
                await watch.running.wait()
                watch.ready.clear()
                watch.running = None
            if time.monotonic() - since > STEADY_AFTER_S:
                pause = PAUSE_FIRST_S
            await asyncio.sleep(pause)
            pause = min(pause * 2, PAUSE_MAX_S)
            since = time.monotonic()
            watch.restarts += 1
            with contextlib.suppress(OSError):
                watch.running = await watch.unit.start()
                if not await self._answers(watch, watch.running):
                    await _stop(watch)


async def _stop(watch: Watch) -> None:
    """Ask, wait, then insist."""
    running, watch.running = watch.running, None
    watch.ready.clear()
    if running is None:
        return
    for number, within_s in ((watch.unit.stop_signal, watch.unit.stop_within_s), (signal.SIGKILL, 10.0)):
        running.send_signal(number)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(running.wait(), within_s)
            return
