"""Tables of the issuing office: the pool of reported findings, candidates, common issues, letters, campaigns, requests from below."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, Float, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from capabilities.common_issue.common.columns import Counted, ReplyColumns, among
from capabilities.common_issue.domain import instruments, states
from nodekit.db import slice_metadata
from nodekit.db.record import Record


class Base(DeclarativeBase):
    """Tables of this side."""

    metadata = slice_metadata("common_issue_issuer")
_LEFT = ("issued", "closed", "withdrawn", "superseded")
_SIGNED = (*states.AT_WORK, "result_replied", "assessed", "closed")


class PooledFinding(Base, Record):
    """One finding an office has reported. The unit is a pseudonym of that office."""

    __tablename__ = "pooled_findings"
    __table_args__ = (
        UniqueConstraint("origin", "finding_id"),
        CheckConstraint(among("status", states.POOLED.states), name="status"),
        CheckConstraint("status <> 'in_issue' OR issue_id IS NOT NULL", name="in_issue_names_it"),
        Index("ix_pooled_findings_category", "category"),
    )

    origin: Mapped[str] = mapped_column(String(56))
    finding_id: Mapped[UUID]
    report_id: Mapped[UUID | None]
    """Batch it came in; None for a finding of this office's own, taken from its register."""
    report_serial: Mapped[str] = mapped_column(String(40))
    round_label: Mapped[str] = mapped_column(String(60))
    category: Mapped[str] = mapped_column(String(8))
    text: Mapped[str] = mapped_column(Text)
    unit: Mapped[str] = mapped_column(String(16))
    tags: Mapped[str] = mapped_column(Text)
    confirmed_on: Mapped[date | None]
    issue_id: Mapped[UUID | None] = mapped_column(ForeignKey("issues.id"))
    """The common issue it belongs to, also after it was withdrawn."""


class Candidate(Base, Record):
    """A group of findings that may be a common issue, with the reason."""

    __tablename__ = "candidates"
    __table_args__ = (
        CheckConstraint(among("status", states.CANDIDATE.states), name="status"),
        CheckConstraint("status NOT IN ('confirmed', 'merged') OR issue_id IS NOT NULL", name="decided_for_an_issue"),
        CheckConstraint("offices > 0 AND units > 0", name="counts"),
    )

    basis: Mapped[str] = mapped_column(String(20))
    category: Mapped[str] = mapped_column(String(8))
    why: Mapped[str] = mapped_column(Text)
    similarity: Mapped[float | None] = mapped_column(Float)
    offices: Mapped[int]
    units: Mapped[int]
    findings: Mapped[int]
    issue_id: Mapped[UUID | None] = mapped_column(ForeignKey("issues.id"))


class CandidateMember(Base):
    """A finding of a candidate."""

    __tablename__ = "candidate_members"

    candidate_id: Mapped[UUID] = mapped_column(ForeignKey("candidates.id"), primary_key=True)
    finding_id: Mapped[UUID] = mapped_column(ForeignKey("pooled_findings.id"), primary_key=True)


class Analysis(Base, Record):
    """One look for candidates: asked for by an officer, or one that changed something by itself."""

    __tablename__ = "analyses"
    __table_args__ = (
        CheckConstraint(among("status", states.ANALYSIS.states), name="status"),
        CheckConstraint("least(compared, added, updated, dropped, held_back) >= 0", name="counts"),
    )

    asked_by: Mapped[str] = mapped_column(String(60))
    """Officer, or 系统 after an arrival."""
    compared: Mapped[int]
    added: Mapped[int]
    updated: Mapped[int]
    dropped: Mapped[int]
    held_back: Mapped[int]
    """Own findings left out because their wording still tells who is meant."""
    units_min: Mapped[int]
    offices_min: Mapped[int]
    similarity_min: Mapped[float] = mapped_column(Float)


class ThresholdSetting(Base, Record):
    """Thresholds set by an officer of this office. The newest is in force; rows are never changed, so an analysis can be explained later."""

    __tablename__ = "threshold_settings"
    __table_args__ = (
        CheckConstraint(among("status", states.THRESHOLD.states), name="status"),
        CheckConstraint("units_min BETWEEN 2 AND 999 AND offices_min BETWEEN 2 AND 99", name="spread"),
        CheckConstraint("similarity_min BETWEEN 0.1 AND 0.9", name="similarity"),
        Index("uq_threshold_settings_in_force", "status", unique=True, postgresql_where=text("status = 'in_force'")),
    )

    units_min: Mapped[int]
    offices_min: Mapped[int]
    similarity_min: Mapped[float] = mapped_column(Float)
    reason: Mapped[str] = mapped_column(Text)
    set_by: Mapped[str] = mapped_column(String(60))


