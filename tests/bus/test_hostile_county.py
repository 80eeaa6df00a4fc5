"""A county administrator with full control of its own server can do nothing beyond what the county may do anyway."""

import pytest
import pytest_asyncio

from tests.bus.hostile import HostileTree, Names, answer, last_sequences, stored
from tests.bus.tree import CITY, CITY_DESK, COUNTY_A, COUNTY_B, DESK_A, PROVINCE, small_tree

pytestmark = pytest.mark.asyncio(loop_scope="module")

NAMES = Names(small_tree())
FETCH = b'{"batch": 5, "expires": 200000000}'
FORGED = [
    NAMES.up(COUNTY_B, CITY),
    NAMES.up(COUNTY_B, PROVINCE),
    NAMES.up(COUNTY_B, CITY_DESK),
    NAMES.up(CITY, PROVINCE),
    NAMES.up(PROVINCE, CITY),
    NAMES.up(CITY_DESK, CITY),
    NAMES.up("990122-discipline", CITY_DESK),
    NAMES.down(CITY, COUNTY_B),
    NAMES.down(PROVINCE, COUNTY_B),
    NAMES.down(COUNTY_A, COUNTY_B),
    NAMES.up(COUNTY_A, COUNTY_B),
    NAMES.up(COUNTY_A, "990122-discipline"),
    NAMES.up("990121-organization", CITY_DESK),
    NAMES.up(COUNTY_A, "990100-organization"),
    NAMES.up(COUNTY_A, CITY) + ".more",
    "lk." + NAMES.up(COUNTY_B, CITY),
    "lk." + NAMES.up(COUNTY_A, CITY),
]
CALLS = [
    f"lk.dn.api.CONSUMER.MSG.NEXT.DN.c{COUNTY_B}",
    f"lk.dn.api.CONSUMER.INFO.DN.c{COUNTY_B}",
    "lk.dn.api.CONSUMER.CREATE.DN.x.dn.>",
    "lk.dn.api.STREAM.INFO.DN",
    "lk.dn.api.CONSUMER.MSG.NEXT.IN.app",
    f"$JS.{CITY}.API.CONSUMER.MSG.NEXT.DN.c{COUNTY_B}",
    f"$JS.{CITY}.API.CONSUMER.MSG.NEXT.IN.app",
    f"$JS.{CITY}.API.STREAM.NAMES",
    f"$JS.{CITY}.API.INFO",
    f"$JS.{CITY}.API.STREAM.MSG.GET.DN",
    f"$JS.{CITY}.API.DIRECT.GET.DN",
    f"$JS.{CITY}.API.STREAM.DELETE.DN",
    f"$JS.{CITY}.API.STREAM.PURGE.IN",
    f"$JS.{CITY}.API.CONSUMER.CREATE.DN",
    f"$JS.{COUNTY_B}.API.STREAM.NAMES",
    f"$JS.{PROVINCE}.API.INFO",
    f"$JS.API.CONSUMER.MSG.NEXT.DN.c{COUNTY_B}",
]
PERMITTED = [
    NAMES.up(COUNTY_A, CITY),
    NAMES.up(COUNTY_A, PROVINCE),
    NAMES.up(COUNTY_A, CITY_DESK),
    NAMES.up(DESK_A, CITY_DESK),
    NAMES.up(DESK_A, CITY),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def tree(tmp_path_factory):
    async with HostileTree(tmp_path_factory.mktemp("bus"), small_tree()) as tree:
        yield tree


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def provisioners(tree):
    clients = {office_id: await tree.client(office_id, "prov") for office_id in (PROVINCE, CITY, COUNTY_B)}
    yield clients
    for client in clients.values():
        await client.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def intruder(tree):
    client = await tree.intruder("evil")
    yield client
    await client.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def spy(tree):
    client = await tree.intruder("spy")
    yield client
    await client.close()


@pytest.mark.parametrize("name", FORGED)
async def test_a_forged_subject_reaches_no_stream(intruder, provisioners, name):
    before = await last_sequences(provisioners)
    assert not stored(await answer(intruder, name, b"forged"))
    assert await last_sequences(provisioners) == before


@pytest.mark.parametrize("name", CALLS)
async def test_no_server_answers_for_what_belongs_to_others(intruder, name):
    reply = await answer(intruder, name, FETCH if ".NEXT." in name else b"{}")
    assert reply is None


@pytest.mark.parametrize("name", PERMITTED)
async def test_what_the_county_may_say_is_taken(intruder, name):
    assert stored(await answer(intruder, name, b"honest"))


async def test_the_own_mailbox_is_readable(intruder):
    assert await answer(intruder, f"lk.dn.api.CONSUMER.INFO.DN.c{COUNTY_A}") is not None


async def test_listening_behind_the_leaf_hears_nothing_of_others(tree, spy):
    heard = []

    async def on_message(message):
        heard.append((message.subject, message.data))

    for pattern in (">", "$JS.>", "_R_.>", "_INBOX.>", "up.>", "dn.>", "lk.>", "$SYS.>"):
        await spy.subscribe(pattern, cb=on_message)
    await spy.flush()
    pairs = [(COUNTY_B, CITY), (CITY, COUNTY_B), (COUNTY_B, PROVINCE), (PROVINCE, COUNTY_B), (COUNTY_B, CITY_DESK)]
    for src, dst in pairs:
        await tree.buses[src].send(dst, b"secret of B")
        await tree.arrives(src, dst, b"secret of B")
    await spy.flush()
    address = NAMES.address(COUNTY_B)
    assert not [each for each in heard if b"secret" in each[1] or address in each[0]]


async def test_messages_of_others_cannot_be_acknowledged_away(tree, spy):
    await tree.proxies[COUNTY_B].cut()
    await tree.buses[CITY].send(COUNTY_B, b"must arrive")
    for account in ("x", "*", "_"):
        for sequence in range(1, 20):
            await spy.publish(f"$JS.ACK.{CITY}.{account}.DN.c{COUNTY_B}.1.{sequence}.{sequence}.1.0", b"+ACK")
    await spy.flush()
    await tree.proxies[COUNTY_B].heal()
    await tree.arrives(CITY, COUNTY_B, b"must arrive")


async def test_a_reply_subject_injects_nothing(tree, spy, provisioners):
    before = await last_sequences({COUNTY_B: provisioners[COUNTY_B]})
    await spy.publish(NAMES.up(COUNTY_A, CITY), b"x", reply=NAMES.down(PROVINCE, COUNTY_B))
    await spy.publish(f"lk.dn.api.CONSUMER.MSG.NEXT.DN.c{COUNTY_A}", FETCH, reply=NAMES.down(PROVINCE, COUNTY_B))
    await tree.buses[CITY].send(COUNTY_A, b"bait")
    await tree.arrives(CITY, COUNTY_A, b"bait")
    assert await last_sequences({COUNTY_B: provisioners[COUNTY_B]}) == before


async def test_junk_for_offices_that_do_not_exist_does_not_block_the_uplink_of_the_city(tree, spy):
    for number in range(100):
        await spy.publish(NAMES.up(COUNTY_A, PROVINCE).replace("990000._._.inspection", "990000._._.nobody"), f"junk {number}".encode())
    await tree.buses[COUNTY_B].send(PROVINCE, b"after the junk")
    await tree.arrives(COUNTY_B, PROVINCE, b"after the junk")
