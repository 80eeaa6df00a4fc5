"""One contract, two stores: what the protocol relies on holds in memory and in PostgreSQL alike."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from nodekit.delivery.core.limits import QUARANTINE_ROWS_MAX, RETRY_CAP_S
from nodekit.delivery.core.link import Link, channel_name, genesis, sign_run
from nodekit.delivery.core.receipt import Decided, Receipt, sign_receipts, spans_of
from nodekit.delivery.core.store import InChannel, OutChannel, Settlement, Store, StoreBroken
from nodekit.delivery.core.wire import State
from nodekit.delivery.envelope import EventDoc, decode_event, encode_event, instant_of
from nodekit.delivery.memory_store import MemoryStore
from nodekit.delivery.outbox import OutgoingEvent, enqueue
from nodekit.delivery.pg_store import PgStore
from tests.support.keyrings import HashKeyring
from tests.support.postgres import sqlalchemy_url
from tests.unit.delivery.test_succession import CHILD, THIRD, revocation, rotation, signer

ME, PEER = "990121-inspection", "990100-inspection"
NOW = 1_800_000_000.0


@dataclass
class Office:
    """A store inside one open transaction, and how its unit of work says an event."""

    store: Store
    say: Callable[[EventDoc], Awaitable[None]]


@pytest_asyncio.fixture(params=["memory", "postgresql"])
async def office(request):
    if request.param == "memory":
        memory = MemoryStore()

        async def say(event: EventDoc) -> None:
            memory.put_outgoing(event)

        yield Office(memory, say)
        return
    engine = create_async_engine(sqlalchemy_url(request.getfixturevalue("delivery_dsn")))
    async with AsyncSession(engine) as session:
        await session.execute(text("SELECT 1"))
        driver = (await (await session.connection()).get_raw_connection()).driver_connection

        async def say_in_session(event: EventDoc) -> None:
            created = datetime.fromtimestamp(NOW, UTC)
            await enqueue(session, OutgoingEvent(uuid.UUID(event.id), event.src, event.dst, event.type, event.agg, event.raw, created, event.tp))

        yield Office(PgStore(driver), say_in_session)
    await engine.dispose()


def event(n: int, *, src: str = ME, dst: str = PEER, agg: str = "case-1") -> EventDoc:
    raw = encode_event(
        id=uuid.UUID(int=n + 1, version=4), src=src, dst=dst, type="test.happened.v1", agg=agg, at="2026-11-22T00:00:00Z", body={"n": n}
    )
    return decode_event(raw)


def chain(events: list[EventDoc], src: str, dst: str, head: int = 0, head_hash: str = "") -> list[Link]:
    keyring, name = HashKeyring(src), channel_name(src, dst)
    return sign_run(name, head, head_hash or genesis(name, keyring), [(item.id, item.eh) for item in events], keyring)


async def number_all(office: Office, events: list[EventDoc]) -> list[Link]:
    for item in events:
        await office.say(item)
    rows = await office.store.unnumbered(100, ())
    links = chain(events, ME, PEER)
    await office.store.number(PEER, 0, [row.row for row in rows], links)
    return links


def receipt_for(links: list[Link], status: str, channel: str, keyring: HashKeyring) -> Receipt:
    return sign_receipts(channel, spans_of([Decided(link.seq, link.lh, status) for link in links]), instant_of(NOW), keyring)[0]


async def test_an_unused_channel_is_empty(office):
    assert await office.store.out_channel(PEER) == OutChannel()
    assert await office.store.in_channel(PEER) == InChannel()
    assert await office.store.peers() == []


async def test_outbox_rows_come_in_order_and_not_for_skipped_peers(office):
    events = [event(0), event(1, dst="990200-inspection"), event(2)]
    for item in events:
        await office.say(item)
    rows = await office.store.unnumbered(100, ())
    assert [row.event_id for row in rows] == [item.id for item in events]
    assert [row.raw for row in rows] == [item.raw for item in events]
    assert [row.event_id for row in await office.store.unnumbered(100, {PEER})] == [events[1].id]
    assert len(await office.store.unnumbered(2, ())) == 2


async def test_numbering_advances_the_head_once(office):
    events = [event(n) for n in range(3)]
    links = await number_all(office, events)
    assert await office.store.out_channel(PEER) == OutChannel(3, links[-1].lh, 0, "")
    assert await office.store.unnumbered(100, ()) == []
    sent = await office.store.sent_links(PEER, 2, 10, 10**6)
    assert [(item.link, item.raw) for item in sent] == [(links[1], events[1].raw), (links[2], events[2].raw)]
    assert await office.store.out_hashes(PEER, [1, 3, 9]) == {1: links[0].lh, 3: links[2].lh}
    with pytest.raises(StoreBroken):
        await office.store.number(PEER, 2, [1], chain([event(9)], ME, PEER, 2, links[1].lh))


async def test_links_are_read_within_limits_but_at_least_one(office):
    await number_all(office, [event(n) for n in range(4)])
    assert [item.link.seq for item in await office.store.sent_links(PEER, 2, 2, 10**6)] == [2, 3]
    assert [item.link.seq for item in await office.store.sent_links(PEER, 2, 10, 1)] == [2]
    assert await office.store.sent_links(PEER, 5, 10, 10**6) == []


async def test_the_peers_cursor_never_goes_down(office):
    await number_all(office, [event(n) for n in range(3)])
    await office.store.advance_peer_cursor(PEER, 3)
    await office.store.advance_peer_cursor(PEER, 1)
    assert (await office.store.out_channel(PEER)).peer_cursor == 3


async def test_a_receipt_ends_events_and_a_contradiction_is_told(office):
    links = await number_all(office, [event(n) for n in range(3)])
    keyring, name = HashKeyring(PEER), channel_name(ME, PEER)
    assert await office.store.unfinished(PEER, 0, 3, 10) == [1, 2, 3]
    accepted = receipt_for(links[:2], "accepted", name, keyring)
    assert await office.store.finish(PEER, accepted) == []
    assert await office.store.finish(PEER, accepted) == []
    assert await office.store.unfinished(PEER, 0, 3, 10) == [3]
    assert await office.store.unfinished(PEER, 0, 2, 10) == []
    refused = receipt_for(links[1:2], "refused", name, keyring)
    assert await office.store.finish(PEER, refused) == list(refused.spans)
    assert await office.store.unfinished(PEER, 0, 3, 10) == [3]
    assert await office.store.receipts([accepted.rh, "no such"]) == [(accepted.document, accepted.kid, accepted.sig)]


async def test_ingest_stores_each_event_once_and_checks_the_cursor(office):
    events = [event(n, src=PEER, dst=ME) for n in range(3)]
    links = chain(events, PEER, ME)
    await office.store.ingest(PEER, 0, links, events, NOW)
    again = chain([events[0]], PEER, ME, 3, links[-1].lh)
    await office.store.ingest(PEER, 3, again, [events[0]], NOW)
    assert await office.store.in_channel(PEER) == InChannel(4, again[0].lh, "")
    assert await office.store.in_hash(PEER, 2) == links[1].lh
    assert await office.store.in_hash(PEER, 5) is None
    assert [row.event for row in await office.store.ready(NOW, 10)] == events
    held = await office.store.held_links(PEER, [1, 4, 7])
    assert [(link.seq, link.own, link.same_event, link.decided_at) for link in held] == [(1, True, True, None), (4, False, True, None)]
    with pytest.raises(StoreBroken):
        await office.store.ingest(PEER, 3, again, [events[0]], NOW)


async def test_an_event_to_the_office_itself_is_ready_at_once(office):
    note = event(7, src=ME, dst=ME)
    await office.say(note)
    ready = await office.store.ready(NOW, 10)
    assert [(row.src, row.seq, row.lh, row.event) for row in ready] == [(ME, None, None, note)]
    await office.store.settle([Settlement(ME, note.id, "accepted", "", "", "", None)], [], NOW)
    assert await office.store.ready(NOW, 10) == []
    assert await office.store.unreceipted(10) == []


async def test_behind_a_waiting_or_quarantined_event_only_its_aggregate_waits(office):
    events = [event(0, src=PEER, dst=ME), event(1, src=PEER, dst=ME), event(2, src=PEER, dst=ME, agg="case-2")]
    await office.store.ingest(PEER, 0, chain(events, PEER, ME), events, NOW)
    await office.store.postpone(PEER, events[0].id, 1, "KeyError", NOW + 5)
    assert [row.event.id for row in await office.store.ready(NOW, 10)] == [events[2].id]
    due = await office.store.ready(NOW + 5, 10)
    assert [(row.event.id, row.attempts) for row in due] == [(events[0].id, 1), (events[1].id, 0), (events[2].id, 0)]
    assert len(await office.store.ready(NOW - RETRY_CAP_S - 60, 10)) == 3, "a clock that jumped back must not delay a retry"
    await office.store.quarantine_event(PEER, events[0].id, 5, "KeyError")
    assert [row.event.id for row in await office.store.ready(NOW + 99, 10)] == [events[2].id]
    assert await office.store.undecided(PEER) == (2, 1)


async def test_settling_keeps_the_receipt_with_the_event(office):
    events = [event(n, src=PEER, dst=ME) for n in range(2)]
    links = chain(events, PEER, ME)
    await office.store.ingest(PEER, 0, links, events, NOW)
    receipt = receipt_for(links, "accepted", channel_name(PEER, ME), HashKeyring(ME))
    await office.store.settle([Settlement(PEER, item.id, "accepted", "", "", "", receipt.rh) for item in events], [receipt], NOW)
    assert await office.store.ready(NOW, 10) == []
    held = await office.store.held_links(PEER, [1, 2])
    assert [(link.status, link.rh, link.decided_at) for link in held] == [("accepted", receipt.rh, NOW)] * 2
    assert await office.store.receipts([receipt.rh]) == [(receipt.document, receipt.kid, receipt.sig)]


async def test_stopping_is_remembered_with_its_reason(office):
    await office.store.stop_out(PEER, "fork", NOW)
    await office.store.stop_in(PEER, "fork", NOW)
    assert (await office.store.out_channel(PEER)).stopped == "fork"
    assert (await office.store.in_channel(PEER)).stopped == "fork"


async def test_a_peer_we_only_heard_is_a_peer(office):
    await office.store.heard_state(PEER, State("0" * 32, 0, "a" * 64, 0, "b" * 64), b"signed", NOW)
    assert await office.store.peers() == [PEER]


async def test_quarantine_is_bounded(office):
    for n in range(QUARANTINE_ROWS_MAX + 5):
        await office.store.quarantine(PEER, "wire.malformed", b"x" * n, NOW)
    if isinstance(office.store, MemoryStore):
        kept, counted = len(office.store.tables.quarantined[PEER]), office.store.tables.rejected[PEER]
    else:
        connection = office.store._connection
        kept = await connection.fetchval("SELECT count(*) FROM nodekit.quarantine")
        counted = await connection.fetchval("SELECT count FROM nodekit.rejected")
    assert (kept, counted) == (QUARANTINE_ROWS_MAX, QUARANTINE_ROWS_MAX + 5)


async def test_papers_about_keys_are_kept_once_with_their_newest_signatures(office):
    granted, again, taken = rotation(), rotation().signed("by", signer(THIRD)), revocation()
    assert await office.store.key_generation(CHILD) == 1
    await office.store.keep_key_papers([granted, taken], NOW)
    await office.store.keep_key_papers([again], NOW + 1)
    assert await office.store.key_generation(CHILD) == 2
    assert await office.store.key_generation(PEER) == 1, "a revocation grants nothing, and another office's keys are its own"
