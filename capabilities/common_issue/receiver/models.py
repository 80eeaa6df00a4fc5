"""Tables of the receiving side: letters and what was answered."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from capabilities.common_issue.common.columns import Counted, ReplyColumns, among
from capabilities.common_issue.domain import instruments, states
from nodekit.db import slice_metadata
from nodekit.db.record import Record


class Base(DeclarativeBase):
    """Tables of this side."""

    metadata = slice_metadata("common_issue_receiver")
_SIGNED = (*states.AT_WORK, "result_replied", "accepted", "closed")


class Letter(Base, Record, Counted):
    """One letter of one issuer. What an issuer of a newer release adds is not lost: an unknown kind is a letter with days."""

    __tablename__ = "letters"
    __table_args__ = (
        UniqueConstraint("origin", "copy_id"),
        CheckConstraint(among("status", states.RECEIVED.states), name="status"),
        CheckConstraint(f"NOT {among('status', _SIGNED)} OR (signed_by IS NOT NULL AND signed_on IS NOT NULL)", name="signed_by_somebody"),
        CheckConstraint("status NOT IN ('result_replied', 'accepted', 'closed', 'redo') OR result_on IS NOT NULL", name="result_dated"),
        CheckConstraint(among("extension", ("none", "requested", "granted", "refused")), name="extension"),
        Index("ix_letters_status", "status"),
    )

    origin: Mapped[str] = mapped_column(String(56))
    copy_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(40))
    document_number: Mapped[str] = mapped_column(String(40))
    issue_number: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(120))
    category: Mapped[str] = mapped_column(String(8))
    statement: Mapped[str] = mapped_column(Text)
    typical_case: Mapped[str] = mapped_column(Text)
    requirement: Mapped[str] = mapped_column(Text)
    units: Mapped[int]
    offices: Mapped[int]
    signed_off_by: Mapped[str] = mapped_column(String(60))
    issued_on: Mapped[date]
    sign_due_on: Mapped[date]
    plan_due_on: Mapped[date | None]
    result_due_on: Mapped[date]
    due_why: Mapped[str] = mapped_column(Text)
    counts_required: Mapped[bool]
    signed_by: Mapped[str | None] = mapped_column(String(60))
    signed_on: Mapped[date | None]
    return_reason: Mapped[str | None] = mapped_column(String(40))
    replies: Mapped[int]
    plan_on: Mapped[date | None]
    result_on: Mapped[date | None]
    redone: Mapped[int]
    opinion: Mapped[str] = mapped_column(Text)
    urged: Mapped[int]
    supervised_until: Mapped[date | None]
    supervised_note: Mapped[str] = mapped_column(Text)
    extension: Mapped[str] = mapped_column(String(20))
    extension_until: Mapped[date | None]
    closed_on: Mapped[date | None]
    notice: Mapped[str] = mapped_column(Text)
    """更正说明 of a voided letter."""
    replaces: Mapped[UUID | None]
    """Copy id of the letter this one replaces."""
    replaces_number: Mapped[str] = mapped_column(String(40))
    carried_over: Mapped[bool]
    superseded_by: Mapped[str] = mapped_column(String(40))
    """Number of the newer letter."""
    passed_on_on: Mapped[date | None]
    passed_on_to: Mapped[str] = mapped_column(Text)

    @property
    def due_on(self) -> date | None:
        """The next day that matters in the present state."""
        return instruments.due_now(self.status, sign=self.sign_due_on, plan=self.plan_due_on, result=self.result_due_on)


class Reply(Base, ReplyColumns):
    """What this office reported."""

    __tablename__ = "replies"
    __table_args__ = (UniqueConstraint("letter_id", "number"),)

    letter_id: Mapped[UUID] = mapped_column(ForeignKey("letters.id"))
