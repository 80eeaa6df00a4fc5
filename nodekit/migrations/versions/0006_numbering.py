"""One room for running numbers and document numbers."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "number_series",
        sa.Column("series", sa.String(60), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("listed_from", sa.Integer(), nullable=False),
        sa.CheckConstraint("last > 0", name=op.f("ck_number_series_positive")),
        sa.CheckConstraint("listed_from BETWEEN 1 AND last + 1", name=op.f("ck_number_series_listed")),
        sa.PrimaryKeyConstraint("series", "year", name="pk_number_series"),
        schema="nodekit",
    )
    op.create_table(
        "given_numbers",
        sa.Column("series", sa.String(60), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(60), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by", sa.String(60), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("void_reason", sa.String(300), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_given_numbers_positive")),
        sa.CheckConstraint("(voided_at IS NULL) = (void_reason = '')", name=op.f("ck_given_numbers_void_says_why")),
        sa.ForeignKeyConstraint(
            ["series", "year"], ["nodekit.number_series.series", "nodekit.number_series.year"], name="fk_given_numbers_series_year_number_series"
        ),
        sa.PrimaryKeyConstraint("series", "year", "number", name="pk_given_numbers"),
        sa.UniqueConstraint("text", name="uq_given_numbers_text"),
        schema="nodekit",
    )


def downgrade() -> None:
    op.drop_table("given_numbers", schema="nodekit")
    op.drop_table("number_series", schema="nodekit")
