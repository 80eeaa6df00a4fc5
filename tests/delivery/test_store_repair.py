"""What a store does after restores: the same contract in memory and in PostgreSQL."""

from __future__ import annotations

import json

import pytest

from nodekit.delivery.core.link import channel_name
from nodekit.delivery.core.receipt import ACCEPTED, REFUSED
from nodekit.delivery.core.store import Durable, InChannel, OutChannel, Prior, Settlement, StoreBroken
from nodekit.delivery.memory_store import BackupMark, MemoryStore
from tests.delivery.test_store_contract import ME, NOW, PEER, chain, event, number_all, office, receipt_for
from tests.support.keyrings import HashKeyring

__all__ = ["office"]


async def test_a_past_that_comes_back_numbers_waiting_rows_and_keeps_unknown_ones(office):
    events = [event(n) for n in range(4)]
    await number_all(office, events[:1])
    await office.say(events[2])
    links = chain(events, ME, PEER)
    await office.store.recover(PEER, 1, links[1:], events[1:], NOW)
    assert await office.store.out_channel(PEER) == OutChannel(4, links[-1].lh, 0, "")
    assert await office.store.unnumbered(10, ()) == []
    assert [item.raw for item in await office.store.sent_links(PEER, 1, 10, 10**6)] == [item.raw for item in events]
    assert await office.store.unfinished(PEER, 0, 4, 10) == [1, 2, 3, 4]
    if isinstance(office.store, MemoryStore):
        found = sorted(office.store.tables.recovered.items())
    else:
        rows = await office.store._connection.fetch("SELECT dst, seq, event_id::text FROM nodekit.recovered ORDER BY seq")
        found = [((row[0], row[1]), row[2]) for row in rows]
    assert found == [((PEER, 2), events[1].id), ((PEER, 4), events[3].id)]
    with pytest.raises(StoreBroken):
        await office.store.recover(PEER, 1, links[1:], events[1:], NOW)


async def test_an_event_id_that_stands_for_other_bytes_is_not_recovered(office):
    await office.say(event(1))
    other = event(1, agg="another case")
    with pytest.raises(StoreBroken):
        await office.store.recover(PEER, 0, chain([other], ME, PEER), [other], NOW)


async def test_held_links_are_given_back_within_limits(office):
    events = [event(n, src=PEER, dst=ME) for n in range(3)]
    links = chain(events, PEER, ME)
    await office.store.ingest(PEER, 0, links, events, NOW)
    assert [(item.link, item.raw) for item in await office.store.held_run(PEER, 2, 10, 10**6)] == [(links[1], events[1].raw), (links[2], events[2].raw)]
    assert [item.link.seq for item in await office.store.held_run(PEER, 1, 10, 1)] == [1]
    assert await office.store.held_run(PEER, 4, 10, 10**6) == []


async def test_the_receipts_that_ended_numbers_are_found(office):
    links = await number_all(office, [event(n) for n in range(3)])
    receipt = receipt_for(links[:2], ACCEPTED, channel_name(ME, PEER), HashKeyring(PEER))
    await office.store.finish(PEER, receipt)
    expected = [(receipt.document, receipt.kid, receipt.sig)]
    assert await office.store.receipts_for(PEER, 2, 3) == expected
    assert await office.store.receipts_for(PEER, 3, 3) == []


async def test_decisions_given_back_wait_only_for_what_is_undecided(office):
    events = [event(n, src=PEER, dst=ME) for n in range(3)]
    links = chain(events, PEER, ME)
    await office.store.ingest(PEER, 0, links, events, NOW)
    receipt = receipt_for(links[:2], REFUSED, channel_name(PEER, ME), HashKeyring(ME))
    await office.store.settle([Settlement(PEER, events[0].id, ACCEPTED, "", "", "", receipt.rh)], [receipt], NOW)
    priors = [Prior(PEER, seq, REFUSED, "not_ours", "officer.1", receipt.rh) for seq in (1, 2)]
    assert not await office.store.any_priors()
    await office.store.keep_priors(PEER, priors, [receipt], NOW)
    assert await office.store.any_priors()
    assert await office.store.priors([(PEER, 1), (PEER, 2), (PEER, 3)]) == priors[1:]
    await office.store.forget_priors([(PEER, 2)])
    assert not await office.store.any_priors()
    assert await office.store.receipts([receipt.rh]) == [(receipt.document, receipt.kid, receipt.sig)]


async def test_retired_boots_and_disputes_are_kept_with_their_evidence(office):
    assert await office.store.retired(PEER) == []
    for boot in ("a" * 32, "b" * 32, "a" * 32):
        await office.store.retire(PEER, boot, b"signed", NOW)
    assert sorted(await office.store.retired(PEER)) == ["a" * 32, "b" * 32]
    assert not await office.store.disputed(PEER, b"receipt")
    await office.store.dispute(PEER, "receipt_contradicts", b"wire with receipt in it", b"{}", NOW)
    assert await office.store.disputed(PEER, b"receipt")
    assert not await office.store.disputed(PEER, b"another")


async def put_mark(store, cursors: dict[str, int], heads: dict[str, int], *, complete: bool) -> None:
    if isinstance(store, MemoryStore):
        store.tables.marks[len(store.tables.marks) + 1] = BackupMark(cursors, heads, complete)
    else:
        await store._connection.execute(
            "INSERT INTO nodekit.backup_mark (taken_at, cursors, heads, completed_at) VALUES (now(), $1, $2, CASE WHEN $3 THEN now() END)",
            json.dumps(cursors), json.dumps(heads), complete,
        )


async def test_durable_is_what_every_backup_holds(office):
    assert await office.store.durable(PEER) == Durable()
    await put_mark(office.store, {PEER: 7}, {PEER: 4}, complete=False)
    assert await office.store.durable(PEER) == Durable(), "a first backup counts once it is complete"
    await put_mark(office.store, {PEER: 9}, {PEER: 6}, complete=True)
    assert await office.store.durable(PEER) == Durable(7, 4), "until it is known to be destroyed, the incomplete one may exist"
    await put_mark(office.store, {}, {}, complete=True)
    assert await office.store.durable(PEER) == Durable(), "a backup from before the first event holds nothing"
    assert await office.store.in_channel(PEER) == InChannel()


async def test_held_events_wait_with_their_aggregate_until_released(office):
    events = [event(0, src=PEER, dst=ME), event(1, src=PEER, dst=ME), event(2, src=PEER, dst=ME, agg="case-2")]
    await office.store.ingest(PEER, 0, chain(events, PEER, ME), events, NOW)
    await office.store.hold_event(PEER, events[0].id, "unknown type")
    assert [row.event.id for row in await office.store.ready(NOW, 10)] == [events[2].id]
    assert await office.store.undecided(PEER) == (3, 0)
    await office.store.release_held()
    assert [row.event.id for row in await office.store.ready(NOW, 10)] == [item.id for item in events]
