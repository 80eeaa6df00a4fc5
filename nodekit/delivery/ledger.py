"""What officers and operators see of delivery: where each event stands, how each channel does. Reads only.

Every state has one Chinese label, used on every page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, exists, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from nodekit.delivery.core.limits import ALARM_AFTER_S
from nodekit.delivery.core.voids import ALREADY_DECIDED, VOIDED_BY_SENDER
from nodekit.delivery.reckoning_tables import void
from nodekit.delivery.tables import inbox, out_channel, outbox

PER_PAGE_MAX = 200


class OutgoingState(StrEnum):
    """Where an event of ours stands."""

    WAITING = "waiting"
    SENT = "sent"
    HELD = "held"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    SIGNED = "signed"
    VOIDING = "voiding"
    TAKING_BACK = "taking_back"
    VOIDED = "voided"


class IncomingState(StrEnum):
    """Where an event of somebody else's stands here."""

    DELIVERED = "delivered"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    HELD = "held"
    QUARANTINED = "quarantined"


OUTGOING_LABELS = {
    OutgoingState.WAITING: "待发送", OutgoingState.SENT: "已发送", OutgoingState.HELD: "已送达",
    OutgoingState.ACCEPTED: "已接收", OutgoingState.REFUSED: "已退回", OutgoingState.SIGNED: "已签收",
    OutgoingState.VOIDING: "待确认作废", OutgoingState.TAKING_BACK: "作废中", OutgoingState.VOIDED: "已作废",
}
INCOMING_LABELS = {
    IncomingState.DELIVERED: "待处理", IncomingState.ACCEPTED: "已接收", IncomingState.REFUSED: "已退回",
    IncomingState.HELD: "暂缓处理", IncomingState.QUARANTINED: "已隔离",
}
CODE_LABELS = {
    VOIDED_BY_SENDER: "发送单位已作废", ALREADY_DECIDED: "对方已有结论,作废未成", "refused_by_officer": "由专人退回", "event_id_reused": "事项编号重复",
}
"""Reason codes of the exchange itself; those of slices come with words of their own."""
STOP_LABELS = {
    "fork": "对方留存的记录与本单位不一致(分叉)",
    "cloned": "对方发现本单位有另一套系统同时在运行(克隆)",
    "receipt_for_unknown_link": "对方回执所指的编号本单位没有", "receipt_contradicts": "对方对同一事项出具了相互矛盾的回执",
}

RowT = TypeVar("RowT")


@dataclass(frozen=True, slots=True)
class LedgerPage(Generic[RowT]):
    rows: list[RowT]
    total: int
    page: int
    per_page: int


@dataclass(frozen=True, slots=True)
class OutgoingRow:
    """One event of ours."""

    event_id: UUID
    dst: str
    type: str
    agg: str
    created_at: datetime
    seq: int | None
    state: OutgoingState
    code: str
    decided_at: datetime | None
    signed_at: datetime | None
    receipt: str | None

    @property
    def label(self) -> str:
        return OUTGOING_LABELS[self.state]


@dataclass(frozen=True, slots=True)
class IncomingRow:
    """One event from another office, or from this office to itself (then without a number)."""

    event_id: UUID
    src: str
    type: str
    agg: str
    received_at: datetime
    seq: int | None
    state: IncomingState
    code: str
    reason: str
    attempts: int
    decided_at: datetime | None
    decided_by: str

    @property
    def label(self) -> str:
        return INCOMING_LABELS[self.state]


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """Both directions with one peer, as figures for the operations page.

    Attributes:
        backlog: events of ours the peer has not proved to hold.
        undecided_there: held there, no receipt yet.
        alarm: something of ours is without a receipt for longer than 24 hours.
        peer_head: last number the peer says it has for us; more than `cursor` means a gap.
    """

    peer: str
    last_heard_at: datetime | None
    backlog: int
    undecided_there: int
    oldest_unsent_at: datetime | None
    oldest_undecided_at: datetime | None
    head: int
    peer_cursor: int
    cursor: int
    peer_head: int
    waiting: int
    quarantined: int
    rejected: int
    quarantined_there: int
    stopped_out: str
    stopped_in: str
    stopped_there: str
    alarm: bool

    @property
    def stop_label(self) -> str:
        """Why the channel stands still, empty if it does not."""
        reason = self.stopped_out or self.stopped_in or self.stopped_there
        return STOP_LABELS.get(reason, reason)


