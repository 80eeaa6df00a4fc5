"""Running numbers go on in the node's one room (nodekit.numbering).

Two slices that gave numbers of one 代字 go on after the larger of their last ones.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        INSERT INTO nodekit.number_series AS known (series, year, last, listed_from)
        SELECT series, year, last, last + 1 FROM lifted_inspection_requester.numbers
        ON CONFLICT (series, year) DO UPDATE
        SET last = greatest(known.last, excluded.last), listed_from = greatest(known.listed_from, excluded.listed_from)
    """)
    op.drop_table("numbers", schema="lifted_inspection_requester")


def downgrade() -> None:
    op.create_table(
        "numbers",
        sa.Column("series", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.CheckConstraint("last > 0", name=op.f("ck_numbers_positive")),
        sa.PrimaryKeyConstraint("series", "year", name="pk_numbers"),
        schema="lifted_inspection_requester",
    )
