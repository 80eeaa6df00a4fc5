"""Delivery tables in schema `nodekit`. Constraints make impossible states unstorable.

Event bytes stand once: in `outbox` at the sender, in `in_link` at the receiver, in `inbox` only for events an office
addressed to itself. Links and receipts are never deleted; event ids are remembered for ever.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

from nodekit.db import metadata

OFFICE = String(63)
HASH = String(64)
KEY = String(64)
CODE = String(64)


def instant_column(name: str, *, nullable: bool = False) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


outbox = Table(
    "outbox",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("event_id", Uuid, nullable=False),
    Column("dst", OFFICE, nullable=False),
    Column("event_bytes", LargeBinary, nullable=False),
    Column("type", String(200), nullable=False),
    Column("agg", String(200), nullable=False),
    instant_column("created_at"),
    Column("trace", String(55)),
    Column("seq", BigInteger),
    Column("final", String(8)),
    Column("final_code", CODE),
    instant_column("final_at", nullable=True),
    Column("receipt", HASH),
    instant_column("signed_at", nullable=True),
    instant_column("voided_at", nullable=True),
    UniqueConstraint("event_id"),
    UniqueConstraint("dst", "seq"),
    CheckConstraint("seq > 0", name="seq_positive"),
    CheckConstraint("final IN ('accepted', 'refused')", name="final_known"),
    CheckConstraint("final IS NULL OR seq IS NOT NULL", name="final_needs_seq"),
    CheckConstraint("(final IS NULL) = (final_at IS NULL)", name="final_has_time"),
    CheckConstraint("(final IS NULL) = (receipt IS NULL)", name="final_has_receipt"),
    CheckConstraint("signed_at IS NULL OR final IS DISTINCT FROM 'refused'", name="refused_is_not_signed"),
)
Index("ix_outbox_unnumbered", outbox.c.id, postgresql_where=outbox.c.seq.is_(None))
Index("ix_outbox_unfinished", outbox.c.dst, outbox.c.seq, postgresql_where=outbox.c.final.is_(None) & outbox.c.seq.is_not(None))

out_channel = Table(
    "out_channel",
    metadata,
    Column("dst", OFFICE, primary_key=True),
    Column("head_seq", BigInteger, nullable=False),
    Column("head_hash", HASH, nullable=False),
    Column("peer_cursor", BigInteger, nullable=False),
    Column("stopped_reason", CODE),
    instant_column("stopped_at", nullable=True),
    CheckConstraint("peer_cursor BETWEEN 0 AND head_seq", name="cursor_behind_head"),
    CheckConstraint("(head_seq = 0) = (head_hash = '')", name="head_has_hash"),
    CheckConstraint("(stopped_reason IS NULL) = (stopped_at IS NULL)", name="stopped_has_reason"),
)

out_link = Table(
    "out_link",
    metadata,
    Column("dst", OFFICE, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("event_id", Uuid, nullable=False),
    Column("eh", HASH, nullable=False),
    Column("lh", HASH, nullable=False),
    Column("kid", KEY, nullable=False),
    Column("suite", String(16), nullable=False),
    Column("sig", Text),
    CheckConstraint("seq > 0", name="seq_positive"),
)

in_channel = Table(
    "in_channel",
    metadata,
    Column("src", OFFICE, primary_key=True),
    Column("cursor", BigInteger, nullable=False),
    Column("hash", HASH, nullable=False),
    Column("stopped_reason", CODE),
    instant_column("stopped_at", nullable=True),
    CheckConstraint("(cursor = 0) = (hash = '')", name="cursor_has_hash"),
    CheckConstraint("(stopped_reason IS NULL) = (stopped_at IS NULL)", name="stopped_has_reason"),
)

in_link = Table(
    "in_link",
    metadata,
    Column("src", OFFICE, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("event_id", Uuid, nullable=False),
    Column("eh", HASH, nullable=False),
    Column("lh", HASH, nullable=False),
    Column("kid", KEY, nullable=False),
    Column("suite", String(16), nullable=False),
    Column("sig", Text),
    Column("event_bytes", LargeBinary, nullable=False),
    CheckConstraint("seq > 0", name="seq_positive"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("src", OFFICE, primary_key=True),
    Column("event_id", Uuid, primary_key=True),
    Column("arrival", BigInteger, Identity(always=True), nullable=False),
    Column("seq", BigInteger),
    Column("eh", HASH, nullable=False),
    Column("lh", HASH),
    Column("type", String(200), nullable=False),
    Column("agg", String(200), nullable=False),
    Column("event_bytes", LargeBinary, comment="only for events to the office itself"),
    Column("status", String(12), nullable=False),
    Column("code", CODE, nullable=False),
    Column("reason", Text, nullable=False),
    Column("decided_by", KEY, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("receipt", HASH),
    instant_column("received_at"),
    instant_column("decided_at", nullable=True),
    instant_column("next_attempt_at", nullable=True),
    CheckConstraint("status IN ('delivered', 'accepted', 'refused', 'held', 'quarantined')", name="status_known"),
    CheckConstraint("(status IN ('accepted', 'refused')) = (decided_at IS NOT NULL)", name="decided_has_time"),
    CheckConstraint("receipt IS NULL OR decided_at IS NOT NULL", name="receipt_needs_decision"),
    CheckConstraint("(seq IS NULL) = (event_bytes IS NOT NULL)", name="local_has_bytes"),
    CheckConstraint("(seq IS NULL) = (lh IS NULL)", name="numbered_has_link"),
    CheckConstraint("attempts >= 0", name="attempts_counted"),
)
Index("ix_inbox_delivered", inbox.c.arrival, postgresql_where=inbox.c.status == "delivered")
Index(
    "ix_inbox_blocking", inbox.c.src, inbox.c.agg, inbox.c.arrival,
    postgresql_where=inbox.c.status.in_(("held", "quarantined"))
    | ((inbox.c.status == "delivered") & inbox.c.next_attempt_at.is_not(None)),
)
Index(
    "ix_inbox_unreceipted", inbox.c.src, inbox.c.seq,
    postgresql_where=inbox.c.status.in_(("accepted", "refused")) & inbox.c.receipt.is_(None) & inbox.c.seq.is_not(None),
)

handled = Table(
    "handled",
    metadata,
    Column("handler", String(120), primary_key=True),
    Column("origin", OFFICE, primary_key=True),
    Column("event_id", Uuid, primary_key=True),
    instant_column("handled_at"),
)

receipt = Table(
    "receipt",
    metadata,
    Column("rh", HASH, primary_key=True),
    Column("peer", OFFICE, nullable=False),
    Column("issued", String(6), nullable=False, comment="by us: ours; by the peer: theirs"),
    Column("document", LargeBinary, nullable=False),
    Column("kid", KEY, nullable=False),
    Column("sig", Text, nullable=False),
    instant_column("kept_at"),
    CheckConstraint("issued IN ('ours', 'theirs')", name="issued_known"),
)

peer_state = Table(
    "peer_state",
    metadata,
    Column("peer", OFFICE, primary_key=True),
    Column("state_bytes", LargeBinary, nullable=False),
    instant_column("last_heard_at"),
    Column("boot", String(32), nullable=False),
    Column("head", BigInteger, nullable=False),
    Column("cursor", BigInteger, nullable=False),
    Column("undecided", BigInteger, nullable=False),
    Column("quarantined", BigInteger, nullable=False),
    Column("stop", CODE, nullable=False),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("src", OFFICE, nullable=False),
    Column("why", String(120), nullable=False),
    Column("bytes", LargeBinary, nullable=False),
    Column("size_bytes", Integer, nullable=False, comment="of the whole transmission; `bytes` may be its beginning"),
    instant_column("received_at"),
    Index("ix_quarantine_src", "src"),
)

rejected = Table(
    "rejected",
    metadata,
    Column("src", OFFICE, primary_key=True),
    Column("count", BigInteger, nullable=False),
    instant_column("last_at"),
    CheckConstraint("count > 0", name="counted"),
)
