"""Tables of the organising office: tasks with all that hangs on them. Everybody else holds copies of what he was told."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from capabilities.lifted_inspection.common.columns import among
from capabilities.lifted_inspection.domain import machines, words
from nodekit.db import slice_metadata
from nodekit.db.record import Record


class Base(DeclarativeBase):
    """Tables of this side."""

    metadata = slice_metadata("lifted_inspection_organiser")
_SIGNED = tuple(code for code in machines.TASK.states if code not in {"proposed", "returned", "withdrawn"})


class Task(Base, Record):
    """One lifted, cross, joint or integrated inspection, from the wish to the close. Counted once, by `counting_owner`."""

    __tablename__ = "tasks"
    __table_args__ = (
        UniqueConstraint("origin", "proposal_id"),
        CheckConstraint(among("status", machines.TASK.states), name="status"),
        CheckConstraint(f"NOT {among('status', _SIGNED)} OR (signed_on IS NOT NULL AND signed_by IS NOT NULL)", name="signed_by_somebody"),
        CheckConstraint(
            f"NOT {among('status', sorted(machines.DECIDED_FOR))} OR (outcome = 'approved' AND decision_number IS NOT NULL AND host IS NOT NULL)", name="approved_with_number"
        ),
        CheckConstraint("status NOT IN ('declined', 'deferred') OR (outcome = status AND decision_number IS NOT NULL)", name="refused_with_number"),
        CheckConstraint("status NOT IN ('escalated', 'approved_above') OR escalated_to IS NOT NULL", name="escalated_somewhere"),
        CheckConstraint(f"NOT {among('status', sorted(machines.ENTERED_ON))} OR (entered_on IS NOT NULL AND formed_on IS NOT NULL)", name="entered_by_a_team"),
        CheckConstraint(f"NOT {among('status', sorted(machines.REPORTED_ON))} OR (reported_on IS NOT NULL AND report_number IS NOT NULL)", name="reported_with_number"),
        CheckConstraint(f"NOT {among('status', sorted(machines.FED_BACK_ON))} OR (fed_back_on IS NOT NULL AND result_due_on IS NOT NULL)", name="fed_back_dated"),
        CheckConstraint("(status = 'closed') = (closed_on IS NOT NULL)", name="closed_dated"),
        CheckConstraint(among("extension", ("none", "requested", "granted", "refused")), name="extension"),
        CheckConstraint("NOT (host = ANY (contributors) AND kind = 'cross')", name="cross_means_others"),
        Index("ix_tasks_status", "status"),
    )

    origin: Mapped[str] = mapped_column(String(56))
    """Who brought it: a lower office, or this office itself."""
    proposal_id: Mapped[UUID]
    revision: Mapped[int]
    requester: Mapped[str] = mapped_column(String(56))
    chain: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    target_name: Mapped[str] = mapped_column(String(120))
    wanted_kind: Mapped[str] = mapped_column(String(40))
    reasons: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    explanation: Mapped[str] = mapped_column(Text)
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    request_number: Mapped[str | None] = mapped_column(String(40))
    proposed_by: Mapped[str] = mapped_column(String(60))
    proposed_on: Mapped[date]
    last_event_id: Mapped[UUID | None]
    sign_due_on: Mapped[date]
    sign_why: Mapped[str] = mapped_column(Text)
    signed_by: Mapped[str | None] = mapped_column(String(60))
    signed_on: Mapped[date | None]
    consult_due_on: Mapped[date | None]
    consult_why: Mapped[str] = mapped_column(Text)
    opinions: Mapped[int]
    """Answers of desks that are in."""
    consulted_on: Mapped[date | None]
    return_reason: Mapped[str | None] = mapped_column(Text)

    kind: Mapped[str] = mapped_column(String(40))
    host: Mapped[str | None] = mapped_column(String(56))
    contributors: Mapped[list[str]] = mapped_column(ARRAY(String(56)))
    counting_owner: Mapped[str] = mapped_column(String(56))
    outcome: Mapped[str | None] = mapped_column(String(20))
    decision_number: Mapped[str | None] = mapped_column(String(40))
    decided_on: Mapped[date | None]
    decided_by: Mapped[str | None] = mapped_column(String(56))
    decision_text: Mapped[str] = mapped_column(Text)
    decision_event_id: Mapped[UUID | None]
    revisit_on: Mapped[date | None]
    decision_signed_by: Mapped[str | None] = mapped_column(String(60))
    decision_signed_on: Mapped[date | None]
    escalated_to: Mapped[str | None] = mapped_column(String(56))
    escalated_on: Mapped[date | None]
    escalations: Mapped[int]
    """How often it was passed on upward: the revision under which the office above got it."""
    above_signed_by: Mapped[str | None] = mapped_column(String(60))
    """Who here signed for the decision of the office above."""
    above_signed_on: Mapped[date | None]

    task_number: Mapped[str | None] = mapped_column(String(40))
    task_text: Mapped[str] = mapped_column(Text)
    planned_entry_on: Mapped[date | None]
    planned_end_on: Mapped[date | None]
    team_name: Mapped[str | None] = mapped_column(String(60))
    team_leader: Mapped[str | None] = mapped_column(String(60))
    own_members: Mapped[int]
    formed_on: Mapped[date | None]
    entry_number: Mapped[str | None] = mapped_column(String(40))
    entered_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    report_number: Mapped[str | None] = mapped_column(String(40))
    reported_on: Mapped[date | None]
    findings: Mapped[int]
    clues: Mapped[int]
    feedback_number: Mapped[str | None] = mapped_column(String(40))
    fed_back_on: Mapped[date | None]
    result_due_on: Mapped[date | None]
    result_why: Mapped[str] = mapped_column(Text)
    hand_over_number: Mapped[str | None] = mapped_column(String(40))
    handed_over_on: Mapped[date | None]
    clues_note: Mapped[str] = mapped_column(Text)
    rectified: Mapped[int]
    long_term: Mapped[int]
    closed_on: Mapped[date | None]
    summary: Mapped[str] = mapped_column(Text)

    urged: Mapped[int]
    result_urged: Mapped[int]
    supervised: Mapped[bool]
    extension: Mapped[str] = mapped_column(String(20))
    extension_until: Mapped[date | None]

    @property
    def due_on(self) -> date | None:
        """The next day that matters in the present state."""
        if self.status == "proposed":
            return self.sign_due_on
        if self.status in machines.UNDECIDED:
            return self.consult_due_on
        if self.status == "deferred":
            return self.revisit_on
        if self.status in {"approved", "tasked", "staffing", "team_formed"}:
            return self.planned_entry_on
        return self.ends_on if self.status == "entered" else self.result_due_on


class Consultation(Base, Record):
    """One desk's opinion on one task: by event, or recorded from paper."""

    __tablename__ = "consultations"
    __table_args__ = (
        CheckConstraint(among("status", machines.CONSULTATION.states), name="status"),
        CheckConstraint("(status = 'replied') = (opinion IS NOT NULL AND replied_on IS NOT NULL)", name="replied"),
    )

    task_id: Mapped[UUID] = mapped_column(ForeignKey("tasks.id"), index=True)
    office: Mapped[str] = mapped_column(String(56))
    document_number: Mapped[str] = mapped_column(String(40))
    due_on: Mapped[date]
    request_event_id: Mapped[UUID | None]
    signed_by: Mapped[str | None] = mapped_column(String(60))
    opinion: Mapped[str | None] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    replied_by: Mapped[str | None] = mapped_column(String(60))
    replied_on: Mapped[date | None]


