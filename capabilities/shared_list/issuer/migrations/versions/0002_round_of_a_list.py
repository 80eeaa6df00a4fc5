"""The round a list was made for."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SCHEMA = "shared_list_issuer"


def upgrade() -> None:
    op.add_column("issued_lists", sa.Column("round_id", sa.Uuid(), nullable=True), schema=SCHEMA)
    op.create_index(op.f("ix_issued_lists_round_id"), "issued_lists", ["round_id"], schema=SCHEMA)


def downgrade() -> None:
    op.drop_index(op.f("ix_issued_lists_round_id"), table_name="issued_lists", schema=SCHEMA)
    op.drop_column("issued_lists", "round_id", schema=SCHEMA)
