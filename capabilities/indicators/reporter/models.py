"""The node's own cells as last reported, with their versions. A cell that is gone stays as withdrawn: that, too, must be told."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Numeric, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from nodekit.db import slice_metadata
from shared_schemas.figures import Period, PeriodKind
from shared_schemas.indicators.v1 import ReportedCell


class Base(DeclarativeBase):
    """Tables of this side."""

    metadata = slice_metadata("indicators_reporter")


class OwnCell(Base):
    """One number of this office."""

    __tablename__ = "own_cells"
    __table_args__ = (
        UniqueConstraint("key"),
        CheckConstraint("version > 0", name="version"),
        CheckConstraint("not withdrawn or not hidden", name="withdrawn_hides_nothing"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40))
    indicator: Mapped[str] = mapped_column(String(60))
    dimensions: Mapped[dict[str, Any]] = mapped_column(JSONB)
    scope: Mapped[str] = mapped_column(String(30))
    period_kind: Mapped[str] = mapped_column(String(20))
    period_label: Mapped[str] = mapped_column(String(60))
    value: Mapped[Decimal | None] = mapped_column(Numeric(20, 4))
    unit: Mapped[str] = mapped_column(String(12))
    precision: Mapped[str] = mapped_column(String(20))
    numerator: Mapped[Decimal | None] = mapped_column(Numeric(20, 4))
    denominator: Mapped[Decimal | None] = mapped_column(Numeric(20, 4))
    counting_owner: Mapped[str | None] = mapped_column(String(56))
    sealed: Mapped[bool]
    hidden: Mapped[bool]
    """Leaves this body only as suppressed."""
    withdrawn: Mapped[bool]
    version: Mapped[int] = mapped_column(BigInteger)
    as_of: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    @property
    def period(self) -> Period:
        return Period(kind=PeriodKind(self.period_kind), label=self.period_label)

    def as_reported(self) -> ReportedCell:
        """The cell with its true value, as this office itself sees it."""
        return ReportedCell.model_validate({
            **{name: getattr(self, name) for name in _WIRE}, "period": self.period,
        })


class Snapshot(Base):
    """When everything was last sent. One row."""

    __tablename__ = "snapshots"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sent_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


_WIRE = (
    "indicator", "dimensions", "scope", "value", "unit", "precision", "numerator", "denominator", "counting_owner", "sealed", "withdrawn", "version", "as_of",
)
