"""Carries messages over the link to the parent, driven from the child's side. Stateless: all state is in JetStream consumers.

    up    own UP.relay          -> publish into the parent's stream, PubAck -> acknowledge here
          and what the node itself sends goes straight there (`pass_up`) while nothing waits in UP
    down  parent's DN.c<child>  -> publish into the own stream, PubAck      -> acknowledge at the parent

Order is kept: one batch in flight, acknowledged up to the first failure, the rest given back. What can never arrive (no such
office, the queue for that one office is full) is dropped and counted, so that nobody can block a link for others; the
delivery protocol sends again. Never: changes a message, keeps one, or reads a body.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.errors import APIError, NoStreamResponseError
from opentelemetry import trace
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from nodekit.bus.connection import BUS_ERRORS, NatsAccess, api, connect, fetch_in_order
from nodekit.bus.nats_config import LINK_API, LINK_PREFIX
from nodekit.bus.port import ParentLink
from nodekit.bus.streams import BATCH, OUT_DOWN, OUT_UP, RELAY, mailbox
from nodekit.bus.topology import Office
from nodekit.delivery import crash
from nodekit.delivery.crash import CrashPoints
from shared_schemas.subjects import DOWN, NotASubject, matches, parse

log = logging.getLogger(__name__)

FETCH_S = 2.0
PUBLISH_S = 3.0
PAUSE_S = 0.5
PROBE_UP_S, PROBE_DOWN_S = 2.0, 0.5
STREAM_STORE_FAILED = 10077
MESSAGE_TOO_LARGE = 10054
_propagator = TraceContextTextMapPropagator()


def is_queue_full(error: object) -> bool:
    """The stream refused this message because its share is used up; others may still pass."""
    if not isinstance(error, APIError):
        return False
    return error.err_code == MESSAGE_TOO_LARGE or (error.err_code == STREAM_STORE_FAILED and "maximum" in (error.description or ""))


@dataclass(frozen=True, slots=True)
class Way:
    """One direction of the link: where from, where to, and how to ask whether the receiving side is there at all."""

    name: str
    source: JetStreamContext
    stream: str
    consumer: str
    target: JetStreamContext
    prefix: str
    probe: tuple[str, str]
    """API prefix and call that is answered exactly when the receiving side works."""


class LinkRelay:
    """The relay of one office that has a parent."""

    def __init__(self, office: Office, access: NatsAccess, tracer_provider: trace.TracerProvider | None = None) -> None:
        self._office, self._access = office, access
        self._tracer = trace.get_tracer("liandong.bus", tracer_provider=tracer_provider)
        self._stopping = False
        self._crash = CrashPoints.from_environment()
        self.counters: Counter[str] = Counter()
        """Messages by outcome: up.moved, up.unroutable, up.full, dn.…"""
        self._linked = asyncio.Event()
        self._straight: Way | None = None
        """The way up while UP is known to be empty: what is published straight to the parent then overtakes nothing."""
        self._queued = 0
        """Messages the node has put into UP since its start."""
        self.last_error: str | None = None

    @property
    def link(self) -> ParentLink:
        return "up" if self._linked.is_set() else "down"

    async def run(self) -> None:
        """Until cancelled or told to stop."""
        while not self._stopping:
            client = await connect(self._access, "relay")
            try:
                own, parent = client.jetstream(timeout=PUBLISH_S), client.jetstream(prefix=LINK_API, timeout=PUBLISH_S)
                at_parent = (LINK_API, f"CONSUMER.INFO.{OUT_DOWN}.{mailbox(self._office.id)}")
                at_home = ("$JS.API", f"CONSUMER.INFO.{OUT_UP}.{RELAY}")
                up = Way("up", own, OUT_UP, RELAY, own, LINK_PREFIX, at_parent)
                down = Way("dn", parent, OUT_DOWN, mailbox(self._office.id), own, "", at_home)
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(self._watch_link(client, up, at_parent))
                    for way in (up, down):
                        tasks.create_task(self._pump(client, way))
            finally:
                self._linked.clear()
                self._straight = None
                await client.close()

    async def pass_up(self, subject: str, data: bytes, headers: Mapping[str, str]) -> bool:
        """Into the parent's stream without a stop in the own one. False: put it into UP, the link or the order of things asks for it.

        Raises:
            APIError: the parent's queue for that office is full; see `is_queue_full`.
        """
        way = self._straight
        try:
            if way is not None:
                await self._publish(way, subject, data, headers)
                self.counters["up.moved"] += 1
                return True
        except BUS_ERRORS as error:
            if is_queue_full(error):
                raise
        self._queued += 1
        self._straight = None
        return False

    def stop(self) -> None:
        """nats-py turns a cancellation inside fetch() into a timeout: cancel after this, not instead of it."""
        self._stopping = True

    def _active(self, client: Client) -> bool:
        return not self._stopping and not client.is_closed

    async def _watch_link(self, client: Client, up: Way, probe: tuple[str, str]) -> None:
        """The pumps rest while the parent does not answer: no storm of attempts against a dead link."""
        while self._active(client):
            if await self._answers(client, probe):
                self._linked.set()
                self._straight = self._straight or (up if await self._nothing_waits(client, up) else None)
                await asyncio.sleep(PROBE_UP_S)
            else:
                self._linked.clear()
                self._straight = None
                await asyncio.sleep(PROBE_DOWN_S)

    async def _nothing_waits(self, client: Client, way: Way) -> bool:
        """Whether everything the node put into the stream has arrived; false if it puts something there while we ask."""
        before = self._queued
        try:
            info = await api(client, f"CONSUMER.INFO.{way.stream}.{way.consumer}")
        except BUS_ERRORS:
            return False
        return info["num_pending"] == info["num_ack_pending"] == 0 and before == self._queued

    async def _answers(self, client: Client, probe: tuple[str, str]) -> bool:
        prefix, call = probe
        try:
            await api(client, call, prefix=prefix)
        except BUS_ERRORS as error:
            self.last_error = f"link to parent: {type(error).__name__} {error}".strip()
            return False
        return True

    async def _pump(self, client: Client, way: Way) -> None:
        subscription = await way.source.pull_subscribe_bind(consumer=way.consumer, stream=way.stream)
        while self._active(client):
            await self._linked.wait()
            try:
                moved = await self._forward(client, way, await fetch_in_order(subscription, BATCH, FETCH_S))
            except (nats.errors.TimeoutError, TimeoutError):
                continue
            except BUS_ERRORS:  # the link is down, or a stream is being made again
                moved = False
            if not moved:
                await asyncio.sleep(PAUSE_S)

    async def _forward(self, client: Client, way: Way, messages: list[Msg]) -> bool:
        """Move one batch; False when the receiving side is not there and the rest was given back."""
        self._crash.reach(crash.BEFORE_LINK_PUBLISH)
        results = await self._publish_all(way, messages)
        self._crash.reach(crash.AFTER_LINK_PUBLISH)
        first = next((index for index, result in enumerate(results) if isinstance(result, NoStreamResponseError)), None)
        if first is not None and await self._answers(client, way.probe):
            # the link came back in the middle, or there is no such office: again from there on, repeats rather than gaps
            again = await self._publish_all(way, messages[first:])
            results[first:] = ["unroutable" if isinstance(result, NoStreamResponseError) else result for result in again]
        for index, (message, result) in enumerate(zip(messages, results, strict=True)):
            outcome = "full" if is_queue_full(result) else result
            if isinstance(outcome, BaseException):
                self.last_error = f"{way.name}: {type(outcome).__name__} {outcome}".strip()
                for later in messages[index:]:
                    await later.nak()
                return False
            await (message.ack() if outcome == "moved" else message.term())
            self.counters[f"{way.name}.{outcome}"] += 1
        self._crash.reach(crash.AFTER_LINK_ACK)
        return True

    async def _publish_all(self, way: Way, messages: list[Msg]) -> list[str | BaseException]:
        return await asyncio.gather(*(self._move(way, message) for message in messages), return_exceptions=True)

    async def _move(self, way: Way, message: Msg) -> str:
        if way.name == "dn" and not self._belongs_here(message.subject):
            return "unroutable"
        await self._publish(way, message.subject, message.data, message.headers or {})
        return "moved"

    async def _publish(self, way: Way, subject: str, data: bytes, headers: Mapping[str, str]) -> None:
        passed = {name: value for name, value in headers.items() if not name.startswith("Nats-")}
        if "traceparent" not in passed:
            await way.target.publish(way.prefix + subject, data, headers=passed or None, timeout=PUBLISH_S)
            return
        attributes: dict[str, str | int] = {"messaging.system": "nats", "link.direction": way.name, "messaging.message.body.size": len(data)}
        with self._tracer.start_as_current_span("link.forward", _propagator.extract(passed), attributes=attributes):
            await way.target.publish(way.prefix + subject, data, headers=passed, timeout=PUBLISH_S)

    def _belongs_here(self, text: str) -> bool:
        """From outside the own subtree into it: a parent cannot speak in the name of our own desks."""
        try:
            subject = parse(text)
        except NotASubject:
            return False
        reach = self._office.reach
        return subject.direction == DOWN and matches(reach, subject.to) and not matches(reach, subject.source)
