"""`said` at the sender, `noted` at the receiver. Nothing here is unique: a second effect must be able to show."""

from uuid import UUID

from sqlalchemy import BigInteger, Identity, Integer, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from nodekit.db import slice_metadata


class Base(DeclarativeBase):
    """Tables of the trial."""

    metadata = slice_metadata("fault_ledger")


class _Row:
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    event_id: Mapped[UUID]
    case_id: Mapped[UUID]
    mark: Mapped[UUID]
    n: Mapped[int] = mapped_column(Integer)
    text_hash: Mapped[str] = mapped_column(String(64))


class Said(_Row, Base):
    """Committed together with the event."""

    __tablename__ = "said"

    dst: Mapped[str] = mapped_column(String(56))


class Noted(_Row, Base):
    """The effect."""

    __tablename__ = "noted"

    origin: Mapped[str] = mapped_column(String(56))
