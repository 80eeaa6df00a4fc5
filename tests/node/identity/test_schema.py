"""Migrating again is harmless. What the migrated schema looks like is checked for every history in tests/node/test_migrations.py."""

import asyncio

from sqlalchemy.ext.asyncio import create_async_engine

from nodekit.db.migrate import migrate
from tests.node.identity.conftest import SPEC
from tests.support.postgres import PgServer, sqlalchemy_url


async def test_migrating_twice_changes_nothing(pg_server: PgServer) -> None:
    engine = create_async_engine(sqlalchemy_url(await asyncio.to_thread(pg_server.create_database)))
    assert await migrate(engine, SPEC) == ["nodekit"]
    assert await migrate(engine, SPEC) == []
    await engine.dispose()
