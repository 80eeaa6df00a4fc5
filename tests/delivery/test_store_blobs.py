"""The part of the store's contract about attachments, in memory and in PostgreSQL alike."""

from __future__ import annotations

import uuid

import pytest

from nodekit.delivery.core.blob import BLOB_MISSING, Blob, chunk_hash
from nodekit.delivery.core.limits import CHUNK_BYTES_MAX
from nodekit.delivery.core.store import NeededChunk
from nodekit.delivery.envelope import EventDoc, decode_event, encode_event
from tests.delivery.test_store_contract import ME, NOW, PEER, Office, chain, office

__all__ = ["office"]

CHUNKS = [b"one", b"two", b"three"]
NAMES = [chunk_hash(data) for data in CHUNKS]
LONG_AGO = NOW - 60


def attached(n: int, names: list[str]) -> EventDoc:
    raw = encode_event(
        id=uuid.UUID(int=n + 1, version=4), src=PEER, dst=ME, type="test.happened.v1", agg=f"case-{n}", at="2026-11-22T00:00:00Z", body={},
        blobs=[Blob(tuple(names), len(names) * CHUNK_BYTES_MAX)],
    )
    return decode_event(raw)


@pytest.fixture
async def held(office: Office) -> list[EventDoc]:
    """Two events, held: the first lacks all three chunks, the second the last one."""
    events = [attached(0, NAMES), attached(1, NAMES[2:])]
    await office.store.ingest(PEER, 0, chain(events, PEER, ME), events, NOW)
    for seq, item in enumerate(events, start=1):
        missing = await office.store.need_chunks(PEER, seq, item.id, item.blobs[0].chunks, own=False)
        assert missing == (len(item.blobs[0].chunks), 0)
        await office.store.hold_event(PEER, item.id, BLOB_MISSING)
    return events


async def needed(office: Office, limit: int = 10, skip: tuple[str, ...] = (), gone_before: float = LONG_AGO, now: float = NOW) -> list[str]:
    return [need.name for need in await office.store.needed_chunks(PEER, limit, skip, gone_before, now)]


@pytest.mark.usefixtures("held")
async def test_what_is_missing_comes_in_order_and_not_what_is_under_way(office):
    assert await office.store.owing_chunks() == [PEER]
    assert await office.store.needed_chunks(PEER, 2, (), LONG_AGO, NOW) == [NeededChunk(False, 1, NAMES[0]), NeededChunk(False, 1, NAMES[1])]
    assert await needed(office, skip=(NAMES[0], NAMES[2])) == [NAMES[1]]
    assert await office.store.needed_chunks("990200-inspection", 9, (), LONG_AGO, NOW) == []


async def test_an_event_is_ready_again_with_its_last_chunk(office, held):
    assert [await office.store.keep_chunk(PEER, name, data, NOW) for name, data in zip(NAMES[:2], CHUNKS[:2], strict=True)] == [0, 0]
    assert await office.store.ready(NOW, 10) == []
    assert await office.store.keep_chunk(PEER, NAMES[2], CHUNKS[2], NOW) == 2, "both events waited for this one"
    assert [row.event.id for row in await office.store.ready(NOW, 10)] == [item.id for item in held]
    assert await office.store.chunk(NAMES[1]) == b"two"
    assert await office.store.owing_chunks() == []
    assert await office.store.need_chunks(PEER, 1, held[0].id, NAMES, own=False) == (0, 0)


@pytest.mark.usefixtures("held")
async def test_what_nobody_misses_and_what_another_peer_owes_is_dropped(office):
    assert await office.store.keep_chunk(PEER, chunk_hash(b"unasked"), b"unasked", NOW) == 0
    assert await office.store.keep_chunk("990200-inspection", NAMES[0], CHUNKS[0], NOW) == 0
    assert await office.store.chunk(chunk_hash(b"unasked")) is None
    assert await office.store.chunk(NAMES[0]) is None


@pytest.mark.usefixtures("held")
async def test_what_is_gone_is_asked_for_again_after_a_while_whatever_the_clock_does(office):
    await office.store.chunks_gone(PEER, NAMES[:1], NOW)
    assert NAMES[0] not in await needed(office)
    assert NAMES[0] in await needed(office, gone_before=NOW + 1, now=NOW + 61)
    assert NAMES[0] in await needed(office, gone_before=NOW - 9000, now=NOW - 8940), "a clock that went back"


async def test_an_event_held_for_another_reason_stays_held(office, held):
    await office.store.hold_event(PEER, held[1].id, "unknown type")
    assert await office.store.keep_chunk(PEER, NAMES[2], CHUNKS[2], NOW) == 0
    assert await office.store.ready(NOW, 10) == []


async def test_a_restored_senders_own_chunks_are_needed_beside_those_it_receives(office):
    event_id = str(uuid.uuid4())
    assert await office.store.need_chunks(PEER, 4, event_id, NAMES[:2], own=True) == (2, 0)
    assert await office.store.need_chunks(PEER, 4, event_id, NAMES[:2], own=True) == (2, 0)
    assert await office.store.needed_chunks(PEER, 9, (), LONG_AGO, NOW) == [NeededChunk(True, 4, NAMES[0]), NeededChunk(True, 4, NAMES[1])]
    assert await office.store.keep_chunk(PEER, NAMES[0], CHUNKS[0], NOW) == 0, "no event of the peer waited"
    assert await needed(office) == [NAMES[1]]
