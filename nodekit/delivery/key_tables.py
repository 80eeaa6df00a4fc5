"""Papers about keys as they were signed, for ever: with the first keys in `peers` they say whose key was whose, and up to where."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, LargeBinary, String, Table
from sqlalchemy.dialects.postgresql import JSONB

from nodekit.db import metadata
from nodekit.delivery.tables import HASH, OFFICE, instant_column

key_paper = Table(
    "key_paper",
    metadata,
    Column("dh", HASH, primary_key=True),
    Column("office", OFFICE, nullable=False, comment="whose key is granted or revoked"),
    Column("kind", String(8), nullable=False),
    Column("n", BigInteger, nullable=False, comment="generation granted, or serial of the revocation"),
    Column("document", LargeBinary, nullable=False),
    Column("sigs", JSONB, nullable=False, comment="[[role, key id, signature]]; replaced when the parent signs again with a newer key"),
    instant_column("taken_at"),
    instant_column("told_at", nullable=True),
    CheckConstraint("kind IN ('rotate', 'renew', 'revoke')", name="kind_known"),
    CheckConstraint("n > 0", name="n_positive"),
    comment="papers that grant or revoke keys; told_at: when the word was passed on through the tree",
)
Index("ix_key_paper_office", key_paper.c.office, key_paper.c.n)
