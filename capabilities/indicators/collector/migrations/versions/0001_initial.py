"""initial"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('node_cells',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('node', sa.String(length=56), nullable=False),
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
    sa.Column('withdrawn', sa.Boolean(), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.Column('as_of', sa.DateTime(timezone=True), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("precision <> 'suppressed' or value is null", name=op.f('ck_node_cells_suppressed_has_no_value')),
    sa.CheckConstraint('not withdrawn or value is null', name=op.f('ck_node_cells_withdrawn_has_no_value')),
    sa.CheckConstraint('version > 0', name=op.f('ck_node_cells_version')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_node_cells')),
    sa.UniqueConstraint('node', 'key', name=op.f('uq_node_cells_node_key')),
    schema='indicators_collector'
    )
    op.create_index('ix_node_cells_indicator', 'node_cells', ['indicator'], unique=False, schema='indicators_collector')
    op.create_index('ix_node_cells_received_at', 'node_cells', ['received_at'], unique=False, schema='indicators_collector')
    op.create_table('node_reports',
    sa.Column('node', sa.String(length=56), nullable=False),
    sa.Column('as_of', sa.DateTime(timezone=True), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('node', name=op.f('pk_node_reports')),
    schema='indicators_collector'
    )
    op.create_table('cell_days',
    sa.Column('cell_id', sa.Uuid(), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('value', sa.Numeric(precision=20, scale=4), nullable=True),
    sa.Column('numerator', sa.Numeric(precision=20, scale=4), nullable=True),
    sa.Column('denominator', sa.Numeric(precision=20, scale=4), nullable=True),
    sa.ForeignKeyConstraint(['cell_id'], ['indicators_collector.node_cells.id'], name=op.f('fk_cell_days_cell_id_node_cells')),
    sa.PrimaryKeyConstraint('cell_id', 'on', name=op.f('pk_cell_days')),
    schema='indicators_collector'
    )


def downgrade() -> None:
    op.drop_table('cell_days', schema='indicators_collector')
    op.drop_table('node_reports', schema='indicators_collector')
    op.drop_index('ix_node_cells_received_at', table_name='node_cells', schema='indicators_collector')
    op.drop_index('ix_node_cells_indicator', table_name='node_cells', schema='indicators_collector')
    op.drop_table('node_cells', schema='indicators_collector')
