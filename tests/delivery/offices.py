"""Two real databases, the shipped service on each, the bus in memory between them."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from nodekit.bus.fake_bus import FakeBus, FakeNetwork
from nodekit.delivery.core.decision import Decision
from nodekit.delivery.crash import CrashPoints
from nodekit.delivery.envelope import EventDoc, encode_event
from nodekit.delivery.ledger import list_incoming, list_outgoing
from nodekit.delivery.outbox import OutgoingEvent, claim, enqueue
from nodekit.delivery.runner import DeliveryService, Hooks
from tests.support.keyrings import TestKeyring
from tests.support.postgres import sqlalchemy_url

DEADLINE_S = 60.0


class Killed(BaseException):
    """Stands for os._exit inside a test process."""


class KilledAt(CrashPoints):
    """Dies at a named place as far as a part of a process can; the test then abandons the service."""

    def __init__(self, name: str, at: int = 1) -> None:
        super().__init__(name, at)
        self.dead = asyncio.Event()

    def reach(self, name: str) -> None:
        if self.dead.is_set():
            raise Killed
        super().reach(name)

    def die(self) -> None:
        self.dead.set()
        raise Killed


class Handlers:
    """Counts effects in the business table of the same transaction; fails for what is `broken`."""

    def __init__(self) -> None:
        self.broken: set[str] = set()
        self.refuse: set[str] = set()

    async def apply(self, session: AsyncSession, event: EventDoc) -> Decision:
        await session.execute(
            text("INSERT INTO effects (src, event_id, agg) VALUES (:src, :id, :agg)"), {"src": event.src, "id": event.id, "agg": event.agg}
        )
        if event.id in self.broken:
            raise RuntimeError(f"secret words of {event.body}")
        if event.id in self.refuse:
            return Decision("refused", "not_ours", "不属于本单位管辖")
        assert await claim(session, handler="test.count", origin=event.src, event_id=event.id, at=datetime.now(UTC))
        return Decision("accepted")


class Office:
    """One office: its database outlives its process."""

    def __init__(self, name: str, dsn: str, keyring: TestKeyring, network: FakeNetwork) -> None:
        self.name, self.keyring, self.network = name, keyring, network
        self.engine: AsyncEngine = create_async_engine(sqlalchemy_url(dsn), pool_size=3, pool_pre_ping=True)
        self.handlers = Handlers()
        self.service: DeliveryService | None = None
        self.bus: FakeBus | None = None

    async def prepare(self) -> None:
        async with self.engine.begin() as connection:
            await connection.execute(text("CREATE TABLE effects (n bigint GENERATED ALWAYS AS IDENTITY, src text, event_id text, agg text)"))

    async def start(self, crash: CrashPoints | None = None) -> DeliveryService:
        bus = self.bus = self.network.bus(self.name)
        self.service = DeliveryService(self.engine, self.name, bus, self.keyring, self.handlers, Hooks(crash_points=crash or CrashPoints()))
        await self.service.start()
        return self.service

    async def die(self) -> None:
        """The process is gone: no goodbye, no acknowledgement."""
        assert self.service is not None
        self.network.bus(self.name)
        task = self.service._task
        assert task is not None
        task.cancel()
        with suppress(BaseException):
            await task
        await asyncio.gather(*filter(None, [self.bus and self.bus._task]), return_exceptions=True)  # it may have died of Killed
        self.service = None

    async def close(self) -> None:
        if self.service:
            with suppress(BaseException):
                await self.service.stop()
        await self.engine.dispose()

    async def say(self, to: str, *, count: int = 1, agg: str = "case-1", tp: str | None = None) -> list[str]:
        """Commit events one transaction each, as officers do; returns their ids."""
        ids = []
        for n in range(count):
            event_id, now = uuid.uuid4(), datetime.now(UTC)
            raw = encode_event(
                id=event_id, src=self.name, dst=to, type="test.happened.v1", agg=agg, at=now, body={"n": n, "word": "绝密"}, tp=tp
            )
            async with AsyncSession(self.engine) as session, session.begin():
                await enqueue(session, OutgoingEvent(event_id, self.name, to, "test.happened.v1", agg, raw, now, tp))
            ids.append(str(event_id))
        return ids

    async def effects(self) -> list[str]:
        """Event ids in order of effect."""
        return [row[0] for row in await self.rows("SELECT event_id FROM effects ORDER BY n")]

    async def rows(self, query: str) -> list[Any]:
        async with self.engine.connect() as connection:
            return list((await connection.execute(text(query))).all())

    async def outgoing(self) -> Counter[str]:
        async with AsyncSession(self.engine) as session:
            return Counter(row.label for row in (await list_outgoing(session, per_page=200)).rows)

    async def incoming(self) -> Counter[str]:
        async with AsyncSession(self.engine) as session:
            return Counter(row.label for row in (await list_incoming(session, per_page=200)).rows)


async def eventually(check: Callable[[], Awaitable[bool]], what: str) -> None:
    """Wait until `check` holds; the deadline is generous because the machine may be busy."""
    deadline = time.monotonic() + DEADLINE_S
    while not await check():
        assert time.monotonic() < deadline, f"not within {DEADLINE_S} s: {what}"
        await asyncio.sleep(0.02)
