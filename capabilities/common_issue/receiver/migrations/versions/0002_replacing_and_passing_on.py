"""Letters replaced by newer ones, letters passed on."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SCHEMA = "common_issue_receiver"
STATES = (
    "status IN ('accepted', 'closed', 'delivered', 'in_governance', 'plan_replied', 'redo', 'result_replied', 'returned', 'signed', {new}'voided', 'withdrawn')"
)
NEW_TEXTS = (("replaces_number", sa.String(40)), ("superseded_by", sa.String(40)), ("passed_on_to", sa.Text()))


def upgrade() -> None:
    for name, kind in NEW_TEXTS:
        op.add_column("letters", sa.Column(name, kind, nullable=False, server_default=""), schema=SCHEMA)
        op.alter_column("letters", name, server_default=None, schema=SCHEMA)
    op.add_column("letters", sa.Column("carried_over", sa.Boolean(), nullable=False, server_default=sa.false()), schema=SCHEMA)
    op.alter_column("letters", "carried_over", server_default=None, schema=SCHEMA)
    op.add_column("letters", sa.Column("replaces", sa.Uuid(), nullable=True), schema=SCHEMA)
    op.add_column("letters", sa.Column("passed_on_on", sa.Date(), nullable=True), schema=SCHEMA)
    _set_states("'superseded', ")


def downgrade() -> None:
    _set_states("")
    for name in ("passed_on_on", "replaces", "carried_over", *(name for name, _ in NEW_TEXTS)):
        op.drop_column("letters", name, schema=SCHEMA)


def _set_states(new: str) -> None:
    op.drop_constraint(op.f("ck_letters_status"), "letters", schema=SCHEMA)
    op.create_check_constraint(op.f("ck_letters_status"), "letters", STATES.format(new=new), schema=SCHEMA)
