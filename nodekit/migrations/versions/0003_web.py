"""Submission tokens: a form sent twice is done once."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "submissions",
        sa.Column("officer_id", sa.Uuid(), nullable=False),
        sa.Column("token", sa.String(200), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("officer_id", "token", name="pk_submissions"),
        schema="nodekit",
    )
    op.create_index("ix_submissions_at", "submissions", ["at"], schema="nodekit")


def downgrade() -> None:
    op.drop_table("submissions", schema="nodekit")
