"""Filings received from lower inspection offices."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, DateTime, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from capabilities.inspection import domain
from capabilities.inspection.vocabulary import FilingKind
from nodekit.db import slice_metadata
from nodekit.db.record import Record

SCHEMA = "inspection_superior"

class Base(DeclarativeBase):
    """Tables of this side."""

    metadata = slice_metadata(SCHEMA)


class ReceivedFiling(Base, Record):
    """A scheme or report of a lower office, in its newest revision. What was said in between is on the time line."""

    __tablename__ = "received_filings"
    __table_args__ = (
        UniqueConstraint("origin", "filing_id"),
        CheckConstraint("status in ({})".format(", ".join(f"'{code}'" for code in domain.FILING.states)), "status"),
        CheckConstraint("kind in ({})".format(", ".join(f"'{kind}'" for kind in FilingKind)), "kind"),
        CheckConstraint("status not in ('signed', 'acknowledged', 'returned') or signed_at is not null", "signed"),
        CheckConstraint("(status = 'acknowledged') = (record_number is not null)", "acknowledged"),
        Index("uq_received_filings_record_number", "record_number", unique=True, postgresql_where=text("record_number is not null")),
        Index("ix_received_filings_origin", "origin", "round_id"),
    )

    origin: Mapped[str] = mapped_column(String(56))
    filing_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(20))
    revision: Mapped[int]
    title: Mapped[str] = mapped_column(String(120))
    document: Mapped[str] = mapped_column(String(120))
    content: Mapped[str] = mapped_column(Text)
    basis_documents: Mapped[list[str]] = mapped_column(ARRAY(String(200)))
    round_id: Mapped[UUID]
    """The lower office's id of its round; its rows are not ours."""
    round_name: Mapped[str] = mapped_column(String(80))
    round_kind: Mapped[str] = mapped_column(String(20))
    topic: Mapped[str] = mapped_column(String(200))
    planned_entry_on: Mapped[date | None]
    planned_end_on: Mapped[date | None]
    fed_back_on: Mapped[date | None]
    findings: Mapped[int | None]
    teams: Mapped[int]
    targets: Mapped[list[str]] = mapped_column(ARRAY(String(80)))
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    sign_due_on: Mapped[date]
    sign_due_why: Mapped[str] = mapped_column(Text)
    signed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    signed_by: Mapped[str] = mapped_column(String(60))
    record_number: Mapped[str | None] = mapped_column(String(60))
    remarks: Mapped[str] = mapped_column(Text)
    urged: Mapped[int]
    """How often the lower office asked for an answer."""
    report_urged: Mapped[int]
    """How often we asked for the report on the round."""
    last_event_id: Mapped[UUID]
