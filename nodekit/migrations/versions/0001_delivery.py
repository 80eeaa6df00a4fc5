"""Delivery: outbox, channels, links, inbox, receipts, quarantine."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
OFFICE = sa.String(63)
TEXT_64 = sa.String(64)


def upgrade() -> None:
    _outbox()
    _out_channels()
    _in_channels()
    _inbox()
    _evidence()
    _peers()


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("dst", OFFICE, nullable=False),
        sa.Column("event_bytes", sa.LargeBinary(), nullable=False),
        sa.Column("type", sa.String(200), nullable=False),
        sa.Column("agg", sa.String(200), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("trace", sa.String(55), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.Column("final", sa.String(8), nullable=True),
        sa.Column("final_code", TEXT_64, nullable=True),
        sa.Column("final_at", INSTANT, nullable=True),
        sa.Column("receipt", TEXT_64, nullable=True),
        sa.Column("signed_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("event_id", name="uq_outbox_event_id"),
        sa.UniqueConstraint("dst", "seq", name="uq_outbox_dst_seq"),
        sa.CheckConstraint("seq > 0", name=op.f("ck_outbox_seq_positive")),
        sa.CheckConstraint("final IN ('accepted', 'refused')", name=op.f("ck_outbox_final_known")),
        sa.CheckConstraint("final IS NULL OR seq IS NOT NULL", name=op.f("ck_outbox_final_needs_seq")),
        sa.CheckConstraint("(final IS NULL) = (final_at IS NULL)", name=op.f("ck_outbox_final_has_time")),
        sa.CheckConstraint("(final IS NULL) = (receipt IS NULL)", name=op.f("ck_outbox_final_has_receipt")),
        sa.CheckConstraint("signed_at IS NULL OR final IS DISTINCT FROM 'refused'", name=op.f("ck_outbox_refused_is_not_signed")),
        schema="nodekit",
    )
    op.create_index(
        "ix_outbox_unfinished", "outbox", ["dst", "seq"], schema="nodekit", postgresql_where=sa.text("final IS NULL AND seq IS NOT NULL")
    )
    op.create_index("ix_outbox_unnumbered", "outbox", ["id"], schema="nodekit", postgresql_where=sa.text("seq IS NULL"))


def _out_channels() -> None:
    op.create_table(
        "out_channel",
        sa.Column("dst", OFFICE, nullable=False),
        sa.Column("head_seq", sa.BigInteger(), nullable=False),
        sa.Column("head_hash", TEXT_64, nullable=False),
        sa.Column("peer_cursor", sa.BigInteger(), nullable=False),
        sa.Column("stopped_reason", TEXT_64, nullable=True),
        sa.Column("stopped_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("dst", name="pk_out_channel"),
        sa.CheckConstraint("peer_cursor BETWEEN 0 AND head_seq", name=op.f("ck_out_channel_cursor_behind_head")),
        sa.CheckConstraint("(head_seq = 0) = (head_hash = '')", name=op.f("ck_out_channel_head_has_hash")),
        sa.CheckConstraint("(stopped_reason IS NULL) = (stopped_at IS NULL)", name=op.f("ck_out_channel_stopped_has_reason")),
        schema="nodekit",
    )
    op.create_table(
        "out_link",
        sa.Column("dst", OFFICE, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("eh", TEXT_64, nullable=False),
        sa.Column("lh", TEXT_64, nullable=False),
        sa.Column("kid", TEXT_64, nullable=False),
        sa.Column("suite", sa.String(16), nullable=False),
        sa.Column("sig", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("dst", "seq", name="pk_out_link"),
        sa.CheckConstraint("seq > 0", name=op.f("ck_out_link_seq_positive")),
        schema="nodekit",
    )


def _in_channels() -> None:
    op.create_table(
        "in_channel",
        sa.Column("src", OFFICE, nullable=False),
        sa.Column("cursor", sa.BigInteger(), nullable=False),
        sa.Column("hash", TEXT_64, nullable=False),
        sa.Column("stopped_reason", TEXT_64, nullable=True),
        sa.Column("stopped_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("src", name="pk_in_channel"),
        sa.CheckConstraint("(cursor = 0) = (hash = '')", name=op.f("ck_in_channel_cursor_has_hash")),
        sa.CheckConstraint("(stopped_reason IS NULL) = (stopped_at IS NULL)", name=op.f("ck_in_channel_stopped_has_reason")),
        schema="nodekit",
    )
    op.create_table(
        "in_link",
        sa.Column("src", OFFICE, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("eh", TEXT_64, nullable=False),
        sa.Column("lh", TEXT_64, nullable=False),
        sa.Column("kid", TEXT_64, nullable=False),
        sa.Column("suite", sa.String(16), nullable=False),
        sa.Column("sig", sa.Text(), nullable=True),
        sa.Column("event_bytes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("src", "seq", name="pk_in_link"),
        sa.CheckConstraint("seq > 0", name=op.f("ck_in_link_seq_positive")),
        schema="nodekit",
    )


def _inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("src", OFFICE, nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("arrival", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.Column("eh", TEXT_64, nullable=False),
        sa.Column("lh", TEXT_64, nullable=True),
        sa.Column("type", sa.String(200), nullable=False),
        sa.Column("agg", sa.String(200), nullable=False),
        sa.Column("event_bytes", sa.LargeBinary(), nullable=True, comment="only for events to the office itself"),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("code", TEXT_64, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", TEXT_64, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("receipt", TEXT_64, nullable=True),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("next_attempt_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("src", "event_id", name="pk_inbox"),
        sa.CheckConstraint("status IN ('delivered', 'accepted', 'refused', 'held', 'quarantined')", name=op.f("ck_inbox_status_known")),
        sa.CheckConstraint("(status IN ('accepted', 'refused')) = (decided_at IS NOT NULL)", name=op.f("ck_inbox_decided_has_time")),
        sa.CheckConstraint("receipt IS NULL OR decided_at IS NOT NULL", name=op.f("ck_inbox_receipt_needs_decision")),
        sa.CheckConstraint("(seq IS NULL) = (event_bytes IS NOT NULL)", name=op.f("ck_inbox_local_has_bytes")),
        sa.CheckConstraint("(seq IS NULL) = (lh IS NULL)", name=op.f("ck_inbox_numbered_has_link")),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_inbox_attempts_counted")),
        schema="nodekit",
    )
    op.create_index("ix_inbox_delivered", "inbox", ["arrival"], schema="nodekit", postgresql_where=sa.text("status = 'delivered'"))
    op.create_index(
        "ix_inbox_blocking", "inbox", ["src", "agg", "arrival"], schema="nodekit",
        postgresql_where=sa.text("status IN ('held', 'quarantined') OR status = 'delivered' AND next_attempt_at IS NOT NULL"),
    )
    op.create_index(
        "ix_inbox_unreceipted", "inbox", ["src", "seq"], schema="nodekit",
        postgresql_where=sa.text("status IN ('accepted', 'refused') AND receipt IS NULL AND seq IS NOT NULL"),
    )


def _evidence() -> None:
    op.create_table(
        "handled",
        sa.Column("handler", sa.String(120), nullable=False),
        sa.Column("origin", OFFICE, nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("handled_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("handler", "origin", "event_id", name="pk_handled"),
        schema="nodekit",
    )
    op.create_table(
        "receipt",
        sa.Column("rh", TEXT_64, nullable=False),
        sa.Column("peer", OFFICE, nullable=False),
        sa.Column("issued", sa.String(6), nullable=False, comment="by us: ours; by the peer: theirs"),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("kid", TEXT_64, nullable=False),
        sa.Column("sig", sa.Text(), nullable=False),
        sa.Column("kept_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("rh", name="pk_receipt"),
        sa.CheckConstraint("issued IN ('ours', 'theirs')", name=op.f("ck_receipt_issued_known")),
        schema="nodekit",
    )


def _peers() -> None:
    op.create_table(
        "peer_state",
        sa.Column("peer", OFFICE, nullable=False),
        sa.Column("state_bytes", sa.LargeBinary(), nullable=False),
        sa.Column("last_heard_at", INSTANT, nullable=False),
        sa.Column("boot", sa.String(32), nullable=False),
        sa.Column("head", sa.BigInteger(), nullable=False),
        sa.Column("cursor", sa.BigInteger(), nullable=False),
        sa.Column("undecided", sa.BigInteger(), nullable=False),
        sa.Column("quarantined", sa.BigInteger(), nullable=False),
        sa.Column("stop", TEXT_64, nullable=False),
        sa.PrimaryKeyConstraint("peer", name="pk_peer_state"),
        schema="nodekit",
    )
    op.create_table(
        "quarantine",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("src", OFFICE, nullable=False),
        sa.Column("why", sa.String(120), nullable=False),
        sa.Column("bytes", sa.LargeBinary(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False, comment="of the whole transmission; `bytes` may be its beginning"),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_quarantine"),
        schema="nodekit",
    )
    op.create_index("ix_quarantine_src", "quarantine", ["src"], schema="nodekit")
    op.create_table(
        "rejected",
        sa.Column("src", OFFICE, nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("last_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("src", name="pk_rejected"),
        sa.CheckConstraint("count > 0", name=op.f("ck_rejected_counted")),
        schema="nodekit",
    )


def downgrade() -> None:
    for name in (
        "rejected", "quarantine", "peer_state", "receipt", "handled", "inbox", "in_link", "in_channel", "out_link", "out_channel", "outbox",
    ):
        op.drop_table(name, schema="nodekit")
