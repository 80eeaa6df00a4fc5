"""Two living copies of one node: noticed, told, and fenced where it was told; one peer alone cannot switch a node off."""

from __future__ import annotations

from nodekit.delivery.core.dispute import CLONED
from nodekit.delivery.core.wire import STATE
from nodekit.delivery.memory_store import MemoryStore
from tests.unit.delivery.test_protocol import CITY, COUNTY, NOW, Side, pair, shake


async def copied() -> tuple[Side, Side, Side, float]:
    """County, its copy on another machine, and the city; the copy has spoken last."""
    county, city = await pair()
    county.say(1)
    await county.hear(await city.hear(await county.pump()))
    copy = Side(COUNTY, CITY, 3)
    copy.store = MemoryStore(county.store.tables.copy())
    return county, copy, city, await shake(copy, city, NOW + 5)


async def test_the_copy_that_was_replaced_is_retired_and_fences_the_channel():
    county, copy, city, now = await copied()
    now = await shake(county, city, now + 60)
    assert [peer for peer, _ in city.store.tables.retired] == [COUNTY]
    assert county.store.tables.out_channels[CITY].stopped == county.store.tables.in_channels[CITY].stopped == CLONED
    county.say(1)
    assert await county.pump(now) == []
    copy.say(1)
    await copy.hear(await city.hear(await copy.pump(now), now), now)
    assert city.store.tables.in_channels[COUNTY].cursor == 2, "the other copy goes on"
    assert not county.protocol.fenced, "one peer alone does not stop a node"


async def test_evidence_of_the_copy_is_the_signed_statement_itself():
    county, _, city, now = await copied()
    await shake(county, city, now + 60)
    (evidence,) = city.store.tables.retired.values()
    assert city.protocol.read(COUNTY, evidence).state.boot == county.protocol.boot
    ((peer, reason, theirs, _),) = county.store.tables.disputes
    assert (peer, reason) == (CITY, CLONED)
    assert county.protocol.boot in county.protocol.read(CITY, theirs).state.retired


async def test_a_lifted_stop_meets_the_peer_anew():
    county, _, city, now = await copied()
    now = await shake(county, city, now + 60)
    county.store.resume(CITY)
    county.boot(11)  # the copy is switched off, this one started again
    now = await shake(county, city, now + 60)
    county.say(1)
    await county.hear(await city.hear(await county.pump(now), now), now)
    assert city.store.tables.in_channels[COUNTY].cursor == 2
    assert county.store.tables.out_channels[CITY].stopped == ""


async def test_a_fenced_copy_does_not_fence_the_other_one_by_starting_again():
    county, copy, city, now = await copied()
    now = await shake(county, city, now + 60)
    now = await shake(copy, city, now + 60)
    county.boot(12)
    now = await shake(county, city, now + 60)
    await shake(copy, city, now + 60)
    assert county.store.tables.out_channels[CITY].stopped == CLONED
    assert copy.store.tables.out_channels[CITY].stopped == "", "one of them goes on"


async def test_a_restarted_node_is_never_taken_for_a_copy():
    county, city = await pair()
    now = NOW
    for seed in range(20, 26):
        old = await county.tick(now + 40)
        county.boot(seed)
        now = await shake(county, city, now + 41)
        await city.hear([out for out in old if out.kind == STATE], now)
    assert city.store.tables.retired == {}
