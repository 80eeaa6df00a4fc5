"""Reconciliation and voids: the same contract in memory and in PostgreSQL."""

from __future__ import annotations

import uuid

from nodekit.delivery.core.fin import IN, OUT, Fin, Verdict
from nodekit.delivery.core.link import channel_name
from nodekit.delivery.core.receipt import ACCEPTED, REFUSED
from nodekit.delivery.core.store import Prior, Settlement, Standing
from nodekit.delivery.memory_store import MemoryStore
from tests.delivery.test_store_contract import ME, NOW, PEER, chain, event, number_all, office, receipt_for
from tests.support.keyrings import HashKeyring

__all__ = ["office"]
A, B = "a" * 64, "b" * 64


async def test_verdicts_of_what_was_sent_are_its_finals(office):
    links = await number_all(office, [event(n) for n in range(4)])
    await office.store.finish(PEER, receipt_for(links[:2], ACCEPTED, channel_name(ME, PEER), HashKeyring(PEER)))
    await office.store.finish(PEER, receipt_for(links[3:], REFUSED, channel_name(ME, PEER), HashKeyring(PEER)))
    assert await office.store.verdicts(OUT, PEER, 0, 10) == [
        Verdict(1, ACCEPTED, False), Verdict(2, ACCEPTED, False), Verdict(3, "", False), Verdict(4, REFUSED, False)
    ]
    assert [verdict.seq for verdict in await office.store.verdicts(OUT, PEER, 1, 2)] == [2, 3]
    assert await office.store.verdicts(OUT, PEER, 4, 10) == await office.store.verdicts(IN, PEER, 0, 10) == []


async def test_verdicts_of_what_came_count_once_a_receipt_is_signed(office):
    events = [event(n, src=PEER, dst=ME) for n in range(3)]
    links = chain(events, PEER, ME)
    await office.store.ingest(PEER, 0, links, events, NOW)
    receipt = receipt_for(links[:1], ACCEPTED, channel_name(PEER, ME), HashKeyring(ME))
    ends = [Settlement(PEER, events[0].id, ACCEPTED, "", "", "", receipt.rh), Settlement(PEER, events[1].id, REFUSED, "no", "", "", None)]
    await office.store.settle(ends, [receipt], NOW)
    assert [(verdict.seq, verdict.status) for verdict in await office.store.verdicts(IN, PEER, 0, 10)] == [(1, ACCEPTED), (2, ""), (3, "")]


async def test_hashes_of_blocks_are_kept_found_and_forgotten(office):
    assert await office.store.last_fin_block(OUT, PEER) == (0, "")
    await office.store.keep_fin_blocks(OUT, PEER, [(1, A), (2, B), (3, A)])
    await office.store.keep_fin_blocks(IN, PEER, [(1, B)])
    assert await office.store.last_fin_block(OUT, PEER) == (3, A)
    assert await office.store.fin_blocks(OUT, PEER, [1, 2, 9]) == {1: A, 2: B}
    assert await office.store.fin_blocks(OUT, PEER, []) == {}
    await office.store.forget_fin_blocks(OUT, PEER, 1)
    assert await office.store.last_fin_block(OUT, PEER) == (1, A)
    assert await office.store.last_fin_block(IN, PEER) == (1, B)


async def test_an_agreement_is_the_latest_one(office):
    for fin in (Fin(3, A), Fin(5, B)):
        await office.store.agree(OUT, PEER, fin, NOW)
    if isinstance(office.store, MemoryStore):
        found = office.store.tables.agreed[OUT, PEER]
    else:
        found = Fin(*(await office.store._connection.fetchrow("SELECT numbers, hash FROM nodekit.agreement WHERE way = 'out' AND peer = $1", PEER)))
    assert found == Fin(5, B)


