"""Tables of a participating office: tasks of others as told here, their papers, people lent, reports sent up."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from capabilities.lifted_inspection.common.columns import among
from capabilities.lifted_inspection.common.papers import ReceivedPaper
from capabilities.lifted_inspection.domain import machines
from nodekit.db import slice_metadata
from nodekit.db.record import Record


class Base(DeclarativeBase):
    """Tables of this side."""

    metadata = slice_metadata("lifted_inspection_participant")


class Assignment(Base, Record):
    """A superior's task this office hosts or lends people to. The organiser owns and counts it; here it is only shown."""

    __tablename__ = "assignments"
    __table_args__ = (
        UniqueConstraint("origin", "task_id"),
        CheckConstraint(among("status", machines.ASSIGNMENT.states), name="status"),
        CheckConstraint(among("role", ("host", "contributor")), name="role"),
        CheckConstraint("status NOT IN ('handed_over', 'supervising', 'result_reported') OR (role = 'host' AND handed_over_on IS NOT NULL)", name="handed_to_the_host"),
        CheckConstraint("status NOT IN ('supervising', 'result_reported') OR supervising_since IS NOT NULL", name="supervising_since"),
        CheckConstraint("(status = 'closed') = (closed_on IS NOT NULL)", name="closed_dated"),
        CheckConstraint(among("extension", ("none", "requested", "granted", "refused")), name="extension"),
    )

    origin: Mapped[str] = mapped_column(String(56))
    task_id: Mapped[UUID]
    role: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(40))
    target_name: Mapped[str] = mapped_column(String(120))
    task_number: Mapped[str] = mapped_column(String(40))
    task_text: Mapped[str] = mapped_column(Text)
    host: Mapped[str] = mapped_column(String(56))
    contributors: Mapped[list[str]] = mapped_column(ARRAY(String(56)))
    counting_owner: Mapped[str] = mapped_column(String(56))
    proposal_id: Mapped[UUID | None]
    planned_entry_on: Mapped[date]
    planned_end_on: Mapped[date]
    entered_on: Mapped[date | None]
    fed_back_on: Mapped[date | None]
    findings: Mapped[int]
    result_due_on: Mapped[date | None]
    handed_over_on: Mapped[date | None]
    clues: Mapped[int]
    clues_note: Mapped[str] = mapped_column(Text)
    supervising_since: Mapped[date | None]
    rectified: Mapped[int]
    long_term: Mapped[int]
    urged: Mapped[int]
    supervised: Mapped[bool]
    urged_text: Mapped[str] = mapped_column(Text)
    extension: Mapped[str] = mapped_column(String(20))
    extension_until: Mapped[date | None]
    closed_on: Mapped[date | None]
    summary: Mapped[str] = mapped_column(Text)

    @property
    def due_on(self) -> date | None:
        """The host's next day: the result. Contributors owe nothing on the task itself."""
        return self.result_due_on if self.role == "host" else None


class Paper(Base, ReceivedPaper, Record):
    """A paper of a task, to be signed for."""

    __tablename__ = "papers"


class Finding(Base):
    """One problem handed over for supervision."""

    __tablename__ = "findings"
    __table_args__ = (UniqueConstraint("assignment_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    assignment_id: Mapped[UUID] = mapped_column(ForeignKey("assignments.id"), index=True)
    number: Mapped[str] = mapped_column(String(40))
    category: Mapped[str] = mapped_column(String(12))
    statement: Mapped[str] = mapped_column(Text)


class Report(Base, Record):
    """One report on the rectification, sent up."""

    __tablename__ = "reports"
    __table_args__ = (
        UniqueConstraint("assignment_id", "number"),
        CheckConstraint(among("status", machines.REPORT.states), name="status"),
        CheckConstraint("rectified + long_term <= findings", name="no_more_than_found"),
    )

    assignment_id: Mapped[UUID] = mapped_column(ForeignKey("assignments.id"), index=True)
    number: Mapped[int]
    step: Mapped[str] = mapped_column(String(40))
    document_number: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    findings: Mapped[int]
    rectified: Mapped[int]
    long_term: Mapped[int]
    reported_by: Mapped[str] = mapped_column(String(60))
    reported_on: Mapped[date]
    event_id: Mapped[UUID]
    review: Mapped[str] = mapped_column(Text)


class Lending(Base, Record):
    """A superior's request for people."""

    __tablename__ = "lendings"
    __table_args__ = (
        UniqueConstraint("origin", "secondment_id"),
        CheckConstraint(among("status", machines.SECONDMENT.states), name="status"),
        CheckConstraint("status IN ('requested', 'cancelled') OR signed_on IS NOT NULL", name="signed_by_somebody"),
        CheckConstraint("status NOT IN ('lettered', 'released', 'joined', 'returned') OR letter_number IS NOT NULL", name="lettered_with_number"),
        CheckConstraint("status NOT IN ('released', 'joined', 'returned') OR (released_on IS NOT NULL AND letter_signed_by IS NOT NULL)", name="released_by_somebody"),
    )

    origin: Mapped[str] = mapped_column(String(56))
    secondment_id: Mapped[UUID]
    task_id: Mapped[UUID]
    document_number: Mapped[str] = mapped_column(String(40))
    target_name: Mapped[str] = mapped_column(String(120))
    skills: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    wanted: Mapped[int]
    begins_on: Mapped[date]
    ends_on: Mapped[date]
    note: Mapped[str] = mapped_column(Text)
    reply_due_on: Mapped[date]
    arrived_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    request_event_id: Mapped[UUID]
    signed_by: Mapped[str | None] = mapped_column(String(60))
    signed_on: Mapped[date | None]
    decline_reason: Mapped[str | None] = mapped_column(Text)
    letter_number: Mapped[str | None] = mapped_column(String(40))
    letter_due_on: Mapped[date | None]
    report_on: Mapped[date | None]
    report_at: Mapped[str | None] = mapped_column(String(120))
    letter_signed_by: Mapped[str | None] = mapped_column(String(60))
    released_on: Mapped[date | None]
    joined_on: Mapped[date | None]

    @property
    def due_on(self) -> date | None:
        return self.letter_due_on if self.status == "lettered" else self.reply_due_on if self.status in {"requested", "signed", "replacing"} else None


class LentPerson(Base, Record):
    """A person offered; the id travels as `candidate_id`."""

    __tablename__ = "lent_people"
    __table_args__ = (
        CheckConstraint(among("status", machines.CANDIDATE.states), name="status"),
        CheckConstraint("(status = 'returned') = (returned_on IS NOT NULL AND appraisal IS NOT NULL)", name="returned_with_appraisal"),
    )

    lending_id: Mapped[UUID] = mapped_column(ForeignKey("lendings.id"), index=True)
    target_name: Mapped[str] = mapped_column(String(120))
    name: Mapped[str] = mapped_column(String(60))
    unit: Mapped[str] = mapped_column(String(80))
    rank: Mapped[str] = mapped_column(String(40))
    skills: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    interests: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    reject_reason: Mapped[str | None] = mapped_column(Text)
    returned_on: Mapped[date | None]
    appraisal: Mapped[str | None] = mapped_column(Text)
