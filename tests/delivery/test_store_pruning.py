"""Throwing bodies away: the same contract in memory and in PostgreSQL."""

from __future__ import annotations

from nodekit.delivery.core.link import channel_name
from nodekit.delivery.core.receipt import ACCEPTED
from nodekit.delivery.core.store import Durable, Settlement
from nodekit.delivery.core.wire import State
from tests.delivery.test_store_contract import ME, NOW, PEER, chain, event, number_all, office, receipt_for
from tests.support.keyrings import HashKeyring

__all__ = ["office"]


def sizes(events) -> list[int]:
    return [len(item.raw) for item in events]


async def test_what_a_peer_says_of_its_backups_is_kept(office):
    assert await office.store.peer_durable(PEER) == Durable()
    said = State("0" * 32, 0, "a" * 64, 0, "b" * 64, durable=5, durable_head=3)
    await office.store.heard_state(PEER, said, b"signed", NOW)
    assert await office.store.peer_durable(PEER) == Durable(5, 3)


async def test_bodies_sent_go_when_they_are_final_and_links_still_tell_them(office):
    events = [event(n) for n in range(4)]
    links = await number_all(office, events)
    await office.store.finish(PEER, receipt_for(links[:3], ACCEPTED, channel_name(ME, PEER), HashKeyring(PEER)))
    listed = list(zip((1, 2, 3), sizes(events), strict=False))
    assert await office.store.prunable_sent(PEER, 0, 4, NOW + 9, 10) == listed, "not the one without a receipt"
    assert await office.store.prunable_sent(PEER, 1, 2, NOW + 9, 10) == listed[1:2]
    assert await office.store.prunable_sent(PEER, 0, 4, NOW + 9, 2) == listed[:2]
    assert await office.store.prunable_sent(PEER, 0, 4, NOW - 9, 10) == [], "decided later than that"
    await office.store.prune_sent(PEER, [1, 2], NOW)
    assert await office.store.prunable_sent(PEER, 0, 4, NOW + 9, 10) == listed[2:]
    sent = await office.store.sent_links(PEER, 1, 10, 1)
    assert [(item.link, item.raw) for item in sent] == [(links[0], None), (links[1], None)], "without a body they weigh nothing"
    assert [item.raw for item in await office.store.sent_links(PEER, 3, 10, 10**6)] == [item.raw for item in events[2:]]


async def test_a_recovered_event_that_waits_for_a_person_keeps_its_body(office):
    events = [event(n) for n in range(2)]
    links = chain(events, ME, PEER)
    await office.store.recover(PEER, 0, links, events, NOW)
    await office.store.finish(PEER, receipt_for(links, ACCEPTED, channel_name(ME, PEER), HashKeyring(PEER)))
    assert await office.store.prunable_sent(PEER, 0, 2, NOW + 9, 10) == []


async def test_bodies_held_go_when_they_are_receipted(office):
    events = [event(n, src=PEER, dst=ME) for n in range(3)]
    links = chain(events, PEER, ME)
    await office.store.ingest(PEER, 0, links, events, NOW)
    receipt = receipt_for(links[:2], ACCEPTED, channel_name(PEER, ME), HashKeyring(ME))
    ends = [Settlement(PEER, item.id, ACCEPTED, "", "", "", rh) for item, rh in zip(events, (receipt.rh, receipt.rh, None), strict=True)]
    await office.store.settle(ends, [receipt], NOW)
    listed = list(zip((1, 2), sizes(events), strict=False))
    assert await office.store.prunable_held(PEER, 0, 3, NOW + 9, 10) == listed, "the third has no receipt yet"
    assert await office.store.prunable_held(PEER, 0, 3, NOW - 9, 10) == []
    await office.store.prune_held(PEER, [1], NOW)
    assert await office.store.prunable_held(PEER, 0, 3, NOW + 9, 10) == listed[1:]
    held = await office.store.held_run(PEER, 1, 10, 10**6)
    assert [(item.link, item.raw) for item in held] == [(links[0], None), (links[1], events[1].raw), (links[2], events[2].raw)]
