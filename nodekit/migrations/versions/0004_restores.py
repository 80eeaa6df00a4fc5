"""Delivery after restores: backup marks, decisions given back, own events found at a peer, retired boots."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
OFFICE = sa.String(63)
TEXT_64 = sa.String(64)


def upgrade() -> None:
    op.create_table(
        "backup_mark",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("taken_at", INSTANT, nullable=False),
        sa.Column(
            "cursors", JSONB(), nullable=False,
            comment="{office: number held of its events} in that backup; a row lives as long as its backup may be restored",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_backup_mark"),
        schema="nodekit",
    )
    op.create_table(
        "prior",
        sa.Column("src", OFFICE, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(8), nullable=False),
        sa.Column("code", TEXT_64, nullable=False),
        sa.Column("decided_by", TEXT_64, nullable=False),
        sa.Column("receipt", TEXT_64, nullable=False),
        sa.PrimaryKeyConstraint("src", "seq", name="pk_prior"),
        sa.CheckConstraint("status IN ('accepted', 'refused')", name=op.f("ck_prior_status_known")),
        schema="nodekit",
        comment="decisions this office signed before a restore, given back by the sender; a row goes when its event is decided again",
    )
    op.create_table(
        "recovered",
        sa.Column("dst", OFFICE, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("found_at", INSTANT, nullable=False),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.Column("settled_by", TEXT_64, nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("dst", "seq", name="pk_recovered"),
        sa.UniqueConstraint("event_id", name="uq_recovered_event_id"),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (settled_by IS NULL) AND (settled_at IS NULL) = (note IS NULL)",
            name=op.f("ck_recovered_settled_by_somebody"),
        ),
        schema="nodekit",
        comment="events this office signed, the peer holds and the restored database did not know",
    )
    op.create_table(
        "retired_boot",
        sa.Column("peer", OFFICE, nullable=False),
        sa.Column("boot", sa.String(32), nullable=False),
        sa.Column("evidence", sa.LargeBinary(), nullable=False, comment="the signed STATE of a process that had been superseded"),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("peer", "boot", name="pk_retired_boot"),
        schema="nodekit",
    )


def downgrade() -> None:
    for name in ("retired_boot", "recovered", "prior", "backup_mark"):
        op.drop_table(name, schema="nodekit")
