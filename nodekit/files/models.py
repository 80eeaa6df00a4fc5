"""Files that belong to a record: where they lie and how to open them. Contents and names are ciphertext."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, Index, LargeBinary, String
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from nodekit.db import NodekitBase


class StoredFile(NodekitBase):
    """One attachment of one record of a slice. The chunks stand in `nodekit.chunk`."""

    __tablename__ = "stored_file"
    __table_args__ = (
        CheckConstraint("size_bytes BETWEEN 1 AND 33554432", name="size_bounded"),
        CheckConstraint("(secret IS NULL) = (destroyed_at IS NOT NULL)", name="destroyed_loses_key"),
        Index("ix_stored_file_owner", "slice", "record_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    slice: Mapped[str] = mapped_column(String(80))
    """PostgreSQL schema of the slice that owns the record."""
    record_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(8))
    """Extension, lower case; all that a list shows of the name."""
    size_bytes: Mapped[int]
    chunks: Mapped[list[str]] = mapped_column(ARRAY(String(64)))
    cipher_bytes: Mapped[int]
    secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Name and content key, vault ciphertext; none after destruction."""
    added_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    added_by: Mapped[str] = mapped_column(String(60))
    destroyed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
