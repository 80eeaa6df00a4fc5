"""Tables of the reconciliation (对账) and of voids (作废)."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Identity, Index, String, Table, Text, Uuid

from nodekit.db import metadata
from nodekit.delivery.tables import HASH, KEY, OFFICE, instant_column

WAY_KNOWN = "way IN ('out', 'in')"

fin_block = Table(
    "fin_block",
    metadata,
    Column("way", String(3), primary_key=True),
    Column("peer", OFFICE, primary_key=True),
    Column("blocks", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", HASH, nullable=False, comment="over how the first blocks × 256 numbers were decided"),
    CheckConstraint(WAY_KNOWN, name="way_known"),
    CheckConstraint("blocks > 0", name="blocks_positive"),
    comment="running hash of the reconciliation, one row per 256 decided numbers",
)

agreement = Table(
    "agreement",
    metadata,
    Column("way", String(3), primary_key=True),
    Column("peer", OFFICE, primary_key=True),
    Column("numbers", BigInteger, nullable=False),
    Column("hash", HASH, nullable=False),
    instant_column("agreed_at"),
    CheckConstraint(WAY_KNOWN, name="way_known"),
    comment="how far both ends were last found to have decided alike",
)

reconciliation = Table(
    "reconciliation",
    metadata,
    Column("way", String(3), primary_key=True),
    Column("peer", OFFICE, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("event_id", Uuid, nullable=False),
    Column("accepted", HASH, nullable=False, comment="name of the receipt that accepts"),
    Column("refused", HASH, nullable=False, comment="name of the receipt that refuses"),
    instant_column("found_at"),
    Column("stands", String(8)),
    instant_column("settled_at", nullable=True),
    Column("settled_by", KEY, comment="officer of this office, or the office that told us"),
    Column("note", Text),
    CheckConstraint(WAY_KNOWN, name="way_known"),
    CheckConstraint("stands IN ('accepted', 'refused')", name="stands_known"),
    CheckConstraint(
        "(settled_at IS NULL) = (settled_by IS NULL) AND (settled_at IS NULL) = (note IS NULL) AND (settled_at IS NULL) = (stands IS NULL)",
        name="settled_by_somebody",
    ),
    comment="numbers for which the receiving office signed two decisions, and which of them stands",
)
Index("ix_reconciliation_open", reconciliation.c.peer, postgresql_where=reconciliation.c.settled_at.is_(None))

void = Table(
    "void",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("event_id", Uuid, nullable=False),
    Column("dst", OFFICE, nullable=False),
    Column("reason", Text, nullable=False),
    instant_column("proposed_at"),
    Column("proposed_by", KEY, nullable=False),
    instant_column("confirmed_at", nullable=True),
    Column("confirmed_by", KEY),
    Column("void_event_id", Uuid, comment="the event that tells the addressee"),
    instant_column("withdrawn_at", nullable=True),
    Column("withdrawn_by", KEY),
    CheckConstraint("confirmed_by <> proposed_by", name="two_persons"),
    CheckConstraint("(confirmed_at IS NULL) = (confirmed_by IS NULL) AND (confirmed_at IS NULL) = (void_event_id IS NULL)", name="confirmed_whole"),
    CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn_by_somebody"),
    CheckConstraint("confirmed_at IS NULL OR withdrawn_at IS NULL", name="confirmed_is_not_withdrawn"),
    comment="requests to take an event back: proposed by one person, confirmed by another",
)
Index("ux_void_event", void.c.event_id, unique=True, postgresql_where=void.c.withdrawn_at.is_(None))

awaited_void = Table(
    "awaited_void",
    metadata,
    Column("src", OFFICE, primary_key=True),
    Column("event_id", Uuid, primary_key=True),
    instant_column("told_at"),
    comment="events their sender took back before they came, or came again after a restore; a row goes when its event is refused",
)
