"""A node's process killed at a named point while a clue is on its way: after the restart the clue is there, once."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from nodekit.delivery.crash import AFTER_INGEST_COMMIT, AFTER_PUBLISH, BEFORE_INGEST_COMMIT, CRASH_EXIT_CODE
from nodekit.peers.keys import generate_keys
from nodekit.testing import eventually
from tests.federation.clue_transfer.offices import COUNTY, COUNTY_SPEC, DESK, DESK_SPEC, ISSUED, RECEIVED, Issuing
from tests.federation.conftest import OFFICES, Servers, topology_of
from tests.support.postgres import PgServer
from tests.support.processes import Office, Role, made

COUNTY_ROLE = Role(
    COUNTY, "tests.federation.killed.county", COUNTY_SPEC,
    {"banan": ("office_clerk",), "zuzhang": ("team_leader",), "zhuren": ("office_director", "leading_group_head")},
)
DESK_ROLE = Role(DESK, "tests.federation.killed.desk", DESK_SPEC, {"anguan": ("discipline_intake",)})


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
        county = await made(COUNTY_ROLE, servers, tmp_path, pg_server)
        desk = await made(DESK_ROLE, servers, tmp_path, pg_server)
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
