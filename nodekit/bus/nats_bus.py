"""The bus on NATS: FastStream's broker publishes, an InboxReader pulls; provisioner and link relay work in the background.

Promise: `start` returns at once and works towards a connection for ever; `send` returns only when a stream holds the wire, the
parent's while the link is up, else the own one; a wire is acknowledged only after the node handled it. Never: sets Nats-Msg-Id (a resend must not be swallowed), reads a body.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime

from faststream.nats import NatsBroker
from faststream.nats.opentelemetry import NatsTelemetryMiddleware
from faststream.nats.security import NatsNKey
from nats.aio.client import Client
from nats.js.errors import NoStreamResponseError
from opentelemetry import context
from opentelemetry.trace import TracerProvider
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from nodekit.bus.connection import BUS_ERRORS, CONNECT_TIMEOUT_S, RECONNECT_WAIT_S, NatsAccess
from nodekit.bus.inbox_reader import InboxReader
from nodekit.bus.link_relay import LinkRelay, is_queue_full
from nodekit.bus.policy import direction, may_talk
from nodekit.bus.port import BusFull, BusStatus, BusUnavailable, OnWire, RouteRefused
from nodekit.bus.provisioner import Provisioner
from nodekit.bus.streams import APP, OUT_DOWN, OUT_UP
from nodekit.bus.topology import Topology
from shared_schemas.subjects import DOWN, UP, subject

log = logging.getLogger(__name__)

PUBLISH_S = 3.0
RESTART_AFTER_S = 1.0
_propagator = TraceContextTextMapPropagator()


class NatsBus:
    """One office's end of the bus on its own nats-server. Satisfies nodekit.bus.port.Bus."""

    def __init__(self, topology: Topology, office_id: str, access: NatsAccess, tracer_provider: TracerProvider | None = None) -> None:
        self._topology, self._office = topology, topology.office(office_id)
        self._access, self._tracer_provider = access, tracer_provider
        self._provisioner = Provisioner(topology, office_id, access)
        self._relay = LinkRelay(self._office, access, tracer_provider) if self._office.parent else None
        self._broker: NatsBroker | None = None
        self._reader: InboxReader | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = False
        self._connected, self._since = False, datetime.now(UTC)
        self._last_error: str | None = None

    async def start(self, on_wire: OnWire) -> None:
        """See nodekit.bus.port.Bus.start."""
        self._reader = InboxReader(on_wire)
        jobs: list[Callable[[], Awaitable[None]]] = [self._provisioner.run, self._serve]
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
        name = subject(way, to.address, self._office.address)
        try:
            if way == UP and self._relay and await self._relay.pass_up(name, data, sent):
                return
            await broker.publish(data, name, headers=sent, stream=OUT_DOWN if way == DOWN else OUT_UP, timeout=PUBLISH_S)
        except BUS_ERRORS as error:
            if is_queue_full(error):
                raise BusFull(f"the queue for {dst} is full") from error
            if isinstance(error, NoStreamResponseError):
                await self._provisioner.check_now()
            self._last_error = f"send: {type(error).__name__} {error}".strip()
            raise BusUnavailable(self._last_error) from error
        finally:
            if token:
                context.detach(token)

    async def stop(self) -> None:
        """See nodekit.bus.port.Bus.stop."""
        self._stopping = True
        self._provisioner.stop()
        if self._relay:
            self._relay.stop()
        if self._reader:
            await self._reader.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    def adopt(self, topology: Topology) -> None:
        """See nodekit.bus.port.Bus.adopt."""
        self._topology = topology
        self._office = topology.office(self._office.id)
        self._provisioner.adopt(topology)

    def status(self) -> BusStatus:
        """See nodekit.bus.port.Bus.status."""
        link = self._relay.link if self._relay else "none"
        error = self._last_error or self._provisioner.last_error or (self._relay.last_error if self._relay and link == "down" else None)
        return BusStatus(self._connected, link, error, self._since)

    async def _keep(self, job: Callable[[], Awaitable[None]]) -> None:
        """A job that fails is a bug or a lost connection: say so and start it again. nats-py may swallow a cancellation, hence the flag."""
        while not self._stopping:
            try:
                await job()
            except Exception as error:  # the bus must outlive whatever a server answers
                self._last_error = f"{type(error).__name__}: {error}"
                log.exception("bus: %s failed, starting it again", getattr(job, "__qualname__", job))
            if not self._stopping:
                await asyncio.sleep(RESTART_AFTER_S)

    async def _serve(self) -> None:
        """Connect, read, and come back when the connection is gone for good."""
        await self._provisioner.ready.wait()
        broker, client = self._make_broker(), None
        try:
            client = await broker.connect()
            self._broker = broker
            await broker.start()
            self._note_connection(connected=True)
            if self._reader:
                await self._reader.run(client)
        except BUS_ERRORS as error:
            self._last_error = f"{type(error).__name__}: {error}"
        finally:
            await self._close(broker, client)

    def _make_broker(self) -> NatsBroker:
        async def on_lost() -> None:
            self._note_connection(connected=False)

        async def on_reconnected() -> None:
            self._note_connection(connected=True)

        async def on_error(error: Exception) -> None:
            self._last_error = f"{type(error).__name__} {error}".strip()

        return NatsBroker(
            self._access.url,
            name=f"{self._office.id} {APP}",
            security=NatsNKey.from_seed(self._access.keys.seed(APP)),
            inbox_prefix=f"_INBOX.{APP}",
            connect_timeout=CONNECT_TIMEOUT_S,
            reconnect_time_wait=RECONNECT_WAIT_S,
            max_reconnect_attempts=-1,
            error_cb=on_error,
            closed_cb=on_lost,
            disconnected_cb=on_lost,
            reconnected_cb=on_reconnected,
            middlewares=[NatsTelemetryMiddleware(tracer_provider=self._tracer_provider)] if self._tracer_provider else [],
            logger=None,
        )

    async def _close(self, broker: NatsBroker, client: Client | None) -> None:
        """Closed, not drained: draining waits half a minute for a pull subscription that nobody reads any more."""
        self._broker = None
        self._note_connection(connected=False)
        try:
            if client:
                await client.close()
                await broker.stop()
        except BUS_ERRORS as error:
            log.debug("bus: closing: %s", error)

    def _note_connection(self, *, connected: bool) -> None:
        if connected != self._connected:
            self._connected, self._since = connected, datetime.now(UTC)
        if connected:
            self._last_error = None
