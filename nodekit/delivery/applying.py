"""Runs the office's handlers under savepoints, inside the transaction that also closes the inbox row."""

from __future__ import annotations

import traceback
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine

from nodekit.delivery.core.decision import Decision, EventHeld, HandlerFailed
from nodekit.delivery.core.store import ReadyEvent
from nodekit.delivery.envelope import EventDoc
from nodekit.delivery.pg_store import PgStore
from nodekit.delivery.tracing import applying

if TYPE_CHECKING:
    import asyncpg


class Applier(Protocol):
    """What the node does with an event: run its handlers, say how it ended.

    Called inside the transaction that stores the decision and its receipt. Must not commit. May run again for the same event
    if the transaction was rolled back; `outbox.claim` remembers per handler what was done. Raising means: not now.
    """

    async def apply(self, session: AsyncSession, event: EventDoc) -> Decision: ...


@runtime_checkable
class BatchApplier(Protocol):
    """An applier that can also take a whole batch with set-based SQL."""

    async def apply_many(self, session: AsyncSession, events: Sequence[EventDoc]) -> list[Decision]: ...


@runtime_checkable
class ClosingApplier(Protocol):
    """An applier with something to write last in the transaction (the audit chain, whose lock must be the last one taken)."""

    def mark(self, session: AsyncSession) -> int:
        """Where it stands, before a savepoint."""
        ...

    def undo(self, session: AsyncSession, mark: int) -> None:
        """The savepoint was rolled back: forget what came after the mark."""
        ...

    async def before_commit(self, session: AsyncSession) -> None: ...


class NotCommitted(Exception):
    """PostgreSQL answered a commit with a rollback: a statement before had failed unnoticed."""


async def close(session: AsyncSession, applier: Applier) -> None:
    """Last step of an applying transaction."""
    if isinstance(applier, ClosingApplier):
        await applier.before_commit(session)


def own_lines(engine: AsyncEngine) -> AsyncEngine:
    """Two connections to the same database for delivery alone, one per half, the last used first: its plans and caches are warm.

    They are not tried before use, as those of pages are: whatever fails in delivery is taken again anyway.
    """
    settings = {"server_settings": {"jit": "off"}}  # every statement here goes by key; compiling one would cost more than it
    return create_async_engine(engine.url, pool_size=2, max_overflow=0, pool_use_lifo=True, hide_parameters=True, connect_args=settings)


@asynccontextmanager
async def transaction(engine: AsyncEngine) -> AsyncIterator[tuple[AsyncSession, PgStore]]:
    """One durable transaction, seen both as a session (handlers) and as the protocol's store."""
    async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
        await session.execute(text("SET LOCAL synchronous_commit = on"))  # what we acknowledge must survive the server
        raw = await (await session.connection()).get_raw_connection()
        yield session, PgStore(raw.driver_connection)


@asynccontextmanager
async def store_transaction(engine: AsyncEngine) -> AsyncIterator[PgStore]:
    """One durable transaction of the protocol alone: no handler runs in it, so it needs no session and two round trips less."""
    async with engine.connect() as connection:
        driver: asyncpg.Connection = (await connection.get_raw_connection()).driver_connection
        try:
            await driver.execute("BEGIN; SET LOCAL synchronous_commit = on")
            yield PgStore(driver)
            await _commit(driver)
        except BaseException:
            await _abandon(connection, driver)
            raise


async def _commit(driver: asyncpg.Connection) -> None:
    if await driver.execute("COMMIT") != "COMMIT":
        raise NotCommitted


async def _abandon(connection: AsyncConnection, driver: asyncpg.Connection) -> None:
    """The pool must not get a connection back that is closed or still in a transaction."""
    try:
        if driver.is_closed():
            await connection.invalidate()
        elif driver.is_in_transaction():
            await driver.execute("ROLLBACK")
    except BaseException:  # noqa: BLE001  gone, or cancelled again: the error that brought us here is the one to tell
        await connection.invalidate()


class NotPlain(Exception):
    """Something in the batch was not a plain acceptance: the transaction is lost, and is to be taken again under savepoints."""


class SavepointAttempts:
    """`core.decision.Attempts` over one session.

    Args:
        hopeful: try a batch without a savepoint around it; what goes wrong then raises NotPlain.
    """

    def __init__(self, session: AsyncSession, applier: Applier, *, hopeful: bool = False) -> None:
        self._session, self._applier, self._hopeful = session, applier, hopeful

    async def together(self, rows: Sequence[ReadyEvent]) -> list[Decision]:
        async with self._hope() if self._hopeful else self._savepoint():
            if isinstance(self._applier, BatchApplier):
                return await self._applier.apply_many(self._session, [row.event for row in rows])
            return [await self._apply(row.event) for row in rows]

    async def alone(self, row: ReadyEvent) -> Decision:
        async with self._savepoint():
            return await self._apply(row.event)

    async def _apply(self, event: EventDoc) -> Decision:
        with applying(event):
            decision = await self._applier.apply(self._session, event)
            await self._session.flush()
            return decision

    @asynccontextmanager
    async def _hope(self) -> AsyncIterator[None]:
        try:
            yield
            await self._session.flush()
        except Exception as error:
            if isinstance(error, DBAPIError) and error.connection_invalidated:
                raise
            raise NotPlain(describe(error)) from error

    @asynccontextmanager
    async def _savepoint(self) -> AsyncIterator[None]:
        """Roll back and tell, unless it is the database itself that is gone: then the whole step is tried again later."""
        savepoint = await self._session.begin_nested()
        mark = self._applier.mark(self._session) if isinstance(self._applier, ClosingApplier) else 0
        try:
            yield
            await savepoint.commit()
        except Exception as error:
            if isinstance(error, DBAPIError) and error.connection_invalidated:
                raise
            await savepoint.rollback()
            if isinstance(self._applier, ClosingApplier):
                self._applier.undo(self._session, mark)
            if isinstance(error, EventHeld):
                raise
            raise HandlerFailed(describe(error)) from error


def describe(error: BaseException) -> str:
    """Type and place of an error. Its text is left out: it may quote what the event says."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"
