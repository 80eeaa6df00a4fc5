"""Both ends reckon how their numbers were decided; what one office decided twice is found, with both receipts, and told to both."""

from __future__ import annotations

import random

import pytest

from nodekit.delivery.core import fin
from nodekit.delivery.core.canonical import Reject
from nodekit.delivery.core.decision import Decision
from nodekit.delivery.core.fin import IN, OUT, Fin, FinWords, beginning, extend_fin, fin_body, read_fins, read_words, spread, words_body
from nodekit.delivery.core.limits import FIN_BLOCK, FIN_EVERY_S, FIN_MARKS_MAX
from nodekit.delivery.core.protocol import Protocol
from nodekit.delivery.core.rules import Rules
from nodekit.delivery.core.wire import FIN, STATE, Out
from tests.unit.delivery.test_protocol import CITY, COUNTY, NOW, RINGS, Side, pair, shake


class Refusing:
    """Refuses everything."""

    async def together(self, rows):
        return [Decision("refused", "by_mood") for _ in rows]

    async def alone(self, row):
        return Decision("refused", "by_mood")


async def talk(one: Side, other: Side, now: float) -> tuple[float, list[Out]]:
    """Two heartbeats and everything they set off; returns when that was, and the FIN words said."""
    words: list[Out] = []
    for _ in range(2):
        now += FIN_EVERY_S + 20
        said = {side.name: await side.tick(now) for side in (one, other)}
        while any(said.values()):
            words += [out for outs in said.values() for out in outs if out.kind == FIN]
            said = {one.name: await one.hear(said[other.name], now), other.name: await other.hear(said[one.name], now)}
    return now, words


async def decided(count: int) -> tuple[Side, Side]:
    """`count` events of the county, all accepted by the city, receipts home."""
    county, city = await pair()
    county.say(count)
    await county.hear(await city.hear(await county.pump()))
    return county, city


async def changed_its_mind(count: int) -> tuple[Side, Side, float]:
    """The city refused the last of `count` events after a restore, having accepted it before; that receipt never arrived."""
    county, city = await decided(count - 1)
    county.say(1)
    packets = await county.pump()
    await city.hear(packets, apply=False)
    backup = city.store.tables.copy()
    city.store.tables = backup.copy()
    await county.hear((await city.protocol.receiver.apply(city.store, Accept(), NOW)).outs)
    city.store.tables = backup
    city.boot(7)
    await city.protocol.receiver.apply(city.store, Refusing(), NOW)
    return county, city, await shake(county, city, NOW + 5)


class Accept:
    async def together(self, rows):
        return [Decision("accepted") for _ in rows]

    async def alone(self, row):
        return Decision("accepted")


@pytest.mark.parametrize("count", [1, FIN_BLOCK, 3 * FIN_BLOCK + 5])
async def test_two_ends_that_decided_alike_agree_and_need_no_further_word(count):
    county, city = await decided(count)
    _, words = await talk(county, city, NOW)
    assert words == []
    assert county.store.tables.agreed[OUT, CITY] == city.store.tables.agreed[IN, COUNTY]
    assert county.store.tables.agreed[OUT, CITY].n == count


@pytest.mark.parametrize("count", [2, FIN_BLOCK + 3, 6 * FIN_BLOCK])
async def test_a_number_decided_both_ways_is_found_wherever_it_is_and_both_ends_hold_both_receipts(count, monkeypatch):
    monkeypatch.setattr(fin, "FIN_MARKS_MAX", 3)  # so that a short history takes several steps
    county, city, now = await changed_its_mind(count)
    now, _ = await talk(county, city, now)
    for side, way, peer in ((county, OUT, CITY), (city, IN, COUNTY)):
        assert list(side.store.tables.diverged) == [(way, peer, count)]
        accepted, refused = side.store.tables.diverged[way, peer, count]
        assert side.store.tables.receipts[accepted].spans[-1].status == "accepted"
        assert side.store.tables.receipts[refused].spans[-1].status == "refused"
    assert county.store.tables.out_channels[CITY].stopped == city.store.tables.in_channels[COUNTY].stopped == "", "an alarm, not a stop"


async def test_what_is_known_is_not_asked_again_and_a_second_one_is_found_beside_it():
    county, city, now = await changed_its_mind(FIN_BLOCK + 3)
    now, _ = await talk(county, city, now)
    now, words = await talk(county, city, now)
    assert words == [], "both ends know, so both reckon alike again"
    assert county.store.tables.agreed[OUT, CITY].n == FIN_BLOCK + 3
    row = city.store.tables.inbox[COUNTY, county.store.tables.outbox[5].event.id]
    wrong = Decision("refused", "by_mood")
    await resign(city, row.seq, wrong, now)
    now, _ = await talk(county, city, now)
    assert [seq for _, _, seq in county.store.tables.diverged] == [FIN_BLOCK + 3, 5]


