"""离线交换: two offices without a link exchange the same events and receipts as files; what is wrong with a file is refused with a sentence."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import httpx
import pytest
from typer.testing import CliRunner

from deploy.demo.compare import compare
from nodekit.cli import cli
from nodekit.parcels.errors import ParcelDamaged, ParcelForAnother, ParcelFromOldLine, ParcelGap
from nodekit.parcels.packing import Carrying, Packed, make_parcel
from nodekit.parcels.standing import begin_new_lines, exclusively
from nodekit.parcels.taking import Taken, take_parcel
from nodekit.testing import Federation, OfficerClient, TestNode, eventually
from tests.federation.clue_transfer.offices import CANARY, CITY, COUNTY, DESK, ISSUED, RECEIVED, SPECS, Desk, Issuing
from tests.federation.upkeep.stopped import books_of, settings_file, without_strangers

COPIED = "盘03"


@dataclass
class Apart:
    """A county and its desk that can talk to nobody, and a city beside them."""

    fed: Federation
    county: Issuing
    desk: Desk
    clues: list[str] = field(default_factory=list)

    async def send(self, count: int = 1) -> None:
        for _ in range(count):
            self.clues.append(await self.county.sent(statement=f"第{len(self.clues) + 1}件"))

    async def pack(self, office: str, peer: str, again_from: int = 0) -> Packed:
        async with exclusively(self.fed[office].node) as (uow, store):
            return await make_parcel(uow, store, peer, Carrying(COPIED, "机要员"), again_from=again_from)

    async def take(self, office: str, data: bytes) -> Taken:
        async with exclusively(self.fed[office].node) as (uow, store):
            return await take_parcel(uow, store, data)

    async def carry(self, src: str, dst: str) -> Taken:
        return await self.take(dst, (await self.pack(src, dst)).data)

    async def decided(self, count: int) -> None:
        """The desk's handlers have run."""
        query = "SELECT count(*) FROM nodekit.inbox WHERE status = 'accepted' AND receipt IS NOT NULL AND src = :src"

        async def all_decided() -> bool:
            return await self.fed[DESK].scalar(query, src=COUNTY) == count

        await eventually(all_decided, what=f"{count} clues decided at the desk")


@pytest.fixture
async def apart(start_federation) -> AsyncIterator[Apart]:
    async with start_federation({office: SPECS[office] for office in (COUNTY, DESK, CITY)}) as fed:
        for one, other in ((COUNTY, DESK), (COUNTY, CITY), (DESK, CITY)):
            fed.network.cut(one, other)
        fed[COUNTY].node.settings.offline_offices = [DESK]
        fed[DESK].node.settings.offline_offices = [COUNTY]
        yield Apart(fed, await Issuing.of(fed[COUNTY]), await Desk.of(fed[DESK]))


async def states(node: TestNode, peer: str) -> list[tuple[int | None, str | None]]:
    return list(zip(
        await node.column("SELECT seq FROM nodekit.outbox WHERE dst = :peer ORDER BY id", peer=peer),
        await node.column("SELECT final FROM nodekit.outbox WHERE dst = :peer ORDER BY id", peer=peer), strict=True,
    ))


async def test_events_go_there_and_receipts_come_back_and_the_books_agree(apart) -> None:
    await apart.send(2)
    packed = await apart.pack(COUNTY, DESK)
    assert (packed.events, packed.left, packed.unconfirmed) == (2, False, False)
    taken = await apart.take(DESK, packed.data)
    assert (taken.events, taken.stopped, taken.behind) == (2, "", 0)
    await apart.decided(2)
    await apart.desk.assigned((await apart.desk.intake.list(RECEIVED, sort="serial"))[0]["id"])
    back = await apart.carry(DESK, COUNTY)
    assert back.receipts == 2 and back.events >= 1
    assert await states(apart.fed[COUNTY], DESK) == [(1, "accepted"), (2, "accepted")]

    async def signed() -> bool:
        return (await apart.county.clerk.record(ISSUED, apart.clues[0]))["status"] == "signed"

    await eventually(signed, what="the signature of the desk reaches the county's register")
    await apart.carry(COUNTY, DESK)
    books = {office: without_strangers(await books_of(apart.fed[office]), {COUNTY, DESK}) for office in (COUNTY, DESK)}
    report = compare(books, apart.fed[COUNTY].node.keyring)
    assert [problem for line in report.lines for problem in line.problems] == [] and not report.is_empty


