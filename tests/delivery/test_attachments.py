"""Attachments through the shipped service: killed between chunks, resumed, given up, and never in the way of other events."""

from __future__ import annotations

import os
import uuid
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from nodekit.delivery import crash
from nodekit.delivery.attachments import Arriving, NotGone, arriving, give_up, leaving, put_chunk
from nodekit.delivery.core.blob import Blob
from nodekit.delivery.core.limits import CHUNK_BYTES_MAX
from nodekit.delivery.envelope import encode_event
from nodekit.delivery.outbox import OutgoingEvent, enqueue
from tests.delivery.offices import KilledAt, Office, eventually
from tests.delivery.test_runner import CITY, COUNTY, both_agree, offices

__all__ = ["offices"]


async def attach(office: Office, to: str, count: int, size: int = 200) -> str:
    """Commit an event with an attachment of `count` chunks; returns its id."""
    event_id, now = uuid.uuid4(), datetime.now(UTC)
    async with AsyncSession(office.engine) as session, session.begin():
        names = [await put_chunk(session, os.urandom(size), now) for _ in range(count)]
        blobs = [Blob(tuple(names), count * CHUNK_BYTES_MAX)]
        raw = encode_event(id=event_id, src=office.name, dst=to, type="test.happened.v1", agg="case-9", at=now, body={}, blobs=blobs)
        await enqueue(session, OutgoingEvent(event_id, office.name, to, "test.happened.v1", "case-9", raw, now))
    return str(event_id)


async def chunks(office: Office) -> set[tuple[str, bytes]]:
    return {(row[0], bytes(row[1])) for row in await office.rows("SELECT hash, bytes FROM nodekit.chunk")}


async def waiting(office: Office) -> list[Arriving]:
    async with AsyncSession(office.engine) as session:
        return await arriving(session)


async def test_an_event_and_its_attachment_arrive_byte_for_byte(offices):
    county, city = offices
    await county.start()
    await city.start()
    event_id = await attach(county, CITY, 12, CHUNK_BYTES_MAX)
    await both_agree(county, city, [event_id])
    assert await chunks(city) == await chunks(county)
    assert len(await chunks(city)) == 12


@pytest.mark.parametrize("place", [crash.BEFORE_CHUNK_COMMIT, crash.AFTER_CHUNK_COMMIT])
async def test_killed_between_two_chunks_the_receiver_resumes_where_it_was(offices, place):
    county, city = offices
    await county.start()
    crash_points = KilledAt(place, at=3)
    await city.start(crash_points)
    event_id = await attach(county, CITY, 20)
    await crash_points.dead.wait()
    await city.die()
    held = (await waiting(city))[0]
    assert (held.src, str(held.event_id), held.total, held.gone) == (COUNTY, event_id, 20, 0)
    assert 0 < held.held < 20
    assert await city.effects() == [], "not decided before everything is here"
    await city.start()
    await both_agree(county, city, [event_id])
    assert await chunks(city) == await chunks(county)


async def test_other_matters_flow_while_an_attachment_is_under_way_and_the_same_one_waits(offices):
    county, city = offices
    await county.start()
    crash_points = KilledAt(crash.BEFORE_CHUNK_COMMIT)
    await city.start(crash_points)
    first = await attach(county, CITY, 20)
    await crash_points.dead.wait()
    await city.die()
    behind = await county.say(CITY, agg="case-9")
    beside = await county.say(CITY, agg="case-1")
    await city.start()

    async def decided() -> bool:
        return (await county.outgoing()).get("已接收", 0) == 3

    await eventually(decided, "everything decided")
    effects = await city.effects()
    assert set(effects) == {first, *behind, *beside}
    assert effects.index(first) < effects.index(behind[0])


async def test_what_the_sender_has_lost_is_given_up_by_a_person_and_refused(offices):
    county, city = offices
    await county.start()
    event_id = await attach(county, CITY, 4)
    async with county.engine.begin() as connection:
        await connection.execute(text("DELETE FROM nodekit.chunk WHERE hash IN (SELECT hash FROM nodekit.chunk LIMIT 3)"))
    async with AsyncSession(county.engine) as session:
        assert (await leaving(session, uuid.UUID(event_id))).missing == 3
    await city.start()

    async def known_gone() -> bool:
        held = await waiting(city)
        return bool(held) and (held[0].held, held[0].total, held[0].gone) == (1, 4, 3)

    await eventually(known_gone, "the receiver knows what is gone")
    async with AsyncSession(city.engine) as session, session.begin():
        await give_up(session, COUNTY, uuid.UUID(event_id), officer="officer.1", reason="对方磁盘损坏", at=datetime.now(UTC))

    async def refused() -> bool:
        return (await county.outgoing()).get("已退回", 0) == 1

    await eventually(refused, "refused at the sender")
    assert await waiting(city) == []


async def test_nothing_is_given_up_while_there_is_hope(offices):
    county, city = offices
    await county.start()
    crash_points = KilledAt(crash.BEFORE_CHUNK_COMMIT)
    await city.start(crash_points)
    event_id = await attach(county, CITY, 6)
    await crash_points.dead.wait()
    await city.die()
    async with AsyncSession(city.engine) as session:
        with pytest.raises(NotGone):
            await give_up(session, COUNTY, uuid.UUID(event_id), officer="officer.1", reason="", at=datetime.now(UTC))
