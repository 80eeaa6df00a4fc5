"""`said` at the sender, `noted` at the receiver: the business rows of every pipeline in the bench have exactly these columns."""

from datetime import date
from uuid import UUID

from sqlalchemy import Integer, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from nodekit.db import slice_metadata


class Base(DeclarativeBase):
    """Tables of the bench."""

    metadata = slice_metadata("bench_ledger")


class _Filing:
    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID]
    serial: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(200))
    happened_on: Mapped[date]
    amount: Mapped[int] = mapped_column(Integer)
    note: Mapped[str] = mapped_column(Text)


class Said(_Filing, Base):
    """What the sender filed."""

    __tablename__ = "said"


class Noted(_Filing, Base):
    """What the receiver made of it."""

    __tablename__ = "noted"

    origin: Mapped[str] = mapped_column(String(56))