async def test_taking_a_file_again_or_an_overlapping_one_changes_nothing(apart) -> None:
    await apart.send()
    first = await apart.pack(COUNTY, DESK)
    await apart.take(DESK, first.data)
    await apart.decided(1)
    assert (await apart.take(DESK, first.data)).repeated
    await apart.send()
    overlapping = await apart.pack(COUNTY, DESK, again_from=1)
    assert overlapping.events == 2
    assert (await apart.take(DESK, overlapping.data)).events == 1
    await apart.decided(2)
    assert await apart.fed[DESK].scalar("SELECT count(*) FROM nodekit.handled WHERE handler LIKE 'clue_transfer.receiver.%'") == 2


async def test_a_gap_names_what_is_missing_and_that_can_be_packed_again(apart) -> None:
    await apart.send()
    await apart.pack(COUNTY, DESK)  # lost on the way
    await apart.send()
    with pytest.raises(ParcelGap) as gap:
        await apart.take(DESK, (await apart.pack(COUNTY, DESK, again_from=2)).data)
    assert gap.value.facts == {"first": 1, "last": 1}
    assert await apart.fed[DESK].scalar("SELECT count(*) FROM nodekit.in_link WHERE src = :src", src=COUNTY) == 0
    assert (await apart.take(DESK, (await apart.pack(COUNTY, DESK, again_from=1)).data)).events == 2