_asked_back = exists().where(void.c.event_id == outbox.c.event_id, void.c.withdrawn_at.is_(None), void.c.confirmed_at.is_(None))
_state: ColumnElement[str] = case(
    (outbox.c.signed_at.is_not(None), "signed"),
    (outbox.c.final_code == VOIDED_BY_SENDER, "voided"),
    (outbox.c.final.is_not(None), outbox.c.final),
    (outbox.c.voided_at.is_not(None) & outbox.c.seq.is_(None), "voided"),
    (outbox.c.voided_at.is_not(None), "taking_back"),
    (_asked_back, "voiding"),
    (outbox.c.seq.is_(None), "waiting"),
    (outbox.c.seq <= out_channel.c.peer_cursor, "held"),
    else_="sent",
)


async def list_outgoing(
    session: AsyncSession, *, peer: str | None = None, state: OutgoingState | None = None, page: int = 1, per_page: int = 50
) -> LedgerPage[OutgoingRow]:
    """Events of ours, newest first."""
    query = _outgoing()
    if peer is not None:
        query = query.where(outbox.c.dst == peer)
    if state is not None:
        query = query.where(_state == state.value)
    rows, total, per_page = await _page(session, query, outbox.c.id, page, per_page)
    return LedgerPage([_outgoing_row(row) for row in rows], total, page, per_page)


async def get_outgoing(session: AsyncSession, event_id: UUID) -> OutgoingRow | None:
    """One event of ours; None for events this office sent to itself, and for strangers."""
    row = (await session.execute(_outgoing().where(outbox.c.event_id == event_id))).first()
    return _outgoing_row(row) if row else None


async def list_incoming(
    session: AsyncSession, *, peer: str | None = None, state: IncomingState | None = None, page: int = 1, per_page: int = 50
) -> LedgerPage[IncomingRow]:
    """Events that came here, newest first; with state QUARANTINED this is the quarantine list."""
    query = _incoming()
    if peer is not None:
        query = query.where(inbox.c.src == peer)
    if state is not None:
        query = query.where(inbox.c.status == state.value)
    rows, total, per_page = await _page(session, query, inbox.c.arrival, page, per_page)
    return LedgerPage([_incoming_row(row) for row in rows], total, page, per_page)


async def get_incoming(session: AsyncSession, src: str, event_id: UUID) -> IncomingRow | None:
    """One event of another office, or of this office to itself."""
    row = (await session.execute(_incoming().where(inbox.c.src == src, inbox.c.event_id == event_id))).first()
    return _incoming_row(row) if row else None


async def channel_overview(session: AsyncSession, now: datetime) -> list[ChannelRow]:
    """One row per peer, from partial indexes over what is unfinished: its cost does not grow with history."""
    rows = (await session.execute(_OVERVIEW)).mappings().all()
    alarm_before = now - timedelta(seconds=ALARM_AFTER_S)
    found = []
    for row in rows:
        oldest = min((at for at in (row["oldest_unsent_at"], row["oldest_undecided_at"]) if at), default=None)
        found.append(ChannelRow(**row, alarm=oldest is not None and oldest < alarm_before))
    return found


def _incoming() -> Select[Any]:
    return select(
        inbox.c.event_id, inbox.c.src, inbox.c.type, inbox.c.agg, inbox.c.received_at, inbox.c.seq, inbox.c.status, inbox.c.code,
        inbox.c.reason, inbox.c.attempts, inbox.c.decided_at, inbox.c.decided_by,
    )


def _outgoing() -> Select[Any]:
    return select(
        outbox.c.event_id, outbox.c.dst, outbox.c.type, outbox.c.agg, outbox.c.created_at, outbox.c.seq, _state.label("state"),
        func.coalesce(outbox.c.final_code, ""), outbox.c.final_at, outbox.c.signed_at, outbox.c.receipt,
    ).select_from(outbox.outerjoin(out_channel, out_channel.c.dst == outbox.c.dst))


