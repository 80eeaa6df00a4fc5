"""Pulls what arrived for this office and hands it to the node: batches, in stream order, one at a time.

A batch that fails is kept and handed over again after a pause: giving it back would let later messages overtake it. The server is
told that the work goes on; should this process end, the acknowledgement timeout brings everything back.
Pulling is done with nats-py and not with a FastStream subscriber, which loses order or waits for full batches: docs/decisions/0002.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg

from nodekit.bus.connection import BUS_ERRORS, fetch_in_order
from nodekit.bus.port import OnWire, WireIn
from nodekit.bus.streams import APP, BATCH, IN
from nodekit.delivery import crash
from nodekit.delivery.crash import CrashPoints
from shared_schemas.subjects import NotASubject, parse

log = logging.getLogger(__name__)

FETCH_S = 5.0
PAUSE_S = 0.5
RETRY_FIRST_S, RETRY_MAX_S = 0.5, 10.0
TRANSPORT_HEADERS = {"content-type", "correlation_id", "reply_to", "message_id"}


class InboxReader:
    """Reads the durable consumer `app` of IN."""

    def __init__(self, on_wire: OnWire) -> None:
        self._on_wire, self._crash = on_wire, CrashPoints.from_environment()
        self._working: list[Msg] = []
        self._stopping = False

    async def run(self, client: Client) -> None:
        """Until stopped or the connection is closed for good."""
        subscription = await client.jetstream().pull_subscribe_bind(consumer=APP, stream=IN)
        while not self._stopping and not client.is_closed:
            try:
                self._working = await fetch_in_order(subscription, BATCH, FETCH_S)
            except (nats.errors.TimeoutError, TimeoutError):
                continue
            except BUS_ERRORS:  # the stream is being made again, or the server is away
                await asyncio.sleep(PAUSE_S)
                continue
            if await self._handled():
                self._crash.reach(crash.BEFORE_BUS_ACK)
                for message in self._working:
                    await _settle(message.ack)
                self._crash.reach(crash.AFTER_BUS_ACK)
                self._working = []

    async def stop(self) -> None:
        """What was not handled becomes available again at once. nats-py swallows a cancellation inside fetch(): call this first."""
        self._stopping = True
        for message in self._working:
            await _settle(message.nak)

    async def _handled(self) -> bool:
        wires = [wire for wire in map(_wire, self._working) if wire]
        pause = RETRY_FIRST_S
        while wires and not self._stopping:
            try:
                await self._on_wire(wires)
            except Exception:
                log.exception("bus: %d wires not handled, again in %.1f s", len(wires), pause)
            else:
                return True
            for message in self._working:
                await _settle(message.in_progress)
            await asyncio.sleep(pause)
            pause = min(2 * pause, RETRY_MAX_S)
        return not wires


def _wire(message: Msg) -> WireIn | None:
    try:
        source = parse(message.subject).source.office_id
    except NotASubject:  # our servers' configuration lets none through
        log.warning("bus: dropped a message with the strange subject %s", message.subject)
        return None
    headers = {name: value for name, value in (message.headers or {}).items() if not name.startswith("Nats-") and name not in TRANSPORT_HEADERS}
    return WireIn(source, message.data, headers)


async def _settle(act: Callable[[], Awaitable[None]]) -> None:
    """An acknowledgement that cannot be sent means a repeat later, no more."""
    try:
        await act()
    except nats.errors.Error as error:
        log.debug("bus: acknowledgement not sent: %s", error)
