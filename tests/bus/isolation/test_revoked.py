"""A credential that is taken away stops working at once, connections included; one that was never given opens nothing.

Before the revocation the same credential passes its whole positive list: that is what makes the refusals after it mean something.
"""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from nodekit.bus.pki import LinkAuthority
from tests.bus.isolation.by_hand import Connection, Credential
from tests.bus.isolation.doing import Allowed, Attack, Hear, Kind, Say
from tests.bus.isolation.ground import CITY, COUNTY_B, DESK_A, NAMES, Ground
from tests.bus.isolation.revoked_cases import AFTER, BEFORE, REMOVED_LEAF, REPLACED_APP, REPLACED_LEAF, STRANGERS, Rejected, Stranger, words_of
from tests.bus.tree import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOBODY = Kind("nobody", COUNTY_B, "leaf", "")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ground(tmp_path_factory) -> AsyncIterator[Ground]:
    async with Ground(tmp_path_factory.mktemp("revoked")) as ground:
        await ground.linked()
        (ground.folder / "rogue-pki").mkdir()
        LinkAuthority(ground.folder / "rogue-pki").issue("rogue", ["127.0.0.1"], ground.folder / "rogue" / "tls")
        yield ground


class Revoked:
    """The credentials as they were, and the connections that were open when they were taken away."""

    def __init__(self) -> None:
        self.credentials: dict[Kind, Credential] = {}
        self.connections: dict[Kind, Connection] = {}

    async def connection(self, ground: Ground, kind: Kind) -> Connection:
        if kind not in self.connections or self.connections[kind].closed:
            self.connections[kind] = await kind.connect(ground)
        self.connections[kind].heard.clear()
        return self.connections[kind]


@pytest.fixture(scope="module")
def revoked() -> Revoked:
    return Revoked()


@pytest.mark.parametrize(("kind", "case"), [pytest.param(kind, case, id=f"{kind.name}: {case}"[:150]) for kind, cases in BEFORE.items() for case in cases])
async def test_before_it_does_its_work(ground, revoked, kind: Kind, case: Allowed):
    attack = Attack(ground, kind, await revoked.connection(ground, kind))
    await ground.quiet()
    await case.allowed(attack)


@pytest.mark.parametrize("stranger", [pytest.param(each, id=f"{each.port} of {each.server}: {each.name}") for each in STRANGERS])
async def test_what_was_never_given_opens_nothing(ground, revoked, stranger: Stranger):
    if connection := revoked.connections.pop(REMOVED_LEAF, None):
        await connection.close()  # or its account would refuse a second leaf, which would prove nothing
    await ground.quiet()
    await stranger.dial(ground.folder).denied(Attack(ground, NOBODY, connection))


async def test_the_doors_strangers_found_closed_are_open_for_their_owners(ground, revoked):
    for kind in BEFORE:
        assert not (await revoked.connection(ground, kind)).closed


async def test_taking_keys_away_leaves_others_alone(ground, revoked):
    others = await ground.local(DESK_A, "app", "_INBOX.app")
    for kind in BEFORE:
        await revoked.connection(ground, kind)
        seed = ground.seed(kind.office_id, kind.role)
        revoked.credentials[kind] = Credential(seed, ground.tls(kind.office_id) if kind.role == "leaf" else None)
    for kind in (REPLACED_APP, REPLACED_LEAF):
        for ending in (".nk", ".pub"):
            (ground.folder / kind.office_id / "keys" / (kind.role + ending)).unlink()
    ground.write(without_leaf_of=REMOVED_LEAF.office_id)
    for server in ground.servers.values():
        await server.reload()
    await others.fence()
    assert not others.closed
    await others.close()


async def test_a_client_is_cut_off(ground, revoked):
    await eventually(lambda: revoked.connections[REPLACED_APP].closed, what="the connection is closed")


@pytest.mark.parametrize(
    ("kind", "subject"), [(kind, subject) for kind in (REMOVED_LEAF, REPLACED_LEAF) for subject in dict.fromkeys(subject for subject, _ in words_of(BEFORE[kind]))]
)
async def test_a_link_that_was_open_is_mute_now(ground, revoked, kind: Kind, subject: str):
    """nats-server does not close a leaf connection at a reload; it must be of no use any more."""
    assert not revoked.connections[kind].closed
    await ground.quiet()
    await Say(subject).denied(Attack(ground, kind, revoked.connections[kind]))


@pytest.mark.parametrize("kind", [REMOVED_LEAF, REPLACED_LEAF])
async def test_a_link_that_was_open_is_deaf_now(ground, revoked, kind: Kind):
    mine = NAMES.down(CITY, kind.office_id)
    await ground.quiet()
    await Hear(">", mine).denied(Attack(ground, kind, revoked.connections[kind]))


@pytest.mark.parametrize(("kind", "case"), [pytest.param(kind, case, id=f"{kind.name}: {case}"[:150]) for kind, cases in AFTER.items() for case in cases])
async def test_afterwards_nothing_of_it_is_taken(ground, revoked, kind: Kind, case: Rejected):
    await ground.quiet()
    await case.dial(revoked.credentials[kind]).denied(Attack(ground, kind, revoked.connections[kind]))


@pytest.mark.parametrize("kind", [REPLACED_LEAF, REPLACED_APP])
async def test_the_new_key_of_the_same_office_works_while_the_old_connection_is_still_there(ground, kind: Kind):
    connection = await kind.connect(ground)
    for case in BEFORE[kind]:
        await ground.quiet()
        connection.heard.clear()
        await case.allowed(Attack(ground, kind, connection))
    await connection.close()


async def test_enough_was_tried(capsys):
    table = {kind.name: (len(set(AFTER[kind])), len(set(BEFORE[kind]))) for kind in BEFORE}
    with capsys.disabled():
        print("\n" + "\n".join(f"  {name:<40} {denied:>4} denied {allowed:>4} allowed before" for name, (denied, allowed) in table.items()))
        print(f"  {'never given':<40} {len(set(STRANGERS)):>4} denied")
    assert all(denied >= 60 and allowed >= 20 for denied, allowed in table.values())
    assert len(set(STRANGERS)) >= 60