class Issue(Base, Record):
    """A confirmed common issue."""

    __tablename__ = "issues"
    __table_args__ = (
        CheckConstraint(among("status", states.ISSUE.states), name="status"),
        CheckConstraint("(status = 'closed') = (closed_on IS NOT NULL)", name="closed_dated"),
        CheckConstraint("(status = 'merged') = (merged_into IS NOT NULL)", name="merged_somewhere"),
    )

    serial: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(120))
    category: Mapped[str] = mapped_column(String(8))
    statement: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(20))
    """candidate | escalation | manual | superior"""
    why: Mapped[str] = mapped_column(Text)
    offices: Mapped[int]
    units: Mapped[int]
    confirmed_on: Mapped[date]
    merged_into: Mapped[UUID | None] = mapped_column(ForeignKey("issues.id"))
    closed_on: Mapped[date | None]
    closed_note: Mapped[str] = mapped_column(Text)
    superior_answer: Mapped[str] = mapped_column(Text)
    """What the office above said to an escalation of this issue."""


class Instrument(Base, Record):
    """One letter: its text, its way to signature, its number. Each addressee has a copy."""

    __tablename__ = "instruments"
    __table_args__ = (
        CheckConstraint(among("status", states.INSTRUMENT.states), name="status"),
        CheckConstraint(among("kind", instruments.KINDS), name="kind"),
        CheckConstraint(f"NOT {among('status', _LEFT)} OR (document_number IS NOT NULL AND issued_on IS NOT NULL AND signed_off_by IS NOT NULL)", name="issued_is_numbered"),
        CheckConstraint("reviewed_by IS NULL OR reviewed_by <> drafted_by", name="reviewed_by_another"),
        CheckConstraint("replaces_id <> id", name="replaces_another"),
        Index("uq_instruments_one_replacement", "replaces_id", unique=True, postgresql_where=text("status <> 'voided'")),
    )

    issue_id: Mapped[UUID] = mapped_column(ForeignKey("issues.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(120))
    statement: Mapped[str] = mapped_column(Text)
    typical_case: Mapped[str] = mapped_column(Text)
    requirement: Mapped[str] = mapped_column(Text)
    drafted_by: Mapped[UUID]
    drafted_name: Mapped[str] = mapped_column(String(60))
    reviewed_by: Mapped[UUID | None]
    reviewed_name: Mapped[str | None] = mapped_column(String(60))
    signed_off_by: Mapped[str | None] = mapped_column(String(60))
    signed_off_on: Mapped[date | None]
    document_number: Mapped[str | None] = mapped_column(String(40), unique=True)
    issued_on: Mapped[date | None]
    due_why: Mapped[str] = mapped_column(Text)
    notice: Mapped[str] = mapped_column(Text)
    """更正说明 when it was voided after issue."""
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("instruments.id"))
    """Letter this one replaces when it is issued."""
    carries_over: Mapped[bool]
    """What was reported on the replaced letter counts for this one."""
    replacing_why: Mapped[str] = mapped_column(Text)
    source_letter: Mapped[UUID | None] = mapped_column(index=True)
    """Superior's letter that was passed on with this one; its id at the receiving side."""
    source_number: Mapped[str] = mapped_column(String(40))
    paper_to: Mapped[str] = mapped_column(Text)
    """Units told on paper, joined with 、: they have no node."""


class Addressee(Base):
    """Whom a letter goes to, in the order of 主送."""

    __tablename__ = "addressees"

    instrument_id: Mapped[UUID] = mapped_column(ForeignKey("instruments.id"), primary_key=True)
    office: Mapped[str] = mapped_column(String(56), primary_key=True)
    place: Mapped[int]


class Copy(Base, Record, Counted):
    """One letter at one addressee."""

    __tablename__ = "copies"
    __table_args__ = (
        UniqueConstraint("instrument_id", "recipient"),
        CheckConstraint(among("status", states.COPY.states), name="status"),
        CheckConstraint(f"NOT {among('status', _SIGNED)} OR (signed_by IS NOT NULL AND signed_on IS NOT NULL)", name="signed_by_somebody"),
        CheckConstraint("status NOT IN ('result_replied', 'assessed', 'closed', 'redo') OR result_on IS NOT NULL", name="result_dated"),
        CheckConstraint("(status = 'closed') = (closed_on IS NOT NULL)", name="closed_dated"),
        CheckConstraint(among("extension", ("none", "requested", "granted", "refused")), name="extension"),
        Index("ix_copies_status", "status"),
    )

    instrument_id: Mapped[UUID] = mapped_column(ForeignKey("instruments.id"))
    issue_id: Mapped[UUID] = mapped_column(ForeignKey("issues.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    document_number: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(120))
    recipient: Mapped[str] = mapped_column(String(56))
    issued_on: Mapped[date]
    event_id: Mapped[UUID]
    sign_due_on: Mapped[date]
    plan_due_on: Mapped[date | None]
    result_due_on: Mapped[date]
    signed_by: Mapped[str | None] = mapped_column(String(60))
    signed_on: Mapped[date | None]
    return_reason: Mapped[str | None] = mapped_column(String(40))
    return_note: Mapped[str] = mapped_column(Text)
    replies: Mapped[int]
    plan_on: Mapped[date | None]
    result_on: Mapped[date | None]
    first_result_on: Mapped[date | None]
    redone: Mapped[int]
    opinion: Mapped[str] = mapped_column(Text)
    urged: Mapped[int]
    supervised_until: Mapped[date | None]
    extension: Mapped[str] = mapped_column(String(20))
    extension_until: Mapped[date | None]
    extension_why: Mapped[str] = mapped_column(Text)
    closed_on: Mapped[date | None]
    carried_from: Mapped[UUID | None] = mapped_column(ForeignKey("copies.id"))
    """Copy of the replaced letter whose reports count here."""
    superseded_by: Mapped[str] = mapped_column(String(40))
    """Number of the letter that replaced this one."""

    @property
    def due_on(self) -> date | None:
        """The next day that matters in the present state."""
        return instruments.due_now(self.status, sign=self.sign_due_on, plan=self.plan_due_on, result=self.result_due_on)


class Reply(Base, ReplyColumns):
    """What an addressee reported."""

    __tablename__ = "replies"
    __table_args__ = (UniqueConstraint("copy_id", "number"),)

    copy_id: Mapped[UUID] = mapped_column(ForeignKey("copies.id"))
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Campaign(Base, Record, Counted):
    """Special governance under an issue."""

    __tablename__ = "campaigns"
    __table_args__ = (
        CheckConstraint(among("status", states.CAMPAIGN.states), name="status"),
        CheckConstraint("(status = 'closed') = (closed_on IS NOT NULL)", name="closed_dated"),
        CheckConstraint("status <> 'closed' OR institutions > 0", name="closed_with_institutions"),
    )

    issue_id: Mapped[UUID] = mapped_column(ForeignKey("issues.id"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    lead: Mapped[str] = mapped_column(String(120))
    scope_note: Mapped[str] = mapped_column(Text)
    launched_on: Mapped[date]
    planned_end_on: Mapped[date]
    outcome_name: Mapped[str] = mapped_column(String(40))
    outcome_count: Mapped[int]
    outcome_unit: Mapped[str] = mapped_column(String(10))
    closed_on: Mapped[date | None]


class Incoming(Base, Record):
    """A lower office's request to take an issue up."""

    __tablename__ = "incoming_escalations"
    __table_args__ = (
        UniqueConstraint("origin", "escalation_id"),
        CheckConstraint(among("status", states.INCOMING.states), name="status"),
        CheckConstraint("status NOT IN ('taken_up', 'merged_into') OR issue_id IS NOT NULL", name="taken_into_an_issue"),
    )

    origin: Mapped[str] = mapped_column(String(56))
    escalation_id: Mapped[UUID]
    document_number: Mapped[str] = mapped_column(String(40))
    local_number: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(120))
    category: Mapped[str] = mapped_column(String(8))
    statement: Mapped[str] = mapped_column(Text)
    wanted: Mapped[str] = mapped_column(Text)
    units: Mapped[int]
    escalated_on: Mapped[date]
    issue_id: Mapped[UUID | None] = mapped_column(ForeignKey("issues.id"))
    guidance: Mapped[str] = mapped_column(Text)
    decided_on: Mapped[date | None]