async def test_a_file_for_another_damaged_or_forged_is_refused_and_changes_nothing(apart) -> None:
    await apart.send()
    data = (await apart.pack(COUNTY, DESK)).data
    with pytest.raises(ParcelForAnother):
        await apart.take(CITY, data)
    assert CANARY.encode() not in data and b"clue" not in data, "the carrier reads nothing of it"
    places = [*range(0, 40, 3), *range(40, len(data), 97), len(data) - 1]
    accepted = []
    for place in places:
        try:
            await apart.take(DESK, data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
            accepted.append(place)
        except (ParcelDamaged, ParcelForAnother):
            pass
    assert accepted == []
    for broken in (b"", data[:-1], data + b"x", data[: len(data) // 2]):
        with pytest.raises(ParcelDamaged):
            await apart.take(DESK, broken)
    assert await apart.fed[DESK].scalar("SELECT count(*) FROM nodekit.parcel") == 0
    assert (await apart.take(DESK, data)).events == 1


async def test_after_a_restore_old_files_are_void_and_no_number_is_given_before_the_partner_has_confirmed(apart) -> None:
    await apart.send()
    await apart.carry(COUNTY, DESK)
    await apart.decided(1)
    old = await apart.pack(COUNTY, DESK)
    async with apart.fed[COUNTY].node.unit_of_work() as uow:
        await begin_new_lines(uow.session, [DESK])
    given = "SELECT max(seq) FROM nodekit.outbox WHERE dst = :peer"
    before = await apart.fed[COUNTY].scalar(given, peer=DESK)
    unconfirmed = await apart.pack(COUNTY, DESK)
    assert unconfirmed.unconfirmed and await apart.fed[COUNTY].scalar(given, peer=DESK) == before
    await apart.take(DESK, unconfirmed.data)
    with pytest.raises(ParcelFromOldLine):
        await apart.take(DESK, old.data)
    await apart.carry(DESK, COUNTY)
    assert not (await apart.pack(COUNTY, DESK)).unconfirmed, "the desk's answer names the new line"


async def test_two_links_for_one_number_stop_the_channel_and_keep_the_evidence(apart) -> None:
    """A machine put back behind everybody's back (no `node restore`): its line is the old one, and it gives a number twice."""
    await apart.send()
    first = await apart.pack(COUNTY, DESK)
    county = apart.fed[COUNTY].node
    async with county.unit_of_work() as uow:
        raw = (await (await uow.session.connection()).get_raw_connection()).driver_connection
        await raw.execute("DELETE FROM nodekit.out_link; DELETE FROM nodekit.out_channel; DELETE FROM nodekit.outbox")
    await county.delivery.stop()
    await county.engine.dispose()  # as a stopped process would: what was cut off in mid-statement is not used again
    await county.start()
    await eventually(lambda: _owns(county), what="the relay runs again")
    await apart.send()
    second = await apart.pack(COUNTY, DESK)
    assert (await apart.take(DESK, first.data)).events == 1
    assert (await apart.take(DESK, second.data)).stopped == "fork"
    desk = apart.fed[DESK]
    assert await desk.scalar("SELECT count(*) FROM nodekit.in_link WHERE src = :src AND seq = 1", src=COUNTY) == 1
    assert await desk.scalar("SELECT stopped_reason FROM nodekit.in_channel WHERE src = :src", src=COUNTY) == "fork"
    assert await desk.scalar("SELECT count(*) FROM nodekit.quarantine WHERE why = 'stopped.fork'") == 1


async def _owns(node) -> bool:
    return bool(node.delivery.status().owner)


async def upload(client: OfficerClient, data: bytes) -> httpx.Response:
    return await client.http.post("/ops/parcels/in", data={"csrf": client.csrf, "media": COPIED}, files={"file": ("p.ldp", data)}, headers={
        "Accept": "text/html", "Sec-Fetch-Site": "same-origin",
    })


async def test_officers_do_it_on_a_page_and_every_step_is_written_down(apart) -> None:
    await apart.send()
    assert "件待导出" in await apart.county.clerk.page("/ops/parcels")
    leader = await apart.county.leader.submit("/ops/parcels/out", peer=DESK, media=COPIED, carrier="机要员甲")
    assert leader.status_code == 403
    file = await apart.county.clerk.submit("/ops/parcels/out", peer=DESK, media=COPIED, carrier="机要员甲")
    assert file.status_code == 200 and re.search(r'filename="parcel-990121-inspection-990121-discipline-1\.ldp"', file.headers["Content-Disposition"])
    assert (await upload(apart.desk.intake, file.content)).status_code == 303
    await apart.decided(1)
    answer = await apart.desk.intake.submit("/ops/parcels/out", peer=COUNTY, media=COPIED, carrier="机要员甲")
    assert (await upload(apart.county.clerk, answer.content)).status_code == 303
    page = await apart.county.clerk.page("/ops/parcels")
    assert "对方已导入" in page and "机要员甲" in page
    mine = await apart.fed[COUNTY].scalar("SELECT id FROM nodekit.parcel WHERE way = 'out'")
    assert (await apart.county.clerk.submit(f"/ops/parcels/{mine}/wiped")).status_code == 303
    assert "介质已清除" in await apart.county.clerk.page("/ops/parcels")
    damaged = await upload(apart.desk.intake, file.content[:-1])
    assert damaged.status_code == 400 and "未通过核验" in damaged.text
    noted = await apart.fed[COUNTY].column("SELECT action FROM nodekit.audit_log WHERE action LIKE 'parcels.%' ORDER BY seq")
    assert noted == ["parcels.packed", "parcels.taken", "parcels.wiped"]


async def test_stopped_nodes_do_it_by_command_and_running_ones_refuse(apart, tmp_path) -> None:
    await apart.send()
    files = {office: settings_file(apart.fed[office].node.settings, tmp_path) for office in (COUNTY, DESK)}
    out = ["--to", DESK, "--out", str(tmp_path), "--media", COPIED, "--carrier", "机要员甲"]

    def run(command: str, office: str, *arguments: str):
        service = "tests.federation.killed.county" if office == COUNTY else "tests.federation.killed.desk"
        return asyncio.to_thread(CliRunner().invoke, cli, [command, "--service", service, "--settings", str(files[office]), *arguments])

    busy = await run("pack", COUNTY, *out)
    assert (busy.exit_code, "须先停止节点" in busy.output) == (2, True), busy.output
    for office in (COUNTY, DESK):
        await apart.fed[office].node.stop()
    made = await run("pack", COUNTY, *out)
    assert (made.exit_code, "事项 1 件" in made.output) == (0, True), made.output
    taken = await run("unpack", DESK, str(next(tmp_path.glob("*.ldp"))))
    assert (taken.exit_code, "事项 1 件" in taken.output) == (0, True), taken.output
    wrong = await run("unpack", COUNTY, str(next(tmp_path.glob("*.ldp"))))
    assert (wrong.exit_code, "不是发给本单位的" in wrong.output) == (2, True)
