"""Operators' commands that die at a named place: run again they do their work, and nothing was done twice or half."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from nodekit.delivery import crash
from nodekit.delivery.envelope import encode_event
from nodekit.delivery.outbox import OutgoingEvent, enqueue
from nodekit.peers.keys import generate_keys
from nodekit.settings import Settings
from tests.federation.conftest import OFFICES
from tests.federation.upkeep.stopped import settings_file
from tests.support.postgres import sqlalchemy_url

ROOT = Path(__file__).parents[3]
COUNTY, DESK = "990121-inspection", "990121-discipline"
SERVICES = {COUNTY: "tests.fault.offices.county", DESK: "tests.fault.offices.desk"}
PASSPHRASE = "备份口令-只用于测试-足够长"
BACKUP = (crash.AFTER_BACKUP_MARK, crash.AFTER_BACKUP_WRITTEN)
RESTORE = (crash.AFTER_RESTORE_LOADED, crash.AFTER_RESTORE_MIGRATED)
PARCEL = (crash.BEFORE_PARCEL_COMMIT, crash.AFTER_PARCEL_COMMIT)
EVENTS, TYPE = 3, "fault.noted.v1"
pytestmark = pytest.mark.timeout(1200)  # each command imports a node anew


def test_these_are_all_places_of_commands():
    assert sorted((*BACKUP, *RESTORE, *PARCEL)) == sorted(crash.BY_COMMAND)


async def command(*arguments: str, dies_at: str = "", passphrase: str = "") -> int:
    """`python -m nodekit …`; returns its exit code."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-W", "ignore", "-m", "nodekit", *arguments, cwd=ROOT, env={**os.environ, crash.ENVIRONMENT_NAME: dies_at},
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate(f"{passphrase}\n".encode())
    assert process.returncode in (0, crash.CRASH_EXIT_CODE), said.decode()[-2000:]
    return process.returncode


class Stopped:
    """Two offices at rest: settings and migrated databases, no process."""

    def __init__(self, folder: Path, pg_server) -> None:
        self.folder, self.pg = folder, pg_server
        self.settings: dict[str, Settings] = {}

    async def open(self) -> Stopped:
        generate_keys(OFFICES, self.folder / "keys")
        for office in SERVICES:
            keys = self.folder / "keys"
            settings = self.settings[office] = Settings(
                office=office, offices_file=OFFICES, directory_file=keys / "directory.json", keys_dir=keys / office / "keys", bus="none",
                database_url=self.pg.create_database(), state_dir=self.folder, offline_offices=[DESK if office == COUNTY else COUNTY],
            )
            settings_file(settings, self.folder)
        done = await asyncio.gather(*(command("migrate", *self.options(office)) for office in SERVICES))
        assert done == [0] * len(SERVICES)
        return self

    def options(self, office: str) -> tuple[str, ...]:
        return "--service", SERVICES[office], "--settings", str(self.folder / f"{office}.toml")

    async def say(self) -> None:
        """Events of the county for its desk, as its units of work commit them."""
        engine, case = create_async_engine(sqlalchemy_url(self.settings[COUNTY].database_url)), str(uuid4())
        async with AsyncSession(engine) as session, session.begin():
            for n in range(1, EVENTS + 1):
                event_id, now = uuid4(), datetime.now(UTC)
                body = {"case_id": case, "mark": str(uuid4()), "n": n, "text": "事项", "refusable": False}
                raw = encode_event(id=event_id, src=COUNTY, dst=DESK, type=TYPE, agg=case, at=now, body=body)
                await enqueue(session, OutgoingEvent(event_id, COUNTY, DESK, TYPE, case, raw, now))
        await engine.dispose()

    async def value(self, office: str, query: str):
        connection = await asyncpg.connect(self.settings[office].database_url)
        try:
            return await connection.fetchval(query)
        finally:
            await connection.close()


@pytest.fixture
async def stopped(tmp_path: Path, pg_server) -> Stopped:
    return await Stopped(tmp_path, pg_server).open()


@pytest.mark.parametrize("place", BACKUP)
async def test_a_backup_that_died_is_no_backup_and_the_next_one_is(stopped: Stopped, place: str) -> None:
    target = stopped.folder / "county.backup"
    arguments = ("backup", *stopped.options(COUNTY), "--out", str(target))
    assert await command(*arguments, dies_at=place, passphrase=PASSPHRASE) == crash.CRASH_EXIT_CODE
    again = stopped.folder / "again.backup"
    assert await command(*arguments[:-1], str(again), passphrase=PASSPHRASE) == 0
    assert again.exists()
    assert await stopped.value(COUNTY, "SELECT count(*) FROM nodekit.backup_mark") == 2, "the mark of the one that died holds back pruning, no more"


@pytest.mark.parametrize("place", RESTORE)
async def test_a_restore_that_died_is_begun_anew_on_an_empty_database(stopped: Stopped, pg_server, place: str) -> None:
    await stopped.say()
    file = stopped.folder / "county.backup"
    assert await command("backup", *stopped.options(COUNTY), "--out", str(file), passphrase=PASSPHRASE) == 0

    async def put_back(folder: str, dsn: str, dies_at: str = "") -> int:
        place_of_it = ("--from", str(file), "--into", str(stopped.folder / folder), "--database-url", dsn)
        return await command("restore", "--service", SERVICES[COUNTY], *place_of_it, dies_at=dies_at, passphrase=PASSPHRASE)

    assert await put_back("first", pg_server.create_database(), place) == crash.CRASH_EXIT_CODE
    dsn = pg_server.create_database()
    assert await put_back("second", dsn) == 0
    connection = await asyncpg.connect(dsn)
    assert await connection.fetchval("SELECT count(*) FROM nodekit.outbox") == EVENTS
    await connection.close()


@pytest.mark.parametrize("place", PARCEL)
async def test_a_parcel_whose_making_died_is_made_again_with_the_same_numbers(stopped: Stopped, place: str) -> None:
    await stopped.say()
    out = stopped.folder / "out"
    out.mkdir()
    arguments = ("pack", *stopped.options(COUNTY), "--to", DESK, "--out", str(out), "--media", "盘01", "--carrier", "机要员")
    assert await command(*arguments, dies_at=place) == crash.CRASH_EXIT_CODE
    assert not list(out.iterdir()), "nothing left the office"
    assert await command(*arguments) == 0
    [parcel] = out.iterdir()
    unpack = ("unpack", *stopped.options(DESK), str(parcel))
    assert await command(*unpack, dies_at=place) == crash.CRASH_EXIT_CODE
    assert await command(*unpack) == 0
    assert await stopped.value(DESK, "SELECT count(*) FROM nodekit.inbox") == EVENTS
    assert await stopped.value(DESK, "SELECT cursor FROM nodekit.in_channel") == EVENTS
    assert await stopped.value(COUNTY, "SELECT count(DISTINCT seq) FROM nodekit.outbox") == EVENTS
