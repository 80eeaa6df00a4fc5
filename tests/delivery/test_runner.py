"""The shipped service on real databases: deaths at the worst moments, outages, failing handlers, forgeries."""

from __future__ import annotations

import asyncio
import uuid
from datetime import UTC, datetime

import pytest
import pytest_asyncio
import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from nodekit.bus.fake_bus import FakeNetwork
from nodekit.delivery import crash
from nodekit.delivery.core.limits import ATTEMPTS_MAX
from nodekit.delivery.ledger import channel_overview, get_outgoing
from nodekit.delivery.quarantine import NotQuarantined, refuse_event, retry_event
from tests.delivery.offices import KilledAt, Office, eventually
from tests.support.delivery_database import create_delivery_database
from tests.support.keyrings import keyrings

COUNTY, CITY = "990121-inspection", "990100-inspection"


@pytest_asyncio.fixture
async def offices(pg_server):
    network, rings = FakeNetwork(), keyrings(COUNTY, CITY)
    pair = [Office(name, create_delivery_database(pg_server), rings[name], network) for name in (COUNTY, CITY)]
    for office in pair:
        await office.prepare()
    yield pair
    for office in pair:
        await office.close()


async def both_agree(county: Office, city: Office, ids: list[str], label: str = "已接收") -> None:
    async def decided() -> bool:
        return (await county.outgoing()).get(label, 0) == len(ids)

    await eventually(decided, f"{len(ids)} events {label} at the sender")
    assert await city.effects() == ids, "each effect once, in order"


async def test_an_event_arrives_and_its_receipt_comes_back(offices):
    county, city = offices
    await county.start()
    await city.start()
    ids = await county.say(CITY)
    await both_agree(county, city, ids)
    async with AsyncSession(county.engine) as session:
        row = await get_outgoing(session, uuid.UUID(ids[0]))
        overview = await channel_overview(session, datetime.now(UTC))
    assert (row.label, row.seq, row.receipt is not None) == ("已接收", 1, True)
    assert [(item.peer, item.backlog, item.head, item.peer_cursor, item.alarm) for item in overview] == [(CITY, 0, 1, 1, False)]


async def test_what_was_said_while_the_other_office_was_away_arrives_in_order(offices):
    county, city = offices
    await county.start()
    county.network.cut(COUNTY, CITY)
    ids = await county.say(CITY, count=120)
    assert await county.outgoing() != {}
    await city.start()
    county.network.heal()
    await both_agree(county, city, ids)


async def test_both_directions_at_once(offices):
    county, city = offices
    await county.start()
    await city.start()
    there, back = await asyncio.gather(county.say(CITY, count=40), city.say(COUNTY, count=40))
    await both_agree(county, city, there)
    await both_agree(city, county, back)


@pytest.mark.parametrize("place", [crash.AFTER_NUMBERING, crash.AFTER_PUBLISH, crash.BEFORE_RECEIPT_COMMIT, crash.AFTER_RECEIPT_COMMIT])
async def test_sender_killed_anywhere_the_effect_is_once(offices, place):
    county, city = offices
    await city.start()
    killed = KilledAt(place)
    await county.start(killed)
    ids = await county.say(CITY, count=5)
    await asyncio.wait_for(killed.dead.wait(), 60)
    await county.die()
    await county.start()
    await both_agree(county, city, ids)


@pytest.mark.parametrize("place", [crash.BEFORE_INGEST_COMMIT, crash.AFTER_INGEST_COMMIT])
async def test_receiver_killed_around_the_commit_the_effect_is_once(offices, place):
    county, city = offices
    killed = KilledAt(place)
    await city.start(killed)
    await county.start()
    ids = await county.say(CITY, count=5)
    await asyncio.wait_for(killed.dead.wait(), 60)
    await city.die()
    await city.start()
    await both_agree(county, city, ids)


async def test_receiver_killed_between_ingest_and_apply_applies_after_restart(offices):
    county, city = offices
    ids = await county.say(CITY, count=3)
    city.handlers.broken.add(ids[0])  # so that everything is ingested and nothing applied
    killed = KilledAt(crash.AFTER_INGEST_COMMIT)
    await city.start(killed)
    await county.start()
    await asyncio.wait_for(killed.dead.wait(), 60)
    await city.die()
    assert (await city.incoming(), await city.effects()) == ({"待处理": 3}, [])
    city.handlers.broken.clear()
    await city.start()
    await both_agree(county, city, ids)


async def test_a_failing_handler_holds_up_its_own_aggregate_only(offices):
    county, city = offices
    await city.start()
    first = await county.say(CITY, agg="case-1")
    city.handlers.broken.update(first)
    later, other = await county.say(CITY, agg="case-1"), await county.say(CITY, agg="case-2")
    await county.start()

    async def other_done() -> bool:
        return await city.effects() == other

    await eventually(other_done, "the other aggregate flows")
    city.handlers.broken.clear()
    await both_agree(county, city, other + first + later)


