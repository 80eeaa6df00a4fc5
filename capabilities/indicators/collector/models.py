"""Cells of this office and of every node below it, one row each, the newest version only; and where they stood at the end of each day."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, Numeric, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from nodekit.db import slice_metadata


class Base(DeclarativeBase):
    """Tables of this side."""

    metadata = slice_metadata("indicators_collector")


class NodeCell(Base):
    """One number of one node. `value` is null when suppressed or not available, never a stand-in zero."""

    __tablename__ = "node_cells"
    __table_args__ = (
        UniqueConstraint("node", "key"),
        CheckConstraint("version > 0", name="version"),
        CheckConstraint("precision <> 'suppressed' or value is null", name="suppressed_has_no_value"),
        CheckConstraint("not withdrawn or value is null", name="withdrawn_has_no_value"),
        Index("ix_node_cells_indicator", "indicator"),
        Index("ix_node_cells_received_at", "received_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    node: Mapped[str] = mapped_column(String(56))
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
    withdrawn: Mapped[bool]
    version: Mapped[int] = mapped_column(BigInteger)
    as_of: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class CellDay(Base):
    """Where a cell stood at the end of a day on which it changed, by the local calendar of this office."""

    __tablename__ = "cell_days"

    cell_id: Mapped[UUID] = mapped_column(ForeignKey("node_cells.id"), primary_key=True)
    on: Mapped[date] = mapped_column(primary_key=True)
    value: Mapped[Decimal | None] = mapped_column(Numeric(20, 4))
    numerator: Mapped[Decimal | None] = mapped_column(Numeric(20, 4))
    denominator: Mapped[Decimal | None] = mapped_column(Numeric(20, 4))


class NodeReport(Base):
    """When a node's numbers last arrived."""

    __tablename__ = "node_reports"

    node: Mapped[str] = mapped_column(String(56), primary_key=True)
    as_of: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    """The node's own clock."""
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
