"""Pinned public keys of the other offices."""

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from nodekit.db import NodekitBase


class PeerKey(NodekitBase):
    """One pair of keys an office was seen with. At most one pair per office is in use; refused and retired pairs stay as evidence."""

    __tablename__ = "peers"
    __table_args__ = (
        Index("uq_peers_pinned", "office", unique=True, postgresql_where=text("status = 'pinned'")),
        CheckConstraint("status IN ('pinned', 'refused', 'retired')", name="status"),
        CheckConstraint("octet_length(signing) = 32 AND octet_length(sealing) = 32", name="length"),
    )

    office: Mapped[str] = mapped_column(String(56), primary_key=True)
    signing_fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    sealing_fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    signing: Mapped[bytes] = mapped_column(LargeBinary)
    sealing: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[str] = mapped_column(String(8))
    first_seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    decided_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
