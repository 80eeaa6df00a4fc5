"""Tables for what a restore of either side leaves behind. Small, and empty in a node that never had to be restored."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Identity, LargeBinary, String, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from nodekit.db import metadata
from nodekit.delivery.tables import CODE, HASH, KEY, OFFICE, instant_column

backup_mark = Table(
    "backup_mark",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    instant_column("taken_at"),
    Column("cursors", JSONB, nullable=False, comment="{office: number held of its events} in that backup; a row lives as long as its backup may be restored"),
    Column("heads", JSONB, nullable=False, server_default="{}", comment="{office: last number given for it} in that backup"),
    Column("file", Text, nullable=False, server_default="", comment="where it was written to"),
    instant_column("completed_at", nullable=True),
)

prior = Table(
    "prior",
    metadata,
    Column("src", OFFICE, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("status", String(8), nullable=False),
    Column("code", CODE, nullable=False),
    Column("decided_by", KEY, nullable=False),
    Column("receipt", HASH, nullable=False),
    CheckConstraint("status IN ('accepted', 'refused')", name="status_known"),
    comment="decisions this office signed before a restore, given back by the sender; a row goes when its event is decided again",
)

recovered = Table(
    "recovered",
    metadata,
    Column("dst", OFFICE, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("event_id", Uuid, nullable=False, unique=True),
    instant_column("found_at"),
    instant_column("settled_at", nullable=True),
    Column("settled_by", KEY),
    Column("note", Text),
    CheckConstraint("(settled_at IS NULL) = (settled_by IS NULL) AND (settled_at IS NULL) = (note IS NULL)", name="settled_by_somebody"),
    comment="events this office signed, the peer holds and the restored database did not know",
)

dispute = Table(
    "dispute",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("peer", OFFICE, nullable=False),
    Column("reason", CODE, nullable=False),
    Column("theirs", LargeBinary, nullable=False, comment="the signed transmission that contradicts, whole"),
    Column("ours", LargeBinary, nullable=False, comment="our links to the next signed one, canonical JSON; empty where none are concerned"),
    instant_column("found_at"),
    instant_column("settled_at", nullable=True),
    Column("settled_by", KEY),
    Column("note", Text),
    CheckConstraint("(settled_at IS NULL) = (settled_by IS NULL) AND (settled_at IS NULL) = (note IS NULL)", name="settled_by_somebody"),
    comment="why a channel stopped, and who lifted the stop",
)

retired_boot = Table(
    "retired_boot",
    metadata,
    Column("peer", OFFICE, primary_key=True),
    Column("boot", String(32), primary_key=True),
    Column("evidence", LargeBinary, nullable=False, comment="the signed STATE of a process that had been superseded"),
    instant_column("seen_at"),
)
