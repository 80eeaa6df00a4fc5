"""The shipped service when PostgreSQL refuses writes for want of space: nothing is lost, nothing is falsely said, and it heals by itself.

PostgreSQL's refusal is made by a trigger with its very SQLSTATE (53100), so that no test needs a disk of its own; `disk_drill.py` fills a real one.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from nodekit.bus.fake_bus import FakeNetwork
from nodekit.delivery import runner
from nodekit.delivery.crash import CrashPoints
from nodekit.delivery.envelope import encode_event
from nodekit.delivery.ledger import channel_overview
from nodekit.delivery.outbox import OutgoingEvent, enqueue
from nodekit.delivery.runner import DeliveryService, Hooks
from nodekit.space import Space
from tests.delivery.offices import Office, eventually
from tests.support.delivery_database import create_delivery_database
from tests.support.keyrings import keyrings

COUNTY, CITY = "990121-inspection", "990100-inspection"
FULL = """
    CREATE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$
"""


class Disk:
    """What `shutil.disk_usage` would say."""

    used = 10

    def __call__(self, _place):
        return 100, self.used, 100 - self.used


class WatchedOffice(Office):
    """An office that looks at a disk."""

    def __init__(self, *arguments) -> None:
        super().__init__(*arguments)
        self.disk = Disk()
        self.space = Space({"数据库": "/"}, 90.0, self.disk)

    async def start(self, crash: CrashPoints | None = None) -> DeliveryService:
        hooks = Hooks(crash_points=crash or CrashPoints(), space=self.space)
        self.service = DeliveryService(self.engine, self.name, self.network.bus(self.name), self.keyring, self.handlers, hooks)
        await self.service.start()
        return self.service

    def fill(self, used: int) -> None:
        self.disk.used = used
        self.space.look()

    async def execute(self, *statements: str) -> None:
        async with self.engine.begin() as connection:
            for statement in statements:
                await connection.execute(text(statement))

    async def refuse_writes(self, table: str) -> None:
        await self.execute(FULL, f"CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON {table} EXECUTE FUNCTION disk_full()")

    async def make_room(self, table: str) -> None:
        await self.execute(f"DROP TRIGGER full_disk ON {table}", "DROP FUNCTION disk_full()")

    async def held_from(self, src: str) -> int:
        rows = await self.rows(f"SELECT cursor FROM nodekit.in_channel WHERE src = '{src}'")
        return rows[0][0] if rows else 0


@pytest_asyncio.fixture
async def offices(pg_server):
    network, rings = FakeNetwork(), keyrings(COUNTY, CITY)
    pair = [WatchedOffice(name, create_delivery_database(pg_server), rings[name], network) for name in (COUNTY, CITY)]
    for office in pair:
        await office.prepare()
        await office.start()
    yield pair
    for office in pair:
        await office.close()


async def all_accepted(county: Office, count: int) -> None:
    async def accepted() -> bool:
        return (await county.outgoing()).get("已接收", 0) == count

    await eventually(accepted, "every event has its receipt")


async def knows(county: Office, *, full: bool) -> None:
    """The county has heard, or sees on its page, whether the city has room."""

    async def heard() -> bool:
        async with AsyncSession(county.engine) as session:
            return [row.full_there for row in await channel_overview(session, datetime.now(UTC))] == [full]

    await eventually(heard, f"the county knows that the city {'is full' if full else 'has room'}")


async def test_an_office_whose_disk_is_almost_full_takes_nothing_says_so_and_goes_on_by_itself(offices):
    county, city = offices
    first = await county.say(CITY, count=3)
    await all_accepted(county, 3)
    city.fill(95)
    await knows(county, full=True)
    later = await county.say(CITY, count=20)
    back = await city.say(COUNTY, count=5)
    await all_accepted(city, 5)
    assert await county.effects() == back, "it still says what it has to say"
    assert await city.held_from(COUNTY) == 3 and await city.effects() == first
    city.fill(50)
    await all_accepted(county, 23)
    assert await city.effects() == first + later, "each once, in order"
    await knows(county, full=False)


@pytest.mark.parametrize("table", ["nodekit.in_link", "effects", "nodekit.receipt"])
async def test_a_database_that_refuses_in_the_middle_of_a_batch_leaves_nothing_half_done(offices, monkeypatch, table):
    county, city = offices
    monkeypatch.setattr("nodekit.space.REFUSED_FOR_S", 0.5)
    first = await county.say(CITY)
    await all_accepted(county, 1)
    await city.refuse_writes(table)
    later = await county.say(CITY, count=8)

    async def noticed() -> bool:
        return "SQLSTATE 53100" in city.service.status().last_error

    await eventually(noticed, "the service says why it stands still")
    assert await city.held_from(COUNTY) == 1 and await city.effects() == first
    assert [row[0] for row in await city.rows("SELECT count(*) FROM nodekit.inbox WHERE status = 'quarantined' OR attempts > 0")] == [0], "not the event's fault"
    assert (await county.outgoing()).get("已接收") == 1, "nothing was receipted that did not happen"
    await city.make_room(table)
    await all_accepted(county, 9)
    assert await city.effects() == first + later
    assert city.service.status().broken == ""


async def test_a_receipt_that_cannot_be_stored_comes_again(offices, monkeypatch):
    county, city = offices
    monkeypatch.setattr("nodekit.space.REFUSED_FOR_S", 0.5)
    await county.refuse_writes("nodekit.receipt")
    ids = await county.say(CITY, count=2)

    async def done() -> bool:
        return await city.effects() == ids

    await eventually(done, "the city has done its part")
    assert (await county.outgoing()).get("已接收", 0) == 0
    await county.make_room("nodekit.receipt")
    await all_accepted(county, 2)


async def test_who_commits_without_room_is_told_so_and_nothing_is_left(offices):
    county, _ = offices
    await county.refuse_writes("nodekit.outbox")
    event_id, now = uuid.uuid4(), datetime.now(UTC)
    raw = encode_event(id=event_id, src=COUNTY, dst=CITY, type="test.happened.v1", agg="case", at=now, body={})
    with pytest.raises(DBAPIError):
        async with AsyncSession(county.engine) as session, session.begin():
            await session.execute(text("INSERT INTO effects (src, event_id, agg) VALUES ('me', 'act', 'case')"))
            await enqueue(session, OutgoingEvent(event_id, COUNTY, CITY, "test.happened.v1", "case", raw, now))
    assert await county.effects() == [] and await county.outgoing() == {}
    await county.make_room("nodekit.outbox")


def test_the_pause_after_a_refusal_is_longer_than_the_relay_sleeps():
    from nodekit.space import REFUSED_FOR_S

    assert REFUSED_FOR_S > runner.TICK_S, "or peers would never be told"
