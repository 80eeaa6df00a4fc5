"""Who must know that something was committed: dashboards, the indicator reporter, open pages."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress


class Changes:
    """A counter that can be waited for. Nothing is queued: a late waiter sees only that something changed since."""

    def __init__(self) -> None:
        self._count = 0
        self._woken = asyncio.Event()

    @property
    def count(self) -> int:
        return self._count

    def tell(self) -> None:
        """Called after a commit."""
        self._count += 1
        woken, self._woken = self._woken, asyncio.Event()
        woken.set()

    async def wait(self, seen: int, timeout_s: float | None = None) -> int:
        """Return the present count as soon as it differs from `seen`, or when the time is up."""
        if self._count == seen:
            with suppress(TimeoutError):
                async with asyncio.timeout(timeout_s):  # wait_for of Python 3.11 loses a cancellation that meets the waking: the waiter never ends
                    await self._woken.wait()
        return self._count

    async def stream(self, every_s: float = 15) -> AsyncIterator[int]:
        """The count now, then again at each change; repeated after `every_s` so that a listener sees life."""
        seen = self._count
        yield seen
        while True:
            seen = await self.wait(seen, every_s)
            yield seen
