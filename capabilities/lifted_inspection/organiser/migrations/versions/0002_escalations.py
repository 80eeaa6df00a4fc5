"""How often a task was passed on upward: the revision under which the office above knows it."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SCHEMA = "lifted_inspection_organiser"


def upgrade() -> None:
    op.add_column("tasks", sa.Column("escalations", sa.Integer(), nullable=True), schema=SCHEMA)
    op.execute("UPDATE lifted_inspection_organiser.tasks SET escalations = (escalated_on IS NOT NULL)::integer")
    op.alter_column("tasks", "escalations", nullable=False, schema=SCHEMA)


def downgrade() -> None:
    op.drop_column("tasks", "escalations", schema=SCHEMA)
