"""Single rules of the protocol, told as scenes between two offices over the store in memory."""

from __future__ import annotations

import random
import uuid

from nodekit.delivery.core import canonical
from nodekit.delivery.core.decision import Decision
from nodekit.delivery.core.limits import (
    HEARTBEAT_S,
    PACKET_BYTES_MAX,
    RESEND_BASE_S,
    RESEND_CAP_S,
    RUN_EVENTS_MAX,
    WINDOW_PACKETS_MAX,
)
from nodekit.delivery.core.pacing import StateSchedule, resend_delay
from nodekit.delivery.core.protocol import Protocol
from nodekit.delivery.core.reading import HeardPacket
from nodekit.delivery.core.wire import PKT, RCPT, STATE, Out
from nodekit.delivery.envelope import decode_event, encode_event
from nodekit.delivery.memory_store import MemoryStore
from tests.support.keyrings import keyrings

COUNTY, CITY = "990121-inspection", "990100-inspection"
RINGS = keyrings(COUNTY, CITY)
NOW = 1_800_000_000.0


class Accepting:
    async def together(self, rows):
        return [Decision("accepted") for _ in rows]

    async def alone(self, row):
        return Decision("accepted")


class Side:
    """One office whose every step commits."""

    def __init__(self, name: str, peer: str, seed: int = 1) -> None:
        self.name, self.peer, self.store = name, peer, MemoryStore()
        self.boot(seed)

    def boot(self, seed: int) -> None:
        rng = random.Random(seed)
        self.protocol = Protocol(self.name, RINGS[self.name], rng)

    def say(self, count: int, size: int = 10) -> None:
        for _ in range(count):
            raw = encode_event(
                id=uuid.uuid4(), src=self.name, dst=self.peer, type="test.happened.v1", agg="case", at="2026-11-22T00:00:00Z", body={"x": "y" * size}
            )
            self.store.put_outgoing(decode_event(raw))

    async def pump(self, now: float = NOW) -> list[Out]:
        outs, more = [], True
        while more:
            pumped = await self.protocol.sender.pump(self.store, now)
            outs, more = outs + pumped.outs, pumped.more
        return outs

    async def tick(self, now: float) -> list[Out]:
        return await self.protocol.sender.tick(self.store, now)

    async def hear(self, outs: list[Out], now: float = NOW, *, apply: bool = True) -> list[Out]:
        answers: list[Out] = []
        for out in outs:
            heard = self.protocol.read(self.peer, out.data)
            if isinstance(heard, HeardPacket):
                await self.protocol.receiver.ingest(self.store, [heard], now)
                if apply:
                    answers += (await self.protocol.receiver.apply(self.store, Accepting(), now)).outs
            else:
                answers += await self.protocol.listener.hear(self.store, [heard], now)
        return answers


async def shake(one: Side, other: Side, now: float = NOW) -> float:
    """Both greet and answer until nobody has anything more to say; returns when that was."""
    one.protocol.schedule.know(other.name, now)
    other.protocol.schedule.know(one.name, now)
    said: dict[str, list[Out]] = {one.name: [], other.name: []}
    for _ in range(8):
        now += 0.2
        for side, peer in ((one, other), (other, one)):
            said[side.name] += await side.hear(said[peer.name] + await peer.tick(now), now)
            said[peer.name] = []
    return now


async def pair() -> tuple[Side, Side]:
    """Two offices that have met, shortly before NOW."""
    sides = Side(COUNTY, CITY, 1), Side(CITY, COUNTY, 2)
    await shake(*sides, now=NOW - 10)
    return sides


async def test_many_events_go_in_one_packet_and_one_receipt_comes_back():
    county, city = await pair()
    county.say(200)
    packets = await county.pump()
    receipts = await city.hear(packets)
    assert ([out.kind for out in packets], [out.kind for out in receipts]) == ([PKT], [RCPT])
    await county.hear(receipts)
    assert {row.final for row in county.store.tables.outbox.values()} == {"accepted"}
    assert await city.tick(NOW) == [], "the receipt says it; no acknowledgement on top"