def _outgoing_row(row: Any) -> OutgoingRow:
    values = list(row)
    return OutgoingRow(*values[:6], OutgoingState(values[6]), *values[7:])  # type: ignore[call-arg]


def _incoming_row(row: Any) -> IncomingRow:
    values = list(row)
    return IncomingRow(*values[:6], IncomingState(values[6]), *values[7:])  # type: ignore[call-arg]


async def _page(session: AsyncSession, query: Select[Any], newest: ColumnElement[Any], page: int, per_page: int) -> tuple[Any, int, int]:
    per_page = min(max(1, per_page), PER_PAGE_MAX)
    total = await session.scalar(select(func.count()).select_from(query.subquery()))
    rows = await session.execute(query.order_by(newest.desc()).limit(per_page).offset((max(1, page) - 1) * per_page))
    return rows.all(), total or 0, per_page


_OVERVIEW = text("""
    WITH unsent AS (
        SELECT dst, id, created_at FROM nodekit.outbox WHERE seq IS NULL AND voided_at IS NULL
        UNION ALL
        SELECT o.dst, o.id, o.created_at FROM nodekit.outbox o JOIN nodekit.out_channel c ON c.dst = o.dst
        WHERE o.final IS NULL AND o.seq IS NOT NULL AND o.seq > c.peer_cursor
    ), unsent_by AS (
        SELECT dst, count(*) AS backlog, min(created_at) AS oldest FROM unsent GROUP BY dst
    ), undecided_by AS (
        SELECT o.dst, count(*) AS undecided, min(o.created_at) AS oldest
        FROM nodekit.outbox o JOIN nodekit.out_channel c ON c.dst = o.dst
        WHERE o.final IS NULL AND o.seq IS NOT NULL AND o.seq <= c.peer_cursor GROUP BY o.dst
    ), waiting_by AS (
        SELECT src, count(*) AS waiting FROM nodekit.inbox WHERE status = 'delivered' GROUP BY src
    ), quarantined_by AS (
        SELECT src, count(*) AS quarantined FROM nodekit.inbox WHERE status = 'quarantined' GROUP BY src
    ), peers AS (
        SELECT dst AS peer FROM nodekit.out_channel UNION SELECT src FROM nodekit.in_channel
        UNION SELECT peer FROM nodekit.peer_state UNION SELECT dst FROM unsent_by UNION SELECT src FROM nodekit.rejected
    )
    SELECT p.peer, s.last_heard_at, coalesce(u.backlog, 0) AS backlog, coalesce(d.undecided, 0) AS undecided_there,
           u.oldest AS oldest_unsent_at, d.oldest AS oldest_undecided_at, coalesce(o.head_seq, 0) AS head,
           coalesce(o.peer_cursor, 0) AS peer_cursor, coalesce(i.cursor, 0) AS cursor, coalesce(s.head, 0) AS peer_head,
           coalesce(w.waiting, 0) AS waiting, coalesce(q.quarantined, 0) AS quarantined, coalesce(r.count, 0) AS rejected,
           coalesce(s.quarantined, 0) AS quarantined_there, coalesce(o.stopped_reason, '') AS stopped_out,
           coalesce(i.stopped_reason, '') AS stopped_in, coalesce(s.stop, '') AS stopped_there
    FROM peers p
    LEFT JOIN nodekit.peer_state s ON s.peer = p.peer LEFT JOIN nodekit.out_channel o ON o.dst = p.peer
    LEFT JOIN nodekit.in_channel i ON i.src = p.peer LEFT JOIN nodekit.rejected r ON r.src = p.peer
    LEFT JOIN unsent_by u ON u.dst = p.peer LEFT JOIN undecided_by d ON d.dst = p.peer
    LEFT JOIN waiting_by w ON w.src = p.peer LEFT JOIN quarantined_by q ON q.src = p.peer
    ORDER BY p.peer
""")
