"""Figures that offices published. A correction is a new row with a higher version; what stood before stays, marked as superseded."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, Index, Numeric, String, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from capabilities.indicators.published_rules import PUBLISHED
from nodekit.db import slice_metadata
from nodekit.db.record import Record
from shared_schemas.indicators.v1 import SubmittedFigure


class Base(DeclarativeBase):
    """Tables of this side."""

    metadata = slice_metadata("indicators_published")


class PublishedFigure(Base, Record):
    """One version of one figure, own or from below. `edition` is its version; `version` guards the form."""

    __tablename__ = "figures"
    __table_args__ = (
        UniqueConstraint("submitter", "figure_id", "edition"),
        Index("uq_figures_identity", "submitter", "key", unique=True, postgresql_where=text("status = 'current'")),
        Index("ix_figures_region", "region_code", "indicator"),
        CheckConstraint(f"status in ({', '.join(repr(code) for code in PUBLISHED.states)})", name="status"),
        CheckConstraint("edition > 0", name="edition"),
        CheckConstraint("precision in ('exact', 'approximate', 'at_least')", name="precision"),
        CheckConstraint("status <> 'withdrawn' or reason <> ''", name="withdrawn_says_why"),
    )

    figure_id: Mapped[UUID]
    edition: Mapped[int]
    key: Mapped[str] = mapped_column(String(40))
    submitter: Mapped[str] = mapped_column(String(56))
    source: Mapped[str] = mapped_column(String(40))
    region_code: Mapped[str] = mapped_column(String(6))
    region: Mapped[str] = mapped_column(String(40))
    scope: Mapped[str] = mapped_column(String(30))
    indicator: Mapped[str] = mapped_column(String(60))
    dimension: Mapped[str] = mapped_column(String(60))
    value: Mapped[Decimal] = mapped_column(Numeric(18, 4))
    unit: Mapped[str] = mapped_column(String(12))
    precision: Mapped[str] = mapped_column(String(20))
    period_kind: Mapped[str] = mapped_column(String(20))
    period: Mapped[str] = mapped_column(String(60))
    reason: Mapped[str] = mapped_column(String(200))
    as_of: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    """When this version was entered at the submitting office."""

    def as_submitted(self) -> SubmittedFigure:
        """This version on the wire."""
        return SubmittedFigure(
            figure_id=self.figure_id, version=self.edition, source=self.source, region_code=self.region_code, region=self.region, scope=self.scope,
            indicator=self.indicator, dimension=self.dimension, value=self.value, unit=self.unit, precision=self.precision, period_kind=self.period_kind,
            period=self.period, withdrawn=self.status == "withdrawn", reason=self.reason, as_of=self.as_of,
        )
