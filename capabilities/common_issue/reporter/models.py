"""Tables of the reporting side: batches of findings told upward, escalations and what became of them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from capabilities.common_issue.common.columns import among
from capabilities.common_issue.domain import states
from nodekit.db import slice_metadata
from nodekit.db.record import Record


class Base(DeclarativeBase):
    """Tables of this side."""

    metadata = slice_metadata("common_issue_reporter")


class Report(Base, Record):
    """A batch of findings for one addressee: the superior office, or this office's own analysis."""

    __tablename__ = "reports"
    __table_args__ = (
        CheckConstraint(among("status", states.REPORT.states), name="status"),
        CheckConstraint("status NOT IN ('reported', 'pooled', 'withdrawn') OR (serial IS NOT NULL AND reported_at IS NOT NULL)", name="reported_is_numbered"),
        CheckConstraint("pooled <= size", name="pooled_of_size"),
    )

    serial: Mapped[str | None] = mapped_column(String(40), unique=True)
    addressee: Mapped[str] = mapped_column(String(56))
    round_label: Mapped[str] = mapped_column(String(60))
    note: Mapped[str] = mapped_column(Text)
    size: Mapped[int]
    """Findings in it, withdrawn ones included."""
    pooled: Mapped[int]
    prepared_by: Mapped[UUID]
    reported_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    event_id: Mapped[UUID | None]


class ReportedFinding(Base):
    """One finding in a batch, with the wording that leaves the office."""

    __tablename__ = "reported_findings"
    __table_args__ = (UniqueConstraint("report_id", "finding_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    report_id: Mapped[UUID] = mapped_column(ForeignKey("reports.id"))
    finding_id: Mapped[UUID]
    number: Mapped[str] = mapped_column(String(40))
    category: Mapped[str] = mapped_column(String(8))
    category_label: Mapped[str] = mapped_column(String(60))
    text: Mapped[str] = mapped_column(Text)
    unit: Mapped[str] = mapped_column(String(16))
    confirmed_on: Mapped[date | None]
    tags: Mapped[str] = mapped_column(Text)
    """Joined with 、."""
    withdrawn: Mapped[bool]


class Escalation(Base, Record):
    """An issue this office asks its superior to take up (下借上势)."""

    __tablename__ = "escalations"
    __table_args__ = (
        CheckConstraint(among("status", states.ESCALATION.states), name="status"),
        CheckConstraint("status IN ('drafted', 'voided') OR (document_number IS NOT NULL AND escalated_on IS NOT NULL)", name="escalated_is_numbered"),
        CheckConstraint("status NOT IN ('taken_up', 'returned_with_guidance', 'merged_into', 'decided') OR decided_on IS NOT NULL", name="decided_is_dated"),
        CheckConstraint("units > 0", name="units"),
    )

    document_number: Mapped[str | None] = mapped_column(String(40), unique=True)
    addressee: Mapped[str] = mapped_column(String(56))
    local_number: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(120))
    category: Mapped[str] = mapped_column(String(8))
    statement: Mapped[str] = mapped_column(Text)
    wanted: Mapped[str] = mapped_column(Text)
    units: Mapped[int]
    escalated_on: Mapped[date | None]
    event_id: Mapped[UUID | None]
    outcome: Mapped[str | None] = mapped_column(String(40))
    issue_number: Mapped[str] = mapped_column(String(40))
    """Common issue at the superior office that now holds it."""
    guidance: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[str] = mapped_column(String(60))
    decided_on: Mapped[date | None]
