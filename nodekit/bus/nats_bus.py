"""The bus on NATS: FastStream for publishing and pulling, plus this office's provisioner and link relay in the background.

Promise: `start` returns at once and works towards a connection for ever; `send` returns only when the local stream holds the
wire; a wire is acknowledged only after the node handled it. Never: sets Nats-Msg-Id (a resend must not be swallowed), reads a body.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime

import nats.errors
from faststream import AckPolicy
from faststream.nats import JStream, NatsBroker, NatsMessage, PullSub
from faststream.nats.opentelemetry import NatsTelemetryMiddleware
from faststream.nats.security import NatsNKey
from nats.aio.msg import Msg
from opentelemetry import context
from opentelemetry.trace import TracerProvider
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from nodekit.bus.connection import BUS_ERRORS, CONNECT_TIMEOUT_S, RECONNECT_WAIT_S, NatsAccess
from nodekit.bus.link_relay import LinkRelay, is_queue_full
from nodekit.bus.policy import direction, may_talk
from nodekit.bus.port import BusFull, BusStatus, BusUnavailable, OnWire, RouteRefused, WireIn
from nodekit.bus.provisioner import Provisioner
from nodekit.bus.streams import APP, BATCH, IN, OUT_DOWN, OUT_UP
from nodekit.bus.topology import Topology
from shared_schemas.subjects import DOWN, NotASubject, parse, subject

log = logging.getLogger(__name__)

PUBLISH_S = 3.0
FETCH_S = 5.0
RESTART_AFTER_S = 1.0
RETRY_FIRST_S, RETRY_MAX_S = 0.5, 10.0
_TRANSPORT_HEADERS = {"content-type", "correlation_id", "reply_to", "message_id"}
_propagator = TraceContextTextMapPropagator()


class NatsBus:
    """One office's end of the bus on its own nats-server. Satisfies nodekit.bus.port.Bus."""

    def __init__(self, topology: Topology, office_id: str, access: NatsAccess, tracer_provider: TracerProvider | None = None) -> None:
        self._topology, self._office = topology, topology.office(office_id)
        self._access, self._tracer_provider = access, tracer_provider
        self._provisioner = Provisioner(topology, office_id, access)
        self._relay = LinkRelay(self._office, access, tracer_provider) if self._office.parent else None
        self._broker: NatsBroker | None = None
        self._hand_over: HandOver | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._connected, self._since = False, datetime.now(UTC)
        self._last_error: str | None = None

    async def start(self, on_wire: OnWire) -> None:
        """See nodekit.bus.port.Bus.start."""
        self._hand_over = HandOver(on_wire)
        jobs: list[Callable[[], Awaitable[None]]] = [self._provisioner.run, self._serve, self._hand_over.run]
        if self._relay:
            jobs.append(self._relay.run)
        self._tasks = [asyncio.create_task(self._keep(job), name=f"bus {job.__qualname__}") for job in jobs]

    async def send(self, dst: str, data: bytes, headers: Mapping[str, str] | None = None) -> None:
        """See nodekit.bus.port.Bus.send."""
        if dst not in self._topology or not may_talk(self._office, self._topology.office(dst)):
            raise RouteRefused(f"no route from {self._office.id} to {dst}")
        to = self._topology.office(dst)
        way = direction(self._office, to)
        broker = self._broker
        if broker is None or not self._connected:
            raise BusUnavailable(self._last_error or "the bus is not connected")
        sent = dict(headers or {})
        token = context.attach(_propagator.extract(sent)) if "traceparent" in sent else None
        try:
            stream = OUT_DOWN if way == DOWN else OUT_UP
            await broker.publish(data, subject(way, to.address, self._office.address), headers=sent, stream=stream, timeout=PUBLISH_S)
        except BUS_ERRORS as error:
            if is_queue_full(error):
                raise BusFull(f"the queue for {dst} is full") from error
            self._last_error = f"send: {type(error).__name__} {error}".strip()
            raise BusUnavailable(self._last_error) from error
        finally:
            if token:
                context.detach(token)

    async def stop(self) -> None:
        """See nodekit.bus.port.Bus.stop."""
        if self._relay:
            self._relay.stop()
        if self._hand_over:
            await self._hand_over.give_back()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        await self._close_broker()

    def adopt(self, topology: Topology) -> None:
        """Take over a changed tree (a child was added) without a restart."""
        self._topology = topology
        self._office = topology.office(self._office.id)
        self._provisioner.adopt(topology)

    def status(self) -> BusStatus:
        """See nodekit.bus.port.Bus.status."""
        link = self._relay.link if self._relay else "none"
        error = self._last_error or self._provisioner.last_error or (self._relay.last_error if self._relay and link == "down" else None)
        return BusStatus(self._connected, link, error, self._since)

    async def _keep(self, job: Callable[[], Awaitable[None]]) -> None:
        """A job that fails is a bug or a lost connection: say so and start it again."""
        while True:
            try:
                await job()
            except Exception as error:  # the bus must outlive whatever a server answers
                self._last_error = f"{type(error).__name__}: {error}"
                log.exception("bus: %s failed, starting it again", getattr(job, "__qualname__", job))
            await asyncio.sleep(RESTART_AFTER_S)

    async def _serve(self) -> None:
        """Connect, subscribe, and come back when the connection is gone for good."""
        await self._provisioner.ready.wait()
        lost = asyncio.Event()
        broker = self._make_broker(lost)
        self._broker = broker
        try:
            await broker.start()
            self._note_connection(connected=True)
            await lost.wait()
        except BUS_ERRORS as error:
            self._last_error = f"{type(error).__name__}: {error}"
        finally:
            await self._close_broker()

    def _make_broker(self, lost: asyncio.Event) -> NatsBroker:
        async def on_closed() -> None:
            subscriber.running = False  # FastStream would go on asking a closed connection without a pause
            self._note_connection(connected=False)
            lost.set()

        async def on_disconnected() -> None:
            self._note_connection(connected=False)

        async def on_reconnected() -> None:
            self._note_connection(connected=True)

        async def on_error(error: Exception) -> None:
            self._last_error = f"{type(error).__name__} {error}".strip()

        broker = NatsBroker(
            self._access.url,
            name=f"{self._office.id} {APP}",
            security=NatsNKey.from_seed(self._access.keys.seed(APP)),
            inbox_prefix=f"_INBOX.{APP}",
            connect_timeout=CONNECT_TIMEOUT_S,
            reconnect_time_wait=RECONNECT_WAIT_S,
            max_reconnect_attempts=-1,
            error_cb=on_error,
            closed_cb=on_closed,
            disconnected_cb=on_disconnected,
            reconnected_cb=on_reconnected,
            middlewares=[NatsTelemetryMiddleware(tracer_provider=self._tracer_provider)] if self._tracer_provider else [],
            logger=None,
        )
        subscriber = broker.subscriber(
            ">",
            stream=JStream(IN, declare=False),
            durable=APP,
            inbox_prefix=f"_INBOX.{APP}.".encode(),
            pull_sub=PullSub(batch_size=BATCH, timeout=FETCH_S),
            ack_policy=AckPolicy.MANUAL,
        )
        subscriber(self._take_in)
        return broker

    async def _take_in(self, message: NatsMessage) -> None:
        if self._hand_over:
            self._hand_over.add(message.raw_message)

    async def _close_broker(self) -> None:
        broker, self._broker = self._broker, None
        self._note_connection(connected=False)
        if broker is not None:
            try:
                await broker.stop()
            except BUS_ERRORS as error:
                log.debug("bus: closing: %s", error)

    def _note_connection(self, *, connected: bool) -> None:
        if connected != self._connected:
            self._connected, self._since = connected, datetime.now(UTC)
        if connected:
            self._last_error = None


