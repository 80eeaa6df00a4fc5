"""Tables of the office above: counts as they were told, and stubs. There is no column a clue's content could be in."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from capabilities.clue_transfer import domain
from capabilities.clue_transfer.common.checks import among
from nodekit.db import slice_metadata
from nodekit.db.record import Record


class Base(DeclarativeBase):
    """Tables of this side."""

    metadata = slice_metadata("clue_transfer_observer")


class Tally(Base):
    """The latest counts of one office or desk for one year."""

    __tablename__ = "tallies"
    __table_args__ = (UniqueConstraint("origin", "role", "year"), CheckConstraint("version > 0", name="version"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    origin: Mapped[str] = mapped_column(String(56))
    role: Mapped[str] = mapped_column(String(40))
    year: Mapped[int]
    version: Mapped[int]
    as_of: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class TallyCount(Base):
    """One number of a tally; null when the source withheld it because it is small."""

    __tablename__ = "tally_counts"
    __table_args__ = (CheckConstraint("value >= 0", name="not_negative"),)

    tally_id: Mapped[UUID] = mapped_column(ForeignKey("tallies.id"), primary_key=True)
    measure: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[int | None]


class Stub(Base, Record):
    """A paper of a lower office on its way to a superior desk: number and dates."""

    __tablename__ = "stubs"
    __table_args__ = (
        UniqueConstraint("origin", "stub_id"),
        CheckConstraint(among("status", domain.ANNOUNCED.states), name="status"),
        CheckConstraint("(status = 'received') = (received_on IS NOT NULL)", name="received_dated"),
    )

    origin: Mapped[str] = mapped_column(String(56))
    stub_id: Mapped[UUID]
    serial: Mapped[str] = mapped_column(String(40))
    slip_number: Mapped[str] = mapped_column(String(40))
    addressee: Mapped[str] = mapped_column(String(56))
    registered_on: Mapped[date]
    paper_due_on: Mapped[date]
    received_on: Mapped[date | None]
