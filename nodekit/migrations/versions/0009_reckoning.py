"""Reconciliation of both ends' decisions, and voids by two persons."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
WAY_KNOWN = "way IN ('out', 'in')"


def way_and_peer() -> tuple[sa.Column[str], sa.Column[str]]:
    return sa.Column("way", sa.String(3), nullable=False), sa.Column("peer", sa.String(63), nullable=False)


def upgrade() -> None:
    op.add_column("outbox", sa.Column("voided_at", INSTANT, nullable=True), schema="nodekit")
    op.create_table(
        "fin_block", *way_and_peer(),
        sa.Column("blocks", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False, comment="over how the first blocks × 256 numbers were decided"),
        sa.PrimaryKeyConstraint("way", "peer", "blocks", name="pk_fin_block"),
        sa.CheckConstraint(WAY_KNOWN, name=op.f("ck_fin_block_way_known")),
        sa.CheckConstraint("blocks > 0", name=op.f("ck_fin_block_blocks_positive")),
        schema="nodekit", comment="running hash of the reconciliation, one row per 256 decided numbers",
    )
    op.create_table(
        "agreement", *way_and_peer(),
        sa.Column("numbers", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("agreed_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("way", "peer", name="pk_agreement"),
        sa.CheckConstraint(WAY_KNOWN, name=op.f("ck_agreement_way_known")),
        schema="nodekit", comment="how far both ends were last found to have decided alike",
    )
    create_reconciliation()
    create_voids()


def create_reconciliation() -> None:
    op.create_table(
        "reconciliation", *way_and_peer(),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("accepted", sa.String(64), nullable=False, comment="name of the receipt that accepts"),
        sa.Column("refused", sa.String(64), nullable=False, comment="name of the receipt that refuses"),
        sa.Column("found_at", INSTANT, nullable=False),
        sa.Column("stands", sa.String(8), nullable=True),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.Column("settled_by", sa.String(64), nullable=True, comment="officer of this office, or the office that told us"),
        sa.Column("note", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("way", "peer", "seq", name="pk_reconciliation"),
        sa.CheckConstraint(WAY_KNOWN, name=op.f("ck_reconciliation_way_known")),
        sa.CheckConstraint("stands IN ('accepted', 'refused')", name=op.f("ck_reconciliation_stands_known")),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (settled_by IS NULL) AND (settled_at IS NULL) = (note IS NULL) AND (settled_at IS NULL) = (stands IS NULL)",
            name=op.f("ck_reconciliation_settled_by_somebody"),
        ),
        schema="nodekit", comment="numbers for which the receiving office signed two decisions, and which of them stands",
    )
    op.create_index("ix_reconciliation_open", "reconciliation", ["peer"], schema="nodekit", postgresql_where=sa.text("settled_at IS NULL"))


def create_voids() -> None:
    op.create_table(
        "void",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("dst", sa.String(63), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("proposed_by", sa.String(64), nullable=False),
        sa.Column("confirmed_at", INSTANT, nullable=True),
        sa.Column("confirmed_by", sa.String(64), nullable=True),
        sa.Column("void_event_id", sa.Uuid(), nullable=True, comment="the event that tells the addressee"),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.Column("withdrawn_by", sa.String(64), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_void"),
        sa.CheckConstraint("confirmed_by <> proposed_by", name=op.f("ck_void_two_persons")),
        sa.CheckConstraint(
            "(confirmed_at IS NULL) = (confirmed_by IS NULL) AND (confirmed_at IS NULL) = (void_event_id IS NULL)", name=op.f("ck_void_confirmed_whole")
        ),
        sa.CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name=op.f("ck_void_withdrawn_by_somebody")),
        sa.CheckConstraint("confirmed_at IS NULL OR withdrawn_at IS NULL", name=op.f("ck_void_confirmed_is_not_withdrawn")),
        schema="nodekit", comment="requests to take an event back: proposed by one person, confirmed by another",
    )
    op.create_index("ux_void_event", "void", ["event_id"], unique=True, schema="nodekit", postgresql_where=sa.text("withdrawn_at IS NULL"))
    op.create_table(
        "awaited_void",
        sa.Column("src", sa.String(63), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("told_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("src", "event_id", name="pk_awaited_void"),
        schema="nodekit",
        comment="events their sender took back before they came, or came again after a restore; a row goes when its event is refused",
    )


def downgrade() -> None:
    for name in ("awaited_void", "void", "reconciliation", "agreement", "fin_block"):
        op.drop_table(name, schema="nodekit")
    op.drop_column("outbox", "voided_at", schema="nodekit")
