"""A county joins over real servers while the others exchange: files and two telephone calls, one event through the tree, nobody restarts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from capabilities import clue_transfer
from nodekit import joining
from nodekit.bus.generate import Endpoint
from nodekit.bus.server import NatsServer
from nodekit.joining.child import Place, finish, join
from nodekit.joining.papers import PaperRefused
from nodekit.joining.parent import admit, invite
from nodekit.opening import open_node
from nodekit.peers.introduction import introduce
from nodekit.peers.published import OfficeKeys
from nodekit.settings import Settings
from nodekit.spec import NodeSpec
from nodekit.testing import TestNode, eventually
from shared_schemas.joining.v1 import OfficeIntroduced
from shared_schemas.offices import OfficeKind, Tier
from tests.bus.tree import free_ports
from tests.federation.clue_transfer.offices import CITY, COUNTY, STUBS
from tests.federation.test_over_nats import reopened
from tests.support.postgres import PgServer

PROVINCE, NEW = "990000-inspection", "990123-inspection"
ENTRY = {"id": NEW, "name": "新设县委巡察办", "tier": "county", "kind": "inspection", "division": "990123", "parent": CITY}
SEEN = "/clue-transfer/observed-stubs"


def spec(service: str, tier: Tier) -> NodeSpec:
    above = () if tier is Tier.COUNTY else (clue_transfer.observer(),)
    return NodeSpec(service=service, kind=OfficeKind.INSPECTION, tiers=(tier,), slices=(clue_transfer.issuer(), *above, joining.office()))


SPECS = {PROVINCE: spec("province", Tier.PROVINCE), CITY: spec("city", Tier.CITY), COUNTY: spec("county", Tier.COUNTY)}


@dataclass
class Machine:
    """The new office's own machine."""

    folder: Path
    database: str
    ports: list[int]

    def place(self) -> Place:
        return Place(self.folder, self.database, 8123, Endpoint(self.ports[0], self.ports[1], monitor_port=self.ports[2]))


@pytest.fixture
def machine(pg_server: PgServer, tmp_path: Path) -> Machine:
    return Machine(tmp_path / "new office", pg_server.create_database(), free_ports(3))


@pytest.fixture
async def net(over_nats) -> AsyncIterator:
    async with over_nats(SPECS) as running:
        yield running


async def test_a_county_joins_while_the_others_exchange(net, machine, tmp_path) -> None:
    city, bus_folder = net.fed[CITY].node, tmp_path / "nats" / CITY
    links = net.servers.servers[CITY].pid, net.servers.servers[PROVINCE].pid
    clerk, watcher = await net.fed[COUNTY].login("office_clerk"), await net.fed[CITY].login("office_director")
    told: list[str] = []
    stop = asyncio.Event()

    async def exchange() -> None:
        while not stop.is_set():
            told.append((await clerk.create(STUBS, team="YL-01", cadre_tier="city"))["serial"])
            await asyncio.sleep(0.2)

    talking = asyncio.create_task(exchange())
    invited = await invite(city.spec, city.settings, ENTRY, bus_folder)
    answered = await asyncio.to_thread(
        join, invited.data, machine.place(), root_told=invited.root_fingerprint[:20], parent_told=invited.own_fingerprint[:16],
    )
    admitted = await admit(city.spec, city.settings, answered.data, answered.fingerprint, bus_folder)
    assert (admitted.office, admitted.reloaded) == (NEW, True)
    await asyncio.to_thread(finish, admitted.data, machine.folder, NEW)

    server = NatsServer(machine.folder / "bus" / NEW)
    await server.start()
    node = open_node(spec("county", Tier.COUNTY), Settings.load(answered.settings_file))
    await node.prepare()
    await node.start()
    try:
        newcomer = TestNode(node)
        stub = await (await newcomer.login("office_clerk")).create(STUBS, team="YL-09", cadre_tier="city")

        async def seen_from(origin: str) -> set[str]:
            return {row["serial"] for row in await watcher.list(SEEN, per_page=200) if row["origin"] == origin}

        await eventually(lambda: seen_from(NEW), within_s=90, what="what the new office says reaches the city")
        assert await seen_from(NEW) == {stub["serial"]}
        stop.set()
        await talking

        async def all_seen() -> bool:
            return set(told) <= await seen_from(COUNTY)

        await eventually(all_seen, within_s=60, what="nothing of the others' exchange was lost")
        for office in (PROVINCE, CITY, COUNTY):
            await eventually(lambda office=office: _knows(net.fed[office]), within_s=60, what=f"{office} knows the new office")
            assert net.fed[office].node.keyring.known[NEW].fingerprint == answered.fingerprint
            assert await net.fed[office].column("SELECT signing_fingerprint FROM nodekit.peers WHERE office = :new AND status = 'pinned'", new=NEW) == [answered.fingerprint]
        assert links == (net.servers.servers[CITY].pid, net.servers.servers[PROVINCE].pid), "no server restarted"
        with pytest.raises(PaperRefused, match="已用过"):
            await admit(city.spec, city.settings, answered.data, answered.fingerprint, bus_folder)
    finally:
        stop.set()
        await asyncio.gather(talking, return_exceptions=True)
        await node.stop()
        await server.stop()