class HandOver:
    """Messages that arrived, handed to the node in batches, in order, one batch at a time.

    A batch that fails is kept and handed over again after a pause: giving it back would let later messages overtake it. The server
    is told that the work goes on; should this process end, its acknowledgement timeout brings everything back.
    """

    def __init__(self, on_wire: OnWire) -> None:
        self._on_wire = on_wire
        self._waiting: list[Msg] = []
        self._working: list[Msg] = []
        self._arrived = asyncio.Event()
        self._closed = False

    def add(self, message: Msg) -> None:
        self._waiting.append(message)
        self._arrived.set()

    async def run(self) -> None:
        """Until cancelled or told to stop."""
        while not self._closed:
            await self._arrived.wait()
            self._arrived.clear()
            while self._waiting and not self._closed:
                self._working, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
                await self._work_off()

    async def give_back(self) -> None:
        """Everything not handled becomes available again at once, for the next start or another reader."""
        self._closed = True
        for message in [*self._working, *self._waiting]:
            await _settle(message.nak)
        self._waiting.clear()

    async def _work_off(self) -> None:
        wires = []
        for message in self._working:
            try:
                source = parse(message.subject).source.office_id
            except NotASubject:  # cannot come from our configuration; R1 of the protocol counts what it gets, this never gets there
                log.warning("bus: dropped a message with the strange subject %s", message.subject)
                continue
            wires.append(WireIn(source, message.data, _caller_headers(message)))
        pause = RETRY_FIRST_S
        while wires and not self._closed:
            try:
                await self._on_wire(wires)
                break
            except Exception:
                log.exception("bus: %d wires not handled, again in %.1f s", len(wires), pause)
            for message in [*self._working, *self._waiting]:
                await _settle(message.in_progress)
            await asyncio.sleep(pause)
            pause = min(2 * pause, RETRY_MAX_S)
        else:
            if self._closed:
                return
        for message in self._working:
            await _settle(message.ack)
        self._working = []


def _caller_headers(message: Msg) -> dict[str, str]:
    """What the sender set, without what transports add."""
    return {name: value for name, value in (message.headers or {}).items() if not name.startswith("Nats-") and name not in _TRANSPORT_HEADERS}


async def _settle(act: Callable[[], Awaitable[None]]) -> None:
    """An acknowledgement that cannot be sent means a repeat later, no more."""
    try:
        await act()
    except nats.errors.Error as error:
        log.debug("bus: acknowledgement not sent: %s", error)
