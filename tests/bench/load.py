"""The three loads every pipeline gets: a backlog that appears at once, a live producer, and a hundred events a second.

Each ends with a count: every event has had exactly one effect, or the bench fails.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

import asyncpg

from tests.bench.filing import Filing, filings
from tests.bench.meters import Meter, commit_times, percentile, spent
from tests.bench.pipelines.pipeline import Pipeline

POLL_S = 0.02
PATIENCE_S = 300.0
CHUNK = 100
"""Events per transaction of the live producer."""
OUTSTANDING_MAX = 4000
"""The live producer waits when so many events are on their way."""
RATE_PER_S = 100


@dataclass(frozen=True, slots=True)
class Sizes:
    """Events per load. `slow_divisor` is for pipelines that write one event at a time: their rate does not depend on the size."""

    backlog: int
    live: int
    latency: int
    slow_divisor: int

    def of(self, pipeline: Pipeline, count: int) -> int:
        return max(100, count // self.slow_divisor) if pipeline.slow else count


class WrongCount(AssertionError):
    """The pipeline lost or repeated an effect: its figures mean nothing."""


class Bench:
    """One opened pipeline under load."""

    def __init__(self, pipeline: Pipeline, sender: asyncpg.Connection, receiver: asyncpg.Connection, meter: Meter) -> None:
        self.pipeline, self._sender, self._receiver, self._meter = pipeline, sender, receiver, meter
        self._expected = 0

    async def warm_up(self, count: int = 200) -> None:
        """Caches, plans, imports and connections are not what is measured."""
        batch = filings(count)
        for start in range(0, count, CHUNK):
            await self._commit(batch[start : start + CHUNK])
        await self._arrived(batch)

    async def catch_up(self, count: int) -> dict[str, float]:
        """A backlog becomes visible in one commit; until the last effect has committed."""
        batch = filings(count)
        before = await self._meter.read()
        await self._commit(batch)
        await self._arrived(batch)
        await self.pipeline.quiet(self._sender)
        after = await self._meter.read()
        said = await commit_times(self._sender, self.pipeline.said, [batch[0].id])
        noted = await commit_times(self._receiver, self.pipeline.noted, [batch[-1].id])
        seconds = noted[batch[-1].id] - said[batch[0].id]
        return {
            "catch_up_per_s": count / seconds, "catch_up_s": seconds, "until_quiet_per_s": count / (after.at - before.at),
            "rss_mb": self._meter.resident_mb(), **spent(before, after, count),
        }

    async def live(self, count: int) -> dict[str, float]:
        """A producer commits all the while, as fast as the pipeline carries away."""
        batch = filings(count)
        for start in range(0, count, CHUNK):
            await self._commit(batch[start : start + CHUNK])
            behind = start - OUTSTANDING_MAX
            while behind >= 0 and not await self._has(batch[behind]):
                await asyncio.sleep(POLL_S / 4)
        await self._arrived(batch)
        said = await commit_times(self._sender, self.pipeline.said, [batch[0].id])
        noted = await commit_times(self._receiver, self.pipeline.noted, [item.id for item in batch])
        return {"events_per_s": count / (max(noted.values()) - said[batch[0].id])}

    async def latency(self, count: int) -> dict[str, float]:
        """A hundred single commits a second, whatever the pipeline does meanwhile; from commit to commit."""
        batch = filings(count)
        begun = time.monotonic()
        for number, item in enumerate(batch):
            await asyncio.sleep(max(0.0, begun + number / RATE_PER_S - time.monotonic()))
            await self._commit([item])
        await self._arrived(batch)
        ids = [item.id for item in batch]
        said, noted = await commit_times(self._sender, self.pipeline.said, ids), await commit_times(self._receiver, self.pipeline.noted, ids)
        waits = [(noted[key] - said[key]) * 1000 for key in ids]
        return {"p50_ms": percentile(waits, 0.5), "p99_ms": percentile(waits, 0.99), "max_ms": max(waits)}

    async def _commit(self, batch: list[Filing]) -> None:
        async with self._sender.transaction():
            await self.pipeline.commit(self._sender, batch)
        self._expected += len(batch)

    async def _arrived(self, batch: list[Filing]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not await self._has(batch[-1]) or await self._count() < self._expected:
            if time.monotonic() > deadline:
                raise WrongCount(f"{self.pipeline.name}: {await self._count()} of {self._expected} effects after {PATIENCE_S:.0f} s")
            await asyncio.sleep(POLL_S)
        if await self._count() != self._expected:
            raise WrongCount(f"{self.pipeline.name}: {await self._count()} effects of {self._expected} events")

    async def _has(self, item: Filing) -> bool:
        return bool(await self._receiver.fetchval(f"SELECT 1 FROM {self.pipeline.noted} WHERE event_id = $1", item.id))

    async def _count(self) -> int:
        return int(await self._receiver.fetchval(f"SELECT count(*) FROM {self.pipeline.noted}"))
