"""Receipts on their way out. The first after a rest goes at once; those that follow closely wait for each other and travel together.

A receipt is in nobody's way: the sender of the event shows it and forgets what it kept for sending again. So receipts never hold up
the next packet, and at a hundred events a second they are twenty transmissions and not a hundred. They are stored before they come here;
what a crash loses on the way is asked for again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from nodekit.delivery.core.wire import Out

GATHER_S = 0.05
GATHER_MAX = 8
"""So many transmissions do not wait any longer: half a sender's window."""


class ReceiptPost:
    """Posts what was put in, in order.

    Args:
        combine: packs transmissions of receipts into as few as possible.
        send: gives transmissions to the bus; does not raise.
        gather_s: how long those behind the first wait for each other.
    """

    def __init__(
        self, combine: Callable[[Sequence[Out]], list[Out]], send: Callable[[Sequence[Out]], Awaitable[None]], gather_s: float = GATHER_S
    ) -> None:
        self._combine, self._send, self._gather_s = combine, send, gather_s
        self._waiting: list[Out] = []
        self._some, self._many = asyncio.Event(), asyncio.Event()

    def put(self, outs: Sequence[Out]) -> None:
        """Take over; returns at once."""
        self._waiting += outs
        if self._waiting:
            self._some.set()
        if len(self._waiting) >= GATHER_MAX:
            self._many.set()

    async def run(self) -> None:
        """For ever."""
        loop = asyncio.get_running_loop()
        last = float("-inf")
        while True:
            await self._some.wait()
            with suppress(TimeoutError):
                async with asyncio.timeout_at(last + self._gather_s):
                    await self._many.wait()
            last = loop.time()
            await self.flush()

    async def flush(self) -> None:
        """Post what waits now."""
        outs, self._waiting = self._waiting, []
        self._some.clear()
        self._many.clear()
        if outs:
            await self._send(self._combine(outs))
