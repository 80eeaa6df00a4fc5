"""Where this office and one partner stand in their exchange of parcels."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select, text, update

from nodekit.delivery.ownership import RELAY_LOCK
from nodekit.delivery.pg_store import PgStore
from nodekit.delivery.runner import NotOwner
from nodekit.parcels.errors import RelayElsewhere
from nodekit.parcels.tables import parcel, parcel_peer

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from nodekit.identity.officer import Officer
    from nodekit.node import Node
    from nodekit.unit_of_work import UnitOfWork

LISTED_MAX = 200


@dataclass(frozen=True, slots=True)
class Standing:
    """One row of `parcel_peer`."""

    peer: str
    our_line: str
    confirmed: bool
    our_count: int
    their_line: str
    their_last: int
    retired: tuple[str, ...]
    wanted: tuple[tuple[int, int], ...]


@asynccontextmanager
async def exclusively(node: Node, officer: Officer | None = None) -> AsyncIterator[tuple[UnitOfWork, PgStore]]:
    """A transaction while nothing else numbers or stores: inside the serving process, or with the node stopped.

    Raises:
        RelayElsewhere: another process owns the relay.
    """
    if node.delivery is not None:
        try:
            async with node.delivery.quiet(), node.unit_of_work(officer) as uow:
                yield uow, await store_of(uow.session)
        except NotOwner:
            raise RelayElsewhere from None
    else:
        async with node.unit_of_work(officer) as uow:
            if not await uow.session.scalar(select(func.pg_try_advisory_xact_lock(RELAY_LOCK))):
                raise RelayElsewhere
            yield uow, await store_of(uow.session)


async def store_of(session: AsyncSession) -> PgStore:
    """The protocol's store over the session's own transaction."""
    await session.execute(text("SET LOCAL synchronous_commit = on"))
    raw = await (await session.connection()).get_raw_connection()
    return PgStore(raw.driver_connection)


async def standing_with(session: AsyncSession, peer: str) -> Standing:
    """The row, made at the first exchange: a past that nobody has seen yet needs nobody's confirmation."""
    row = (await session.execute(select(parcel_peer).where(parcel_peer.c.peer == peer).with_for_update())).first()
    if row is not None:
        return Standing(row.peer, row.our_line, row.confirmed, row.our_count, row.their_line, row.their_last, tuple(row.retired), tuple((a, z) for a, z in row.wanted))
    new = Standing(peer, secrets.token_hex(16), confirmed=True, our_count=0, their_line="", their_last=0, retired=(), wanted=())
    await session.execute(insert(parcel_peer).values(**_values(new)))
    return new


async def keep(session: AsyncSession, standing: Standing) -> None:
    await session.execute(update(parcel_peer).where(parcel_peer.c.peer == standing.peer).values(**_values(standing)))


async def begin_new_lines(session: AsyncSession, offline: Sequence[str]) -> None:
    """After a restore: what was said since is unknown here, so no number is given for a parcel before the partner has told where it stands."""
    known = list(await session.scalars(select(parcel_peer.c.peer)))
    for peer in {*known, *offline}:
        before = await standing_with(session, peer)
        await keep(session, replace(before, our_line=secrets.token_hex(16), confirmed=False))


async def list_parcels(session: AsyncSession) -> Sequence[Any]:
    """Files made and taken, newest first."""
    return (await session.execute(select(parcel).order_by(parcel.c.id.desc()).limit(LISTED_MAX))).all()


def _values(standing: Standing) -> dict[str, Any]:
    return {
        "peer": standing.peer, "our_line": standing.our_line, "confirmed": standing.confirmed, "our_count": standing.our_count,
        "their_line": standing.their_line, "their_last": standing.their_last, "retired": list(standing.retired), "wanted": [list(span) for span in standing.wanted],
    }
