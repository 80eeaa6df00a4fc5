"""Real servers killed, wiped and cut off; a tree that grows without a restart. Everything sent again arrives, nothing needs a person."""

import asyncio

import nats
import pytest
import pytest_asyncio
from nats.aio.client import Client

from nodekit.bus.connection import api, connect
from nodekit.bus.keys import new_seed
from nodekit.bus.pki import LinkAuthority
from nodekit.bus.port import BusUnavailable
from nodekit.bus.topology import Topology
from tests.bus.tree import CITY, CITY_DESK, COUNTY_A, COUNTY_B, DESK_A, PROVINCE, RECORDS, Tree, eventually, record, small_tree

pytestmark = pytest.mark.asyncio(loop_scope="module")
RESEND_S = 0.05
NEW_COUNTY = "990103-inspection"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def tree(tmp_path_factory):
    async with Tree(tmp_path_factory.mktemp("bus"), small_tree()) as tree:
        yield tree


async def send_until_it_arrives(tree: Tree, src: str, dst: str, data: bytes) -> None:
    """What the delivery protocol does: send again until the receiver has it."""
    async with asyncio.timeout(30):
        while (src, data) not in tree.data_at(dst):
            try:
                await tree.buses[src].send(dst, data)
                await tree.arrives(src, dst, data, within_s=2)
            except BusUnavailable:
                await asyncio.sleep(RESEND_S)
            except AssertionError:
                continue


async def test_kill_9_of_the_hub_loses_nothing_it_had_acknowledged(tree):
    await tree.proxies[CITY].cut()
    data = [f"through the hub {number}".encode() for number in range(30)]
    for each in data:
        await tree.buses[COUNTY_A].send(PROVINCE, each)
    await eventually(lambda: tree.buses[COUNTY_A]._relay.counters["up.moved"] >= len(data), what="taken over by the hub")
    await tree.servers[CITY].kill()
    await eventually(lambda: tree.buses[COUNTY_A].status().parent_link == "down", what="seen by the child")
    await tree.servers[CITY].start()
    await tree.proxies[CITY].heal()
    for each in data:
        await tree.arrives(COUNTY_A, PROVINCE, each)
    await tree.linked()


async def queued_up(tree: Tree, office_id: str) -> int:
    """Messages that ever went through the office's own stream towards its parent."""
    client = await connect(tree.access(office_id), "relay")
    try:
        info = await api(client, "CONSUMER.INFO.UP.relay")
    finally:
        await client.close()
    return int(info["delivered"]["stream_seq"]) + int(info["num_pending"])


async def test_with_the_link_up_nothing_stops_in_the_own_stream_and_order_survives_a_cut(tree):
    relay = tree.buses[COUNTY_A]._relay
    await eventually(lambda: relay._straight is not None, what="the own stream is known to be empty")
    before = await queued_up(tree, COUNTY_A)
    await tree.buses[COUNTY_A].send(CITY, b"straight")
    await tree.arrives(COUNTY_A, CITY, b"straight")
    assert await queued_up(tree, COUNTY_A) == before
    await tree.proxies[COUNTY_A].cut()
    data = [f"waits {number}".encode() for number in range(5)]
    for each in data:
        await tree.buses[COUNTY_A].send(CITY, each)
    assert await queued_up(tree, COUNTY_A) == before + len(data)
    await tree.proxies[COUNTY_A].heal()
    await tree.linked()
    await tree.buses[COUNTY_A].send(CITY, b"after the cut")  # behind what waits, whether that has left or not
    await tree.arrives(COUNTY_A, CITY, b"after the cut")
    heard = [each for src, each in tree.data_at(CITY) if src == COUNTY_A and each in [*data, b"after the cut"]]
    assert list(dict.fromkeys(heard)) == [*data, b"after the cut"]


async def test_kill_9_of_an_own_server_is_survived_by_its_node(tree):
    await tree.servers[COUNTY_A].kill()
    await eventually(lambda: not tree.buses[COUNTY_A].status().connected, what="noticed")
    with pytest.raises(BusUnavailable):
        await tree.buses[COUNTY_A].send(CITY, b"while down")
    await tree.servers[COUNTY_A].start()
    await tree.linked()
    await tree.buses[COUNTY_A].send(CITY, b"after the kill")
    await tree.arrives(COUNTY_A, CITY, b"after the kill")


@pytest.mark.parametrize("office_id", [COUNTY_A, CITY])
async def test_a_wiped_store_is_made_again_by_the_node_itself(tree, office_id):
    await tree.servers[office_id].stop()
    tree.servers[office_id].wipe()
    await tree.servers[office_id].start()
    for src, dst in ((COUNTY_A, CITY), (CITY, COUNTY_A), (DESK_A, CITY_DESK), (COUNTY_A, PROVINCE)):
        await send_until_it_arrives(tree, src, dst, f"after wiping {office_id}".encode())
    await tree.linked()


async def test_streams_deleted_under_a_running_node_are_made_again(tree):
    await tree.servers[COUNTY_B].stop()
    config = tree.servers[COUNTY_B].folder / "nats.conf"
    text = config.read_text("utf-8")
    config.write_text(
        text.replace("    jetstream: enabled\n    users: [\n", "    jetstream: enabled\n    users: [\n      { user: admin, password: admin }\n", 1),
        "utf-8",
    )
    await tree.servers[COUNTY_B].start()
    await tree.linked()
    client = await _admin(tree, COUNTY_B)
    try:
        for stream in ("IN", "UP"):
            await api(client, f"STREAM.DELETE.{stream}")
        for src, dst in ((COUNTY_B, CITY), (CITY, COUNTY_B)):
            await send_until_it_arrives(tree, src, dst, b"after deleting")
    finally:
        await client.close()