class Copy(Base, Record):
    """One copy of one paper for one addressee, and its receipt. The id travels as `paper_id`."""

    __tablename__ = "copies"
    __table_args__ = (
        UniqueConstraint("task_id", "kind", "addressee", "recipient"),
        CheckConstraint(among("status", machines.PAPER.states), name="status"),
        CheckConstraint(among("kind", words.PaperKind), name="kind"),
        CheckConstraint("(status = 'signed') = (signed_on IS NOT NULL AND signed_by IS NOT NULL)", name="signed_by_somebody"),
        CheckConstraint("status <> 'returned' OR return_reason IS NOT NULL", name="returned_with_reason"),
    )

    task_id: Mapped[UUID] = mapped_column(ForeignKey("tasks.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    addressee: Mapped[str] = mapped_column(String(40))
    recipient: Mapped[str] = mapped_column(String(56))
    target_name: Mapped[str] = mapped_column(String(120))
    document_number: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    revision: Mapped[int]
    sent_on: Mapped[date]
    sent_event_id: Mapped[UUID]
    sign_due_on: Mapped[date]
    sign_why: Mapped[str] = mapped_column(Text)
    signed_by: Mapped[str | None] = mapped_column(String(60))
    signed_on: Mapped[date | None]
    return_reason: Mapped[str | None] = mapped_column(Text)
    urged: Mapped[int]


class Secondment(Base, Record):
    """People asked of one contributor. The id travels as `secondment_id`."""

    __tablename__ = "secondments"
    __table_args__ = (
        CheckConstraint(among("status", machines.SECONDMENT.states), name="status"),
        CheckConstraint("wanted > 0", name="wanted"),
        CheckConstraint("status NOT IN ('lettered', 'released', 'joined', 'returned') OR letter_number IS NOT NULL", name="lettered_with_number"),
        CheckConstraint("status NOT IN ('released', 'joined', 'returned') OR (released_on IS NOT NULL AND letter_signed_by IS NOT NULL)", name="released_by_somebody"),
    )

    task_id: Mapped[UUID] = mapped_column(ForeignKey("tasks.id"), index=True)
    target_name: Mapped[str] = mapped_column(String(120))
    contributor: Mapped[str] = mapped_column(String(56))
    document_number: Mapped[str] = mapped_column(String(40), unique=True)
    skills: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    wanted: Mapped[int]
    begins_on: Mapped[date]
    ends_on: Mapped[date]
    note: Mapped[str] = mapped_column(Text)
    reply_due_on: Mapped[date]
    reply_why: Mapped[str] = mapped_column(Text)
    sent_event_id: Mapped[UUID]
    signed_by: Mapped[str | None] = mapped_column(String(60))
    signed_on: Mapped[date | None]
    decline_reason: Mapped[str | None] = mapped_column(Text)
    letter_number: Mapped[str | None] = mapped_column(String(40))
    report_on: Mapped[date | None]
    report_at: Mapped[str | None] = mapped_column(String(120))
    letter_signed_by: Mapped[str | None] = mapped_column(String(60))
    released_on: Mapped[date | None]
    joined_on: Mapped[date | None]


class Candidate(Base, Record):
    """A person offered. `hits` is the recusal check's answer; a conflicted person never stays on board."""

    __tablename__ = "candidates"
    __table_args__ = (
        UniqueConstraint("secondment_id", "candidate_id"),
        CheckConstraint(among("status", machines.CANDIDATE.states), name="status"),
        CheckConstraint("status <> 'conflicted' OR cardinality(hits) > 0", name="conflicted_with_reason"),
        CheckConstraint(f"NOT {among('status', sorted(machines.ON_BOARD))} OR cardinality(hits) = 0", name="no_hits_on_board"),
        CheckConstraint("(status = 'returned') = (returned_on IS NOT NULL AND appraisal IS NOT NULL)", name="returned_with_appraisal"),
    )

    secondment_id: Mapped[UUID] = mapped_column(ForeignKey("secondments.id"), index=True)
    task_id: Mapped[UUID] = mapped_column(ForeignKey("tasks.id"), index=True)
    candidate_id: Mapped[UUID]
    contributor: Mapped[str] = mapped_column(String(56))
    target_name: Mapped[str] = mapped_column(String(120))
    name: Mapped[str] = mapped_column(String(60))
    unit: Mapped[str] = mapped_column(String(80))
    rank: Mapped[str] = mapped_column(String(40))
    skills: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    interests: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    hits: Mapped[list[str]] = mapped_column(ARRAY(Text))
    checked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    reject_reason: Mapped[str | None] = mapped_column(Text)
    returned_on: Mapped[date | None]
    appraisal: Mapped[str | None] = mapped_column(Text)


class Finding(Base):
    """One problem of the report, as handed over."""

    __tablename__ = "findings"
    __table_args__ = (UniqueConstraint("task_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    task_id: Mapped[UUID] = mapped_column(ForeignKey("tasks.id"), index=True)
    number: Mapped[str] = mapped_column(String(40))
    category: Mapped[str] = mapped_column(String(12))
    statement: Mapped[str] = mapped_column(Text)


class Report(Base, Record):
    """One report of the host on the rectification it supervises."""

    __tablename__ = "reports"
    __table_args__ = (
        UniqueConstraint("task_id", "number"),
        CheckConstraint(among("status", machines.REPORT.states), name="status"),
        CheckConstraint("rectified + long_term <= findings", name="no_more_than_found"),
    )

    task_id: Mapped[UUID] = mapped_column(ForeignKey("tasks.id"), index=True)
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
