"""I9: what is sealed is readable at its two ends and nowhere else, and at the ends only behind the encrypted columns.

Thirty-five unique texts go through a real run (`run.py`); then every byte of every place is searched (`places.py`) in every disguise
(`seeking.py`). That the search would have found them is shown by planting one in each kind of place afterwards.
"""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from nats.aio.client import Client

from nodekit.telemetry import configure_tracing
from tests.bus.hostile import Names
from tests.federation.canary.places import Places, processes
from tests.federation.canary.run import CITY, CITY_DESK, COUNTY, DESK, RECEIVED, WORDS, Run, real_run
from tests.federation.canary.seeking import found_in

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(900)]

PLACES = 14


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(tmp_path_factory) -> AsyncIterator[tuple[Run, Places]]:
    folder, home = tmp_path_factory.mktemp("canary"), Path(tempfile.mkdtemp(prefix="liandong-canary-"))
    home.chmod(0o755)
    temporary = folder / "tmp"
    temporary.mkdir(mode=0o777)
    spans, before = configure_tracing("canary"), tempfile.tempdir
    with pytest.MonkeyPatch.context() as patch:
        async with real_run(folder, home) as run:
            patch.setenv("TMPDIR", str(temporary))
            tempfile.tempdir = str(temporary)
            try:
                await run.play()
                await run.ask_hubs()
                await written_out(run)
                yield run, Places(run, spans, temporary)
            finally:
                tempfile.tempdir = before
    shutil.rmtree(home, ignore_errors=True)


async def written_out(run: Run) -> None:
    """All clusters write everything they hold in memory to their files."""
    for databases in run.clusters.databases.values():
        connection = await asyncpg.connect(databases[0])
        await connection.execute("CHECKPOINT")
        await connection.close()


async def test_the_two_ends_read_it(scene):
    run, _ = scene
    desk = await run.fed[DESK].login("discipline_intake", username="reader")
    texts = ""
    for row in await desk.list(RECEIVED):
        answer = await desk.post(f"/api{RECEIVED}/{row['id']}/body", {"purpose": "handle"})
        texts += answer.text
    assert all(WORDS[name] in texts for name in ("person 0", "statement 0", "id number 2", "telephone 0", "pinyin 2", "reason 5"))


async def test_a_sealed_event_went_through_the_hub_of_the_city(scene):
    run, _ = scene
    refused = await run.fed[CITY_DESK].scalar("SELECT count(*) FROM nodekit.inbox WHERE src = :county", county=COUNTY)
    assert refused >= 2
    log = (run.folder / "nats" / CITY / "js").rglob("*.blk")
    assert any(path.stat().st_size for path in log), "the store of the hub was used"


async def test_every_kind_of_place_is_searched_and_nothing_is_found(scene, capsys):
    _, places = scene
    found = {name: search() for name, search in places.all().items()}
    with capsys.disabled():
        print("\n" + "\n".join(f"  {name:<55} {hits if hits else 'nothing'}" for name, hits in found.items()))
    assert len(found) >= PLACES
    assert {name: hits for name, hits in found.items() if hits} == {}


async def test_what_is_planted_in_a_hub_is_found_in_each_kind_of_place(scene):
    """Runs last: from here on the run is spoilt."""
    run, places = scene
    planted = WORDS["statement 0"]
    connection = await asyncpg.connect(run.clusters.databases["hubs"][0])
    await connection.execute("CREATE TABLE planted (words text, raw bytea)")
    await connection.execute("INSERT INTO planted VALUES ($1, $2)", planted, planted.encode())
    await connection.execute("CHECKPOINT")
    await connection.close()
    logging.getLogger("planted").warning("%s", planted)
    (Path(tempfile.gettempdir()) / "upload").write_text(planted, encoding="utf-8")
    (run.folder / "keys" / "note").write_text(planted, encoding="utf-16")
    await told_the_store(run, planted)
    run.answers["planted"] = planted.encode("unicode_escape")
    found = {name for name, search in places.all().items() if search()}
    assert {
        f"message store of {CITY}", "database files of the hubs", "write-ahead log of the hubs", "tables of the hubs", "logs of the nodes", "temporary files",
        "folders of the nodes", "pages, registers and error pages of the hubs",
    } <= found


async def test_the_processes_that_were_looked_at_are_all_there(scene):
    run, _ = scene
    assert len(processes(run)) >= 1 + len(run.servers.servers) + len(run.clusters.servers)
    assert found_in(b"HOME=/x\0NOTE=" + WORDS["person 0"].encode())


async def told_the_store(run: Run, text: str) -> None:
    """A message in clear for an office whose link is cut, so that it stays in the hub's store."""
    await run.servers.proxies[CITY_DESK].cut()
    access = run.servers.access(CITY)
    client = Client()
    await client.connect(access.url, nkeys_seed_str=access.keys.seed("app"), inbox_prefix="_INBOX.app")
    await client.request(Names(run.servers.topology).down(CITY, CITY_DESK), text.encode(), timeout=5)
    await client.close()
