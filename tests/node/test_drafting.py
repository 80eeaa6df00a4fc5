"""A drafted migration names only what it imports."""

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from nodekit.db.drafting import _on
from nodekit.db.migrate import History
from tests.support.postgres import PgServer


def test_types_inside_types_are_qualified(pg_server: PgServer, tmp_path: Path) -> None:
    metadata = sa.MetaData(schema="drafted")
    sa.Table(
        "thing", metadata, sa.Column("id", sa.Uuid, primary_key=True), sa.Column("tags", postgresql.ARRAY(sa.String(20)), nullable=False),
        sa.Column("links", sa.ARRAY(sa.Uuid()), nullable=False), sa.Column("facts", postgresql.JSONB, nullable=False),
    )
    path = _on(pg_server.create_database(), History("drafted", tmp_path / "versions", metadata), "initial")
    names: dict = {}
    exec(compile(path.read_text(encoding="utf-8"), path, "exec"), names)
    text = path.read_text(encoding="utf-8")
    assert "ARRAY(sa.String(length=20))" in text
    assert "sa.ARRAY(sa.Uuid())" in text
    assert "astext_type=sa.Text()" in text
    assert names["revision"] == "0001"