@pytest.mark.parametrize(("stream", "consumer"), [("IN", "app"), ("UP", "relay")])
async def test_a_damaged_consumer_is_made_again_by_the_node_itself(tree, stream, consumer):
    """nats-server refuses to make a consumer whose file it cannot read, as long as the stream is there."""
    await tree.servers[COUNTY_A].stop()
    [file] = tree.servers[COUNTY_A].folder.glob(f"js/**/streams/{stream}/obs/{consumer}/o.dat")
    data = bytearray(file.read_bytes())
    data[1] ^= 0x04  # its version
    file.write_bytes(data)
    await tree.servers[COUNTY_A].start()
    for src, dst in ((COUNTY_A, CITY), (CITY, COUNTY_A)):
        await send_until_it_arrives(tree, src, dst, f"after damage to {consumer}".encode())
    await tree.linked()


async def test_a_black_hole_on_the_link_is_noticed_and_healed(tree):
    tree.proxies[COUNTY_B].stall()
    await eventually(lambda: tree.buses[COUNTY_B].status().parent_link == "down", what="noticed")
    await tree.buses[COUNTY_B].send(CITY, b"into the hole")
    await tree.proxies[COUNTY_B].heal()
    await tree.arrives(COUNTY_B, CITY, b"into the hole")
    await tree.linked()


async def test_a_child_is_added_by_a_reload_and_nobody_restarts(tree):
    pids = {office_id: server.pid for office_id, server in tree.servers.items()}
    since = {office_id: bus.status().since for office_id, bus in tree.buses.items()}
    tree.topology = Topology.from_records([*RECORDS, record(NEW_COUNTY, "county", CITY)])
    await tree.write()
    await tree.servers[CITY].reload()
    for bus in tree.buses.values():
        bus.adopt(tree.topology)
    await tree.servers[NEW_COUNTY].start()
    await tree.start_bus(NEW_COUNTY)
    await tree.linked()
    for src, dst in ((NEW_COUNTY, CITY), (CITY, NEW_COUNTY), (NEW_COUNTY, PROVINCE), (CITY_DESK, NEW_COUNTY), (NEW_COUNTY, CITY_DESK)):
        await tree.buses[src].send(dst, b"welcome")
        await tree.arrives(src, dst, b"welcome")
    assert {office_id: tree.servers[office_id].pid for office_id in pids} == pids
    assert {office_id: tree.buses[office_id].status().since for office_id in since} == since


@pytest.mark.parametrize("replaced", ["the certificate of another authority", "an unknown key"])
async def test_a_leaf_that_is_not_the_child_gets_no_link(tree, tmp_path, replaced):
    folder = tree.servers[COUNTY_B].folder
    kept = {path: path.read_bytes() for path in [*(folder / "tls").iterdir(), folder / "leaf-seed.conf"]}
    await tree.servers[COUNTY_B].stop()
    if replaced == "an unknown key":
        (folder / "leaf-seed.conf").write_text(f'LEAF_SEED: "{new_seed()[0]}"\n', "utf-8")
    else:
        LinkAuthority(tmp_path).issue(COUNTY_B, ["127.0.0.1"], tmp_path / "tls")
        for name in ("cert.pem", "key.pem"):
            (folder / "tls" / name).write_bytes((tmp_path / "tls" / name).read_bytes())
    log = tree.servers[CITY].log_path
    words = "authentication error" if replaced == "an unknown key" else "certificate"
    before = log.read_text("utf-8").count(words)
    await tree.servers[COUNTY_B].start()
    await eventually(lambda: log.read_text("utf-8").count(words) > before, what="refusal in the log of the hub")
    await eventually(lambda: tree.buses[COUNTY_B].status().parent_link == "down", what="no link")
    await tree.servers[COUNTY_B].stop()
    for path, content in kept.items():
        path.write_bytes(content)
    await tree.servers[COUNTY_B].start()
    await tree.linked()


@pytest.mark.parametrize("claimed", ["server_name", "domain"])
async def test_a_server_that_claims_the_name_of_another_takes_nothing_from_it(tree, claimed):
    config = tree.servers[COUNTY_A].folder / "nats.conf"
    honest = config.read_text("utf-8")
    await tree.servers[COUNTY_A].stop()
    config.write_text(honest.replace(f'{claimed}: "{COUNTY_A}"', f'{claimed}: "{COUNTY_B}"'), "utf-8")
    await tree.servers[COUNTY_A].start()
    for number in range(5):
        data = f"for the real one, {claimed} {number}".encode()
        await tree.buses[CITY].send(COUNTY_B, data)
        await tree.arrives(CITY, COUNTY_B, data)
        assert (CITY, data) not in tree.data_at(COUNTY_A)
    await tree.servers[COUNTY_A].stop()
    config.write_text(honest, "utf-8")
    await tree.servers[COUNTY_A].start()
    await tree.linked()


async def _admin(tree: Tree, office_id: str) -> Client:
    return await nats.connect(tree.endpoints[office_id].client_url, user="admin", password="admin")