async def test_a_divergence_is_kept_once_with_both_receipts(office):
    links = await number_all(office, [event(n) for n in range(3)])
    name, ring = channel_name(ME, PEER), HashKeyring(PEER)
    accepted, refused = receipt_for(links, ACCEPTED, name, ring), receipt_for(links[1:2], REFUSED, name, ring)
    await office.store.finish(PEER, accepted)
    assert await office.store.diverge(OUT, PEER, 2, (accepted, refused), NOW)
    assert not await office.store.diverge(OUT, PEER, 2, (accepted, refused), NOW)
    assert [verdict.letter for verdict in await office.store.verdicts(OUT, PEER, 0, 10)] == ["a", "x", "a"]
    assert sorted(await office.store.diverged(OUT, PEER, [1, 2])) == sorted([accepted.rh, refused.rh])
    assert await office.store.diverged(OUT, PEER, [1]) == await office.store.diverged(IN, PEER, [2]) == []
    assert len(await office.store.receipts({accepted.rh, refused.rh})) == 2


async def test_a_divergence_of_what_came(office):
    events = [event(n, src=PEER, dst=ME) for n in range(2)]
    links = chain(events, PEER, ME)
    await office.store.ingest(PEER, 0, links, events, NOW)
    pair = tuple(receipt_for(links[:1], status, channel_name(PEER, ME), HashKeyring(ME)) for status in (ACCEPTED, REFUSED))
    assert await office.store.diverge(IN, PEER, 1, pair, NOW)
    assert [(verdict.seq, verdict.letter) for verdict in await office.store.verdicts(IN, PEER, 0, 1)] == [(1, "x")]


async def void(office, item) -> None:
    """As the second person's confirmation leaves it."""
    if isinstance(office.store, MemoryStore):
        office.store.void_outgoing(item.id, event(99))
    else:
        await office.store._connection.execute("UPDATE nodekit.outbox SET voided_at = now() WHERE event_id = $1", item.id)
        await office.say(event(99))


async def test_a_void_event_gets_no_number(office):
    first, second = event(0), event(1)
    await office.say(first)
    await office.say(second)
    await void(office, first)
    assert [row.event_id for row in await office.store.unnumbered(10, ())] == [second.id, event(99).id]


async def test_numbers_taken_back_and_not_accepted_are_found(office):
    events = [event(n) for n in range(3)]
    links = await number_all(office, events)
    for item in events:
        await void(office, item) if item is events[0] else None
    assert await office.store.voided(PEER, 1, 3) == [1]
    assert await office.store.voided(PEER, 2, 3) == []
    await office.store.finish(PEER, receipt_for(links[:1], ACCEPTED, channel_name(ME, PEER), HashKeyring(PEER)))
    assert await office.store.voided(PEER, 1, 3) == []


async def test_how_far_an_event_has_got(office):
    events = [event(n, src=PEER, dst=ME) for n in range(2)]
    links = chain(events, PEER, ME)
    await office.store.ingest(PEER, 0, links, events, NOW)
    receipt = receipt_for(links[1:], REFUSED, channel_name(PEER, ME), HashKeyring(ME))
    await office.store.keep_priors(PEER, [Prior(PEER, 2, REFUSED, "no", "", receipt.rh)], [receipt], NOW)
    assert await office.store.standing(PEER, events[0].id) == Standing(1, links[0].lh, "delivered", "")
    assert await office.store.standing(PEER, events[1].id) == Standing(2, links[1].lh, "delivered", "", REFUSED, "no")
    assert await office.store.standing(PEER, str(uuid.uuid4())) is None


async def test_voids_of_what_has_not_come_are_remembered_until_it_is_answered(office):
    assert not await office.store.any_awaited_voids()
    ids = [event(n).id for n in range(3)]
    for _ in range(2):
        await office.store.await_voids(PEER, ids[:2], NOW)
    assert await office.store.any_awaited_voids()
    assert await office.store.awaited_voids([(PEER, ids[1]), (PEER, ids[2]), (ME, ids[0])]) == [(PEER, ids[1])]
    await office.store.forget_awaited_voids([(PEER, ids[0]), (PEER, ids[1])])
    assert not await office.store.any_awaited_voids()