async def resign(side: Side, seq: int, decision: Decision, now: float) -> None:
    """As a restore would: an event is decided anew, under a new receipt."""
    from dataclasses import replace

    tables = side.store.tables
    link = tables.in_links[side.peer, seq]
    key = side.peer, link.event_id
    tables.inbox[key] = replace(tables.inbox[key], status="delivered", code="", rh=None, decided_at=None)
    await side.store.forget_fin_blocks(IN, side.peer, 0)
    await side.protocol.receiver.apply(side.store, Refusing() if decision.status == "refused" else Accept(), now)


async def test_an_end_restored_after_it_knew_is_told_again():
    county, city, now = await changed_its_mind(3)
    before = city.store.tables.copy()
    now, _ = await talk(county, city, now)
    city.store.tables = before
    city.boot(11)
    now = await shake(county, city, now + 60)
    await talk(county, city, now)
    assert list(city.store.tables.diverged) == [(IN, COUNTY, 3)]


async def test_what_is_only_not_decided_yet_is_no_divergence():
    county, city = await decided(4)
    county.say(2)
    await city.hear(await county.pump(), apply=False)
    await city.store.hold_event(COUNTY, county.store.tables.outbox[5].event.id, "a schema to come")
    _, words = await talk(county, city, NOW)
    assert (words, county.store.tables.diverged) == ([], {})
    assert county.store.tables.agreed[OUT, CITY].n == 4


async def test_without_the_rule_nobody_speaks_of_it():
    county, city, now = await changed_its_mind(3)
    for side, seed in ((county, 21), (city, 22)):
        side.protocol = Protocol(side.name, RINGS[side.name], random.Random(seed), Rules(fin=False))
    now = await shake(county, city, now + 5)
    await talk(county, city, now)
    assert county.store.tables.diverged == city.store.tables.diverged == {}


async def test_its_cost_does_not_grow_with_history():
    county, _ = await decided(2 * FIN_BLOCK)
    asked: list[tuple[int, int]] = []
    verdicts = county.store.verdicts

    async def counted(way, peer, after, limit):
        found = await verdicts(way, peer, after, limit)
        asked.append((after, len(found)))
        return found

    county.store.verdicts = counted
    now = NOW + 100
    await county.tick(now)
    assert (0, 2 * FIN_BLOCK) in asked
    asked.clear()
    await county.tick(now + 100)
    assert max(count for _, count in asked) == 0, "what was reckoned is not read again"


async def test_state_of_a_release_that_does_not_know_it_says_nothing():
    assert read_fins({}) == (None, None)
    assert read_fins(fin_body((Fin(3, "a" * 64), None))) == (Fin(3, "a" * 64), None)
    assert fin_body((None, None)) == {}


@pytest.mark.parametrize("said", [[], {"out": 1}, {"out": {"n": -1, "h": "a" * 64}}, {"in": {"n": True, "h": "a" * 64}}, {"in": {"n": 1, "h": "A" * 64}}, {"in": {"n": 1}}])
def test_a_malformed_fin_is_rejected(said):
    with pytest.raises(Reject):
        read_fins({"fin": said})


@pytest.mark.parametrize("body", [
    {}, {"way": "up"}, {"way": "out", "marks": 1}, {"way": "out", "marks": [[1]]}, {"way": "out", "marks": [5]}, {"way": "out", "marks": ["ab"]},
    {"way": "out", "marks": [[2, "a" * 64], [1, "a" * 64]]}, {"way": "out", "marks": [[n, "a" * 64] for n in range(FIN_MARKS_MAX + 1)]},
    {"way": "in", "rows": []}, {"way": "in", "rows": {"block": -1, "st": ""}}, {"way": "in", "rows": {"block": 0, "st": "z"}},
    {"way": "in", "rows": {"block": 0, "st": "a" * 257}}, {"way": "in", "seqs": [0]}, {"way": "in", "seqs": [1] * 17}, {"way": "in", "ask": 1},
])
def test_malformed_words_are_rejected(body):
    with pytest.raises(Reject):
        read_words(body)


def test_words_are_read_as_they_were_said():
    for words in (
        FinWords(OUT, marks=((0, "a" * 64), (7, "b" * 64))), FinWords(IN, block=3, letters="arx"), FinWords(IN, seqs=(1, 5), ask=True), FinWords(OUT, seqs=(2,)),
    ):
        assert read_words(words_body(words)) == words


def test_marks_are_few_and_hold_both_ends():
    for low, high in ((0, 1), (3, 3), (0, 63), (0, 64), (5, 100_000)):
        places = spread(low, high)
        assert (places[0], places[-1]) == (low, high) and len(places) <= FIN_MARKS_MAX
    assert beginning("a>b") != beginning("b>a")
    assert extend_fin("x", "a") != extend_fin("x", "r")


async def test_state_says_it_at_most_every_quarter_of_a_minute():
    county, city = await decided(1)
    heard = [city.protocol.read(COUNTY, out.data).state.fins for now in (NOW + 40, NOW + 40 + FIN_EVERY_S / 2) for out in await told(county, now) if out.kind == STATE]
    assert [fins != (None, None) for fins in heard] == [True, False]


async def told(side: Side, now: float) -> list[Out]:
    side.protocol.schedule.answer(side.peer, now)
    return await side.tick(now)
