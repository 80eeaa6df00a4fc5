"""Rows and events in one transaction, committed at the edge and nowhere else.

Never: commit from a command, talk to the bus, read the clock twice.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from nodekit.clock import local_date
from nodekit.errors import StepNotAllowed
from nodekit.history import HistoryEntry
from nodekit.ids import new_id, new_random_id
from nodekit.outgoing import prepare_event

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncSession

    from nodekit.delivery.core.blob import Blob
    from nodekit.identity.officer import Officer
    from nodekit.node import Node
    from shared_schemas.event import Event
    from shared_schemas.states import StateMachine

OptionsT = TypeVar("OptionsT")


class UnitOfWork:
    """One request or one message: a session, a moment, an actor, and what is to be said because of it."""

    def __init__(self, node: Node, session: AsyncSession, now: datetime, officer: Officer | None = None) -> None:
        self.node, self.session, self.now, self.officer = node, session, now, officer
        self.notes: list[str] = []
        """Sentences for the officer's next page (flash)."""
        self.audit_buffer: list[Any] = []
        """Entries waiting for the end of the transaction, when the chain's lock is taken."""

    @property
    def office(self) -> str:
        """Id of the office this node belongs to."""
        return self.node.office.id

    @property
    def today(self) -> date:
        return local_date(self.now)

    def options(self, kind: type[OptionsT]) -> OptionsT:
        """The options with which the service composed a slice, by their class."""
        return self.node.options(kind)

    def new_id(self) -> UUID:
        return new_id()

    def new_random_id(self) -> UUID:
        return new_random_id()

    async def publish(self, event: Event, *, to: str, in_reply_to: UUID | None = None, blobs: Sequence[Blob] = ()) -> UUID:
        """Say something to one office: the outbox row commits with the business rows or not at all.

        An event to this office itself goes to its own inbox (policies). Sealed events are sealed here, before they touch the outbox.
        `blobs` travel with it (nodekit.files.attachments_for): the addressee decides only when it holds them all.

        Returns:
            The event id; keep it on the record to show its delivery state.

        Raises:
            UnknownOffice: `to` is not in the directory.
            EventTooLarge: the body is over EVENT_BODY_BYTES_MAX.
        """
        return await prepare_event(self, event, to=to, in_reply_to=in_reply_to, blobs=blobs)

    async def move(self, record: Any, machine: StateMachine, to: str, label: str, *, note: str = "", event_id: UUID | None = None) -> None:
        """Take one step of a record's state machine: state, version, time line and audit entry together.

        Raises:
            StepNotAllowed: the machine has no such step from the present state.
        """
        before = record.status
        if not machine.allows(before, to):
            raise StepNotAllowed(machine.label(before), label, state=before, wanted=to)
        record.status = to
        await self.log(record, to, label, note=note, before=before, event_id=event_id)

    async def log(self, record: Any, action: str, label: str, *, note: str = "", before: str = "", event_id: UUID | None = None) -> None:
        """Write the record's time line and the chained audit log; bumps the record's version."""
        record.version = (record.version or 0) + 1
        record.updated_at = self.now
        self.session.add(
            HistoryEntry(
                id=new_id(), slice=type(record).__table__.schema, record_id=record.id, at=self.now,
                officer_id=self.officer.id if self.officer else None, officer_name=self.officer.name if self.officer else "系统",
                action=action, label=label, before=before, after=record.status, note=note, event_id=event_id,
            )
        )
        await self.audit(f"{type(record).__table__.schema}.{action}", subject=str(record.id))

    async def audit(self, action: str, *, subject: str = "", reason: str = "", **facts: Any) -> None:
        """Add one entry to the hash-chained audit log, in this transaction. Never pass sealed content."""
        await self.node.audit.append(self, action, subject=subject, reason=reason, facts=facts)
