"""Every slice of the project, from its first revision (with rows in it) to this release: the schema is the models', the rows are still there.

Alembic's comparison does not see everything (a changed primary key, for one), so PostgreSQL's own words are compared, too.
"""

from __future__ import annotations

import asyncio
import pkgutil
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

import nodekit
from nodekit.db.migrate import History, _upgrade, nodekit_history
from tests.support.postgres import PgServer, sqlalchemy_url

ROOT = Path(__file__).parents[2]
COLUMNS = """
SELECT table_name || '.' || column_name || ' ' || udt_name || coalesce('(' || character_maximum_length || ')', '') || ' ' || is_nullable
    || coalesce(' ' || numeric_precision || '/' || numeric_scale, '')
FROM information_schema.columns WHERE table_schema = :schema AND table_name <> 'alembic_version'
"""
CONSTRAINTS = """
SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
WHERE connamespace = CAST(:schema AS regnamespace) AND contype <> 'n' AND conrelid::regclass::text NOT LIKE '%alembic_version'
"""
INDEXES = "SELECT indexdef FROM pg_indexes WHERE schemaname = :schema AND tablename <> 'alembic_version'"
LISTED = re.compile(r"\(?\"?(\w+)\"?\)?(?:::text)? = ANY \(\(?ARRAY\['(\w+)'")
"""A rule that lists a column's values: column and first value."""
KEPT_ELSEWHERE = frozenset({"numbers"})
"""Tables whose rows a later revision moved to another room; their own test says where to."""


def all_histories() -> Iterator[History]:
    for module in pkgutil.walk_packages(nodekit.__path__, "nodekit."):
        if module.name.rpartition(".")[2] not in {"__main__"}:
            import_module(module.name)  # loads every table, also of rooms no page needs
    yield nodekit_history()
    for folder in sorted((ROOT / "capabilities").glob("*/*/migrations/versions")):
        side = folder.parents[1]
        package = ".".join(side.relative_to(ROOT).parts)
        yield History("_".join(side.parts[-2:]), folder, import_module(f"{package}.models").Base.metadata)


HISTORIES = {history.schema: history for history in all_histories()}


def upgrade_to(connection: Connection, history: History, revision: str) -> None:
    connection.execute(sa.text(f'CREATE SCHEMA IF NOT EXISTS "{history.schema}"'))
    _upgrade(connection, history, history.script, revision)


def first_revision(history: History) -> str:
    return history.script.get_base() or ""


def described(connection: Connection, schema: str) -> set[str]:
    return {str(line) for query in (COLUMNS, CONSTRAINTS, INDEXES) for line in connection.execute(sa.text(query), {"schema": schema}).scalars()}


def differences(connection: Connection, history: History) -> list[Any]:
    """What autogenerate would still do."""
    context = MigrationContext.configure(
        connection,
        opts={
            "include_schemas": True, "version_table_schema": history.schema, "compare_type": True,
            "include_name": lambda name, kind, _parents: name == history.schema if kind == "schema" else True,
        },
    )
    return compare_metadata(context, history.metadata)


def sample(column: Any, allowed: dict[str, str]) -> Any:
    """A plain value of the column's type, of those a rule allows where it lists them."""
    if column["name"] in allowed:
        return allowed[column["name"]]
    length = getattr(column["type"], "length", None)
    match column["type"].python_type.__name__:
        case "UUID":
            return uuid4()
        case "str":
            return "sample"[: length or 40]
        case "datetime":
            return datetime(2026, 3, 2, 8, tzinfo=UTC)
        case "date":
            return date(2026, 3, 2)
        case "bool":
            return False
        case "bytes":
            return b"x"
        case "dict" | "list":
            return []
        case _:
            return 1


def fill(connection: Connection, schema: str) -> dict[str, int]:
    """A row in every table that takes a plain one; tables whose rules want more stay empty. Returns what was stored, by table."""
    connection.execute(sa.text("SET LOCAL session_replication_role = replica"))  # the row another table should hold is not the point here
    inspector, stored = sa.inspect(connection), {}
    for name in inspector.get_table_names(schema):
        if name == "alembic_version":
            continue
        table = sa.Table(name, sa.MetaData(), schema=schema, autoload_with=connection, resolve_fks=False)
        columns = [column for column in inspector.get_columns(name, schema) if not column["nullable"] and not column.get("identity")]
        rules = " ".join(rule["sqltext"] for rule in inspector.get_check_constraints(name, schema))
        allowed = dict(reversed(LISTED.findall(rules)))
        savepoint = connection.begin_nested()
        try:
            connection.execute(table.insert().values({column["name"]: sample(column, allowed) for column in columns}))
        except (DBAPIError, NotImplementedError):
            savepoint.rollback()
            continue
        savepoint.commit()
        stored[name] = connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
    return stored


