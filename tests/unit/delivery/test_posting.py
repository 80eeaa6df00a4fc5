"""Receipts travel together when they follow closely, and alone after a rest."""

import asyncio

import pytest

from nodekit.delivery.core.flow import Flow
from nodekit.delivery.core.wire import RCPT, Out
from nodekit.delivery.posting import GATHER_MAX, GATHER_S, ReceiptPost


def receipts(*names: str) -> list[Out]:
    return [Out("990100-inspection", RCPT, name.encode(), documents=((name.encode(), "k", "s"),)) for name in names]


def together(outs):
    return [Out("990100-inspection", RCPT, b"+".join(out.data for out in outs))]


class Bus:
    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.open = asyncio.Event()
        self.open.set()
        self.heard = asyncio.Event()

    async def send(self, outs) -> None:
        await self.open.wait()
        self.sent += [out.data for out in outs]
        self.heard.set()

    async def until(self, count: int) -> None:
        async with asyncio.timeout(20):
            while len(self.sent) < count:
                self.heard.clear()
                await self.heard.wait()


@pytest.fixture
async def post():
    bus = Bus()
    post = ReceiptPost(together, bus.send)
    task = asyncio.create_task(post.run())
    yield post, bus
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_the_first_goes_alone_and_those_behind_it_together(post):
    post, bus = post
    post.put(receipts("a"))
    await bus.until(1)
    post.put(receipts("b"))
    post.put(receipts("c", "d"))
    await bus.until(2)
    assert bus.sent == [b"a", b"b+c+d"]


async def test_a_slow_bus_holds_up_nobody_and_loses_nothing(post):
    post, bus = post
    bus.open.clear()
    for name in ("a", "b", "c"):
        post.put(receipts(name))  # returns at once
        await asyncio.sleep(0)
    bus.open.set()
    async with asyncio.timeout(20):
        while b"+".join(bus.sent) != b"a+b+c":
            await asyncio.sleep(GATHER_S)


async def test_they_wait_for_each_other_but_not_for_ever_more():
    bus = Bus()
    post = ReceiptPost(together, bus.send, gather_s=3600)
    task = asyncio.create_task(post.run())
    post.put(receipts("a"))
    await bus.until(1)
    names = [f"r{number}" for number in range(GATHER_MAX)]
    for name in names:
        assert bus.sent == [b"a"]
        post.put(receipts(name))
        for _turn in range(20):
            await asyncio.sleep(0)
    await bus.until(2)
    assert bus.sent[1] == "+".join(names).encode()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_what_waits_can_be_posted_before_the_end():
    bus = Bus()
    post = ReceiptPost(together, bus.send)
    post.put(receipts("a", "b"))
    await post.flush()
    await post.flush()
    assert bus.sent == [b"a+b"]


@pytest.mark.parametrize(("more", "dirty"), [(True, True), (False, False)])
def test_a_window_that_opens_is_worth_a_look_only_if_something_waits_behind_it(more, dirty):
    class Even:
        def random(self) -> float:
            return 0.5

        def getrandbits(self, _k: int, /) -> int:
            return 0

    flow = Flow(0)
    flow.sent(1, "h", 0.0, Even())
    flow.dirty, flow.more = False, more
    assert flow.held(1, 1.0, Even())
    assert flow.dirty is dirty
    flow.go_back(0, window=1)
    assert flow.dirty and flow.more
