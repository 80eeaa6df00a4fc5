"""The migrated schema `nodekit` is what the models say: columns, constraints and indexes, read from PostgreSQL itself.

Alembic's own comparison does not see everything (a changed primary key, for one).
"""

import asyncio

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

import nodekit.app  # noqa: F401 - loads every model of nodekit
from nodekit.db import metadata
from nodekit.db.migrate import migrate
from tests.node.identity.conftest import SPEC
from tests.support.postgres import PgServer, sqlalchemy_url

COLUMNS = """
SELECT table_name || '.' || column_name || ' ' || udt_name || coalesce('(' || character_maximum_length || ')', '') || ' ' || is_nullable
FROM information_schema.columns WHERE table_schema = 'nodekit' AND table_name <> 'alembic_version'
"""
CONSTRAINTS = """
SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
WHERE connamespace = 'nodekit'::regnamespace AND contype <> 'n' AND conrelid::regclass::text NOT LIKE '%alembic_version'
"""
INDEXES = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'nodekit' AND tablename <> 'alembic_version'"


async def describe(dsn: str, *, migrated: bool) -> set[str]:
    engine = create_async_engine(sqlalchemy_url(dsn))
    if migrated:
        await migrate(engine, SPEC)
    async with engine.begin() as connection:
        if not migrated:
            await connection.execute(sa.text("CREATE SCHEMA nodekit"))
            await connection.run_sync(metadata.create_all)
        found = {str(line) for query in (COLUMNS, CONSTRAINTS, INDEXES) for line in (await connection.execute(sa.text(query))).scalars()}
    await engine.dispose()
    return found


async def test_the_migrated_schema_is_what_the_models_say(pg_server: PgServer) -> None:
    dsns = [await asyncio.to_thread(pg_server.create_database) for _ in range(2)]
    migrated, modelled = await describe(dsns[0], migrated=True), await describe(dsns[1], migrated=False)
    assert len(migrated) > 100
    assert sorted(migrated ^ modelled) == []


async def test_migrating_twice_changes_nothing(pg_server: PgServer) -> None:
    engine = create_async_engine(sqlalchemy_url(await asyncio.to_thread(pg_server.create_database)))
    assert await migrate(engine, SPEC) == ["nodekit"]
    assert await migrate(engine, SPEC) == []
    await engine.dispose()
