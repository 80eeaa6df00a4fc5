"""What this office keeps about parcels: one row per partner, one per file made or taken. The channel's own tables stay the truth."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Identity, Integer, String, Table, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB

from nodekit.db import metadata
from nodekit.delivery.tables import HASH, OFFICE, instant_column

LINE = String(32)

parcel_peer = Table(
    "parcel_peer",
    metadata,
    Column("peer", OFFICE, primary_key=True),
    Column("our_line", LINE, nullable=False, comment="name of our unbroken past towards this office; a restore begins a new one"),
    Column("confirmed", Boolean, nullable=False, comment="the office takes our line: numbers may be given for parcels"),
    Column("our_count", BigInteger, nullable=False),
    Column("their_line", LINE, nullable=False, comment="empty: nothing came yet"),
    Column("their_last", BigInteger, nullable=False),
    Column("wanted", JSONB, nullable=False, comment="[first, last] of the office's numbers whose receipts it lacked when it spoke last"),
    Column("retired", JSONB, nullable=False, comment="lines of the office that a restore there has ended"),
)

parcel = Table(
    "parcel",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("way", String(3), nullable=False),
    Column("peer", OFFICE, nullable=False),
    Column("line", LINE, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("digest", HASH, nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False, comment="less than first: no events"),
    Column("receipts", Integer, nullable=False),
    Column("media", String(60), nullable=False),
    Column("carrier", String(60), nullable=False),
    Column("officer", String(60), nullable=False),
    instant_column("at"),
    instant_column("acknowledged_at", nullable=True),
    instant_column("wiped_at", nullable=True),
    UniqueConstraint("way", "digest"),
    CheckConstraint("way IN ('out', 'in')", name="way_known"),
)
