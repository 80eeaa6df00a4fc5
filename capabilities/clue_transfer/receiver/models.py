"""Tables of a desk: clues handed to it, stubs announced to it, its own numbers, counts told upward."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from capabilities.clue_transfer import domain
from capabilities.clue_transfer.common.checks import among
from capabilities.clue_transfer.common.confidential import Confidential, SealedNote
from capabilities.clue_transfer.common.tallies import TallySent
from nodekit.db import slice_metadata
from nodekit.db.record import Record


class Base(DeclarativeBase):
    """Tables of this side."""

    metadata = slice_metadata("clue_transfer_receiver")


_NUMBERED = tuple(code for code in domain.RECEIVED.states if code not in {"delivered", "returned", "withdrawn", "signed"})


class Note(Base, SealedNote):
    """Words about a clue, encrypted."""

    __tablename__ = "notes"

    clue_id: Mapped[UUID] = mapped_column(ForeignKey("clues.id"), index=True)


class Clue(Base, Record, Confidential):
    """One clue handed to this desk. `(origin, transfer_id)` is its natural key: a repeat meets the same row."""

    __tablename__ = "clues"
    note_model = Note
    __table_args__ = (
        UniqueConstraint("origin", "transfer_id"),
        CheckConstraint(among("status", domain.RECEIVED.states), name="status"),
        CheckConstraint("(body IS NULL) = (body_destroyed_at IS NOT NULL)", name="body_or_destroyed"),
        CheckConstraint("status IN ('delivered', 'returned', 'withdrawn') OR (signed_on IS NOT NULL AND signed_by IS NOT NULL)", name="signed_by_somebody"),
        CheckConstraint(f"NOT {among('status', _NUMBERED)} OR number IS NOT NULL", name="numbered"),
        CheckConstraint("(disposition IS NULL) = (disposed_on IS NULL)", name="disposition_dated"),
        CheckConstraint("status NOT IN ('fed_back', 'closed') OR feedbacks > 0", name="fed_back_once"),
        CheckConstraint("status <> 'case_closed' OR case_closed_on IS NOT NULL", name="case_closed_dated"),
        CheckConstraint("status <> 'disposition_proposed' OR (proposed IS NOT NULL AND proposed_by IS NOT NULL)", name="proposed_by_somebody"),
        CheckConstraint(among("extension", ("none", "requested", "granted", "refused")), name="extension"),
        Index("ix_clues_status", "status"),
    )

    origin: Mapped[str] = mapped_column(String(56))
    transfer_id: Mapped[UUID]
    attempt: Mapped[int]
    serial: Mapped[str] = mapped_column(String(40))
    """The issuer's number."""
    document_number: Mapped[str] = mapped_column(String(40))
    round_label: Mapped[str] = mapped_column(String(60))
    urgent: Mapped[bool]
    matter: Mapped[str] = mapped_column(String(40))
    cadre_tier: Mapped[str] = mapped_column(String(20))
    handed_over_by: Mapped[str] = mapped_column(String(60))
    sent_on: Mapped[date]
    arrived_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    sign_due_on: Mapped[date]

    signed_by: Mapped[str | None] = mapped_column(String(60))
    signed_on: Mapped[date | None]
    return_reason: Mapped[str | None] = mapped_column(String(40))
    number: Mapped[str | None] = mapped_column(String(40), unique=True)
    """This desk's own number."""
    handler_id: Mapped[UUID | None]
    handler_name: Mapped[str | None] = mapped_column(String(60))
    dispose_due_on: Mapped[date | None]
    dispose_why: Mapped[str] = mapped_column(Text)
    proposed: Mapped[str | None] = mapped_column(String(40))
    proposed_by: Mapped[UUID | None]
    disposition: Mapped[str | None] = mapped_column(String(40))
    disposed_on: Mapped[date | None]
    approval_number: Mapped[str | None] = mapped_column(String(40))
    case_filed_on: Mapped[date | None]
    case_closed_on: Mapped[date | None]
    feedback_due_on: Mapped[date | None]
    first_feedback_due_on: Mapped[date | None]
    feedback_why: Mapped[str] = mapped_column(Text)
    feedbacks: Mapped[int]
    fed_back_on: Mapped[date | None]
    first_fed_back_on: Mapped[date | None]
    closed_on: Mapped[date | None]

    urged: Mapped[int]
    supervised_until: Mapped[date | None]
    extension: Mapped[str] = mapped_column(String(20))
    extension_until: Mapped[date | None]

    case_filed: Mapped[int]
    detained: Mapped[int]
    expelled: Mapped[int]
    to_judiciary: Mapped[int]
    discipline_persons: Mapped[int]
    leaders_adjusted: Mapped[int]
    money_recovered: Mapped[Decimal] = mapped_column(Numeric(12, 4))

    @property
    def due_on(self) -> date | None:
        """The next day that matters in the present state."""
        if self.status == "delivered":
            return self.sign_due_on
        if self.status in {"signed", "numbered", "assigned", "disposition_proposed", "reactivated"}:
            return self.dispose_due_on
        return self.feedback_due_on if self.status in domain.RECEIVED_OPEN else None


class Stub(Base, Record):
    """A paper announced by a lower office: number and dates, nothing else ever."""

    __tablename__ = "stubs"
    __table_args__ = (
        UniqueConstraint("origin", "stub_id"),
        CheckConstraint(among("status", domain.ANNOUNCED.states), name="status"),
        CheckConstraint("(status = 'received') = (received_on IS NOT NULL)", name="received_dated"),
    )

    origin: Mapped[str] = mapped_column(String(56))
    stub_id: Mapped[UUID]
    serial: Mapped[str] = mapped_column(String(40))
    slip_number: Mapped[str] = mapped_column(String(40))
    registered_on: Mapped[date]
    paper_due_on: Mapped[date]
    received_on: Mapped[date | None]
    received_by: Mapped[str | None] = mapped_column(String(60))


class Tally(Base, TallySent):
    """Counts told to the superior office."""

    __tablename__ = "tallies"
