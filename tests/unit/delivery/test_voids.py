"""An event taken back by its sender: refused where it is undecided, untouched where it is decided, refused on arrival where it comes later."""

from __future__ import annotations

import random
import uuid

from nodekit.delivery.core.decision import Decision, HandlerFailed
from nodekit.delivery.core.limits import PACKET_BYTES_MAX
from nodekit.delivery.core.protocol import Protocol
from nodekit.delivery.core.rules import Rules
from nodekit.delivery.core.voids import ALREADY_DECIDED, MALFORMED, VOID_TYPE, VOIDED_BY_SENDER
from nodekit.delivery.envelope import EventDoc, decode_event, encode_event
from tests.unit.delivery.test_protocol import CITY, COUNTY, NOW, RINGS, Accepting, Side, pair, shake


def void_of(event_id: str, **body: object) -> EventDoc:
    body = body or {"event": event_id}
    return decode_event(encode_event(
        id=uuid.uuid4(), src=COUNTY, dst=CITY, type=VOID_TYPE, agg=f"void:{event_id}", at="2026-11-22T00:00:00Z", body=body
    ))


def take_back(side: Side, row: int) -> str:
    event_id = side.store.tables.outbox[row].event.id
    side.store.void_outgoing(event_id, void_of(event_id))
    return event_id


def outcome(side: Side) -> list[tuple[str | None, str]]:
    return [(row.final, row.code) for row in side.store.tables.outbox.values()]


class Failing:
    """Whatever it is, it fails."""

    async def together(self, rows):
        raise HandlerFailed("broken")

    async def alone(self, row):
        raise HandlerFailed("broken")


async def test_what_has_no_number_gets_none_and_its_addressee_is_told():
    county, city = await pair()
    county.say(1)
    event_id = take_back(county, 1)
    await county.hear(await city.hear(await county.pump()))
    assert outcome(county) == [(None, ""), ("accepted", "")]
    assert county.store.tables.outbox[1].seq is None
    assert (COUNTY, event_id) not in city.store.tables.inbox
    assert (COUNTY, event_id) in city.store.tables.awaited_voids, "it may have left in a past that a restore undid"


async def test_what_waits_undecided_there_is_refused_with_a_receipt_and_its_aggregate_flows_on():
    county, city = await pair()
    county.say(2)
    await city.hear(await county.pump(), apply=False)
    for attempt in range(6):
        await city.protocol.receiver.apply(city.store, Failing(), NOW + 100 * attempt)
    assert sorted(row.status for row in city.store.tables.inbox.values()) == ["delivered", "quarantined"]
    take_back(county, 1)
    outs = await city.hear(await county.pump())
    outs += (await city.protocol.receiver.apply(city.store, Accepting(), NOW + 700)).outs
    await county.hear(outs)
    assert outcome(county) == [("refused", VOIDED_BY_SENDER), ("accepted", ""), ("accepted", "")]


async def test_a_decision_stands_and_the_void_fails_visibly():
    county, city = await pair()
    county.say(1)
    await county.hear(await city.hear(await county.pump()), NOW - 1000)
    take_back(county, 1)
    await county.hear(await city.hear(await county.pump()))
    assert outcome(county) == [("accepted", ""), ("refused", ALREADY_DECIDED)]


async def test_arriving_together_the_void_is_heard_first():
    county, city = await pair()
    county.say(1)
    packets = await county.pump()
    take_back(county, 1)
    packets += await county.pump()
    await city.hear(packets, apply=False)
    await county.hear((await city.protocol.receiver.apply(city.store, Accepting(), NOW)).outs)
    assert outcome(county) == [("refused", VOIDED_BY_SENDER), ("accepted", "")]


async def test_what_comes_after_its_void_is_refused_unread():
    county, city = await pair()
    county.say(1)
    backup = county.store.tables.copy()
    take_back(county, 1)
    await county.hear(await city.hear(await county.pump()))
    county.store.tables = backup  # restored: it does not know that it took the event back, and gives it a number
    county.boot(5)
    now = await shake(county, city, NOW + 5)
    await county.hear(await city.hear(await county.pump(now), now), now)
    assert county.store.tables.outbox[1].final == "refused"
    assert county.store.tables.outbox[1].code == VOIDED_BY_SENDER
    assert city.store.tables.awaited_voids == {}, "answered, so nothing is awaited any more"


async def restored_after_refusing(rules: Rules) -> Side:
    """The city refused an event as void, was restored to before it, and is sent it again long before the void; the receipt never came home."""
    county, city = await pair()
    county.protocol = Protocol(COUNTY, RINGS[COUNTY], random.Random(9), rules)
    now = await shake(county, city, NOW)
    backup = city.store.tables.copy()
    county.say(1)
    await city.hear(await county.pump(now), now, apply=False)
    county.say(4, size=PACKET_BYTES_MAX // 2)
    take_back(county, 1)
    await city.hear(await county.pump(now), now)
    now = await shake(county, city, now + 1)
    city.store.tables = backup
    city.boot(8)
    now = await shake(county, city, now + 5)
    first, *_ = await county.pump(now)
    await city.hear([first], now)
    return city


async def test_after_a_restore_the_event_comes_back_with_the_word_that_it_is_void():
    city = await restored_after_refusing(Rules())
    assert [row.code for row in city.store.tables.inbox.values() if row.seq == 1] == [VOIDED_BY_SENDER]


async def test_without_that_word_it_would_be_accepted_against_a_receipt():
    city = await restored_after_refusing(Rules(void_resent=False))
    assert [row.status for row in city.store.tables.inbox.values() if row.seq == 1] == ["accepted"]


async def test_a_receipt_given_back_stands_against_a_void():
    county, city = await pair()
    county.say(1)
    backup = city.store.tables.copy()
    packets = await county.pump()
    await county.hear(await city.hear(packets))
    city.store.tables = backup
    city.boot(8)
    now = await shake(county, city, NOW + 5)
    take_back(county, 1)  # the page would not allow it: the receipt is there
    for packet in await county.pump(now):
        await city.hear([packet], now, apply=False)
    await city.protocol.receiver.apply(city.store, Accepting(), now)
    rows = {row.event.type: (row.status, row.code) for row in city.store.tables.inbox.values()}
    assert rows == {"test.happened.v1": ("accepted", ""), VOID_TYPE: ("refused", ALREADY_DECIDED)}


async def test_a_void_that_names_nothing_is_refused():
    county, city = await pair()
    county.store.put_outgoing(void_of("x", event="not an id"))
    await county.hear(await city.hear(await county.pump()))
    assert outcome(county) == [("refused", MALFORMED)]


async def test_accepted_before_a_restore_and_refused_now_lets_nothing_of_its_aggregate_pass():
    county, city = await pair()
    county.say(2)
    backup = city.store.tables.copy()
    await county.hear(await city.hear(await county.pump()))
    city.store.tables = backup
    city.boot(8)
    now = await shake(county, city, NOW + 5)

    class RefusesFirst:
        async def together(self, rows):
            return [await self.alone(row) for row in rows]

        async def alone(self, row):
            return Decision("refused", "by_mood") if row.seq == 1 else Decision("accepted")

    for packet in await county.pump(now):
        await city.hear([packet], now, apply=False)
    for _ in range(3):
        await city.protocol.receiver.apply(city.store, RefusesFirst(), now)
    assert {row.seq: row.status for row in city.store.tables.inbox.values()} == {1: "quarantined", 2: "delivered"}
