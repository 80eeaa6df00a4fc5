"""initial"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('figures',
    sa.Column('figure_id', sa.Uuid(), nullable=False),
    sa.Column('edition', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('submitter', sa.String(length=56), nullable=False),
    sa.Column('source', sa.String(length=40), nullable=False),
    sa.Column('region_code', sa.String(length=6), nullable=False),
    sa.Column('region', sa.String(length=40), nullable=False),
    sa.Column('scope', sa.String(length=30), nullable=False),
    sa.Column('indicator', sa.String(length=60), nullable=False),
    sa.Column('dimension', sa.String(length=60), nullable=False),
    sa.Column('value', sa.Numeric(precision=18, scale=4), nullable=False),
    sa.Column('unit', sa.String(length=12), nullable=False),
    sa.Column('precision', sa.String(length=20), nullable=False),
    sa.Column('period_kind', sa.String(length=20), nullable=False),
    sa.Column('period', sa.String(length=60), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('as_of', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('status', sa.String(length=40), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("precision in ('exact', 'approximate', 'at_least')", name=op.f('ck_figures_precision')),
    sa.CheckConstraint("status <> 'withdrawn' or reason <> ''", name=op.f('ck_figures_withdrawn_says_why')),
    sa.CheckConstraint("status in ('current', 'superseded', 'withdrawn')", name=op.f('ck_figures_status')),
    sa.CheckConstraint('edition > 0', name=op.f('ck_figures_edition')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_figures')),
    sa.UniqueConstraint('submitter', 'figure_id', 'edition', name=op.f('uq_figures_submitter_figure_id_edition')),
    schema='indicators_published'
    )
    op.create_index('ix_figures_region', 'figures', ['region_code', 'indicator'], unique=False, schema='indicators_published')
    op.create_index('uq_figures_identity', 'figures', ['submitter', 'key'], unique=True, schema='indicators_published', postgresql_where=sa.text("status = 'current'"))


def downgrade() -> None:
    op.drop_index('uq_figures_identity', table_name='figures', schema='indicators_published', postgresql_where=sa.text("status = 'current'"))
    op.drop_index('ix_figures_region', table_name='figures', schema='indicators_published')
    op.drop_table('figures', schema='indicators_published')
