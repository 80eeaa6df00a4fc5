"""Each user of an office's own server can do its job and nothing else; a missing permission is silent, so both lists are tested."""

import json

import nats.errors
import pytest
import pytest_asyncio
from nats.aio.client import Client

from nodekit.bus.connection import api
from nodekit.bus.nats_config import LINK_API
from nodekit.bus.streams import mailbox, plan
from tests.bus.hostile import Names, stored
from tests.bus.tree import CITY, CITY_DESK, COUNTY_A, COUNTY_B, DESK_A, PROVINCE, Tree, eventually, small_tree

pytestmark = pytest.mark.asyncio(loop_scope="module")

NAMES = Names(small_tree())

DENIED_PUBLISH = [
    (COUNTY_A, "app", NAMES.up(COUNTY_B, CITY)),
    (COUNTY_A, "app", NAMES.up(DESK_A, CITY)),
    (COUNTY_A, "app", NAMES.down(CITY, DESK_A)),
    (COUNTY_A, "app", NAMES.up(COUNTY_A, COUNTY_B)),
    (COUNTY_A, "app", "$JS.API.STREAM.DELETE.IN"),
    (COUNTY_A, "app", "$JS.API.STREAM.PURGE.IN"),
    (COUNTY_A, "app", "$JS.API.STREAM.MSG.GET.IN"),
    (COUNTY_A, "app", "$JS.API.CONSUMER.CREATE.IN.mine"),
    (COUNTY_A, "app", "$JS.API.CONSUMER.MSG.NEXT.UP.relay"),
    (COUNTY_A, "app", f"$JS.API.CONSUMER.MSG.NEXT.DN.{mailbox(DESK_A)}"),
    (COUNTY_A, "app", "lk." + NAMES.up(COUNTY_A, CITY)),
    (COUNTY_A, "app", "$SYS.REQ.SERVER.PING"),
    (DESK_A, "app", NAMES.up(DESK_A, COUNTY_B)),
    (DESK_A, "app", NAMES.up(DESK_A, "990100-organization")),
    (DESK_A, "app", "$JS.API.CONSUMER.MSG.NEXT.IN.clues"),
    (DESK_A, "subscriber", "$JS.API.CONSUMER.MSG.NEXT.IN.app"),
    (DESK_A, "subscriber", NAMES.up(COUNTY_A, CITY)),
    (DESK_A, "subscriber", "$JS.API.CONSUMER.DELETE.IN.clues"),
    (DESK_A, "subscriber", "$JS.API.STREAM.INFO.IN"),
    (COUNTY_A, "relay", "$JS.API.CONSUMER.MSG.NEXT.IN.app"),
    (COUNTY_A, "relay", NAMES.down(CITY, COUNTY_B)),
    (COUNTY_A, "relay", "$JS.API.STREAM.DELETE.UP"),
    (COUNTY_A, "prov", "$JS.API.STREAM.PURGE.IN"),
    (COUNTY_A, "prov", "$JS.API.STREAM.DELETE.OTHER"),
    (COUNTY_A, "prov", "$JS.API.STREAM.MSG.GET.IN"),
    (COUNTY_A, "prov", NAMES.up(COUNTY_A, CITY)),
]
DENIED_SUBSCRIBE = [
    (COUNTY_A, role, pattern) for role in ("app", "relay", "prov") for pattern in (">", "up.>", "dn.>", "_INBOX.>", "_INBOX.sys.>", "$JS.>")
]
ALLOWED_PUBLISH = [
    (COUNTY_A, "app", NAMES.up(COUNTY_A, CITY)),
    (COUNTY_A, "app", NAMES.up(COUNTY_A, PROVINCE)),
    (COUNTY_A, "app", NAMES.up(COUNTY_A, CITY_DESK)),
    (COUNTY_A, "app", NAMES.down(COUNTY_A, DESK_A)),
    (CITY, "app", NAMES.down(CITY, DESK_A)),
    (DESK_A, "app", NAMES.up(DESK_A, COUNTY_A)),
    (DESK_A, "app", NAMES.up(DESK_A, CITY_DESK)),
    (CITY_DESK, "app", NAMES.up(CITY_DESK, COUNTY_B)),
    (CITY_DESK, "app", NAMES.up(CITY_DESK, DESK_A)),
    (DESK_A, "subscriber", NAMES.up(DESK_A, COUNTY_A)),
]
ALLOWED_CALLS = [
    (COUNTY_A, "app", "$JS.API", "CONSUMER.INFO.IN.app"),
    (DESK_A, "subscriber", "$JS.API", "CONSUMER.INFO.IN.clues"),
    (COUNTY_A, "relay", "$JS.API", "CONSUMER.INFO.UP.relay"),
    (COUNTY_A, "relay", LINK_API, f"CONSUMER.INFO.DN.{mailbox(COUNTY_A)}"),
    (COUNTY_A, "prov", "$JS.API", "STREAM.INFO.IN"),
    (COUNTY_A, "prov", "$JS.API", "CONSUMER.NAMES.DN"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def tree(tmp_path_factory):
    async with Tree(tmp_path_factory.mktemp("bus"), small_tree()) as tree:
        yield tree


class Watched:
    """A connection of one role that remembers what the server forbade."""

    def __init__(self, client: Client, violations: list[str]) -> None:
        self.client, self.violations = client, violations


@pytest_asyncio.fixture(loop_scope="module")
async def login(tree):
    clients = []

    async def connect(office_id: str, role: str) -> Watched:
        violations: list[str] = []

        async def note(error: Exception) -> None:
            violations.append(str(error).lower())

        access = tree.access(office_id)
        client = Client()
        await client.connect(access.url, nkeys_seed_str=access.keys.seed(role), inbox_prefix=f"_INBOX.{role}", error_cb=note, allow_reconnect=False)
        clients.append(client)
        return Watched(client, violations)

    yield connect
    for client in clients:
        await client.close()


@pytest.mark.parametrize(("office_id", "role", "subject"), DENIED_PUBLISH)
async def test_publishing_this_is_a_permissions_violation(login, office_id, role, subject):
    watched = await login(office_id, role)
    await watched.client.publish(subject, b"{}")
    await eventually(lambda: any("permissions violation for publish" in each for each in watched.violations), within_s=3)


@pytest.mark.parametrize(("office_id", "role", "pattern"), DENIED_SUBSCRIBE)
async def test_listening_here_is_a_permissions_violation(login, office_id, role, pattern):
    watched = await login(office_id, role)
    await watched.client.subscribe(pattern)
    await eventually(lambda: any("permissions violation for subscription" in each for each in watched.violations), within_s=3)


@pytest.mark.parametrize(("office_id", "role", "subject"), ALLOWED_PUBLISH)
async def test_publishing_this_is_acknowledged_by_a_stream(login, office_id, role, subject):
    watched = await login(office_id, role)
    assert stored((await watched.client.request(subject, b"probe", timeout=2)).data)


@pytest.mark.parametrize(("office_id", "role", "prefix", "call"), ALLOWED_CALLS)
async def test_this_call_is_answered(login, office_id, role, prefix, call):
    watched = await login(office_id, role)
    assert await api(watched.client, call, prefix=prefix)


async def test_the_commission_reads_its_own_copy_of_the_stream(tree, login):
    watched = await login(DESK_A, "subscriber")
    await tree.buses[COUNTY_A].send(DESK_A, b"for both readers")
    await tree.arrives(COUNTY_A, DESK_A, b"for both readers")
    subscription = await watched.client.jetstream().pull_subscribe_bind(consumer="clues", stream="IN")
    found = []
    while b"for both readers" not in found:
        for message in await subscription.fetch(10, timeout=5):
            found.append(message.data)
            await message.ack()


@pytest.mark.parametrize(
    ("server", "owner", "role"),
    [
        (CITY, COUNTY_A, "app"),
        (CITY, COUNTY_A, "leaf"),
        (CITY, COUNTY_A, "prov"),
        (COUNTY_B, COUNTY_A, "app"),
        (COUNTY_A, DESK_A, "app"),
        (DESK_A, COUNTY_A, "sys"),
    ],
)
async def test_keys_of_one_office_open_no_door_at_another(tree, server, owner, role):
    client = Client()
    with pytest.raises(nats.errors.Error):
        await client.connect(tree.endpoints[server].client_url, nkeys_seed_str=tree.access(owner).keys.seed(role), allow_reconnect=False)


@pytest.mark.parametrize("office_id", [PROVINCE, CITY, COUNTY_A, COUNTY_B, DESK_A, CITY_DESK])
async def test_every_planned_option_is_what_the_server_runs(tree, office_id):
    client = await tree.client(office_id, "prov")
    try:
        names = json.loads((await client.request("$JS.API.STREAM.NAMES", b"", timeout=2)).data)["streams"]
        plans = plan(tree.topology, office_id)
        assert sorted(names) == sorted(stream.name for stream in plans)
        for stream in plans:
            actual = (await api(client, f"STREAM.INFO.{stream.name}"))["config"]
            assert {key: actual.get(key, _absent(value)) for key, value in stream.config.items()} == stream.config
            for consumer in stream.consumers:
                running = (await api(client, f"CONSUMER.INFO.{stream.name}.{consumer.name}"))["config"]
                assert {key: running.get(key, _absent(value)) for key, value in consumer.config.items()} == consumer.config
    finally:
        await client.close()


def _absent(value: object) -> object:
    """The server leaves out options that are false or zero."""
    return type(value)() if isinstance(value, (bool, int)) else None
