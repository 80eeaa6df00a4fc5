"""Tables of the issuing office: clues it hands over, stubs of those it must not keep, numbers, counts told upward."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Numeric, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from capabilities.clue_transfer import domain
from capabilities.clue_transfer.common.checks import among
from capabilities.clue_transfer.common.confidential import Confidential, SealedNote
from capabilities.clue_transfer.common.tallies import TallySent
from nodekit.db import slice_metadata
from nodekit.db.record import Record


class Base(DeclarativeBase):
    """Tables of this side."""

    metadata = slice_metadata("clue_transfer_issuer")


_OUT = ("sent", "withdrawing", "withdrawn", "returned", *sorted(domain.ISSUED_AT_DESK), "closed")
_SIGNED = (*sorted(domain.ISSUED_AT_DESK), "closed")


class Note(Base, SealedNote):
    """Words about a clue, encrypted."""

    __tablename__ = "notes"

    clue_id: Mapped[UUID] = mapped_column(ForeignKey("clues.id"), index=True)


class Clue(Base, Record, Confidential):
    """One clue of this office, from the team's report to its close. Nothing here but the ciphertext says what it is about."""

    __tablename__ = "clues"
    note_model = Note
    __table_args__ = (
        CheckConstraint(among("status", domain.ISSUED.states), name="status"),
        CheckConstraint("(body IS NULL) = (body_destroyed_at IS NOT NULL)", name="body_or_destroyed"),
        CheckConstraint(f"NOT {among('status', _OUT)} OR (attempt > 0 AND sent_on IS NOT NULL AND document_number IS NOT NULL)", name="out_is_numbered"),
        CheckConstraint(f"NOT {among('status', _SIGNED)} OR (signed_on IS NOT NULL AND signed_by IS NOT NULL)", name="signed_by_somebody"),
        CheckConstraint("(disposition IS NULL) = (disposed_on IS NULL)", name="disposition_dated"),
        CheckConstraint("status <> 'closed' OR (closed_on IS NOT NULL AND feedback_final)", name="closed_after_final_feedback"),
        CheckConstraint("status <> 'returned' OR return_reason IS NOT NULL", name="returned_with_reason"),
        CheckConstraint(among("extension", ("none", "requested", "granted", "refused")), name="extension"),
        Index("ix_clues_status", "status"),
    )

    serial: Mapped[str] = mapped_column(String(40), unique=True)
    team: Mapped[str] = mapped_column(String(20))
    round_label: Mapped[str] = mapped_column(String(60))
    urgent: Mapped[bool]
    matter: Mapped[str] = mapped_column(String(40))
    cadre_tier: Mapped[str] = mapped_column(String(20))
    recipient: Mapped[str] = mapped_column(String(56))
    route_why: Mapped[str] = mapped_column(Text)
    rerouted: Mapped[bool]

    registered_by: Mapped[UUID]
    reviewed_by: Mapped[UUID | None]
    minutes_on: Mapped[date | None]
    """Date of the team's group meeting that reviewed it."""
    approved_by: Mapped[UUID | None]
    approval_number: Mapped[str | None] = mapped_column(String(40))
    approved_on: Mapped[date | None]

    document_number: Mapped[str | None] = mapped_column(String(40), unique=True)
    handed_over_by: Mapped[str | None] = mapped_column(String(60))
    sealed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    attempt: Mapped[int]
    sent_on: Mapped[date | None]
    sent_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    sent_event_id: Mapped[UUID | None]
    sign_due_on: Mapped[date | None]
    sign_why: Mapped[str] = mapped_column(Text)

    signed_by: Mapped[str | None] = mapped_column(String(60))
    signed_on: Mapped[date | None]
    returned_ever: Mapped[bool]
    return_reason: Mapped[str | None] = mapped_column(String(40))
    dispose_due_on: Mapped[date | None]
    disposition: Mapped[str | None] = mapped_column(String(40))
    disposed_on: Mapped[date | None]
    feedback_due_on: Mapped[date | None]
    feedbacks: Mapped[int]
    fed_back_on: Mapped[date | None]
    first_fed_back_on: Mapped[date | None]
    first_feedback_due_on: Mapped[date | None]
    feedback_final: Mapped[bool]
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
        return domain.due_now(self.status, sign=self.sign_due_on, dispose=self.dispose_due_on, feedback=self.feedback_due_on)


class Stub(Base, Record):
    """A clue about a cadre managed above: number and dates. The paper is elsewhere, and so is what it says."""

    __tablename__ = "stubs"
    __table_args__ = (
        CheckConstraint(among("status", domain.STUB.states), name="status"),
        CheckConstraint("status <> 'handed_over' OR handed_over_on IS NOT NULL", name="handed_over_dated"),
        CheckConstraint("(status = 'received') = (received_on IS NOT NULL)", name="received_dated"),
    )

    serial: Mapped[str] = mapped_column(String(40), unique=True)
    slip_number: Mapped[str] = mapped_column(String(40), unique=True)
    cadre_tier: Mapped[str] = mapped_column(String(20))
    addressee: Mapped[str] = mapped_column(String(56))
    registered_on: Mapped[date]
    registered_by: Mapped[UUID]
    paper_due_on: Mapped[date]
    paper_why: Mapped[str] = mapped_column(Text)
    handed_over_on: Mapped[date | None]
    handed_over_by: Mapped[str | None] = mapped_column(String(60))
    received_on: Mapped[date | None]


class Tally(Base, TallySent):
    """Counts told to the superior office."""

    __tablename__ = "tallies"
