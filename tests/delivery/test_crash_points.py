"""Every named place, at either end: the process dies there, starts again, and every event has exactly one effect and one decision."""

from __future__ import annotations

import asyncio
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from nodekit.bus.fake_bus import FakeNetwork
from nodekit.delivery import crash
from tests.delivery.offices import KilledAt, Office, eventually
from tests.support.delivery_database import create_delivery_database
from tests.support.keyrings import keyrings

COUNTY, CITY = "990121-inspection", "990100-inspection"
HERE = (*crash.SENDING, *crash.MEETING, *crash.RECEIVING)
AFTER_A_RESTORE = (*crash.ASKING_FOR_THE_PAST, *crash.GIVING_THE_PAST_BACK)
ELSEWHERE = {
    "tests/fault/test_points.py": (*crash.OFFICER, *crash.ON_THE_BUS),
    "tests/federation/upkeep/test_killed_commands.py": crash.BY_COMMAND,
}
"""Places that need a whole node or a command; those tests take them from the same lists."""
DIES_WITHIN_S = 120.0


class Pair:
    """Two offices over one bus in memory."""

    def __init__(self, pg_server) -> None:
        self.pg, self.network, self.rings = pg_server, FakeNetwork(), keyrings(COUNTY, CITY)
        self.offices: dict[str, Office] = {}

    async def open(self) -> Pair:
        for name in (COUNTY, CITY):
            await self.put(name, create_delivery_database(self.pg))
            await self.offices[name].prepare()
        return self

    async def put(self, name: str, dsn: str) -> None:
        self.offices[name] = Office(name, dsn, self.rings[name], self.network)

    async def close(self) -> None:
        for office in self.offices.values():
            await office.close()

    async def stop(self) -> None:
        for office in self.offices.values():
            if office.service:
                await office.service.stop()
                office.service = None

    async def agree(self, said: dict[str, list[str]], decided: dict[str, int]) -> None:
        """What each said is done at the other, once and in order, and its sender knows."""
        for name, other in ((COUNTY, CITY), (CITY, COUNTY)):
            sender, receiver = self.offices[name], self.offices[other]

            async def known(sender: Office = sender, count: int = decided[name]) -> bool:
                return await sender.outgoing() == {"已接收": count}

            await eventually(known, f"{name}: every event accepted, as {other} says")
            assert await receiver.effects() == said[name], "each effect once, in order"


@pytest_asyncio.fixture
async def pair(pg_server):
    both = await Pair(pg_server).open()
    yield both
    await both.close()


async def die_at(place: str, victim: Office, peer: Office) -> KilledAt:
    """Start both; the victim will die at the place."""
    killed = KilledAt(place)
    await victim.start(killed)
    await peer.start()
    return killed


async def restarted(killed: KilledAt, victim: Office, place: str) -> None:
    try:
        await asyncio.wait_for(killed.dead.wait(), DIES_WITHIN_S)
    except TimeoutError:
        pytest.fail(f"nothing came by {place}")
    await victim.die()
    await victim.start()


@pytest.mark.parametrize("end", [COUNTY, CITY])
@pytest.mark.parametrize("place", HERE)
async def test_a_death_at_any_place_loses_and_repeats_nothing(pair, place, end):
    victim, peer = pair.offices[end], pair.offices[CITY if end == COUNTY else COUNTY]
    said = {name: await pair.offices[name].say(CITY if name == COUNTY else COUNTY, count=3) for name in (COUNTY, CITY)}
    if place == crash.BEFORE_RESEND:
        lose_packets_of(pair.network, end)
    if place in (crash.BEFORE_APPLY_COMMIT, crash.AFTER_APPLY_COMMIT):
        fail_at_first(victim, said[peer.name][0])
    if place == crash.AFTER_EVIDENCE:
        await pair.network.bus(peer.name).send(end, b"wir1 intl-1 k1 AAAA\n{}", {})
    killed = await die_at(place, victim, peer)
    await restarted(killed, victim, place)
    for name in (COUNTY, CITY):
        said[name] += await pair.offices[name].say(CITY if name == COUNTY else COUNTY, count=2)
    await pair.agree(said, {name: len(ids) for name, ids in said.items()})


