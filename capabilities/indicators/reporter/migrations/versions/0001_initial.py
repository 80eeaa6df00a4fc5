"""initial"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('own_cells',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('indicator', sa.String(length=60), nullable=False),
    sa.Column('dimensions', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('scope', sa.String(length=30), nullable=False),
    sa.Column('period_kind', sa.String(length=20), nullable=False),
    sa.Column('period_label', sa.String(length=60), nullable=False),
    sa.Column('value', sa.Numeric(precision=20, scale=4), nullable=True),
    sa.Column('unit', sa.String(length=12), nullable=False),
    sa.Column('precision', sa.String(length=20), nullable=False),
    sa.Column('numerator', sa.Numeric(precision=20, scale=4), nullable=True),
    sa.Column('denominator', sa.Numeric(precision=20, scale=4), nullable=True),
    sa.Column('counting_owner', sa.String(length=56), nullable=True),
    sa.Column('sealed', sa.Boolean(), nullable=False),
    sa.Column('hidden', sa.Boolean(), nullable=False),
    sa.Column('withdrawn', sa.Boolean(), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.Column('as_of', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('not withdrawn or not hidden', name=op.f('ck_own_cells_withdrawn_hides_nothing')),
    sa.CheckConstraint('version > 0', name=op.f('ck_own_cells_version')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_own_cells')),
    sa.UniqueConstraint('key', name=op.f('uq_own_cells_key')),
    schema='indicators_reporter'
    )
    op.create_table('snapshots',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('id = 1', name=op.f('ck_snapshots_one_row')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_snapshots')),
    schema='indicators_reporter'
    )


def downgrade() -> None:
    op.drop_table('snapshots', schema='indicators_reporter')
    op.drop_table('own_cells', schema='indicators_reporter')
