"""A node's process killed at a named point while a clue is on its way: after the restart the clue is there, once."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

import httpx
import pytest

from nodekit.delivery.crash import AFTER_INGEST_COMMIT, AFTER_PUBLISH, BEFORE_INGEST_COMMIT, CRASH_EXIT_CODE, ENVIRONMENT_NAME
from nodekit.identity.accounts import create_account
from nodekit.opening import open_node
from nodekit.peers.keys import generate_keys
from nodekit.settings import Settings
from nodekit.spec import NodeSpec
from nodekit.testing import OfficerClient, eventually
from nodekit.testing.federation import PASSWORD
from tests.bus.tree import free_ports
from tests.federation.clue_transfer.offices import COUNTY, COUNTY_SPEC, DESK, DESK_SPEC, ISSUED, RECEIVED, Issuing
from tests.federation.conftest import OFFICES, Servers, topology_of
from tests.support.postgres import PgServer

ROOT = Path(__file__).parents[2]
OFFICERS = {
    COUNTY: {"banan": ("office_clerk",), "zuzhang": ("team_leader",), "zhuren": ("office_director", "leading_group_head")},
    DESK: {"anguan": ("discipline_intake",)},
}


class Office:
    """One node as a process of its own."""

    def __init__(self, office: str, service: str, folder: Path, settings: Settings) -> None:
        self.office, self.service, self.folder, self.settings = office, service, folder, settings
        self.process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.settings.http_port}"

    async def start(self, crash: str = "") -> None:
        log = (self.folder / f"{self.office}.log").open("ab")
        command = [sys.executable, "-m", "nodekit", "run", "--service", self.service, "--settings", str(self.folder / f"{self.office}.toml")]
        self.process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=log, stderr=log, env={**os.environ, ENVIRONMENT_NAME: crash})
        await eventually(self._ready, within_s=60, what=f"{self.office} ready")

    async def _ready(self) -> bool:
        async with httpx.AsyncClient() as http:
            try:
                return (await http.get(f"{self.url}/readyz")).status_code == 200
            except httpx.HTTPError:
                return self.process is not None and self.process.returncode == CRASH_EXIT_CODE

    async def died(self) -> int:
        assert self.process
        return await asyncio.wait_for(self.process.wait(), 60)

    async def stop(self) -> None:
        if self.process and self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
            await asyncio.wait_for(self.process.wait(), 30)

    async def sign_in(self, username: str) -> OfficerClient:
        http = httpx.AsyncClient(base_url=self.url, timeout=60)
        answer = await http.post("/api/session", json={"username": username, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        return OfficerClient(http, answer.json()["csrf"])


async def made(office: str, service: str, spec: NodeSpec, servers: Servers, folder: Path, pg: PgServer) -> Office:
    """Settings, database and accounts of an office."""
    access = servers.access(office)
    settings = Settings(
        office=office, offices_file=OFFICES, directory_file=folder / "directory.json", keys_dir=folder / office / "keys",
        database_url=pg.create_database(), nats_url=access.url, nats_seeds_dir=access.keys.folder, http_port=free_ports(1)[0], state_dir=folder,
    )
    values = {key: value for key, value in settings.model_dump(mode="json").items() if value != ""}
    (folder / f"{office}.toml").write_text("".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items()), encoding="utf-8")
    node = open_node(spec, settings, bus_off=True)
    await node.prepare()
    async with node.unit_of_work() as uow:
        for username, posts in OFFICERS[office].items():
            await create_account(uow, username=username, name=username, password=PASSWORD, posts=posts)
    await node.engine.dispose()
    return Office(office, service, folder, settings)


async def sealed_clue(county: Office) -> str:
    """A clue that only waits to be sent; everything of the process before is over."""
    await county.start()
    people = Issuing(await county.sign_in("banan"), await county.sign_in("zuzhang"), await county.sign_in("zhuren"))
    clue = await people.approved()
    await people.clerk.act(ISSUED, clue, "seal", handed_over_by="经办人戊")
    await county.stop()
    return clue


@pytest.mark.parametrize(("victim", "place"), [(COUNTY, AFTER_PUBLISH), (DESK, BEFORE_INGEST_COMMIT), (DESK, AFTER_INGEST_COMMIT)])
async def test_a_clue_survives_the_death_of_either_end(victim: str, place: str, pg_server: PgServer, tmp_path: Path) -> None:
    generate_keys(OFFICES, tmp_path)
    async with Servers(tmp_path / "nats", topology_of({COUNTY, DESK})) as servers:
        county = await made(COUNTY, "tests.federation.killed.county", COUNTY_SPEC, servers, tmp_path, pg_server)
        desk = await made(DESK, "tests.federation.killed.desk", DESK_SPEC, servers, tmp_path, pg_server)
        offices = {COUNTY: county, DESK: desk}
        try:
            clue = await sealed_clue(county)
            await county.start(f"{place}:1" if victim == COUNTY else "")
            await desk.start(f"{place}:1" if victim == DESK else "")
            clerk = await county.sign_in("banan")
            sent = asyncio.create_task(clerk.post(f"/api{ISSUED}/{clue}/send"))
            assert await offices[victim].died() == CRASH_EXIT_CODE
            await asyncio.gather(sent, return_exceptions=True)
            await offices[victim].start()
            intake = await desk.sign_in("anguan")

            async def arrived() -> list[str]:
                return [row["serial"] for row in await intake.list(RECEIVED)]

            assert await eventually(arrived, within_s=90, what="the clue arrives") == ["YL-01-X01"]
            assert (await (await county.sign_in("banan")).record(ISSUED, clue))["status"] == "sent"
        finally:
            await asyncio.gather(county.stop(), desk.stop())
