"""Every kind of credential against real servers: what it may not do has no effect, what it may do has one.

The cases are data (`local_cases`, `link_cases`, `revoked`); a kind with fewer than 60 denied or 20 allowed fails.
"""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.bus.isolation.doing import Allowed, Attack, Denied, Kind
from tests.bus.isolation.ground import Ground
from tests.bus.isolation.link_cases import CASES as LINK_CASES
from tests.bus.isolation.local_cases import CASES as LOCAL_CASES

pytestmark = pytest.mark.asyncio(loop_scope="module")

CASES = LOCAL_CASES | LINK_CASES
DENIED_AT_LEAST, ALLOWED_AT_LEAST = 60, 20


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ground(tmp_path_factory) -> AsyncIterator[Ground]:
    async with Ground(tmp_path_factory.mktemp("isolation")) as ground:
        await ground.linked()
        yield ground


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def connections(ground):
    """One connection per kind, opened again when a case has lost it."""
    open_now = {}

    async def of(kind: Kind):
        for other in [each for each in open_now if each != kind and each.office_id == kind.office_id and each.role == "leaf"]:
            await open_now.pop(other).close()  # an office has one leaf
        if kind not in open_now or open_now[kind].closed:
            open_now[kind] = await kind.connect(ground)
        open_now[kind].heard.clear()
        return open_now[kind]

    yield of
    for connection in open_now.values():
        await connection.close()


def listed(index: int) -> list[tuple]:
    return [pytest.param(kind, case, id=f"{kind.name}: {case}"[:150]) for kind, both in CASES.items() for case in both[index]]


@pytest.mark.parametrize(("kind", "case"), listed(1))
async def test_allowed_and_it_has_its_effect(ground, connections, kind: Kind, case: Allowed):
    attack = Attack(ground, kind, await connections(kind))
    await ground.quiet()
    await case.allowed(attack)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def before(ground):
    """Options of all streams and progress of all consumers when the first denied case begins."""
    return await standing(ground)


async def standing(ground) -> dict:
    moving = ("num_pending",)  # some cases say what they may say, with something on top
    found = {}
    for name, value in (await ground.state()).items():
        found[name] = {key: each for key, each in value.items() if key not in moving} if isinstance(value, dict) else value[0]
    return found


@pytest.mark.parametrize(("kind", "case"), listed(0))
async def test_denied_and_nothing_got_in(ground, before, connections, kind: Kind, case: Denied):
    attack = Attack(ground, kind, await connections(kind))
    await ground.quiet()
    await case.denied(attack)


async def test_after_all_of_it_every_stream_and_consumer_is_as_it_was(ground, before):
    assert before
    assert await standing(ground) == before


async def test_enough_was_tried_with_every_kind(capsys):
    table = {kind.name: (len(set(denied)), len(set(allowed))) for kind, (denied, allowed) in CASES.items()}
    with capsys.disabled():
        print("\n" + "\n".join(f"  {name:<40} {denied:>4} denied {allowed:>4} allowed" for name, (denied, allowed) in table.items()))
    assert all(denied >= DENIED_AT_LEAST and allowed >= ALLOWED_AT_LEAST for denied, allowed in table.values()), table
