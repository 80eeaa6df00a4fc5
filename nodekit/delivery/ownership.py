"""One relay per database: a session-held advisory lock on a connection that also listens for notifications."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import asyncpg
import structlog

from nodekit.delivery.outbox import INBOX_CHANNEL, OUTBOX_CHANNEL

RELAY_LOCK = 7_015_002
"""Advisory lock key; 7_015_001 is the migration lock."""
LOCK_POLL_S = 1.0

log = structlog.get_logger(__name__)


class OwnershipLost(Exception):
    """The connection that held the lock is gone; somebody else may own the relay now."""


class Ownership:
    """Held while this process is the relay of the database."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._lost = asyncio.Event()
        connection.add_termination_listener(lambda _: self._lost.set())

    async def until_lost(self) -> None:
        await self._lost.wait()
        raise OwnershipLost


@asynccontextmanager
async def own_relay(dsn: str, office: str, *, outbox: Callable[[], None], inbox: Callable[[], None]) -> AsyncIterator[Ownership]:
    """Wait until no other process relays for this database, then call `outbox` and `inbox` on every notification."""
    connection = await asyncpg.connect(dsn, server_settings={"application_name": f"relay {office}"})
    try:
        said = False
        while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", RELAY_LOCK):
            if not said:
                log.warning("another relay owns this database; waiting for it to leave", office=office)
                said = True
            await asyncio.sleep(LOCK_POLL_S)
        await connection.add_listener(OUTBOX_CHANNEL, lambda *_: outbox())
        await connection.add_listener(INBOX_CHANNEL, lambda *_: inbox())
        log.info("relay owns its database", office=office)
        yield Ownership(connection)
    finally:
        connection.terminate()  # also drops the lock at once; a polite close would wait for a server that may be gone
