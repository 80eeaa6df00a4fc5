"""What this release does not understand is kept undecided, with everything behind it of the same aggregate, until one does."""

from __future__ import annotations

from nodekit.delivery.core.decision import Decision, EventHeld
from tests.unit.delivery.test_protocol import NOW, pair


class Knows:
    def __init__(self, *, everything: bool) -> None:
        self.everything = everything

    async def together(self, rows):
        return [await self.alone(row) for row in rows]

    async def alone(self, row):
        if not self.everything:
            raise EventHeld("unknown type")
        return Decision("accepted")


async def test_nothing_is_receipted_before_it_is_understood_and_everything_after_the_upgrade():
    county, city = await pair()
    county.say(3)
    packets = await county.pump()
    await city.hear(packets, apply=False)
    old, new = Knows(everything=False), Knows(everything=True)
    for _ in range(3):
        assert (await city.protocol.receiver.apply(city.store, old, NOW)).outs == []
    assert sorted(row.status for row in city.store.tables.inbox.values()) == ["delivered", "delivered", "held"], "the rest waits behind it"
    assert (await city.protocol.receiver.apply(city.store, new, NOW)).outs == [], "held until the next start"
    city.boot(9)
    outs = (await city.protocol.receiver.apply(city.store, new, NOW)).outs
    await county.hear(outs)
    assert [row.final for row in county.store.tables.outbox.values()] == ["accepted"] * 3
