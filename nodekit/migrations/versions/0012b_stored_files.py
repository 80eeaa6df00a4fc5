"""Files of records: where their chunks lie, and name and key as vault ciphertext."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012b"
down_revision = "0012"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "stored_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slice", sa.String(80), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("chunks", postgresql.ARRAY(sa.String(64)), nullable=False),
        sa.Column("cipher_bytes", sa.Integer(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("added_by", sa.String(60), nullable=False),
        sa.Column("destroyed_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_stored_file"),
        sa.CheckConstraint("size_bytes BETWEEN 1 AND 33554432", name=op.f("ck_stored_file_size_bounded")),
        sa.CheckConstraint("(secret IS NULL) = (destroyed_at IS NOT NULL)", name=op.f("ck_stored_file_destroyed_loses_key")),
        schema="nodekit",
    )
    op.create_index("ix_stored_file_owner", "stored_file", ["slice", "record_id"], schema="nodekit")


def downgrade() -> None:
    op.drop_table("stored_file", schema="nodekit")
