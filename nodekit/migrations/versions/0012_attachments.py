"""Attachments: chunks of ciphertext, and which are missing."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0008"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "chunk",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("bytes", sa.LargeBinary(), nullable=False, comment="ciphertext; STORAGE EXTERNAL, for it does not compress"),
        sa.Column("stored_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_chunk"),
        sa.CheckConstraint("octet_length(bytes) BETWEEN 1 AND 262144", name=op.f("ck_chunk_size_bounded")),
        schema="nodekit",
    )
    op.execute("ALTER TABLE nodekit.chunk ALTER COLUMN bytes SET STORAGE EXTERNAL")
    op.create_table(
        "chunk_need",
        sa.Column("peer", sa.String(63), nullable=False),
        sa.Column("own", sa.Boolean(), nullable=False, comment="of an event this office sent and a restore has undone"),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("gone_at", INSTANT, nullable=True),
        sa.Column(
            "given_up", sa.Boolean(), nullable=False,
            comment="by a person: the event was accepted before a restore, its chunk is gone on both sides",
        ),
        sa.PrimaryKeyConstraint("peer", "own", "event_id", "hash", name="pk_chunk_need"),
        sa.CheckConstraint("seq > 0 AND place >= 0", name=op.f("ck_chunk_need_numbers_positive")),
        schema="nodekit",
        comment="chunks an event still lacks; gone_at: the peer said then that it has it not",
    )
    op.create_index("ix_chunk_need_hash", "chunk_need", ["hash"], schema="nodekit")


def downgrade() -> None:
    op.drop_table("chunk_need", schema="nodekit")
    op.drop_table("chunk", schema="nodekit")
