"""Deadline rules of this office's own."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from nodekit.db import NodekitBase


class DeadlineOverride(NodekitBase):
    """A rule of this office, valid from a day on. Rows are only added: old records keep the rule of their day."""

    __tablename__ = "deadline_overrides"
    __table_args__ = (
        UniqueConstraint("item", "effective_from"),
        CheckConstraint("unit IN ('natural_day', 'work_day', 'month')", name="unit"),
        CheckConstraint("count BETWEEN -366 AND 3660 AND count <> 0", name="count"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    item: Mapped[str] = mapped_column(String(60))
    effective_from: Mapped[date]
    count: Mapped[int]
    unit: Mapped[str] = mapped_column(String(12))
    basis: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    created_by: Mapped[UUID | None]
