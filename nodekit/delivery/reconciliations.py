"""对账: how far both ends agree, which numbers the receiving office decided both ways, and which of its decisions it says stands.

Settling changes no decision and no business row: it says which of two signed receipts people go by. Only the office that signed both can say so;
the other is told by an event and need only know.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import orjson
from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from nodekit.delivery.core.fin import IN, OUT, Way
from nodekit.delivery.reckoning_tables import agreement, reconciliation
from nodekit.delivery.tables import inbox, out_channel, outbox, receipt
from nodekit.errors import NodeError

LISTED_MAX = 200
Stands = Literal["accepted", "refused"]


class NotDiverged(NodeError):
    """Somebody was quicker, or both ends agree."""

    code = "delivery.not_diverged"

    def __init__(self, number: int) -> None:
        super().__init__(f"第 {number} 号没有待登记的对账差异,可能已由他人登记。", hint="请刷新清单后再操作。", number=number)


@dataclass(frozen=True, slots=True)
class Said:
    """What one receipt says of the number."""

    rh: str
    status: str
    code: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Divergence:
    """One number decided both ways; `here` is how this database has it now."""

    way: Way
    peer: str
    seq: int
    event_id: UUID
    type: str
    here: str
    accepted: Said
    refused: Said
    found_at: datetime
    stands: Stands | None
    settled_at: datetime | None
    settled_by: str
    note: str


@dataclass(frozen=True, slots=True)
class Account:
    """One direction of one channel, for 对账单. `there` is the number the peer last said it holds (or has numbered), 0 if it never spoke.

    Attributes:
        numbers: last number of this end. `hash`: its link. `undecided`: without a receipt.
        agreed: both ends have decided 1…agreed alike, as `agreed_hash` says, since `agreed_at`.
        differing: numbers decided both ways; `open` of them wait for a person.
    """

    way: Way
    numbers: int
    hash: str
    there: int
    accepted: int
    refused: int
    undecided: int
    agreed: int
    agreed_hash: str
    agreed_at: datetime | None
    differing: int
    open: int

    @property
    def equal(self) -> bool:
        """Everything numbered is held, decided and found alike."""
        return self.numbers == self.there == self.agreed and not self.undecided and not self.open


async def list_divergences(session: AsyncSession, *, peer: str | None = None, settled: bool = False) -> list[Divergence]:
    """Unsettled ones first to last, or the latest settled ones."""
    query = select(reconciliation)
    if peer is not None:
        query = query.where(reconciliation.c.peer == peer)
    if settled:
        query = query.where(reconciliation.c.settled_at.is_not(None)).order_by(reconciliation.c.settled_at.desc())
    else:
        query = query.where(reconciliation.c.settled_at.is_(None)).order_by(reconciliation.c.peer, reconciliation.c.way, reconciliation.c.seq)
    return [await _divergence(session, row) for row in await session.execute(query.limit(LISTED_MAX))]


async def open_divergences(session: AsyncSession) -> dict[str, int]:
    """How many wait for a person, by peer."""
    query = select(reconciliation.c.peer, func.count()).where(reconciliation.c.settled_at.is_(None)).group_by(reconciliation.c.peer)
    return {row[0]: row[1] for row in await session.execute(query)}


async def settle_divergence(session: AsyncSession, peer: str, number: int, stands: Stands, *, officer: str, note: str, at: datetime) -> Divergence:
    """This office, which signed both receipts, says which stands.

    Raises:
        NotDiverged: nothing waits under this number.
    """
    row = await _settle(session, (reconciliation.c.way == IN, reconciliation.c.peer == peer, reconciliation.c.seq == number), stands, officer, note, at)
    if row is None:
        raise NotDiverged(number)
    return await _divergence(session, row)


async def told_settled(session: AsyncSession, peer: str, event_id: UUID, number: int, stands: Stands, *, note: str, at: datetime) -> bool:
    """The receiving office has said which of its receipts stands; False if this database never knew of two, or has been told."""
    where = (reconciliation.c.way == OUT, reconciliation.c.peer == peer, reconciliation.c.seq == number, reconciliation.c.event_id == event_id)
    return await _settle(session, where, stands, peer, note, at) is not None


async def account_with(session: AsyncSession, peer: str) -> list[Account]:
    """Both directions. Counts whole registers: for a page somebody asks for, not for every page."""
    said = (await session.execute(text("SELECT head, cursor FROM nodekit.peer_state WHERE peer = :peer"), {"peer": peer})).first()
    head, cursor = (said.head, said.cursor) if said else (0, 0)
    out = (await session.execute(select(out_channel.c.head_seq, out_channel.c.head_hash).where(out_channel.c.dst == peer))).first()
    inc = (await session.execute(text("SELECT cursor, hash FROM nodekit.in_channel WHERE src = :peer"), {"peer": peer})).first()
    return [
        await _account(session, OUT, peer, tuple(out or (0, "")), cursor, _counts(outbox.c.final, outbox.c.dst == peer, outbox.c.seq)),
        await _account(session, IN, peer, tuple(inc or (0, "")), head, _counts(inbox.c.status, inbox.c.src == peer, inbox.c.seq)),
    ]


def _counts(status: Any, mine: Any, seq: Any) -> Any:
    return select(
        func.count().filter(status == "accepted"), func.count().filter(status == "refused"), func.count().filter(status.is_distinct_from("accepted"), status.is_distinct_from("refused"))
    ).where(mine, seq.is_not(None))


async def _account(session: AsyncSession, way: Way, peer: str, end: tuple[Any, ...], there: int, counts: Any) -> Account:
    agreed = (await session.execute(
        select(agreement.c.numbers, agreement.c.hash, agreement.c.agreed_at).where(agreement.c.way == way, agreement.c.peer == peer)
    )).first()
    differing = (await session.execute(
        select(func.count(), func.count().filter(reconciliation.c.settled_at.is_(None))).where(reconciliation.c.way == way, reconciliation.c.peer == peer)
    )).one()
    numbers, agreed_hash, agreed_at = agreed or (0, "", None)
    accepted, refused, undecided = (await session.execute(counts)).one()
    return Account(way, end[0], end[1], there, accepted, refused, undecided, numbers, agreed_hash, agreed_at, differing[0], differing[1])


async def _settle(session: AsyncSession, where: tuple[Any, ...], stands: Stands, by: str, note: str, at: datetime) -> Any:
    changes = {"stands": stands, "settled_at": at, "settled_by": by, "note": note}
    done = update(reconciliation).where(*where, reconciliation.c.settled_at.is_(None)).values(**changes).returning(*reconciliation.c)
    return (await session.execute(done)).first()


async def _divergence(session: AsyncSession, row: Any) -> Divergence:
    table, peer, status = (outbox, outbox.c.dst, outbox.c.final) if row.way == OUT else (inbox, inbox.c.src, inbox.c.status)
    event = (await session.execute(select(table.c.type, status.label("here")).where(peer == row.peer, table.c.event_id == row.event_id))).first()
    accepted, refused = [await _said(session, name, row.seq) for name in (row.accepted, row.refused)]
    return Divergence(
        row.way, row.peer, row.seq, row.event_id, event.type if event else "", (event.here if event else None) or "", accepted, refused,
        row.found_at, row.stands, row.settled_at, row.settled_by or "", row.note or "",
    )


async def _said(session: AsyncSession, rh: str, seq: int) -> Said:
    document: dict[str, Any] = orjson.loads(await session.scalar(select(receipt.c.document).where(receipt.c.rh == rh)) or b"{}")
    span: dict[str, Any] = next((span for span in document.get("spans", ()) if span["a"] <= seq <= span["z"]), {})
    return Said(rh, span.get("st", ""), span.get("code", ""), span.get("by", ""), datetime.fromisoformat(document.get("at", "1970-01-01T00:00:00Z")))
