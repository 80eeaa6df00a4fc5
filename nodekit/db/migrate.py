"""Migrations: one linear history per slice, nodekit first, under an advisory lock.

No env.py per slice: the runtime drives alembic through its API, so a slice's `migrations/versions/` holds nothing but revisions.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from nodekit.db import metadata as nodekit_metadata

OpsT = TypeVar("OpsT")

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection
    from sqlalchemy.ext.asyncio import AsyncEngine

    from nodekit.spec import NodeSpec

MIGRATION_LOCK = 7_015_001
"""Advisory lock: two processes of one node starting together migrate once."""
LOCK_TIMEOUT_S = 60


@dataclass(frozen=True)
class History:
    """One schema and the folder with its revisions."""

    schema: str
    folder: Path
    metadata: sa.MetaData

    @property
    def script(self) -> ScriptDirectory:
        return ScriptDirectory(str(self.folder.parent), version_locations=[str(self.folder)])


def histories(spec: NodeSpec) -> list[History]:
    """nodekit's history, then those of the composed slices that own tables."""
    found = [nodekit_history()]
    found += [
        History(part.schema, Path(str(files(part.package))) / "migrations" / "versions", part.metadata)
        for part in spec.slices
        if part.metadata is not None
    ]
    return found


def nodekit_history() -> History:
    return History("nodekit", Path(__file__).parents[1] / "migrations" / "versions", nodekit_metadata)


async def migrate(engine: AsyncEngine, spec: NodeSpec) -> list[str]:
    """Bring a node's database to this release. Returns the schemas that changed; a second run returns none."""
    async with engine.begin() as connection:
        await connection.execute(sa.text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT_S}s'"))
        await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATION_LOCK)))
        return await connection.run_sync(_upgrade_all, histories(spec))


def behind(connection: Connection, spec: NodeSpec) -> list[str]:
    """Schemas of the database that are not at this release; changes nothing."""
    return [history.schema for history in histories(spec) if _current(connection, history.schema) != history.script.get_current_head()]


def _upgrade_all(connection: Connection, wanted: Iterable[History]) -> list[str]:
    changed = []
    for history in wanted:
        script = history.script
        if _current(connection, history.schema) == script.get_current_head():
            continue
        connection.execute(sa.text(f'CREATE SCHEMA IF NOT EXISTS "{history.schema}"'))
        _upgrade(connection, history, script)
        changed.append(history.schema)
    return changed


def _current(connection: Connection, schema: str) -> str | None:
    table = f"{schema}.alembic_version"
    if connection.execute(sa.text("SELECT to_regclass(:table)"), {"table": table}).scalar() is None:
        return None
    return connection.execute(sa.select(sa.column("version_num")).select_from(sa.table("alembic_version", schema=schema))).scalar()


def _upgrade(connection: Connection, history: History, script: ScriptDirectory, to: str = "head") -> None:
    def steps(revision: Any, _context: MigrationContext) -> Any:
        return script._upgrade_revs(to, revision)  # noqa: SLF001 - what alembic's own `upgrade` command calls

    with EnvironmentContext(Config(), script, fn=steps, destination_rev=to) as environment:
        environment.configure(connection=connection, target_metadata=history.metadata, version_table_schema=history.schema)
        environment.run_migrations()


def draft_revision(connection: Connection, history: History, message: str) -> Path:
    """Write the next revision of one history from the difference between its tables and its models.

    The draft is for a person to read: alembic does not see everything (a changed primary key, for one).
    """
    connection.execute(sa.text(f'CREATE SCHEMA IF NOT EXISTS "{history.schema}"'))
    context = MigrationContext.configure(
        connection,
        opts={
            "include_schemas": True,
            "include_name": lambda name, kind, _parents: name == history.schema if kind == "schema" else True,
            "version_table_schema": history.schema,
            "compare_type": True,
        },
    )
    operations = produce_migrations(context, history.metadata)
    head = history.script.get_current_head() if history.folder.exists() else None
    number = f"{int(head) + 1:04d}" if head else "0001"
    history.folder.mkdir(parents=True, exist_ok=True)
    for folder in (history.folder, history.folder.parent):
        (folder / "__init__.py").touch()
    target = history.folder / f"{number}_{message.replace(' ', '_')}.py"
    target.write_text(_REVISION.format(
        message=message, number=number, head=repr(head),
        upgrade=render_python_code(_present(operations.upgrade_ops), migration_context=context),
        downgrade=render_python_code(_present(operations.downgrade_ops), migration_context=context),
    ), encoding="utf-8")
    return target


def _present(operations: OpsT | None) -> OpsT:
    if operations is None:
        raise RuntimeError("alembic produced no operations")
    return operations


_REVISION = '''"""{message}"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "{number}"
down_revision = {head}
branch_labels = None
depends_on = None


def upgrade() -> None:
    {upgrade}


def downgrade() -> None:
    {downgrade}
'''
