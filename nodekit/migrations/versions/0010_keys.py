"""Papers that grant or revoke keys, as they were signed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "key_paper",
        sa.Column("dh", sa.String(64), nullable=False),
        sa.Column("office", sa.String(63), nullable=False, comment="whose key is granted or revoked"),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False, comment="generation granted, or serial of the revocation"),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column(
            "sigs", postgresql.JSONB(), nullable=False,
            comment="[[role, key id, signature]]; replaced when the parent signs again with a newer key",
        ),
        sa.Column("taken_at", INSTANT, nullable=False),
        sa.Column("told_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("dh", name="pk_key_paper"),
        sa.CheckConstraint("kind IN ('rotate', 'renew', 'revoke')", name=op.f("ck_key_paper_kind_known")),
        sa.CheckConstraint("n > 0", name=op.f("ck_key_paper_n_positive")),
        schema="nodekit",
        comment="papers that grant or revoke keys; told_at: when the word was passed on through the tree",
    )
    op.create_index("ix_key_paper_office", "key_paper", ["office", "n"], schema="nodekit")


def downgrade() -> None:
    op.drop_table("key_paper", schema="nodekit")
