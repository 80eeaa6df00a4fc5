"""Attachments as scenes: pulled by the receiver a few chunks at a time, verified, resumed; an event is decided when all of them are here."""

from __future__ import annotations

import os
import uuid

import pytest
import rfc8785

from nodekit.delivery.core.blob import BLOB_MISSING, Blob, chunk_hash
from nodekit.delivery.core.blob_wire import chunk_wire
from nodekit.delivery.core.canonical import Reject
from nodekit.delivery.core.limits import (
    CHUNK_BYTES_MAX,
    CHUNKS_IN_FLIGHT_MAX,
    CHUNKS_PER_TICK,
    GIVE_BURST,
    GIVE_PER_S,
    GIVE_QUEUE_MAX,
    RESEND_BASE_S,
)
from nodekit.delivery.core.pulls import Asked, Pulls
from nodekit.delivery.core.reading import HeardChunk, HeardPacket
from nodekit.delivery.core.wire import CHUNK, GETB, PKT, RCPT, Out
from nodekit.delivery.envelope import decode_event, encode_event
from nodekit.delivery.memory_store import MemoryStore
from tests.unit.delivery.test_protocol import CITY, COUNTY, NOW, RINGS, Accepting, Side, shake

CHUNKS = 7


class BlobSide(Side):
    """A side that also hears chunks."""

    async def hear(self, outs: list[Out], now: float = NOW, *, apply: bool = True) -> list[Out]:
        answers: list[Out] = []
        for out in outs:
            heard = self.protocol.read(self.peer, out.data)
            if isinstance(heard, HeardChunk):
                await self.protocol.receiver.take_chunks(self.store, [heard], now)
            elif isinstance(heard, HeardPacket):
                await self.protocol.receiver.ingest(self.store, [heard], now)
            else:
                answers += await self.protocol.listener.hear(self.store, [heard], now)
        if apply:
            answers += (await self.protocol.receiver.apply(self.store, Accepting(), now)).outs
        return answers

    def attach(self, count: int = CHUNKS) -> str:
        """Say an event with an attachment; returns its id."""
        chunks = [os.urandom(40) for _ in range(count)]
        names = [chunk_hash(data) for data in chunks]
        self.store.tables.chunks.update(zip(names, chunks, strict=True))
        raw = encode_event(
            id=uuid.uuid4(), src=self.name, dst=self.peer, type="test.happened.v1", agg="case", at="2026-11-22T00:00:00Z", body={},
            blobs=[Blob(tuple(names), count * CHUNK_BYTES_MAX)],
        )
        event = decode_event(raw)
        self.store.put_outgoing(event)
        return event.id


async def two() -> tuple[BlobSide, BlobSide, float]:
    county, city = BlobSide(COUNTY, CITY, 1), BlobSide(CITY, COUNTY, 2)
    return county, city, await shake(county, city)


async def talk(one: BlobSide, other: BlobSide, now: float, rounds: int = 12, lose: tuple[str, ...] = ()) -> tuple[list[Out], float]:
    """Both pump, tick and hear; returns all that was said, and when they stopped."""
    said: dict[str, list[Out]] = {one.name: [], other.name: []}
    every: list[Out] = []
    for _ in range(rounds):
        now += 0.1
        for side, peer in ((one, other), (other, one)):
            outs = await side.hear(said[peer.name], now) + await side.pump(now) + await side.tick(now)
            said[peer.name], kept = [], [out for out in outs if out.kind not in lose]
            said[side.name] += kept
            every += outs
    return every, now


def status(side: Side, event_id: str) -> str:
    return next(row.status for (_, key), row in side.store.tables.inbox.items() if key == event_id)


async def test_an_event_is_held_until_all_its_chunks_are_here_and_then_accepted():
    county, city, now = await two()
    event_id = county.attach()
    said, now = await talk(county, city, now, lose=(CHUNK,))
    assert status(city, event_id) == "held"
    assert [row.text for row in city.store.tables.inbox.values()] == [BLOB_MISSING]
    assert not [out for out in said if out.kind == RCPT], "no receipt before everything is here"
    said, now = await talk(county, city, now + RESEND_BASE_S * 4)
    assert status(city, event_id) == "accepted"
    assert city.store.tables.chunks == county.store.tables.chunks
    assert not city.store.tables.needs
    assert [row.final for row in county.store.tables.outbox.values()] == ["accepted"]


