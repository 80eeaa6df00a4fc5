"""Recusal records of people, and the mapping of 三个聚焦 to 四个落实 as rules of this office."""

from uuid import NAMESPACE_URL, uuid5

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SCHEMA = "inspection_office"
DEFAULTS = (("F1", "S1"), ("F2", "S2"), ("F3", "S3"), ("F4", "S4"))
"""What the classification of 2024 says itself."""


def upgrade() -> None:
    op.create_table(
        "people", sa.Column("name", sa.String(60), nullable=False), sa.Column("unit", sa.String(80), nullable=False), sa.Column("unit_target_id", sa.Uuid()),
        sa.Column("rank", sa.String(40), nullable=False), sa.Column("native_place", sa.String(60), nullable=False), sa.Column("username", sa.String(60)),
        sa.Column("declared_on", sa.Date(), nullable=False), *_record(), sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.CheckConstraint("status in ('listed', 'left')", name=op.f("ck_people_status")),
        sa.ForeignKeyConstraint(["unit_target_id"], [f"{SCHEMA}.targets.id"], name=op.f("fk_people_unit_target_id_targets")), schema=SCHEMA,
    )
    op.create_index("uq_people_listed", "people", ["name", "unit"], unique=True, schema=SCHEMA, postgresql_where=sa.text("status = 'listed'"))
    op.create_table(
        "person_ties", sa.Column("id", sa.Uuid(), nullable=False), sa.Column("person_id", sa.Uuid(), nullable=False), sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("target_id", sa.Uuid()), sa.Column("place", sa.String(80), nullable=False), sa.Column("relation", sa.String(60), nullable=False), sa.Column("until_on", sa.Date()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_ties")),
        sa.CheckConstraint("kind in ('former_unit', 'home', 'duty', 'relative')", name=op.f("ck_person_ties_kind")),
        sa.CheckConstraint("target_id is not null or place <> ''", name=op.f("ck_person_ties_somewhere")),
        sa.CheckConstraint("kind <> 'home' or target_id is null", name=op.f("ck_person_ties_home_is_a_place")),
        sa.ForeignKeyConstraint(["person_id"], [f"{SCHEMA}.people.id"], name=op.f("fk_person_ties_person_id_people")),
        sa.ForeignKeyConstraint(["target_id"], [f"{SCHEMA}.targets.id"], name=op.f("fk_person_ties_target_id_targets")), schema=SCHEMA,
    )
    op.create_index(op.f("ix_person_ties_person_id"), "person_ties", ["person_id"], schema=SCHEMA)
    op.add_column("members", sa.Column("person_id", sa.Uuid()), schema=SCHEMA)
    op.create_index(op.f("ix_members_person_id"), "members", ["person_id"], schema=SCHEMA)
    _create_mapping()


def _create_mapping() -> None:
    op.create_table(
        "mapping_rules", sa.Column("taxonomy", sa.String(10), nullable=False), sa.Column("code", sa.String(20), nullable=False),
        sa.Column("implementation", sa.String(10), nullable=False), sa.Column("document", sa.String(120), nullable=False), sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_by", sa.String(60), nullable=False), *_record(), sa.PrimaryKeyConstraint("id", name=op.f("pk_mapping_rules")),
        sa.CheckConstraint("status in ('in_force', 'replaced')", name=op.f("ck_mapping_rules_status")), schema=SCHEMA,
    )
    op.create_index("uq_mapping_rules_in_force", "mapping_rules", ["taxonomy", "code"], unique=True, schema=SCHEMA, postgresql_where=sa.text("status = 'in_force'"))
    insert = sa.text(
        "INSERT INTO inspection_office.mapping_rules (id, taxonomy, code, implementation, document, reason, set_by, status, version, created_at, updated_at)"
        " VALUES (:id, '2024', :code, :implementation, '', '分类自带的对应', '系统', 'in_force', 1, now(), now())"
    )
    for code, implementation in DEFAULTS:
        op.execute(insert.bindparams(id=uuid5(NAMESPACE_URL, f"liandong/mapping/2024/{code}"), code=code, implementation=implementation))


def downgrade() -> None:
    op.drop_table("mapping_rules", schema=SCHEMA)
    op.drop_index(op.f("ix_members_person_id"), table_name="members", schema=SCHEMA)
    op.drop_column("members", "person_id", schema=SCHEMA)
    op.drop_table("person_ties", schema=SCHEMA)
    op.drop_table("people", schema=SCHEMA)


def _record() -> list[sa.Column]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False), sa.Column("status", sa.String(40), nullable=False), sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False), sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    ]
