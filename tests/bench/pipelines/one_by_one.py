"""What the two ways without batches share: a polled outbox and one effect per session."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

UNSENT = text("SELECT id, event_id, event_bytes FROM outbox WHERE sent_at IS NULL ORDER BY id LIMIT 100")


class Base(DeclarativeBase):
    """Tables of the receiver."""


class Handled(Base):
    """Event ids that have had their effect."""

    __tablename__ = "handled"

    event_id: Mapped[UUID] = mapped_column(primary_key=True)


class Noted(Base):
    """The business row."""

    __tablename__ = "noted"

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    origin: Mapped[str]
    case_id: Mapped[UUID]
    serial: Mapped[str]
    title: Mapped[str]
    happened_on: Mapped[date]
    amount: Mapped[int]
    note: Mapped[str]


async def next_unsent(session: AsyncSession) -> Sequence[Row[Any]]:
    return (await session.execute(UNSENT)).all()


async def handle_once(session: AsyncSession, event: dict[str, Any]) -> None:
    """Exactly one effect, whatever is delivered again."""
    event_id, body = UUID(event["id"]), event["body"]
    taken = await session.execute(insert(Handled).values(event_id=event_id).on_conflict_do_nothing().returning(Handled.event_id))
    if taken.first() is None:
        return
    session.add(
        Noted(
            event_id=event_id, origin=event["src"], case_id=UUID(body["case_id"]), serial=body["serial"], title=body["title"],
            happened_on=date.fromisoformat(body["happened_on"]), amount=body["amount"], note=body["note"],
        )
    )
