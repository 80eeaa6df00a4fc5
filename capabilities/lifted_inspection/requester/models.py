"""Tables of the asking office: applications, what became of them, numbers."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, String, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from capabilities.lifted_inspection.common.columns import among
from capabilities.lifted_inspection.domain.machines import REQUEST
from capabilities.lifted_inspection.domain.words import Outcome
from nodekit.db import slice_metadata
from nodekit.db.record import Record


class Base(DeclarativeBase):
    """Tables of this side."""

    metadata = slice_metadata("lifted_inspection_requester")
_SENT = tuple(code for code in REQUEST.states if code not in {"draft", "voided"})
_SIGNED = ("signed", "consulting", "escalated", "approved", "declined", "deferred", "closed")


class Request(Base, Record):
    """One application; its id is the proposal's id on the wire."""

    __tablename__ = "requests"
    __table_args__ = (
        CheckConstraint(among("status", REQUEST.states), name="status"),
        CheckConstraint(f"NOT {among('status', _SENT)} OR (document_number IS NOT NULL AND proposed_on IS NOT NULL AND revision > 0)", name="sent_is_numbered"),
        CheckConstraint(f"NOT {among('status', _SIGNED)} OR (signed_on IS NOT NULL AND signed_by IS NOT NULL)", name="signed_by_somebody"),
        CheckConstraint("status NOT IN ('approved', 'declined', 'deferred') OR (outcome = status AND decision_number IS NOT NULL)", name="decided_with_number"),
        CheckConstraint(f"outcome IS NULL OR {among('outcome', Outcome)}", name="outcome"),
        CheckConstraint("(decision_signed_on IS NULL) = (decision_signed_by IS NULL)", name="decision_signed_by_somebody"),
        CheckConstraint("cardinality(reasons) > 0", name="reasoned"),
        CheckConstraint("(status = 'closed') = (closed_on IS NOT NULL)", name="closed_dated"),
    )

    superior: Mapped[str] = mapped_column(String(56))
    target_id: Mapped[UUID | None]
    target_name: Mapped[str] = mapped_column(String(120))
    wanted_kind: Mapped[str] = mapped_column(String(40))
    reasons: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    explanation: Mapped[str] = mapped_column(Text)
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    revision: Mapped[int]
    document_number: Mapped[str | None] = mapped_column(String(40), unique=True)
    proposed_by: Mapped[str | None] = mapped_column(String(60))
    proposed_on: Mapped[date | None]
    sent_event_id: Mapped[UUID | None]
    sign_due_on: Mapped[date | None]
    sign_why: Mapped[str] = mapped_column(Text)
    signed_by: Mapped[str | None] = mapped_column(String(60))
    signed_on: Mapped[date | None]
    consult_due_on: Mapped[date | None]
    return_reason: Mapped[str | None] = mapped_column(Text)
    outcome: Mapped[str | None] = mapped_column(String(20))
    decision_number: Mapped[str | None] = mapped_column(String(40))
    decision_event_id: Mapped[UUID | None]
    decided_by: Mapped[str | None] = mapped_column(String(56))
    decided_on: Mapped[date | None]
    decided_kind: Mapped[str | None] = mapped_column(String(40))
    decision_text: Mapped[str] = mapped_column(Text)
    revisit_on: Mapped[date | None]
    decision_sign_due_on: Mapped[date | None]
    decision_signed_by: Mapped[str | None] = mapped_column(String(60))
    decision_signed_on: Mapped[date | None]
    urged: Mapped[int]
    closed_on: Mapped[date | None]

    @property
    def due_on(self) -> date | None:
        """The next day that matters: the superior's signature, its consultation, our own signature under the decision."""
        if self.status in {"proposed", "withdrawing"}:
            return self.sign_due_on
        if self.decision_number and self.decision_signed_on is None:
            return self.decision_sign_due_on
        if self.status == "deferred":
            return self.revisit_on
        return self.consult_due_on if self.status in {"signed", "consulting", "escalated"} else None


class Progress(Base):
    """One step above, as told down the chain."""

    __tablename__ = "progress"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    request_id: Mapped[UUID] = mapped_column(ForeignKey("requests.id"), index=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    stage: Mapped[str] = mapped_column(String(40))
    office: Mapped[str] = mapped_column(String(56))
    on: Mapped[date]
    note: Mapped[str] = mapped_column(Text)