async def test_few_chunks_are_under_way_and_events_overtake_them():
    county, city, now = await two()
    county.attach(40)
    await talk(county, city, now, 2)
    for _ in range(6):
        now += 0.1
        await city.hear(await county.pump(now) + await county.tick(now), now)
        asks = [out for out in await city.tick(now) if out.kind == GETB]
        assert len(city.protocol.sender._pulls.in_flight(COUNTY)) <= CHUNKS_IN_FLIGHT_MAX
        await county.hear(asks, now)
        given = [out for out in await county.tick(now) if out.kind == CHUNK]
        assert len(given) <= CHUNKS_PER_TICK
        await city.hear(given, now)
    county.say(1)
    outs = await county.pump(now) + await county.tick(now)
    assert next(out.kind for out in outs) == PKT, "an event goes before the chunks"


async def test_later_events_of_the_same_matter_wait_and_others_do_not():
    county, city, now = await two()
    first = county.attach()
    county.say(1)
    other = decode_event(encode_event(
        id=uuid.uuid4(), src=COUNTY, dst=CITY, type="test.happened.v1", agg="another", at="2026-11-22T00:00:00Z", body={},
    ))
    county.store.put_outgoing(other)
    _, now = await talk(county, city, now, lose=(CHUNK,))
    assert [row.status for row in city.store.tables.inbox.values()] == ["held", "delivered", "accepted"]
    assert status(city, other.id) == "accepted"
    _, now = await talk(county, city, now + RESEND_BASE_S * 4)
    assert [row.status for row in city.store.tables.inbox.values()] == ["accepted"] * 3
    assert status(city, first) == "accepted"


async def test_a_chunk_that_is_not_what_its_name_says_is_not_kept():
    county, city, now = await two()
    event_id = county.attach(1)
    _, now = await talk(county, city, now, lose=(CHUNK,))
    name = next(iter(county.store.tables.chunks))
    forged = chunk_wire(COUNTY, CITY, name, b"something else", RINGS[COUNTY])
    await city.hear([forged], now)
    assert not city.store.tables.chunks
    assert status(city, event_id) == "held"
    assert [why for why, _ in city.store.tables.quarantined[COUNTY]] == ["chunk.hash_mismatch"]


async def test_a_rotten_chunk_is_not_given_but_said_to_be_gone_and_comes_when_it_is_whole_again():
    county, city, now = await two()
    event_id = county.attach(2)
    name, data = next(iter(county.store.tables.chunks.items()))
    county.store.tables.chunks[name] = b"rotten"
    _, now = await talk(county, city, now)
    needs = list(city.store.tables.needs.values())
    assert status(city, event_id) == "held"
    assert len(needs) == 1
    assert needs[0].gone_at is not None
    county.store.tables.chunks[name] = data
    for _ in range(4):
        _, now = await talk(county, city, now + 31.0, 6)
    assert status(city, event_id) == "accepted"


async def test_what_nobody_asked_for_is_not_kept():
    _, city, now = await two()
    await city.hear([chunk_wire(COUNTY, CITY, chunk_hash(b"unasked"), b"unasked", RINGS[COUNTY])], now)
    assert not city.store.tables.chunks


async def test_only_chunks_of_an_event_addressed_to_the_asker_are_given():
    county, city, now = await two()
    county.attach(1)
    _, now = await talk(county, city, now)
    secret = b"of another office's event"
    county.store.tables.chunks[chunk_hash(secret)] = secret
    pulls = county.protocol.sender._pulls
    pulls.owe(CITY, [Asked(False, 1, chunk_hash(secret)), Asked(True, 1, chunk_hash(secret)), Asked(False, 9, chunk_hash(secret))], now)
    said = [out for _ in range(4) for out in await county.tick(now)]
    assert not [out for out in said if out.kind == CHUNK]


async def test_a_question_from_another_session_is_not_heard():
    county, city, now = await two()
    county.attach()
    said, now = await talk(county, city, now, lose=(CHUNK,))
    question = next(out for out in said if out.kind == GETB)
    county.boot(9)
    await county.hear([question], now)
    assert county.protocol.sender._pulls.pay(10) == []


