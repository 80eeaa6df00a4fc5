"""Which bodies may go, and what happens if one is missed after all: the channel stops and says why."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nodekit.delivery.core.dispute import PRUNED
from nodekit.delivery.core.pruning import Pruned, prune
from nodekit.delivery.core.rules import Rules
from nodekit.delivery.core.wire import PKT
from nodekit.delivery.memory_store import BackupMark, MemoryStore
from tests.unit.delivery.test_protocol import CITY, COUNTY, NOW, Side, pair, shake

LATER = NOW + 1000


def back_up(side: Side) -> MemoryStore:
    """A complete backup of one side, as `node backup` takes it."""
    tables = side.store.tables
    cursors = {src: channel.cursor for src, channel in tables.in_channels.items()}
    heads = {dst: channel.head for dst, channel in tables.out_channels.items()}
    tables.marks[len(tables.marks) + 1] = BackupMark(cursors, heads)
    return MemoryStore(tables.copy())


async def exchange(county: Side, city: Side, count: int) -> None:
    """Events from the county to the city, decided and receipted."""
    county.say(count)
    await county.hear(await city.hear(await county.pump()))


async def settled(county: Side, city: Side, now: float = NOW + 100) -> float:
    """Both have heard how far the other's backups go."""
    return await shake(county, city, now)


async def test_nothing_goes_without_a_backup_of_the_peer():
    county, city = await pair()
    await exchange(county, city, 3)
    await settled(county, city)
    assert await prune(county.store, CITY, before=LATER, now=LATER) == Pruned()
    assert await prune(city.store, COUNTY, before=LATER, now=LATER) == Pruned()


async def test_what_every_backup_of_the_receiver_holds_goes_at_the_sender_and_the_rest_stays():
    county, city = await pair()
    await exchange(county, city, 3)
    back_up(city)
    await exchange(county, city, 2)
    back_up(city)
    await settled(county, city)
    dry = await prune(county.store, CITY, before=LATER, now=LATER, really=False)
    assert (dry.sent, dry.held) == (3, 0)
    assert not any(row.pruned for row in county.store.tables.outbox.values())
    assert await prune(county.store, CITY, before=LATER, now=LATER) == dry
    assert [row.pruned for row in county.store.tables.outbox.values()] == [True, True, True, False, False]
    assert await prune(county.store, CITY, before=LATER, now=LATER) == Pruned(), "once"
    assert len(county.store.tables.out_links) == 5 and all(row.rh for row in county.store.tables.outbox.values())


async def test_what_every_backup_of_the_sender_holds_goes_at_the_receiver():
    county, city = await pair()
    await exchange(county, city, 3)
    back_up(county)
    await exchange(county, city, 2)
    await settled(county, city)
    assert (await prune(city.store, COUNTY, before=LATER, now=LATER)).held == 3
    assert sorted(seq for _, seq in city.store.tables.in_events) == [4, 5]


async def test_what_is_young_or_undecided_stays():
    county, city = await pair()
    county.say(1)
    await city.hear(await county.pump(), apply=False)
    back_up(city)
    back_up(county)
    await settled(county, city)
    assert await prune(county.store, CITY, before=LATER, now=LATER) == Pruned(), "no receipt yet"
    assert await prune(city.store, COUNTY, before=LATER, now=LATER) == Pruned()
    await exchange(county, city, 1)
    await settled(county, city, NOW + 300)
    assert await prune(county.store, CITY, before=NOW - 60, now=LATER) == Pruned(), "decided a moment ago"


async def test_a_backup_that_was_not_completed_counts_for_nothing_and_holds_back_beside_a_complete_one():
    county, city = await pair()
    await exchange(county, city, 2)
    back_up(city)
    marks = city.store.tables.marks
    marks[1] = replace(marks[1], complete=False)
    now = await settled(county, city)
    assert await prune(county.store, CITY, before=LATER, now=LATER) == Pruned()
    await exchange(county, city, 2)
    back_up(city)
    await settled(county, city, now + 100)
    assert (await prune(county.store, CITY, before=LATER, now=LATER)).sent == 2, "not what only the complete one holds"


async def test_an_office_restored_to_any_backup_it_keeps_misses_nothing():
    county, city = await pair()
    await exchange(county, city, 2)
    old = back_up(city)
    await exchange(county, city, 2)
    back_up(city)
    now = await settled(county, city)
    await prune(county.store, CITY, before=LATER, now=LATER)
    city.store = old
    city.boot(7)
    now = await shake(county, city, now + 60)
    packets = [out for out in await county.pump(now) if out.kind == PKT]
    await city.hear(packets, now)
    assert city.store.tables.in_channels[COUNTY].cursor == 4
    assert county.store.tables.out_channels[CITY].stopped == ""


async def test_a_restore_to_a_backup_declared_destroyed_stops_the_channel_and_says_why():
    county, city = await pair()
    old = back_up(city)
    await exchange(county, city, 2)
    back_up(city)
    del city.store.tables.marks[1]
    now = await settled(county, city)
    assert (await prune(county.store, CITY, before=LATER, now=LATER)).sent == 2
    city.store = old
    city.boot(7)
    now = await shake(county, city, now + 60)
    assert await county.pump(now) == []
    assert county.store.tables.out_channels[CITY].stopped == PRUNED
    ((peer, reason, _, ours),) = county.store.tables.disputes
    assert (peer, reason) == (CITY, PRUNED) and ours, "what can still be proven is kept with the stop"


async def test_a_sender_restored_to_a_backup_declared_destroyed_is_told():
    county, city = await pair()
    old = back_up(county)
    await exchange(county, city, 2)
    back_up(county)
    del county.store.tables.marks[1]
    now = await settled(county, city)
    assert (await prune(city.store, COUNTY, before=LATER, now=LATER)).held == 2
    county.store = old
    county.boot(8)
    now = await shake(county, city, await shake(county, city, now + 60) + 3)  # asked for again after a while
    assert city.store.tables.in_channels[COUNTY].stopped == PRUNED
    assert [reason for _, reason, _, _ in city.store.tables.disputes] == [PRUNED], "once, however often it asks"


@pytest.mark.parametrize("rule", ["prune_durable", "prune_fetchable"])
async def test_without_the_rule_the_same_restores_miss_bodies(rule):
    county, city = await pair()
    old_county, old_city = back_up(county), back_up(city)
    await exchange(county, city, 2)
    back_up(city)
    back_up(county)
    now = await settled(county, city)
    side, peer, old = (county, city, old_city) if rule == "prune_durable" else (city, county, old_county)
    await prune(side.store, peer.name, before=LATER, now=LATER, rules=Rules(**{rule: False}))
    peer.store = old
    peer.boot(9)
    now = await shake(county, city, await shake(county, city, now + 60) + 3)
    await county.pump(now)
    channels = side.store.tables.out_channels if rule == "prune_durable" else side.store.tables.in_channels
    assert channels[peer.name].stopped == PRUNED
