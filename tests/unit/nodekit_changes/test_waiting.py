"""Waiting for a commit: what happened in between is not missed, and who stops waiting stops."""

from __future__ import annotations

import asyncio

import pytest

from nodekit.changes import Changes


async def listen(changes: Changes) -> None:
    seen = changes.count
    while True:
        seen = await changes.wait(seen, 60)


async def test_a_late_waiter_sees_that_something_changed() -> None:
    changes = Changes()
    changes.tell()
    assert await changes.wait(0, 60) == 1
    assert await changes.wait(1, 0.001) == 1


@pytest.mark.parametrize("turns", range(4))
async def test_a_listener_cancelled_while_it_is_woken_ends(turns: int) -> None:
    """A node that stops right after a commit must not wait for ever for a listener that missed its cancellation."""
    changes = Changes()
    listening = asyncio.create_task(listen(changes))
    await asyncio.sleep(0)  # the listener waits now
    changes.tell()
    for _ in range(turns):
        await asyncio.sleep(0)
    listening.cancel()
    done, _pending = await asyncio.wait([listening], timeout=2)
    assert done and listening.cancelled()
