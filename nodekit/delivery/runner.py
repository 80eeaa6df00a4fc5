"""The protocol at work: PostgreSQL on one side, the bus on the other, notifications and timers between.

Promise: nothing leaves before its transaction has committed, no bus message is acknowledged before what it brought has
committed, and no outage of PostgreSQL or the bus ends the service. Never: log a body; hold a transaction open while sending.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from nodekit.bus.port import Bus, BusFull, BusUnavailable, RouteRefused, WireIn
from nodekit.clock import utc_now
from nodekit.delivery import crash
from nodekit.delivery.applying import Applier, SavepointAttempts, close, store_transaction, transaction
from nodekit.delivery.core.canonical import Reject
from nodekit.delivery.core.limits import APPLY_BATCH
from nodekit.delivery.core.protocol import Protocol
from nodekit.delivery.core.reading import HeardChunk, HeardPacket, Words
from nodekit.delivery.core.receiver import Applied
from nodekit.delivery.core.store import StoreBroken
from nodekit.delivery.core.suite import Keyring
from nodekit.delivery.core.wire import PKT, Out
from nodekit.delivery.crash import CrashPoints
from nodekit.delivery.ownership import OwnershipLost, own_relay
from nodekit.delivery.tracing import headers_of, receiving, sending
from nodekit.telemetry.sentences import sentence_of

GATHER_S = 0.005
"""Under load, commits of this long are numbered together; at rest the first one goes at once."""
TICK_S = 2.0
"""Longest sleep: notifications and due timers wake the loops at once; this is how long a lost notification may go unnoticed."""
BUS_POLL_S = 0.25
"""How soon a bus that came back is noticed, and every peer greeted."""
BACKOFF_FIRST_S, BACKOFF_CAP_S = 0.2, 10.0

COPY_ALIVE = "another copy of this node is alive: two peers have said so"

log = structlog.get_logger(__name__)


class NotOwner(Exception):
    """Another process relays for this database; the bus must bring the message again."""


@dataclass(frozen=True, slots=True)
class DeliveryStatus:
    """For /readyz and the operations page. `broken` says why delivery stopped itself and needs a person."""

    owner: bool
    boot: str
    broken: str
    last_error: str


@dataclass(frozen=True, slots=True)
class Hooks:
    """What a node or a test may hang into the service.

    Attributes:
        clock: aware UTC now; all pacing follows it and survives its jumps.
        on_change: called after a commit that may show on a page.
        crash_points: None reads LIANDONG_CRASH from the environment.
    """

    clock: Callable[[], datetime] = utc_now
    on_change: Callable[[], None] = lambda: None
    crash_points: CrashPoints | None = None


class DeliveryService:
    """Relay and receiver of one office.

    Args:
        engine: the office's own database; the service takes two pooled connections and one of its own.
        applier: the office's handlers; see `applying.Applier`.
    """

    def __init__(
        self, engine: AsyncEngine, office: str, bus: Bus, keyring: Keyring, applier: Applier, hooks: Hooks | None = None
    ) -> None:
        hooks = hooks or Hooks()
        self.office, self._engine, self._bus, self._applier = office, engine, bus, applier
        self._clock, self._on_change = hooks.clock, hooks.on_change
        self._crash = hooks.crash_points or CrashPoints.from_environment()
        self._protocol = Protocol(office, keyring, random.SystemRandom())
        self._sending, self._receiving = asyncio.Lock(), asyncio.Lock()
        self._outbox_wake, self._inbox_wake = asyncio.Event(), asyncio.Event()
        self._owner, self._bus_started, self._bus_was_down = False, False, False
        self._broken = self._last_error = ""
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin; returns at once, also with PostgreSQL or the bus down."""
        self._task = asyncio.create_task(self._supervise(), name=f"delivery {self.office}")

    async def stop(self) -> None:
        """Stop after the transactions under way; what was not acknowledged comes again."""
        if self._bus_started:
            await self._bus.stop()
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    @asynccontextmanager
    async def quiet(self) -> AsyncIterator[None]:
        """Nothing is numbered, stored or applied here meanwhile: for whoever writes the channels' tables by another way (parcels).

        Raises:
            NotOwner: another process relays for this database.
        """
        async with self._sending, self._receiving:
            if not self._owner or self._broken:
                raise NotOwner
            yield
        self._outbox_wake.set()
        self._inbox_wake.set()

    def status(self) -> DeliveryStatus:
        return DeliveryStatus(self._owner, self._protocol.boot, self._broken, self._last_error)

    async def _supervise(self) -> None:
        dsn = self._engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        pause = BACKOFF_FIRST_S
        while not self._broken:
            try:
                async with own_relay(dsn, self.office, outbox=self._outbox_wake.set, inbox=self._inbox_wake.set) as ownership:
                    self._owner, pause = True, BACKOFF_FIRST_S
                    if not self._bus_started:
                        self._bus_started = True
                        await self._bus.start(self.on_wire)
                    async with asyncio.TaskGroup() as group:
                        group.create_task(ownership.until_lost())
                        group.create_task(self._forever(self._outbox_wake, self._relay_once, self._until_due))
                        group.create_task(self._forever(self._inbox_wake, self._apply_once, lambda: TICK_S))
            except* (OwnershipLost, OSError) as errors:
                self._note("relay connection lost", errors.exceptions[0])
            except* StoreBroken as errors:
                self._break(errors.exceptions[0])
            except* Exception as errors:  # noqa: BLE001  a supervisor survives whatever it supervises, and says so
                self._note("relay interrupted", errors.exceptions[0])
            finally:
                self._owner = False
            self._protocol.forget()
            await asyncio.sleep(pause)
            pause = min(BACKOFF_CAP_S, pause * 2)

    async def _forever(self, wake: asyncio.Event, work: Callable[[], Awaitable[bool]], longest_s: Callable[[], float]) -> None:
        """Run `work` on every wake-up and at least every `longest_s()`; on errors, wait a little longer each time."""
        loop = asyncio.get_running_loop()
        pause, last = 0.0, float("-inf")
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(pause or longest_s()):  # not wait_for, see nodekit.changes
                    await wake.wait()
            if self._broken:
                raise StoreBroken(self._broken)
            await asyncio.sleep(max(0.0, last + GATHER_S - loop.time(), pause))
            wake.clear()
            last = loop.time()
            try:
                while await work():
                    pass
                pause = 0.0
            except StoreBroken:
                raise
            except Exception as error:  # noqa: BLE001  PostgreSQL restarting, a pool exhausted: try again
                pause = min(BACKOFF_CAP_S, max(BACKOFF_FIRST_S, pause * 2))
                self._protocol.forget()
                self._note("delivery step failed", error)

    def _until_due(self) -> float:
        longest = BUS_POLL_S if self._bus_was_down else TICK_S
        return max(0.001, min(longest, self._protocol.next_due() - self._now()))

    async def _relay_once(self) -> bool:
        """Number, send, resend, say STATE; true if there is more at once."""
        sender, now = self._protocol.sender, self._now()
        if self._bus_was_down and self._bus.status().connected:
            self._bus_was_down = False
            sender.bus_returned(now)
        async with self._sending, store_transaction(self._engine) as store:
            pumped = await sender.pump(store, now)
            outs = pumped.outs
            if self._protocol.fenced:
                raise StoreBroken(COPY_ALIVE)
            if self._protocol.next_due() <= now or not outs:
                outs += await sender.tick(store, now)
        self._crash.reach(crash.AFTER_NUMBERING)
        await self._send(outs)
        return pumped.more

    async def _apply_once(self) -> bool:
        """Handlers of local events, of retries and of what the ingesting transaction left; true if there may be more."""
        async with self._receiving:
            async with transaction(self._engine) as (session, store):
                attempts = SavepointAttempts(session, self._applier)
                applied = await self._protocol.receiver.apply(store, attempts, self._now())
                await close(session, self._applier)
                self._crash.reach(crash.BEFORE_APPLY_COMMIT)
            self._crash.reach(crash.AFTER_APPLY_COMMIT)
        self._tell_failures(applied)
        self._tell_change(applied)
        await self._send(applied.outs)
        return applied.more

    async def on_wire(self, wires: list[WireIn]) -> None:
        """A batch from the bus; returning means that everything it brought is committed.

        Raises:
            NotOwner: this process does not relay now.
        """
        if not self._owner or self._broken:
            raise NotOwner
        packets: list[HeardPacket] = []
        chunks: list[HeardChunk] = []
        others: list[Words] = []
        rejects: list[tuple[WireIn, Reject]] = []
        for wire in wires:
            try:
                heard = self._protocol.read(wire.src, wire.data)
            except Reject as reject:
                rejects.append((wire, reject))
                continue
            if isinstance(heard, HeardPacket):
                packets.append(heard)
            elif isinstance(heard, HeardChunk):
                chunks.append(heard)
            else:
                others.append(heard)
        try:
            outs = await self._take_packets(packets, rejects) if packets or rejects else []
            if others:
                outs += await self._take_answers(others)
            if chunks:
                await self._take_chunks(chunks)
        except StoreBroken as error:
            self._break(error)
            raise
        except Exception as error:
            self._protocol.forget()
            self._note("batch from the bus failed", error)
            raise
        await self._send(outs)
        self._outbox_wake.set()  # windows may have opened, a STATE may be due

    async def _take_packets(self, packets: list[HeardPacket], rejects: Sequence[tuple[WireIn, Reject]]) -> list[Out]:
        """Ingest and let handlers decide, in one transaction."""
        receiver, now = self._protocol.receiver, self._now()
        async with self._receiving:
            with receiving(packets):
                async with transaction(self._engine) as (session, store):
                    for wire, reject in rejects:
                        log.warning("transmission rejected", office=self.office, src=wire.src, why=reject.code, size=len(wire.data))
                        await store.quarantine(wire.src, reject.code, wire.data, now)
                    stored = await receiver.ingest(store, packets, now)
                    attempts = SavepointAttempts(session, self._applier)
                    applied = await receiver.apply(store, attempts, now)
                    for _ in range(stored // APPLY_BATCH):  # its bytes are at hand now; what is ready besides can wait
                        if not applied.more or applied.outcome.failed:
                            break
                        applied = applied.and_then(await receiver.apply(store, attempts, now))
                    await close(session, self._applier)
                    self._crash.reach(crash.BEFORE_INGEST_COMMIT)
            self._crash.reach(crash.AFTER_INGEST_COMMIT)
        self._tell_failures(applied)
        self._tell_change(applied)
        if applied.more:
            self._inbox_wake.set()
        return applied.outs

    async def _take_chunks(self, chunks: Sequence[HeardChunk]) -> None:
        """Keep what attachments lacked; events that are complete now are applied by their own loop."""
        async with self._receiving, store_transaction(self._engine) as store:
            released = await self._protocol.receiver.take_chunks(store, chunks, self._now())
            self._crash.reach(crash.BEFORE_CHUNK_COMMIT)
        self._crash.reach(crash.AFTER_CHUNK_COMMIT)
        if released:
            self._inbox_wake.set()
        self._on_change()

    async def _take_answers(self, heard: Sequence[Words]) -> list[Out]:
        async with self._sending:
            try:
                async with store_transaction(self._engine) as store:
                    outs = await self._protocol.listener.hear(store, heard, self._now())
                    self._crash.reach(crash.BEFORE_RECEIPT_COMMIT)
            except BaseException:
                self._protocol.forget()
                raise
            self._crash.reach(crash.AFTER_RECEIPT_COMMIT)
            if self._protocol.fenced:
                raise StoreBroken(COPY_ALIVE)
            self._on_change()
            return outs

    async def _send(self, outs: Sequence[Out]) -> None:
        """Hand over to the bus, in order per peer, peers side by side. What the bus does not take is sent again by its timer."""
        by_peer: dict[str, list[Out]] = {}
        for out in outs:
            by_peer.setdefault(out.dst, []).append(out)
        await asyncio.gather(*(self._send_to(peer, mine) for peer, mine in by_peer.items()))
        if any(out.kind == PKT for out in outs):
            self._crash.reach(crash.AFTER_PUBLISH)

    async def _send_to(self, peer: str, outs: Sequence[Out]) -> None:
        for out in outs:
            try:
                with sending(out):
                    await self._bus.send(peer, out.data, headers_of(out))
            except (BusFull, RouteRefused) as error:  # concerns this peer only; its own timer tries again
                self._note("bus refused a transmission", error, peer=peer)
                return
            except BusUnavailable as error:
                self._bus_was_down = True
                self._note("bus did not take a transmission", error, peer=peer)
                return

    def _tell_change(self, applied: Applied) -> None:
        if applied.outcome.decided:
            self._on_change()

    def _tell_failures(self, applied: Applied) -> None:
        for failure in applied.outcome.failed:
            log.warning(
                "handler failed", office=self.office, src=failure.row.src, event_id=failure.row.event.id, type=failure.row.event.type,
                attempts=failure.attempts, reason=failure.reason, quarantined=failure.next_attempt_at is None,
            )

    def _break(self, error: BaseException) -> None:
        self._broken = f"{error}"
        log.critical("delivery stopped itself: the database contradicts the protocol", office=self.office, error=self._broken)

    def _note(self, what: str, error: BaseException, **facts: str) -> None:
        why = sentence_of(error)
        self._last_error = f"{what}: {why}"
        log.warning(what, office=self.office, error=type(error).__name__, why=why, **facts)

    def _now(self) -> float:
        return self._clock().timestamp()