async def test_a_restored_receiver_pulls_again_and_a_restored_sender_gets_its_chunks_back():
    county, city, now = await two()
    before = [MemoryStore(side.store.tables.copy()) for side in (county, city)]
    county.attach()
    _, now = await talk(county, city, now)
    chunks = dict(county.store.tables.chunks)
    assert city.store.tables.chunks == chunks
    city.store = before[1]
    city.boot(11)
    now = await shake(county, city, now + 40)
    _, now = await talk(county, city, now)
    assert city.store.tables.chunks == chunks
    assert [row.status for row in city.store.tables.inbox.values()] == ["accepted"]
    county.store = before[0]
    county.boot(12)
    now = await shake(county, city, now + 40)
    _, now = await talk(county, city, now + RESEND_BASE_S * 4)
    assert county.store.tables.chunks == chunks, "its own past came back whole"
    assert not county.store.tables.needs


async def test_chunks_that_neither_side_has_any_more_are_given_up_by_a_person():
    county, city, now = await two()
    event_id = county.attach()
    county.store.tables.chunks.clear()
    _, now = await talk(county, city, now)
    assert all(need.gone_at for need in city.store.tables.needs.values())
    city.store.give_up(COUNTY, event_id, "officer.1", now)
    _, now = await talk(county, city, now)
    assert [(row.final, row.code) for row in county.store.tables.outbox.values()] == [("refused", "blob_gone")]


async def test_a_peer_cannot_ask_for_more_than_its_share():
    pulls = Pulls()
    for round_ in range(100):
        pulls.owe(CITY, [Asked(False, 1, f"{round_:032}{place:032}") for place in range(16)], NOW)
        assert len(pulls._debts[CITY].queue) <= GIVE_QUEUE_MAX
    given = len(pulls.pay(1000))
    while more := pulls.pay(1000):
        given += len(more)
    assert given <= GIVE_BURST
    pulls.owe(CITY, [Asked(False, 1, f"{place:064}") for place in range(16)], NOW)
    pulls.pay(16)
    later = NOW + 1.0
    for round_ in range(40):
        pulls.owe(CITY, [Asked(False, 2, f"{round_:032}{place:032}") for place in range(16)], later)
        while more := pulls.pay(1):
            given += len(more)
    assert given <= GIVE_BURST + GIVE_PER_S + GIVE_QUEUE_MAX


NAME = "0" * 64
BAD_BLOBS = {
    "not a list": {}, "empty": [], "too many": [{"chunks": [NAME], "size": 1}] * 17, "no chunks": [{"chunks": [], "size": 1}],
    "not a hash": [{"chunks": ["x"], "size": 1}], "size of another number of chunks": [{"chunks": [NAME], "size": CHUNK_BYTES_MAX + 1}],
    "no size": [{"chunks": [NAME]}], "size is text": [{"chunks": [NAME], "size": "1"}], "size is true": [{"chunks": [NAME], "size": True}],
    "nothing": [{"chunks": [NAME], "size": 0}], "too large": [{"chunks": [NAME] * 130, "size": 130 * CHUNK_BYTES_MAX}],
    "too large together": [{"chunks": [NAME] * 129, "size": 129 * CHUNK_BYTES_MAX}] * 4,
}


@pytest.mark.parametrize("what", BAD_BLOBS)
def test_a_malformed_list_of_attachments_is_rejected(what):
    fields = {
        "v": 1, "id": str(uuid.uuid4()), "src": COUNTY, "dst": CITY, "type": "test.happened.v1", "agg": "a", "at": "2026-11-22T00:00:00Z", "body": {},
        "blobs": BAD_BLOBS[what],
    }
    with pytest.raises(Reject, match=r"event\.field"):
        decode_event(rfc8785.dumps(fields))


def test_a_chunk_of_any_bytes_comes_through_the_frame_unchanged():
    data = bytes(range(256)) * 1024
    assert len(data) == CHUNK_BYTES_MAX
    side = Side(CITY, COUNTY)
    heard = side.protocol.read(COUNTY, chunk_wire(COUNTY, CITY, chunk_hash(data), data, RINGS[COUNTY]).data)
    assert isinstance(heard, HeardChunk)
    assert heard.data == data
    with pytest.raises(Reject, match=r"chunk\.size"):
        side.protocol.read(COUNTY, chunk_wire(COUNTY, CITY, chunk_hash(data), data + b"\n", RINGS[COUNTY]).data)