async def test_packets_stay_within_bytes_and_count():
    county, _ = await pair()
    county.say(RUN_EVENTS_MAX + 1)
    county.say(5, size=PACKET_BYTES_MAX // 2 - 1000)
    packets = await county.pump()
    assert all(len(out.data) <= 256 * 1024 for out in packets)
    assert len(packets) == 4


async def test_the_window_bounds_what_is_in_flight():
    county, city = await pair()
    county.say(WINDOW_PACKETS_MAX + 4, size=200_000)
    packets = await county.pump()
    assert len(packets) == WINDOW_PACKETS_MAX
    assert await county.pump() == []
    await county.hear(await city.hear(packets[:2]))
    assert len(await county.pump()) == 2


async def test_a_lost_packet_is_sent_again_unchanged():
    county, _ = await pair()
    county.say(3)
    first = await county.pump()
    assert await county.pump(NOW + 0.1) == []
    again = [out for out in await county.tick(NOW + RESEND_BASE_S + 1) if out.kind == PKT]
    assert [out.data for out in again] == [out.data for out in first]


async def test_small_runs_are_packed_when_sent_again():
    county, _ = await pair()
    sent = []
    for _ in range(10):
        county.say(1)
        sent += await county.pump()
    assert len(sent) == 10
    again = [out for out in await county.tick(NOW + RESEND_BASE_S + 1) if out.kind == PKT]
    assert len(again) == 1


async def test_a_gap_is_told_and_closed_without_waiting_for_the_timer():
    county, city = await pair()
    county.say(1)
    await county.pump()
    county.say(1)
    second = await county.pump()
    assert await city.hear(second) == []
    states = await city.tick(NOW + 1.1)
    await county.hear(states, NOW + 1.2)
    resent = await county.pump(NOW + 1.2)
    await county.hear(await city.hear(resent), NOW + 1.2)
    assert [row.final for row in county.store.tables.outbox.values()] == ["accepted", "accepted"]


async def test_a_repeated_packet_has_no_second_effect_and_is_not_answered_in_a_storm():
    county, city = await pair()
    county.say(2)
    packets = await county.pump()
    await city.hear(packets)
    answers = []
    for step in range(100):
        await city.hear(packets, NOW + 2 + step / 1000)
        answers += await city.tick(NOW + 2 + step / 1000)
    assert len(answers) <= 2
    assert len(city.store.tables.inbox) == 2


async def test_held_is_acknowledged_soon_when_no_receipt_says_it():
    county, city = await pair()
    county.say(1)
    await city.tick(NOW + 2)
    await city.hear(await county.pump(NOW + 2), NOW + 2, apply=False)
    states = await city.tick(NOW + 2.05)
    assert [out.kind for out in states] == [STATE]
    await county.hear(states)
    assert county.store.tables.out_channels[CITY].peer_cursor == 1


async def test_a_lost_receipt_is_asked_for_and_sent_again():
    county, city = await pair()
    county.say(3)
    lost = await city.hear(await county.pump())
    for step in range(1, 60):
        await county.hear(await city.tick(NOW + step), NOW + step)  # STATE: all held
        states = await county.tick(NOW + step)
        found = await city.hear([out for out in states if out.kind == STATE], NOW + step)
        if found:
            assert [out.data for out in found] == [out.data for out in lost], "the very same document"
            await county.hear(found)
            break
    assert {row.final for row in county.store.tables.outbox.values()} == {"accepted"}


async def test_a_restored_sender_gets_its_own_past_back_before_it_numbers_anything():
    county, city = await pair()
    county.say(1)
    remembered = county.store.tables.copy()
    county.say(2)
    await city.hear(await county.pump())
    county.store = MemoryStore(remembered)  # as after an old backup: one event waits for a number, two are unknown
    county.boot(9)
    county.say(1)
    assert await county.pump(NOW + 1) == [], "no number before the peer has spoken"
    now = await shake(county, city, NOW + 2)
    tables = county.store.tables
    assert [tables.outbox[tables.out_links[CITY, seq][1]].row for seq in (1, 2, 3)] == [1, 3, 4]
    assert sorted(seq for _, seq in tables.recovered) == [2, 3]
    await county.hear(await city.hear(await county.pump(now), now), now)
    assert city.store.tables.in_channels[COUNTY].cursor == 4
    assert tables is not county.store.tables or county.store.tables.out_channels[CITY].stopped == ""


async def test_what_was_sent_before_a_restore_is_not_taken_after_it():
    county, city = await pair()
    county.say(1)
    empty = MemoryStore(county.store.tables.copy())
    empty.tables.outbox.clear()
    lost = await county.pump()
    county.store = empty
    county.boot(9)
    county.say(1)
    now = await shake(county, city, NOW + 2)
    assert await city.hear(lost, now) == []
    assert COUNTY not in city.store.tables.in_channels
    await county.hear(await city.hear(await county.pump(now), now), now)
    assert [row.final for row in county.store.tables.outbox.values()] == ["accepted"]


async def test_two_histories_under_one_number_stop_the_channel_with_evidence():
    county, city = await pair()
    county.say(1)
    other = county.store.tables.copy()
    await city.hear(await county.pump())
    county.store = MemoryStore(other)
    other.outbox.clear()
    county.boot(9)
    county.say(1)
    stranger = Side(CITY, COUNTY, 5)  # where the county numbers it a second time
    await county.pump(await shake(county, stranger, NOW + 2))
    county.boot(10)
    await shake(county, city, NOW + 20)
    assert county.store.tables.out_channels[CITY].stopped == "fork"
    assert [why for why, _ in county.store.tables.quarantined[CITY]] == ["stopped.fork"]


async def test_our_own_past_on_another_line_stops_the_channel_with_evidence():
    county, city = await pair()
    before = county.store.tables.copy()
    county.say(1)
    await county.pump()  # lost on the way
    abandoned = county.store.tables
    county.store = MemoryStore(before)
    county.boot(9)
    county.say(2)
    now = await shake(county, city, NOW + 2)
    await city.hear(await county.pump(now), now)  # the city holds more, and another number 1
    county.store = MemoryStore(abandoned)  # the operator puts a backup back that was void
    county.boot(10)
    for pause in (60, 3):  # they meet; a moment later the county asks again for what it lost
        now = await shake(county, city, now + pause)
    assert county.store.tables.out_channels[CITY].stopped == "fork"
    ((_, _, theirs, ours),) = county.store.tables.disputes
    back = county.protocol.read(CITY, theirs)
    held = canonical.parse_object(ours)["links"][0]
    assert (back.links[0].seq, held["seq"], back.prev != held["lh"]) == (2, 1, True), "two numbers 1, both signed by the county"


async def test_a_receiver_restored_to_an_older_state_gets_links_and_its_own_receipts_again():
    county, city = await pair()
    county.say(2)
    old = city.store.tables.copy()
    receipts = await city.hear(await county.pump())
    await county.hear(receipts)
    city.store = MemoryStore(old)
    city.boot(7)
    now = await shake(county, city, NOW + 2)
    assert await city.hear(await county.pump(now), now) == [], "the sender holds the receipt; nothing new is signed"
    assert city.store.tables.in_channels[COUNTY].cursor == 2
    assert {row.rh for row in city.store.tables.inbox.values()} == {row.rh for row in county.store.tables.outbox.values()}
    assert city.store.tables.priors == {}


async def test_a_decision_signed_before_a_restore_stands():
    class Refusing(Accepting):
        async def together(self, rows):
            return [Decision("refused", "changed_mind") for _ in rows]

    county, city = await pair()
    county.say(1)
    old = city.store.tables.copy()
    await county.hear(await city.hear(await county.pump()))
    city.store = MemoryStore(old)
    city.boot(7)
    now = await shake(county, city, NOW + 2)
    await city.hear(await county.pump(now), now, apply=False)
    assert (await city.protocol.receiver.apply(city.store, Refusing(), now)).outs == []
    assert [(row.status, row.text) for row in city.store.tables.inbox.values()] == [("quarantined", "accepted_before_restore")]


async def test_a_delayed_greeting_teaches_nothing():
    county, city = await pair()
    county.say(1)
    early = await city.tick(NOW + 40)
    await county.hear(await city.hear(await county.pump(NOW + 41), NOW + 41), NOW + 41)
    city.boot(7)
    now = await shake(county, city, NOW + 42)
    county.say(1)
    await county.hear(await city.hear(await county.pump(now), now), now)
    await county.hear(early, now)
    assert county.store.tables.retired == {}
    assert county.store.tables.out_channels[CITY].stopped == ""
    county.say(1)
    await county.hear(await city.hear(await county.pump(now), now), now)
    assert city.store.tables.in_channels[COUNTY].cursor == 3, "the channel is still open"


def test_resend_delay_doubles_to_its_cap():
    class Highest:
        def random(self):
            return 1.0

    delays = [resend_delay(attempt, Highest()) for attempt in range(12)]
    assert delays[:3] == [RESEND_BASE_S, 2 * RESEND_BASE_S, 4 * RESEND_BASE_S]
    assert delays[-1] == RESEND_CAP_S


def test_a_clock_that_jumps_back_silences_nobody():
    schedule = StateSchedule(random.Random(1))
    schedule.know(CITY, NOW)
    assert schedule.due(NOW + 1) == [CITY]
    back = NOW - 86_400
    assert schedule.due(back) == []
    assert schedule.due(back + HEARTBEAT_S) == [CITY]
