"""The bench's two tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, more in (("said", []), ("noted", [sa.Column("origin", sa.String(56), nullable=False)])):
        op.create_table(
            name,
            sa.Column("event_id", sa.Uuid(), nullable=False),
            sa.Column("case_id", sa.Uuid(), nullable=False),
            sa.Column("serial", sa.String(40), nullable=False),
            sa.Column("title", sa.String(200), nullable=False),
            sa.Column("happened_on", sa.Date(), nullable=False),
            sa.Column("amount", sa.Integer(), nullable=False),
            sa.Column("note", sa.Text(), nullable=False),
            *more,
            sa.PrimaryKeyConstraint("event_id", name=f"pk_{name}"),
            schema="bench_ledger",
        )
