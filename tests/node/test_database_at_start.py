"""A node and its database come up in any order; what cannot work says why in one sentence."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from nodekit.db.reaching import DatabaseUnreachable, reach
from nodekit.peers.keys import generate_keys
from tests.support.postgres import PgServer, sqlalchemy_url

OFFICES = Path("deploy/offices.toml").resolve()


def unused_port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@asynccontextmanager
async def closed_door() -> AsyncIterator[tuple[int, list[None]]]:
    """A port that sends every caller away. Yields it and the knocks heard."""
    knocks: list[None] = []

    async def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        knocks.append(None)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], knocks


async def test_it_knocks_until_its_patience_ends() -> None:
    async with closed_door() as (port, knocks):
        engine = create_async_engine(f"postgresql+asyncpg://liandong:geheim@127.0.0.1:{port}/liandong")
        with pytest.raises(DatabaseUnreachable) as refusal:
            await reach(engine, patience_s=0.5, pause_s=0.01)
    assert len(knocks) > 2
    assert f"127.0.0.1:{port}/liandong" in refusal.value.message
    assert "geheim" not in refusal.value.message


async def test_it_goes_on_as_soon_as_the_database_answers(pg_server: PgServer) -> None:
    engine = create_async_engine(sqlalchemy_url(pg_server.create_database()))
    first = engine.dialect.connect
    refused = iter([ConnectionRefusedError("not up yet"), ConnectionRefusedError("not up yet")])

    def later(*arguments: object, **options: object) -> object:
        for error in refused:
            raise error
        return first(*arguments, **options)

    engine.dialect.connect = later  # type: ignore[method-assign]
    await reach(engine, pause_s=0)
    assert next(refused, None) is None
    await engine.dispose()


async def test_a_missing_database_is_said_at_once(pg_server: PgServer) -> None:
    engine = create_async_engine(make_url(sqlalchemy_url(pg_server.dsn_admin)).set(database="no_such_database"))
    with pytest.raises(DatabaseUnreachable, match="拒绝登录"):
        await reach(engine)
    await engine.dispose()


def test_the_command_ends_with_a_sentence_and_no_traceback(tmp_path: Path) -> None:
    generate_keys(OFFICES, tmp_path)
    settings = tmp_path / "settings.toml"
    settings.write_text(
        f'office = "990121-inspection"\noffices_file = "{OFFICES}"\ndirectory_file = "{tmp_path}/directory.json"\n'
        f'keys_dir = "{tmp_path}/990121-inspection/keys"\ndatabase_url = "postgresql://liandong:geheim@127.0.0.1:{unused_port()}/liandong"\n'
        f'bus = "none"\nstate_dir = "{tmp_path}"\ndatabase_patience_s = 0.1\n'
    )
    done = subprocess.run(
        [sys.executable, "-m", "nodekit", "run", "--service", "services.county", "--settings", str(settings)], capture_output=True, text=True, check=False,
    )
    assert done.returncode == 2
    assert "连不上数据库" in done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert "geheim" not in done.stderr + done.stdout