async def on_database(pg_server: PgServer, work: Any) -> Any:
    engine = create_async_engine(sqlalchemy_url(await asyncio.to_thread(pg_server.create_database)))
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(work)
    finally:
        await engine.dispose()


def from_the_first(schema: str) -> Any:
    history = HISTORIES[schema]

    def work(connection: Connection) -> tuple[set[str], list[Any], dict[str, int], dict[str, int]]:
        if schema != "nodekit":
            upgrade_to(connection, HISTORIES["nodekit"], "head")
        upgrade_to(connection, history, first_revision(history))
        before = {} if schema == "nodekit" else fill(connection, schema)
        upgrade_to(connection, history, "head")
        kept = {name: connection.execute(sa.text(f'SELECT count(*) FROM "{schema}"."{name}"')).scalar_one() for name in before if name not in KEPT_ELSEWHERE}
        return described(connection, schema), differences(connection, history), before, kept

    return work


def from_models(schema: str) -> Any:
    def work(connection: Connection) -> set[str]:
        connection.execute(sa.text(f'CREATE SCHEMA "{schema}"'))
        HISTORIES[schema].metadata.create_all(connection)
        return described(connection, schema)

    return work


@pytest.mark.parametrize("schema", HISTORIES)
async def test_from_the_first_revision_with_rows_to_what_the_models_say(pg_server: PgServer, schema: str) -> None:
    migrated, drafted, before, kept = await on_database(pg_server, from_the_first(schema))
    modelled = await on_database(pg_server, from_models(schema))
    assert len(migrated) > 5
    assert drafted == []
    assert sorted(migrated ^ modelled) == []
    assert kept == {name: count for name, count in before.items() if name not in KEPT_ELSEWHERE}
    assert before or schema == "nodekit", "no table took a row: the samples no longer fit"


NUMBERED = {
    "clue_transfer_issuer": ([("演巡移", 2026, 4), ("YL-01-X", 0, 6)], [("巡移", 2026, 4, 5), ("线索:YL-01", 0, 6, 7)]),
    "clue_transfer_receiver": ([("样线受", 2026, 4)], [("线受", 2026, 4, 5)]),
    "common_issue_issuer": ([("演巡建", 2026, 2), ("CI", 2026, 9)], [("CI", 2026, 9, 10), ("巡建", 2026, 2, 3)]),
    "common_issue_reporter": ([("演巡报", 2026, 2)], [("巡报", 2026, 2, 3)]),
    "lifted_inspection_organiser": ([("巡提请", 2026, 3)], [("巡提请", 2026, 3, 4)]),
    "lifted_inspection_requester": ([("巡提请", 2026, 1)], [("巡提请", 2026, 1, 2)]),
}


def moved_numbers(schemas: list[str]) -> Any:
    def work(connection: Connection) -> list[tuple[str, int, int, int]]:
        upgrade_to(connection, HISTORIES["nodekit"], "head")
        for schema in schemas:
            upgrade_to(connection, HISTORIES[schema], first_revision(HISTORIES[schema]))
            for row in NUMBERED[schema][0]:
                connection.execute(sa.text(f"INSERT INTO {schema}.numbers (series, year, last) VALUES (:s, :y, :l)"), dict(zip("syl", row, strict=True)))
            upgrade_to(connection, HISTORIES[schema], "head")
        rows = connection.execute(sa.text('SELECT series, year, last, listed_from FROM nodekit.number_series ORDER BY series COLLATE "C"'))
        return [tuple(row) for row in rows]

    return work


@pytest.mark.parametrize("schema", NUMBERED)
async def test_numbers_go_on_where_the_slice_left_off(pg_server: PgServer, schema: str) -> None:
    assert await on_database(pg_server, moved_numbers([schema])) == NUMBERED[schema][1]


async def test_two_slices_with_one_series_go_on_after_the_larger_number(pg_server: PgServer) -> None:
    both = ["lifted_inspection_organiser", "lifted_inspection_requester"]
    assert await on_database(pg_server, moved_numbers(both)) == [("巡提请", 2026, 3, 4)]
    assert await on_database(pg_server, moved_numbers(both[::-1])) == [("巡提请", 2026, 3, 4)]
