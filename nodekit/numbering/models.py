"""Counters, and what they gave."""

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKeyConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from nodekit.db import NodekitBase


class NumberSeries(NodekitBase):
    """Where one series stands in one year (0: a series that never starts again). Its row lock orders those who take numbers."""

    __tablename__ = "number_series"
    __table_args__ = (CheckConstraint("last > 0", name="positive"), CheckConstraint("listed_from BETWEEN 1 AND last + 1", name="listed"))

    series: Mapped[str] = mapped_column(String(60), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]
    listed_from: Mapped[int]
    """First number the register lists; smaller ones were given before the office had one."""


class GivenNumber(NodekitBase):
    """One number in use, or void with the reason. Rows are never deleted."""

    __tablename__ = "given_numbers"
    __table_args__ = (
        ForeignKeyConstraint(["series", "year"], ["nodekit.number_series.series", "nodekit.number_series.year"]),
        UniqueConstraint("text"),
        CheckConstraint("number > 0", name="positive"),
        CheckConstraint("(voided_at IS NULL) = (void_reason = '')", name="void_says_why"),
    )

    series: Mapped[str] = mapped_column(String(60), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(String(60))
    """As printed."""
    given_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    given_by: Mapped[str] = mapped_column(String(60))
    voided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    void_reason: Mapped[str] = mapped_column(String(300))
