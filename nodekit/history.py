"""The time line of every record: what was done, by whom, when, and with which event."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from nodekit.db import NodekitBase


class HistoryEntry(NodekitBase):
    """One line of a record's time line. Rows are only added."""

    __tablename__ = "history"
    __table_args__ = (Index("ix_history_record", "slice", "record_id", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    slice: Mapped[str] = mapped_column(String(60))
    record_id: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    officer_id: Mapped[UUID | None]
    officer_name: Mapped[str] = mapped_column(String(60))
    action: Mapped[str] = mapped_column(String(60))
    label: Mapped[str] = mapped_column(String(60))
    before: Mapped[str] = mapped_column(String(40), default="")
    after: Mapped[str] = mapped_column(String(40), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    event_id: Mapped[UUID | None]
