"""The trial's two tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, other in (("said", "dst"), ("noted", "origin")):
        op.create_table(
            name,
            sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
            sa.Column("event_id", sa.Uuid(), nullable=False),
            sa.Column("case_id", sa.Uuid(), nullable=False),
            sa.Column("mark", sa.Uuid(), nullable=False),
            sa.Column("n", sa.Integer(), nullable=False),
            sa.Column("text_hash", sa.String(64), nullable=False),
            sa.Column(other, sa.String(56), nullable=False),
            sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
            schema="fault_ledger",
        )
