"""An office without room takes no packets, says so, is sent none, and goes on by itself when there is room again."""

from __future__ import annotations

from nodekit.delivery.core.limits import RESEND_BASE_S
from nodekit.delivery.core.reading import HeardState
from nodekit.delivery.core.wire import PKT, RCPT, STATE, Out
from tests.unit.delivery.test_protocol import CITY, COUNTY, NOW, Accepting, Side, pair, shake


def packets(outs: list[Out]) -> list[Out]:
    return [out for out in outs if out.kind == PKT]


async def filled(city: Side, county: Side, now: float, *, full: bool) -> None:
    """The city's disk crosses the limit, and the county hears it."""
    city.protocol.have_room(now, full=full)
    states = await city.tick(now)
    assert [out.kind for out in states] == [STATE], "told at once"
    heard = county.protocol.read(CITY, states[0].data)
    assert isinstance(heard, HeardState) and heard.state.full is full
    await county.hear(states, now)


async def test_a_full_office_stores_nothing_answers_and_loses_nothing():
    county, city = await pair()
    county.say(2)
    under_way = await county.pump()
    city.protocol.have_room(NOW, full=True)
    assert await city.hear(under_way) == []
    assert city.store.tables.in_channels.get(COUNTY) is None
    states = await city.tick(NOW + 1.1)
    await county.hear(states, NOW + 1.1)
    assert await county.pump(NOW + 1.2) == [] and county.store.tables.out_channels[CITY].stopped == ""
    await filled(city, county, NOW + 5, full=False)
    await county.hear(await city.hear(packets(await county.pump(NOW + 5)), NOW + 5), NOW + 5)
    assert {row.final for row in county.store.tables.outbox.values()} == {"accepted"}


async def test_nothing_is_sent_to_a_full_office_but_greetings_however_long_it_lasts():
    county, city = await pair()
    await filled(city, county, NOW, full=True)
    county.say(3)
    said = await county.pump(NOW + 1)
    for step in range(200):
        outs = await county.tick(NOW + 1 + step * RESEND_BASE_S)
        said += outs
        said += await county.hear(await city.hear(outs, NOW + 1 + step * RESEND_BASE_S), NOW + 1 + step * RESEND_BASE_S)
    assert packets(said) == []
    assert [out for out in said if out.kind == STATE], "it is greeted as ever"


async def test_a_full_office_still_sends_decides_and_receipts():
    county, city = await pair()
    county.say(1)
    await city.hear(await county.pump(), apply=False)
    await filled(city, county, NOW + 1, full=True)
    applied = await city.protocol.receiver.apply(city.store, Accepting(), NOW + 1)
    assert [out.kind for out in applied.outs] == [RCPT]
    city.say(1)
    assert len(packets(await city.pump(NOW + 1))) == 1


async def test_a_new_process_of_the_full_office_starts_from_what_it_says_itself():
    county, city = await pair()
    await filled(city, county, NOW, full=True)
    city.boot(5)
    now = await shake(county, city, NOW + 60)
    county.say(1)
    receipts = await city.hear(packets(await county.pump(now)), now)
    assert [out.kind for out in receipts] == [RCPT]
