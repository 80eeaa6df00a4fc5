"""A database with the delivery tables, made by the shipped migration; copied from a template, so it is quick."""

from __future__ import annotations

import asyncio
import importlib

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from tests.support.postgres import PgServer, sqlalchemy_url

DELIVERY_REVISIONS = ("0001_delivery", "0004_restores", "0008_disputes", "0012_attachments")
"""Those of nodekit's history that build delivery's tables."""


def create_delivery_database(server: PgServer) -> str:
    """A fresh database; returns its plain dsn."""
    return server.create_database(template=server.template("delivery_template", build_schema))


def build_schema(dsn: str) -> None:
    asyncio.run(_migrate(dsn))


async def _migrate(dsn: str) -> None:
    engine = create_async_engine(sqlalchemy_url(dsn))
    async with engine.begin() as connection:
        await connection.execute(text("CREATE SCHEMA nodekit"))
        await connection.run_sync(_upgrade)
    await engine.dispose()


def _upgrade(connection: Connection) -> None:
    with Operations.context(MigrationContext.configure(connection)):
        for revision in DELIVERY_REVISIONS:
            importlib.import_module(f"nodekit.migrations.versions.{revision}").upgrade()