async def _knows(node: TestNode) -> bool:
    return NEW in node.node.directory and bool(await node.scalar("SELECT count(*) FROM nodekit.introduction WHERE office = :new", new=NEW))


async def test_what_nobody_compared_is_not_admitted(start_federation, machine, tmp_path) -> None:
    """Papers altered on the way, wrong or too short fingerprints, an office that is known already."""
    bus_folder = tmp_path / "nats" / CITY
    bus_folder.mkdir(parents=True)
    (bus_folder / "bus.json").write_text('{"leaf_url": "tls://127.0.0.1:1"}', encoding="utf-8")
    async with start_federation({CITY: SPECS[CITY], COUNTY: SPECS[COUNTY]}) as fed:
        city = fed[CITY].node
        invited = await invite(city.spec, city.settings, ENTRY, bus_folder)
        right = {"root_told": invited.root_fingerprint, "parent_told": invited.own_fingerprint}
        for wrong in ({"root_told": "0" * 16}, {"root_told": invited.root_fingerprint[:15]}, {"parent_told": "f" * 64}):
            with pytest.raises(PaperRefused):
                join(invited.data, Place(tmp_path / f"wrong{len(wrong)}{next(iter(wrong.values()))[:3]}", "", 1, Endpoint(1, 2)), **{**right, **wrong})
        altered = invited.data.replace("新设县".encode(), "冒名县".encode())
        with pytest.raises(PaperRefused):
            join(altered, Place(tmp_path / "altered", "", 1, Endpoint(1, 2)), **right)
        answered = join(invited.data, machine.place(), **right)
        with pytest.raises(PaperRefused, match="电话核对"):
            await admit(city.spec, city.settings, answered.data, "0" * 64, bus_folder)
        with pytest.raises(PaperRefused):
            await admit(city.spec, city.settings, answered.data.replace(b"990123", b"990124"), answered.fingerprint, bus_folder)
        with pytest.raises(PaperRefused):
            await invite(city.spec, city.settings, ENTRY | {"id": COUNTY, "division": "990121"}, bus_folder)
        assert NEW not in city.directory


async def test_only_the_parent_introduces_and_no_key_ever_changes(start_federation) -> None:
    async with start_federation({CITY: SPECS[CITY], COUNTY: SPECS[COUNTY]}) as fed:
        city, county = fed[CITY], fed[COUNTY]
        strangers = OfficeKeys(Ed25519PrivateKey.generate().public_key(), X25519PrivateKey.generate().public_key())
        at = "2026-03-16T02:00:00Z"
        forged = introduce(ENTRY, strangers, by=CITY, at=at, keyring=county.node.keyring)
        sideways = introduce(ENTRY, strangers, by=COUNTY, at=at, keyring=county.node.keyring)
        changed = introduce(ENTRY | {"id": "990122-inspection", "division": "990122"}, strangers, by=CITY, at=at, keyring=city.node.keyring)
        for sender, to, false in ((county, CITY, forged), (county, CITY, sideways), (city, COUNTY, changed)):
            async with sender.node.unit_of_work() as uow:
                await uow.publish(OfficeIntroduced(office=false.id, document=false.document.decode(), kid=false.kid, sig=false.sig), to=to)
        await fed.settle()
        refused = "SELECT count(*) FROM nodekit.outbox WHERE final = 'refused' AND final_code = 'joining.not_introduced'"
        assert (await county.scalar(refused), await city.scalar(refused)) == (2, 1)
        assert NEW not in city.node.directory
        assert not county.node.keyring.known["990122-inspection"].same_as(strangers)
        true = introduce(ENTRY, strangers, by=CITY, at=at, keyring=city.node.keyring)
        async with city.node.unit_of_work() as uow:
            await uow.publish(OfficeIntroduced(office=true.id, document=true.document.decode(), kid=true.kid, sig=true.sig), to=CITY)
        await eventually(lambda: _knows(county), what="the true one goes through the tree")
        again = reopened(county.node, fed.network.bus(COUNTY))
        await county.node.stop()
        await again.prepare()
        assert NEW in again.directory and again.keyring.known[NEW].same_as(strangers), "and is known after a restart"
        await again.engine.dispose()
