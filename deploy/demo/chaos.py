"""Kills parts of the running federation at random, a bounded number of times, while something else happens."""

from __future__ import annotations

import asyncio
import contextlib
import random
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from deploy.demo.screen import Screen
    from deploy.demo.supervisor import Supervisor

KILLS_MAX = 150
PAUSE_S = (0.3, 2.5)
HEAL_WITHIN_S = 180.0


class Chaos:
    """`async with Chaos(supervisor, seed, screen):` kills with SIGKILL inside the block and waits for recovery at its end."""

    def __init__(self, supervisor: Supervisor, seed: int, screen: Screen) -> None:
        self._supervisor, self._screen = supervisor, screen
        self._random = random.Random(seed)
        self._task: asyncio.Task[None] | None = None
        self.killed: list[str] = []

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        await self._supervisor.wait_ready(HEAL_WITHIN_S)
        self._screen.say(f"演示期间共强行终止进程 {len(self.killed)} 次,均已自行恢复", "✓")

    async def _run(self) -> None:
        """Nodes and nats-servers alike; PostgreSQL, which all nodes share here, less often."""
        names = [name for name in self._supervisor.watches if name != "postgres"]
        while len(self.killed) < KILLS_MAX:
            await asyncio.sleep(self._random.uniform(*PAUSE_S))
            name = "postgres" if self._random.random() < 0.03 else self._random.choice(names)  # noqa: PLR2004
            if self._supervisor.kill(name):
                self.killed.append(name)