async def test_a_poisonous_event_is_quarantined_then_retried_or_refused_by_a_person(offices, monkeypatch):
    monkeypatch.setattr("nodekit.delivery.core.decision.RETRY_BASE_S", 0.0)
    county, city = offices
    with structlog.testing.capture_logs() as logs:
        await city.start()
        one, two = await county.say(CITY, agg="case-1"), await county.say(CITY, agg="case-2")
        city.handlers.broken.update(one + two)
        await county.start()

        async def quarantined() -> bool:
            return (await city.incoming())["已隔离"] == 2

        await eventually(quarantined, "two in quarantine")

        async def held() -> bool:
            return await county.outgoing() == {"已送达": 2}

        await eventually(held, "the sender knows they are held, no more")
        assert await city.effects() == []
        city.handlers.broken.clear()
        async with AsyncSession(city.engine) as session, session.begin():
            await retry_event(session, COUNTY, uuid.UUID(one[0]))
            await refuse_event(session, COUNTY, uuid.UUID(two[0]), officer="officer.1", reason="重复报送", at=datetime.now(UTC))
        with pytest.raises(NotQuarantined):
            async with AsyncSession(city.engine) as session, session.begin():
                await retry_event(session, COUNTY, uuid.UUID(two[0]))

        async def decided() -> bool:
            return await county.outgoing() == {"已接收": 1, "已退回": 1}

        await eventually(decided, "one accepted, one refused at the sender")
    assert await city.effects() == one
    assert "绝密" not in str(logs), "bodies never reach the log"
    assert sum(entry["event"] == "handler failed" for entry in logs) >= 2 * ATTEMPTS_MAX


async def test_a_refusal_reaches_the_sender_with_its_code(offices):
    county, city = offices
    ids = await county.say(CITY)
    city.handlers.refuse.update(ids)
    await county.start()
    await city.start()
    await both_agree(county, city, ids, label="已退回")
    async with AsyncSession(county.engine) as session:
        assert (await get_outgoing(session, uuid.UUID(ids[0]))).code == "not_ours"


async def test_an_event_to_the_office_itself_needs_no_link(offices):
    county, _ = offices
    county.network.stop_server(COUNTY)
    await county.start()
    ids = await county.say(COUNTY)

    async def done() -> bool:
        return await county.effects() == ids

    await eventually(done, "local event applied")
    assert await county.outgoing() == {}


async def test_bus_down_at_first_then_everything_goes(offices):
    county, city = offices
    county.network.stop_server(COUNTY)
    await county.start()
    await city.start()
    ids = await county.say(CITY, count=10)
    county.network.start_server(COUNTY)
    await both_agree(county, city, ids)


async def test_every_database_connection_killed_the_service_recovers(offices):
    county, city = offices
    await county.start()
    await city.start()
    await both_agree(county, city, ids := await county.say(CITY))
    for office in offices:
        async with office.engine.connect() as connection:
            kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            await connection.execute(text(kill))
    await both_agree(county, city, ids + await county.say(CITY, count=3))


async def test_a_second_relay_waits_for_the_first_to_leave(offices):
    county, city = offices
    first = await county.start()

    async def owns() -> bool:
        return first.status().owner

    await eventually(owns, "the first relay owns the database")
    with structlog.testing.capture_logs() as logs:
        second = await county.start()

        async def waits() -> bool:
            return any("another relay owns" in entry["event"] for entry in logs)

        await eventually(waits, "the second relay says that it waits")
        assert not second.status().owner
        await first.stop()

        async def took_over() -> bool:
            return second.status().owner

        await eventually(took_over, "the second relay takes over")
    await city.start()
    await both_agree(county, city, await county.say(CITY))


async def test_forged_bytes_are_kept_as_evidence_and_never_answered(offices):
    county, city = offices
    await city.start()
    sent: list[str] = []
    county.network.drop = lambda transit: sent.append(transit.src) or False
    stranger = county.network.bus(COUNTY)
    await stranger.send(CITY, b"wir1 intl-1 k1 AAAA\n{}", {})

    async def kept() -> bool:
        return await city.rows("SELECT src, why FROM nodekit.quarantine") == [(COUNTY, "wire.not_authentic")]

    await eventually(kept, "evidence in quarantine")
    assert CITY not in sent


async def test_the_trace_of_the_act_goes_along(offices):
    county, city = offices
    headers = []
    county.network.drop = lambda transit: headers.append(dict(transit.wire.headers)) or False
    await county.start()
    await city.start()
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    await both_agree(county, city, await county.say(CITY, tp=trace))
    assert {"traceparent": trace} in headers
