"""Letters that replace others, letters passed on, findings of one's own, thresholds set by an officer, analyses on record."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SCHEMA = "common_issue_issuer"
NEW_TEXTS = (("copies", "superseded_by", sa.String(40)), ("instruments", "replacing_why", sa.Text()), ("instruments", "source_number", sa.String(40)), ("instruments", "paper_to", sa.Text()))
CHECKS = (
    ("copies", "status", "status IN ('assessed', 'closed', 'in_governance', 'plan_replied', 'redo', 'result_replied', 'returned', 'sent', 'signed', {new}'voided', 'withdrawing', 'withdrawn')"),
    ("instruments", "status", "status IN ('closed', 'drafted', 'issued', 'reviewed', 'signed_off', {new}'voided', 'withdrawn')"),
    (
        "instruments", "issued_is_numbered",
        "NOT status IN ('closed', 'issued', {new}'withdrawn') OR (document_number IS NOT NULL AND issued_on IS NOT NULL AND signed_off_by IS NOT NULL)",
    ),
)


def upgrade() -> None:
    _create_tables()
    for table, name, kind in NEW_TEXTS:
        op.add_column(table, sa.Column(name, kind, nullable=False, server_default=""), schema=SCHEMA)
        op.alter_column(table, name, server_default=None, schema=SCHEMA)
    op.add_column("instruments", sa.Column("carries_over", sa.Boolean(), nullable=False, server_default=sa.false()), schema=SCHEMA)
    op.alter_column("instruments", "carries_over", server_default=None, schema=SCHEMA)
    for table, name in (("copies", "carried_from"), ("instruments", "replaces_id"), ("instruments", "source_letter")):
        op.add_column(table, sa.Column(name, sa.Uuid(), nullable=True), schema=SCHEMA)
    for table, name in (("copies", "carried_from"), ("instruments", "replaces_id")):
        op.create_foreign_key(op.f(f"fk_{table}_{name}_{table}"), table, table, [name], ["id"], source_schema=SCHEMA, referent_schema=SCHEMA)
    op.create_index(op.f("ix_instruments_source_letter"), "instruments", ["source_letter"], schema=SCHEMA)
    op.create_index("uq_instruments_one_replacement", "instruments", ["replaces_id"], unique=True, schema=SCHEMA, postgresql_where=sa.text("status <> 'voided'"))
    op.create_check_constraint(op.f("ck_instruments_replaces_another"), "instruments", "replaces_id <> id", schema=SCHEMA)
    _set_checks("'superseded', ")
    op.alter_column("pooled_findings", "report_id", nullable=True, schema=SCHEMA)


def downgrade() -> None:
    op.alter_column("pooled_findings", "report_id", nullable=False, schema=SCHEMA)
    _set_checks("")
    op.drop_constraint(op.f("ck_instruments_replaces_another"), "instruments", schema=SCHEMA)
    op.drop_index("uq_instruments_one_replacement", table_name="instruments", schema=SCHEMA)
    op.drop_index(op.f("ix_instruments_source_letter"), table_name="instruments", schema=SCHEMA)
    for table, name in (("copies", "carried_from"), ("instruments", "replaces_id"), ("instruments", "source_letter"), ("instruments", "carries_over")):
        op.drop_column(table, name, schema=SCHEMA)
    for table, name, _kind in NEW_TEXTS:
        op.drop_column(table, name, schema=SCHEMA)
    op.drop_table("threshold_settings", schema=SCHEMA)
    op.drop_table("analyses", schema=SCHEMA)


def _set_checks(new: str) -> None:
    for table, name, condition in CHECKS:
        op.drop_constraint(op.f(f"ck_{table}_{name}"), table, schema=SCHEMA)
        op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, condition.format(new=new), schema=SCHEMA)


def _record() -> list[sa.Column]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False), sa.Column("status", sa.String(40), nullable=False), sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False), sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    ]


def _create_tables() -> None:
    limits = ("units_min", "offices_min")
    counted = ("compared", "added", "updated", "dropped", "held_back", *limits)
    op.create_table(
        "analyses", sa.Column("asked_by", sa.String(60), nullable=False), *(sa.Column(name, sa.Integer(), nullable=False) for name in counted),
        sa.Column("similarity_min", sa.Float(), nullable=False), *_record(), sa.PrimaryKeyConstraint("id", name=op.f("pk_analyses")),
        sa.CheckConstraint("status IN ('done')", name=op.f("ck_analyses_status")),
        sa.CheckConstraint("least(compared, added, updated, dropped, held_back) >= 0", name=op.f("ck_analyses_counts")), schema=SCHEMA,
    )
    op.create_table(
        "threshold_settings", *(sa.Column(name, sa.Integer(), nullable=False) for name in limits), sa.Column("similarity_min", sa.Float(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False), sa.Column("set_by", sa.String(60), nullable=False), *_record(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_threshold_settings")),
        sa.CheckConstraint("status IN ('in_force', 'replaced')", name=op.f("ck_threshold_settings_status")),
        sa.CheckConstraint("similarity_min BETWEEN 0.1 AND 0.9", name=op.f("ck_threshold_settings_similarity")),
        sa.CheckConstraint("units_min BETWEEN 2 AND 999 AND offices_min BETWEEN 2 AND 99", name=op.f("ck_threshold_settings_spread")), schema=SCHEMA,
    )
    op.create_index("uq_threshold_settings_in_force", "threshold_settings", ["status"], unique=True, schema=SCHEMA, postgresql_where=sa.text("status = 'in_force'"))
