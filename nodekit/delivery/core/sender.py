"""The sending half: number, chain, sign, send, resend until receipted (S1-S5). What peers answer comes in through the listener.

Never gives up, never renumbers, and gives no number before the peer has said in this session what it holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nodekit.delivery.core.blobs import Blobs
from nodekit.delivery.core.canonical import Reject
from nodekit.delivery.core.flow import Flow, cut
from nodekit.delivery.core.flows import Flows
from nodekit.delivery.core.ground import Ground
from nodekit.delivery.core.limits import NUMBER_BATCH, PACKET_BYTES_MAX, PRIOR_BYTES_MAX, PRIORS_PER_PACKET_MAX, RUN_EVENTS_MAX
from nodekit.delivery.core.link import Link, channel_name, genesis, sign_run
from nodekit.delivery.core.recovery import Recovery
from nodekit.delivery.core.statement import Statements
from nodekit.delivery.core.store import SendingStore, SentLink, Unnumbered
from nodekit.delivery.core.suite import from_text
from nodekit.delivery.core.wire import PKT, Document, Out, Packet, packet_wire
from nodekit.delivery.envelope import event_hash


@dataclass(frozen=True, slots=True)
class Pumped:
    """What to send after commit; `more` asks for another round at once."""

    outs: list[Out]
    more: bool


class Sender:
    """Sending half of one node, for all its peers."""

    def __init__(self, ground: Ground, flows: Flows, statements: Statements, recovery: Recovery) -> None:
        self.me, self._keyring, self._sessions, self._schedule = ground.me, ground.keyring, ground.sessions, ground.schedule
        self._rng, self._rules = ground.rng, ground.rules
        self._flows, self._statements, self._recovery, self._blobs = flows, statements, recovery, Blobs(ground)
        self._pulls = ground.pulls
        self._kid = "unknown"

    def bus_returned(self, now: float) -> None:
        """What was sent while the bus was away is lost: send it again now rather than when its timer runs out."""
        self._schedule.hail(now)
        self._pulls.hasten(now)
        for _, flow in self._flows.all():
            flow.attempt = 0
            flow.go_back(flow.peer_cursor, window=1)

    def next_due(self) -> float:
        """When `tick` has something to do."""
        dues = (due for _, flow in self._flows.running() for due in (flow.due, flow.want_due, flow.hail_due))
        return min(self._pulls.next_due(), min((due for due in dues if due is not None), default=float("inf")))

    async def pump(self, store: SendingStore, now: float) -> Pumped:
        """Number what was committed and send what the windows allow; one transaction."""
        await self._flows.load(store, now)
        await self._flows.look_for_resumed(store, now)
        closed = self._flows.closed() if self._rules.number_when_open else set()
        rows = await store.unnumbered(NUMBER_BATCH, self._flows.stopped | closed)
        by_peer: dict[str, list[Unnumbered]] = {}
        for row in rows:
            by_peer.setdefault(row.dst, []).append(row)
        outs: list[Out] = []
        for dst, group in by_peer.items():
            flow = await self._flows.of(store, dst, now)  # of somebody we never spoke to: it is greeted, and its events wait
            if flow.open or not self._rules.number_when_open:
                fresh = await self._number(store, dst, group)
                outs += await self._fill(store, dst, flow, now, fresh)
        for dst, flow in self._flows.all():
            if flow.dirty:
                outs += await self._fill(store, dst, flow, now, [])
        return Pumped(outs, more=len(rows) == NUMBER_BATCH)

    async def tick(self, store: SendingStore, now: float) -> list[Out]:
        """Timers: resend what is overdue, say STATE where it is due, ask for and give chunks; one transaction."""
        await self._flows.load(store, now)
        outs: list[Out] = []
        for dst, flow in self._flows.running():
            if self._rules.resend and flow.overdue(now):
                attempt = flow.attempt + 1
                flow.go_back(flow.peer_cursor, window=1)
                flow.attempt = attempt
                outs += await self._fill(store, dst, flow, now, [])
            if flow.hail_overdue(now):
                self._schedule.answer(dst, now)
                if flow.fetching:
                    outs.append(self._recovery.ask(dst, (await store.out_channel(dst)).head))
            if flow.want_overdue(now):
                await self._statements.look_for_receipts(store, dst, flow, now)
        for peer in self._schedule.due(now):
            outs += await self._statements.say(store, peer, await self._flows.of(store, peer, now), now)
        return outs + await self._blobs.tick(store, now)

    async def _number(self, store: SendingStore, dst: str, rows: Sequence[Unnumbered]) -> list[SentLink]:
        channel = await store.out_channel(dst)
        name = channel_name(self.me, dst)
        head, head_hash = channel.head, channel.head_hash or genesis(name, self._keyring)
        links: list[Link] = []
        for run in _runs(rows):
            signed = sign_run(name, head, head_hash, [(row.event_id, event_hash(row.raw)) for row in run], self._keyring, self._kid)
            links += signed
            head, head_hash, self._kid = signed[-1].seq, signed[-1].lh, signed[-1].kid
        await store.number(dst, channel.head, [row.row for row in rows], links)
        return [SentLink(link, row.raw, row.tp) for link, row in zip(links, rows, strict=True)]

    async def _fill(self, store: SendingStore, dst: str, flow: Flow, now: float, fresh: list[SentLink]) -> list[Out]:
        """Packets from the flow's position while the window has room; `fresh` links need not be read back."""
        outs: list[Out] = []
        flow.dirty = False
        while flow.open and dst not in self._flows.stopped and len(flow.in_flight) < flow.window:
            if fresh and fresh[0].link.seq == flow.next_seq:
                links = fresh
            else:
                fresh = []
                links = await store.sent_links(dst, flow.next_seq, RUN_EVENTS_MAX, PACKET_BYTES_MAX)
            run = cut(links)
            if not run:
                break
            fresh = links[len(run) :] if links is fresh else []
            if flow.prev is None:
                flow.prev = await self._flows.hash_at(store, dst, flow.next_seq - 1)
            priors = await self._priors(store, dst, flow, run)
            outs.append(self._packet(dst, flow, run, priors))
            flow.sent(run[-1].link.seq, run[-1].link.lh, now, self._rng)
        return outs

    async def _priors(self, store: SendingStore, dst: str, flow: Flow, run: Sequence[SentLink]) -> list[Document]:
        """Receipts the peer signed for these numbers before it was restored."""
        first, last = run[0].link.seq, run[-1].link.seq
        if first > flow.receipted or not self._rules.priors:
            return []
        return await store.receipts_for(dst, first, last)

    def _packet(self, dst: str, flow: Flow, run: Sequence[SentLink], priors: Sequence[Document]) -> Out:
        last = run[-1].link
        if flow.prev is None or last.sig is None:
            raise Reject("packet.incomplete")
        events = [item.raw for item in run]
        packet = Packet(
            run[0].link.seq, flow.prev, last.kid, last.suite, from_text(last.sig), events, self._sessions.boot, within_limits(priors)
        )
        trace = next((item.tp for item in run if item.tp), None)
        return Out(dst, PKT, packet_wire(PKT, self.me, dst, packet, self._keyring), trace)


def within_limits(documents: Sequence[Document]) -> tuple[Document, ...]:
    """As many receipts as one packet carries; what does not fit is decided again, and a contradiction is told."""
    size, taken = 0, []
    for document in documents[:PRIORS_PER_PACKET_MAX]:
        size += len(document[0]) + len(document[2]) + len(document[1])
        if size > PRIOR_BYTES_MAX:
            break
        taken.append(document)
    return tuple(taken)


def _runs(rows: Sequence[Unnumbered]) -> list[list[Unnumbered]]:
    """Split rows into runs that fit one packet."""
    runs: list[list[Unnumbered]] = []
    size = 0
    for row in rows:
        if not runs or size + len(row.raw) > PACKET_BYTES_MAX or len(runs[-1]) == RUN_EVENTS_MAX:
            runs.append([])
            size = 0
        runs[-1].append(row)
        size += len(row.raw)
    return runs