@pytest.mark.parametrize("end", [COUNTY, CITY])
@pytest.mark.parametrize("place", AFTER_A_RESTORE)
async def test_a_death_while_a_past_is_given_back_loses_and_repeats_nothing(pair, pg_server, place, end):
    other = CITY if end == COUNTY else COUNTY
    restored = end if place in crash.ASKING_FOR_THE_PAST else other
    for office in pair.offices.values():
        await office.start()
    said = {name: await pair.offices[name].say(CITY if name == COUNTY else COUNTY, count=3) for name in (COUNTY, CITY)}
    await pair.agree(said, dict.fromkeys(said, 3))
    await pair.stop()
    backup = await copy_of(pg_server, pair.offices[restored])
    for office in pair.offices.values():
        await office.start()
    for name in (COUNTY, CITY):
        said[name] += await pair.offices[name].say(CITY if name == COUNTY else COUNTY, count=3)
    await pair.agree(said, dict.fromkeys(said, 6))
    await pair.stop()
    await pair.offices[restored].close()
    await pair.put(restored, backup)
    victim, peer = pair.offices[end], pair.offices[other]
    killed = await die_at(place, victim, peer)
    await restarted(killed, victim, place)
    for name in (COUNTY, CITY):
        said[name] += await pair.offices[name].say(CITY if name == COUNTY else COUNTY, count=2)
    await pair.agree(said, dict.fromkeys(said, 8))
    assert await pair.offices[restored].rows("SELECT count(*) FROM nodekit.recovered") == [(3,)]


def test_every_place_is_reached_by_a_test():
    reached = [*HERE, *AFTER_A_RESTORE]
    for file, places in ELSEWHERE.items():
        assert (Path(__file__).parents[2] / file).exists()
        reached += places
    assert sorted(reached) == sorted(crash.PLACES), "each exactly once"
    named = {value for name, value in vars(crash).items() if name.isupper() and name not in ("CRASH_EXIT_CODE", "ENVIRONMENT_NAME") and isinstance(value, str)}
    assert named == crash.PLACES, "a place that is in no list"
    source = "".join(path.read_text("utf-8") for path in (Path(__file__).parents[2] / "nodekit").rglob("*.py") if path.name != "crash.py")
    assert [name for name, value in vars(crash).items() if isinstance(value, str) and value in crash.PLACES and f"crash.{name}" not in source] == []


def lose_packets_of(network: FakeNetwork, sender: str) -> None:
    """The first packet of an office is lost, so that it must send again."""
    lost: list[object] = []

    def drop(transit) -> bool:
        if transit.src == sender and b'"k":"PKT"' in transit.wire.data and not lost:
            lost.append(transit)
            return True
        return False

    network.drop = drop


def fail_at_first(office: Office, event_id: str) -> None:
    """One handler fails once: what waits behind it is applied by a transaction of its own."""
    apply = office.handlers.apply
    failed: set[str] = set()

    async def failing(session, event):
        if event.id == event_id and event.id not in failed:
            failed.add(event.id)
            raise RuntimeError("not yet")
        return await apply(session, event)

    office.handlers.apply = failing


async def copy_of(pg_server, office: Office) -> str:
    """A backup; PostgreSQL copies a database only while nobody is connected."""
    await office.engine.dispose()

    async def alone() -> bool:
        connection = await asyncpg.connect(pg_server.dsn_admin)
        try:
            return await connection.fetchval("SELECT count(*) FROM pg_stat_activity WHERE datname = $1", office.engine.url.database) == 0
        finally:
            await connection.close()

    await eventually(alone, "nobody is connected")
    return pg_server.create_database(template=office.engine.url.database)
