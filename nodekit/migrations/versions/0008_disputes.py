"""Why a channel stopped, with both sides of the contradiction, and who lifted the stop."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "dispute",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("peer", sa.String(63), nullable=False),
        sa.Column("reason", sa.String(64), nullable=False),
        sa.Column("theirs", sa.LargeBinary(), nullable=False, comment="the signed transmission that contradicts, whole"),
        sa.Column(
            "ours", sa.LargeBinary(), nullable=False, comment="our links to the next signed one, canonical JSON; empty where none are concerned"
        ),
        sa.Column("found_at", INSTANT, nullable=False),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.Column("settled_by", sa.String(64), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_dispute"),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (settled_by IS NULL) AND (settled_at IS NULL) = (note IS NULL)",
            name=op.f("ck_dispute_settled_by_somebody"),
        ),
        schema="nodekit",
        comment="why a channel stopped, and who lifted the stop",
    )


def downgrade() -> None:
    op.drop_table("dispute", schema="nodekit")
