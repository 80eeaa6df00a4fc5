"""One record: finding it within what the officer may know, what he may do with it, its time line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from nodekit.delivery.ledger import OutgoingState, get_outgoing
from nodekit.errors import NodeError, NotFound, NotPermitted
from nodekit.history import HistoryEntry
from nodekit.web.cells import Cell, cell_of
from nodekit.web.ledger import Action, Column, Ledger
from nodekit.web.ledger_query import base_select

if TYPE_CHECKING:
    from nodekit.identity.officer import Officer
    from nodekit.unit_of_work import UnitOfWork

TIMELINE_MAX = 200
DELIVERY_TONES = {
    OutgoingState.WAITING: "grey", OutgoingState.SENT: "blue", OutgoingState.HELD: "blue", OutgoingState.ACCEPTED: "green",
    OutgoingState.REFUSED: "red", OutgoingState.SIGNED: "green",
    OutgoingState.VOIDING: "amber", OutgoingState.TAKING_BACK: "amber", OutgoingState.VOIDED: "grey",
}


@dataclass(frozen=True)
class Delivery:
    """Where an event of the record stands: 待发送 … 已签收."""

    label: str
    tone: str
    to: str


@dataclass(frozen=True)
class Line:
    """One entry of the time line, with the delivery of the event it sent."""

    entry: HistoryEntry
    before: str
    after: str
    delivery: Delivery | None = None


@dataclass(frozen=True)
class Step:
    """One station of the step bar."""

    label: str
    state: str
    """done | skipped | now | beside (now, and not on the main line) | next"""


@dataclass(frozen=True)
class RelatedTable:
    title: str
    empty: str
    columns: Sequence[Column]
    rows: Sequence[tuple[str | None, list[Cell]]]
    """Link (or None) and cells."""


def permit(uow: UnitOfWork, officer: Officer, code: str) -> None:
    """Refuse, naming the permission in Chinese.

    Raises:
        NotPermitted: no post of the officer carries it.
    """
    if not officer.may(code):
        titles = {entry.code: entry.title for part in uow.node.spec.slices for entry in part.permissions}
        raise NotPermitted(code, titles.get(code, ""))


async def load(ledger: Ledger, uow: UnitOfWork, officer: Officer, record_id: UUID, *, lock: bool = False) -> Any:
    """The record, fresh from the database.

    Raises:
        NotFound: there is none, or this officer may not know of it: both answer alike.
    """
    select = base_select(ledger, officer, uow).where(ledger.model.id == record_id).execution_options(populate_existing=True)
    if lock:
        select = select.with_for_update(of=ledger.model)
    record = (await uow.session.scalars(select)).unique().one_or_none()
    if record is None:
        raise NotFound
    return record


def offered(ledger: Ledger, officer: Officer, record: Any) -> list[Action]:
    """What this officer can do with the record now."""
    return [action for action in ledger.actions if officer.may(action.permission) and fits(action, officer, record)]


def fits(action: Action, officer: Officer, record: Any) -> bool:
    """Whether the record's state and the action's own condition allow it."""
    return (action.states is None or record.status in action.states) and (action.when is None or action.when(record, officer))


def facts_of(ledger: Ledger, record: Any, uow: UnitOfWork) -> list[tuple[Any, Cell]]:
    """Label/value lines; without facts the ledger's columns serve."""
    return [(fact, cell_of(fact, record, uow, ledger.machine)) for fact in ledger.facts or ledger.columns]


def steps_of(ledger: Ledger, record: Any, history: Sequence[Line]) -> list[Step]:
    """The main line of states as this record has gone it, by its time line (newest first).

    A state beside the line (shelved, case filed, returned) stands after the station the record came from; when it is final, nothing follows.
    """
    line, machine = list(ledger.process), ledger.machine
    if not line:
        return []
    path = [code for entry in history for code in (entry.entry.after, entry.entry.before) if code]
    seen, final = set(path), machine.states[record.status].final
    if record.status in line:
        here = line.index(record.status)
        present, rest = [Step(machine.label(record.status), "done" if final else "now")], line[here + 1 :]
        passed = line[:here]
    else:
        came_from = next((code for code in path if code in line), None)
        passed = line[: line.index(came_from) + 1] if came_from else []
        present, rest = [Step(machine.label(record.status), "beside")], [] if final else line[len(passed) :]
    return [
        *(Step(machine.label(code), "done" if code in seen else "skipped") for code in passed),
        *present,
        *(Step(machine.label(code), "next") for code in rest),
    ]


async def related_tables(ledger: Ledger, uow: UnitOfWork, officer: Officer, record: Any) -> list[RelatedTable]:
    """Dependent rows, ready to show."""
    tables = []
    for related in ledger.related:
        rows = await related.load(uow, officer, record)
        shown = [(related.link(row) if related.link else None, [cell_of(column, row, uow, ledger.machine) for column in related.columns]) for row in rows]
        tables.append(RelatedTable(related.title, related.empty, related.columns, shown))
    return tables


async def timeline(ledger: Ledger, uow: UnitOfWork, record: Any) -> list[Line]:
    """What happened to the record, newest first, with the delivery state of each event that left the office."""
    mine = sa.and_(HistoryEntry.slice == ledger.model.__table__.schema, HistoryEntry.record_id == record.id)
    statement = sa.select(HistoryEntry).where(mine).order_by(HistoryEntry.at.desc(), HistoryEntry.id.desc()).limit(TIMELINE_MAX)
    entries = (await uow.session.scalars(statement)).all()
    lines = []
    for entry in entries:
        before, after = (ledger.machine.label(code) if code else "" for code in (entry.before, entry.after))
        lines.append(Line(entry, before, after, await delivery_of(uow, entry.event_id) if entry.event_id else None))
    return lines


async def delivery_of(uow: UnitOfWork, event_id: UUID) -> Delivery | None:
    """收发状态 of one event of ours; None for events the office sent to itself."""
    row = await get_outgoing(uow.session, event_id)
    return Delivery(row.label, DELIVERY_TONES[row.state], uow.node.directory.short_name(row.dst)) if row else None


def refusals_of(action: Action) -> tuple[type[NodeError], ...]:
    """What an action may answer besides success."""
    return tuple(dict.fromkeys((NotPermitted, NotFound, *action.raises)))
