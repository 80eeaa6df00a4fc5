"""Bodies may be thrown away when every backup of the peer holds them; what peers say of their backups and of their room."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0009"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
N = "nodekit"
BODY_OR_PRUNED = "(event_bytes IS NULL) = (pruned_at IS NOT NULL)"


def upgrade() -> None:
    for table in ("outbox", "in_link"):
        op.alter_column(table, "event_bytes", existing_type=sa.LargeBinary(), nullable=True, schema=N)
        op.add_column(table, sa.Column("pruned_at", INSTANT, nullable=True), schema=N)
        op.create_check_constraint(op.f(f"ck_{table}_body_or_pruned"), table, BODY_OR_PRUNED, schema=N)
    op.create_check_constraint(op.f("ck_outbox_pruned_is_final"), "outbox", "pruned_at IS NULL OR final IS NOT NULL", schema=N)
    for column, whose in (("durable", "ours"), ("durable_head", "the peer's own")):
        comment = f"number of {whose} that every backup of the peer holds"
        op.add_column("peer_state", sa.Column(column, sa.BigInteger(), server_default="0", nullable=False, comment=comment), schema=N)
    room = sa.Column("full", sa.Boolean(), server_default=sa.false(), nullable=False, comment="the peer says it has no room for packets now")
    op.add_column("peer_state", room, schema=N)
    heads = sa.Column("heads", postgresql.JSONB(), server_default="{}", nullable=False, comment="{office: last number given for it} in that backup")
    op.add_column("backup_mark", heads, schema=N)
    op.add_column("backup_mark", sa.Column("file", sa.Text(), server_default="", nullable=False, comment="where it was written to"), schema=N)
    op.add_column("backup_mark", sa.Column("completed_at", INSTANT, nullable=True), schema=N)
    op.execute("UPDATE nodekit.backup_mark SET completed_at = taken_at")


def downgrade() -> None:
    for column in ("heads", "file", "completed_at"):
        op.drop_column("backup_mark", column, schema=N)
    for column in ("durable", "durable_head", "full"):
        op.drop_column("peer_state", column, schema=N)
    op.drop_constraint(op.f("ck_outbox_pruned_is_final"), "outbox", schema=N)
    for table in ("outbox", "in_link"):
        op.drop_constraint(op.f(f"ck_{table}_body_or_pruned"), table, schema=N)
        op.drop_column(table, "pruned_at", schema=N)
        op.alter_column(table, "event_bytes", existing_type=sa.LargeBinary(), nullable=False, schema=N)
