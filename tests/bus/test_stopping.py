"""A node that is told to stop stops, even when nats-py makes a timeout of the cancellation."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import nats.errors

from nodekit.bus import provisioner
from nodekit.bus.connection import NatsAccess
from nodekit.bus.keys import KeyFolder
from nodekit.bus.provisioner import Provisioner
from tests.bus.tree import CITY, small_tree

DEADLINE_S = 30.0


class Connected:
    is_closed = False

    async def close(self) -> None:
        self.is_closed = True


async def test_the_provisioner_stops_although_a_request_swallowed_the_cancellation(monkeypatch, tmp_path) -> None:
    asked = asyncio.Event()

    async def connect(*_args, **_options) -> Connected:
        return Connected()

    async def swallowing(*_args, **_options) -> None:
        asked.set()
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        raise nats.errors.TimeoutError

    monkeypatch.setattr(provisioner, "connect", connect)
    monkeypatch.setattr(provisioner, "ensure", swallowing)
    keeper = Provisioner(small_tree(), CITY, NatsAccess("nats://127.0.0.1:1", KeyFolder(tmp_path)))
    task = asyncio.create_task(keeper.run())
    await asked.wait()
    keeper.stop()
    task.cancel()
    done, _ = await asyncio.wait({task}, timeout=DEADLINE_S)
    assert done == {task}

