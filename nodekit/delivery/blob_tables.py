"""Tables for attachments: ciphertext by the chunk, and which chunks are missing.

A chunk stands once, whoever refers to it: its name is the hash of its bytes. `chunk_need` holds rows only while something is missing.
"""

from __future__ import annotations

from sqlalchemy import DDL, BigInteger, Boolean, CheckConstraint, Column, Index, Integer, LargeBinary, Table, Uuid, event

from nodekit.db import metadata
from nodekit.delivery.tables import HASH, OFFICE, instant_column

chunk = Table(
    "chunk",
    metadata,
    Column("hash", HASH, primary_key=True),
    Column("bytes", LargeBinary, nullable=False, comment="ciphertext; STORAGE EXTERNAL, for it does not compress"),
    instant_column("stored_at"),
    CheckConstraint("octet_length(bytes) BETWEEN 1 AND 262144", name="size_bounded"),
)
event.listen(chunk, "after_create", DDL("ALTER TABLE nodekit.chunk ALTER COLUMN bytes SET STORAGE EXTERNAL"))  # type: ignore[no-untyped-call]

chunk_need = Table(
    "chunk_need",
    metadata,
    Column("peer", OFFICE, primary_key=True),
    Column("own", Boolean, primary_key=True, comment="of an event this office sent and a restore has undone"),
    Column("event_id", Uuid, primary_key=True),
    Column("hash", HASH, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("place", Integer, nullable=False),
    instant_column("gone_at", nullable=True),
    Column("given_up", Boolean, nullable=False, comment="by a person: the event was accepted before a restore, its chunk is gone on both sides"),
    CheckConstraint("seq > 0 AND place >= 0", name="numbers_positive"),
    comment="chunks an event still lacks; gone_at: the peer said then that it has it not",
)
Index("ix_chunk_need_hash", chunk_need.c.hash)
