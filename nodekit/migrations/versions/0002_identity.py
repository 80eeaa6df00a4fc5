"""Accounts and sessions, audit chain, key pins, own deadline rules, time line."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _accounts()
    _audit()
    _peers_and_deadlines()
    op.create_table(
        "history",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slice", sa.String(60), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("officer_id", sa.Uuid(), nullable=True),
        sa.Column("officer_name", sa.String(60), nullable=False),
        sa.Column("action", sa.String(60), nullable=False),
        sa.Column("label", sa.String(60), nullable=False),
        sa.Column("before", sa.String(40), nullable=False),
        sa.Column("after", sa.String(40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_history"),
        schema="nodekit",
    )
    op.create_index("ix_history_record", "history", ["slice", "record_id", "at"], schema="nodekit")


def _accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("username", sa.String(40), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("password", sa.String(200), nullable=False),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("password_at", INSTANT, nullable=False),
        sa.Column("disabled_at", INSTANT, nullable=True),
        sa.CheckConstraint("password LIKE '$argon2id$%'", name=op.f("ck_accounts_password")),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        schema="nodekit",
    )
    op.create_index("uq_accounts_username", "accounts", [sa.text("lower(username)")], unique=True, schema="nodekit")
    op.create_table(
        "account_posts",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("post", sa.String(40), nullable=False),
        sa.Column("granted_at", INSTANT, nullable=False),
        sa.Column("granted_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["nodekit.accounts.id"], name="fk_account_posts_account_id_accounts"),
        sa.PrimaryKeyConstraint("account_id", "post", name="pk_account_posts"),
        schema="nodekit",
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("last_seen_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_why", sa.String(20), nullable=False),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_why = '')", name=op.f("ck_sessions_ended")),
        sa.ForeignKeyConstraint(["account_id"], ["nodekit.accounts.id"], name="fk_sessions_account_id_accounts"),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sa.UniqueConstraint("token_hash", name="uq_sessions_token_hash"),
        schema="nodekit",
    )
    op.create_index("ix_sessions_account", "sessions", ["account_id", "created_at"], schema="nodekit")
    op.create_table(
        "login_attempts",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failed_at", INSTANT, nullable=False),
        sa.Column("blocked_until", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_login_attempts"),
        schema="nodekit",
    )


def _audit() -> None:
    op.create_table(
        "audit_log",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("officer_id", sa.Uuid(), nullable=True),
        sa.Column("officer_name", sa.String(60), nullable=False),
        sa.Column("action", sa.String(100), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.Column("prev", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.CheckConstraint("length(hash) = 64 AND length(prev) = 64", name=op.f("ck_audit_log_hash")),
        sa.PrimaryKeyConstraint("seq", name="pk_audit_log"),
        schema="nodekit",
    )
    op.create_index("ix_audit_log_at", "audit_log", ["at"], schema="nodekit")
    op.create_index("ix_audit_log_subject", "audit_log", ["subject"], schema="nodekit")
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_single")),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
        schema="nodekit",
    )
    op.execute("INSERT INTO nodekit.audit_head (id, seq, hash) VALUES (1, 0, repeat('0', 64))")
    op.execute(
        "CREATE FUNCTION nodekit.audit_log_is_insert_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'nodekit.audit_log is insert-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_log_insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON nodekit.audit_log "
        "FOR EACH STATEMENT EXECUTE FUNCTION nodekit.audit_log_is_insert_only()"
    )


def _peers_and_deadlines() -> None:
    op.create_table(
        "peers",
        sa.Column("office", sa.String(56), nullable=False),
        sa.Column("signing_fingerprint", sa.String(64), nullable=False),
        sa.Column("sealing_fingerprint", sa.String(64), nullable=False),
        sa.Column("signing", sa.LargeBinary(), nullable=False),
        sa.Column("sealing", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.String(8), nullable=False),
        sa.Column("first_seen_at", INSTANT, nullable=False),
        sa.Column("decided_at", INSTANT, nullable=False),
        sa.CheckConstraint("status IN ('pinned', 'refused', 'retired')", name=op.f("ck_peers_status")),
        sa.CheckConstraint("octet_length(signing) = 32 AND octet_length(sealing) = 32", name=op.f("ck_peers_length")),
        sa.PrimaryKeyConstraint("office", "signing_fingerprint", "sealing_fingerprint", name="pk_peers"),
        schema="nodekit",
    )
    op.create_index("uq_peers_pinned", "peers", ["office"], unique=True, schema="nodekit", postgresql_where=sa.text("status = 'pinned'"))
    op.create_table(
        "deadline_overrides",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("item", sa.String(60), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(12), nullable=False),
        sa.Column("basis", sa.String(200), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("unit IN ('natural_day', 'work_day', 'month')", name=op.f("ck_deadline_overrides_unit")),
        sa.CheckConstraint("count BETWEEN -366 AND 3660 AND count <> 0", name=op.f("ck_deadline_overrides_count")),
        sa.PrimaryKeyConstraint("id", name="pk_deadline_overrides"),
        sa.UniqueConstraint("item", "effective_from", name="uq_deadline_overrides_item_effective_from"),
        schema="nodekit",
    )


def downgrade() -> None:
    for table in ("history", "deadline_overrides", "peers", "audit_head", "audit_log", "login_attempts", "sessions", "account_posts", "accounts"):
        op.drop_table(table, schema="nodekit")
    op.execute("DROP FUNCTION nodekit.audit_log_is_insert_only()")
