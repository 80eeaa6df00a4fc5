"""Tables of a desk: opinions it is asked for, papers it gets."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from capabilities.lifted_inspection.common.columns import among
from capabilities.lifted_inspection.common.papers import ReceivedPaper
from capabilities.lifted_inspection.domain.machines import CONSULTATION
from nodekit.db import slice_metadata
from nodekit.db.record import Record


class Base(DeclarativeBase):
    """Tables of this side."""

    metadata = slice_metadata("lifted_inspection_consultee")


class Opinion(Base, Record):
    """One question of an office, and this desk's answer."""

    __tablename__ = "opinions"
    __table_args__ = (
        UniqueConstraint("origin", "consultation_id"),
        CheckConstraint(among("status", CONSULTATION.states), name="status"),
        CheckConstraint("(status = 'sent') = (signed_on IS NULL)", name="signed"),
        CheckConstraint("(status = 'replied') = (opinion IS NOT NULL AND text IS NOT NULL AND replied_on IS NOT NULL)", name="replied"),
    )

    origin: Mapped[str] = mapped_column(String(56))
    consultation_id: Mapped[UUID]
    document_number: Mapped[str] = mapped_column(String(40))
    target_name: Mapped[str] = mapped_column(String(120))
    wanted_kind: Mapped[str] = mapped_column(String(40))
    reasons: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    question: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date]
    requested_by: Mapped[str] = mapped_column(String(60))
    arrived_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    request_event_id: Mapped[UUID]
    signed_by: Mapped[str | None] = mapped_column(String(60))
    signed_on: Mapped[date | None]
    opinion: Mapped[str | None] = mapped_column(String(40))
    text: Mapped[str | None] = mapped_column(Text)
    replied_by: Mapped[str | None] = mapped_column(String(60))
    replied_on: Mapped[date | None]


class Paper(Base, ReceivedPaper, Record):
    """A copy of a feedback for this desk."""

    __tablename__ = "papers"
