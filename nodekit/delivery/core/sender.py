"""The sending half: number, chain, sign, send, resend until receipted (S1-S5), and hear what peers say.

Never gives up, never renumbers, and gives no number before the peer has said in this session what it holds. A peer that holds
less than before was restored: it is sent our links again, with the receipts it had signed. A peer that holds more means that we were
restored: nothing is sent until our own past is back. What can be neither is a fork, and the channel stops with a reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nodekit.delivery.core.canonical import Reject
from nodekit.delivery.core.dispute import CLONED, CONTRADICTS, COPIES_TO_STOP, FORK, UNKNOWN_LINK, our_links
from nodekit.delivery.core.flow import Flow, cut
from nodekit.delivery.core.limits import (
    BACK_PACKETS_MAX,
    NUMBER_BATCH,
    PACKET_BYTES_MAX,
    PRIOR_BYTES_MAX,
    PRIORS_PER_PACKET_MAX,
    RESEND_BASE_S,
    RUN_EVENTS_MAX,
)
from nodekit.delivery.core.link import Link, channel_name, genesis, sign_run
from nodekit.delivery.core.pacing import Rng, StateSchedule
from nodekit.delivery.core.reading import HeardBack, HeardFetch, HeardReceipts, HeardState, Words
from nodekit.delivery.core.recovery import Recovery
from nodekit.delivery.core.rules import ALL_RULES, Rules
from nodekit.delivery.core.session import Sessions, Verdict
from nodekit.delivery.core.statement import Statements
from nodekit.delivery.core.store import OutChannel, SendingStore, SentLink, Unnumbered
from nodekit.delivery.core.suite import Keyring, from_text
from nodekit.delivery.core.wire import PKT, Document, Out, Packet, State, packet_wire
from nodekit.delivery.envelope import event_hash


@dataclass(frozen=True, slots=True)
class Pumped:
    """What to send after commit; `more` asks for another round at once."""

    outs: list[Out]
    more: bool


class Sender:
    """Sending half of one node, for all its peers."""

    def __init__(
        self, me: str, keyring: Keyring, sessions: Sessions, schedule: StateSchedule, rng: Rng, rules: Rules = ALL_RULES
    ) -> None:
        self.me, self._keyring, self._sessions, self._schedule, self._rng, self._rules = me, keyring, sessions, schedule, rng, rules
        self._recovery = Recovery(me, keyring, sessions)
        self._statements = Statements(me, keyring, sessions, schedule, rng, rules)
        self._flows: dict[str, Flow] = {}
        self._stopped: set[str] = set()
        self._copies: set[str] = set()
        """Peers that say another copy of this node is alive."""
        self._loaded = False
        self._kid = "unknown"

    @property
    def fenced(self) -> bool:
        """So many peers have seen another copy of this node that it must not go on before a person has decided."""
        return len(self._copies) >= COPIES_TO_STOP

    def forget(self) -> None:
        """A transaction failed: drop everything volatile, as after a crash; the store knows the rest."""
        self._flows.clear()
        self._stopped.clear()
        self._copies.clear()
        self._loaded = False

    def bus_returned(self, now: float) -> None:
        """What was sent while the bus was away is lost: send it again now rather than when its timer runs out."""
        self._schedule.hail(now)
        for flow in self._flows.values():
            flow.attempt = 0
            flow.go_back(flow.peer_cursor, window=1)

    def next_due(self) -> float:
        """When `tick` has something to do."""
        running = (
            due for peer, flow in self._flows.items() if peer not in self._stopped for due in (flow.due, flow.want_due, flow.hail_due)
        )
        return min((due for due in running if due is not None), default=float("inf"))

    async def pump(self, store: SendingStore, now: float) -> Pumped:
        """Number what was committed and send what the windows allow; one transaction."""
        await self._load(store, now)
        await self._look_for_resumed(store, now)
        closed = {peer for peer, flow in self._flows.items() if not flow.open} if self._rules.number_when_open else set()
        rows = await store.unnumbered(NUMBER_BATCH, self._stopped | closed)
        by_peer: dict[str, list[Unnumbered]] = {}
        for row in rows:
            by_peer.setdefault(row.dst, []).append(row)
        outs: list[Out] = []
        for dst, group in by_peer.items():
            flow = await self._flow(store, dst, now)  # of somebody we never spoke to: it is greeted, and its events wait
            if flow.open or not self._rules.number_when_open:
                fresh = await self._number(store, dst, group)
                outs += await self._fill(store, dst, flow, now, fresh)
        for dst, flow in list(self._flows.items()):
            if flow.dirty:
                outs += await self._fill(store, dst, flow, now, [])
        return Pumped(outs, more=len(rows) == NUMBER_BATCH)

    async def tick(self, store: SendingStore, now: float) -> list[Out]:
        """Timers: resend what is overdue, say STATE where it is due; one transaction."""
        await self._load(store, now)
        outs: list[Out] = []
        for dst, flow in list(self._flows.items()):
            if dst in self._stopped:
                continue
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
            outs += await self._statements.say(store, peer, await self._flow(store, peer, now), now)
        return outs

    async def hear(self, store: SendingStore, heard: Iterable[Words], now: float) -> list[Out]:
        """What peers say; one transaction. Must not overlap with a transaction that stores packets: it opens sessions at a cursor."""
        await self._load(store, now)
        outs: list[Out] = []
        for item in heard:
            flow = await self._flow(store, item.src, now)
            if isinstance(item, HeardState):
                outs += await self._on_state(store, flow, item, now)
            elif isinstance(item, HeardReceipts):
                await self._on_receipts(store, flow, item, now)
            elif isinstance(item, HeardFetch):
                outs += await self._recovery.answer(store, item)
            else:
                outs += await self._on_back(store, flow, item, now)
        return outs

    async def _on_state(self, store: SendingStore, flow: Flow, heard: HeardState, now: float) -> list[Out]:
        peer, state = heard.src, heard.state
        verdict = self._sessions.hear(peer, state)
        if self._sessions.boot in state.retired and self._rules.fence:
            await self._fence(store, peer, heard, now)
        if verdict is Verdict.STALE:
            self._schedule.hasten(peer, now)
            return []
        if verdict is Verdict.SUPERSEDED:
            await store.retire(peer, state.boot, heard.data, now)
            self._schedule.hasten(peer, now)
            return []
        if verdict is Verdict.NEW_BOOT:
            flow.meet(now)
            self._schedule.hasten(peer, now)
        await store.heard_state(peer, state, heard.data, now)
        if flow.due is not None:  # it lives: no long wait, whatever the back-off had reached
            flow.due = min(flow.due, now + RESEND_BASE_S)
        await self._on_ask(store, peer, state, now)
        outs = await self._on_position(store, flow, peer, heard, now) if peer not in self._stopped else []
        flow.met = state.boot
        return outs + await self._statements.answer_want(store, peer, state.want)

    async def _on_ask(self, store: SendingStore, peer: str, state: State, now: float) -> None:
        """The peer asks us to take its packets: yes, if it knows exactly what we hold."""
        held = await store.in_channel(peer)
        session = self._sessions.of(peer)
        if state.ask is not None:
            base = held.cursor, held.hash or genesis(channel_name(peer, self.me), self._keyring)
            if (state.ask == base or not self._rules.exact_base) and not held.stopped:
                session.opened = state.boot
            self._schedule.hasten(peer, now)
        elif held.cursor < state.head:
            self._schedule.answer(peer, now)

    async def _on_position(self, store: SendingStore, flow: Flow, peer: str, heard: HeardState, now: float) -> list[Out]:
        """What the peer holds of our channel, compared with what we have sent."""
        state, channel = heard.state, await store.out_channel(peer)
        if state.cursor > channel.head and self._rules.fetch_lost:
            return self._fetch(flow, peer, channel.head, met=flow.met == state.boot)
        flow.fetching = False
        if await self._hash_at(store, peer, state.cursor) != state.hash and self._rules.fork_halt:
            await self._stop(store, peer, FORK, heard.data, now, state.cursor)
            return []
        await self._on_cursor(store, flow, peer, state, now)
        return []

    def _fetch(self, flow: Flow, peer: str, head: int, *, met: bool) -> list[Out]:
        """Ask once both sides know each other's process; after that a timer asks again."""
        flow.fetching, flow.open = True, False
        if not met or flow.asked:
            return []
        flow.asked = True
        return [self._recovery.ask(peer, head)]

    async def _on_cursor(self, store: SendingStore, flow: Flow, peer: str, state: State, now: float) -> None:
        session = self._sessions.of(peer)
        if flow.boot != state.boot or (not self._rules.monotone_cursor and state.cursor < flow.peer_cursor):
            flow.boot = state.boot
            flow.base(state.cursor, now)
            await store.advance_peer_cursor(peer, state.cursor)
        elif flow.held(state.cursor, now, self._rng):
            await store.advance_peer_cursor(peer, state.cursor)
        elif state.cursor == flow.peer_cursor < state.gap and flow.gap_answered != state.cursor:
            flow.gap_answered = state.cursor
            flow.go_back(state.cursor, window=max(1, flow.window // 2))
        if state.open == self._sessions.boot:
            if not flow.open:
                flow.opened()
        elif state.cursor == flow.peer_cursor and session.ask != (state.cursor, state.hash):
            session.ask = (state.cursor, state.hash)
            self._schedule.hasten(peer, now)

    async def _on_back(self, store: SendingStore, flow: Flow, heard: HeardBack, now: float) -> list[Out]:
        peer = heard.src
        if not await self._recovery.take(store, flow, heard, now):
            return []
        head, last = (await store.out_channel(peer)).head, self._sessions.of(peer).last
        if last is None or head < last.cursor:
            flow.backs += 1
            return [self._recovery.ask(peer, head)] if flow.backs % BACK_PACKETS_MAX == 0 else []
        flow.fetching = False
        if await self._hash_at(store, peer, last.cursor) == last.hash:
            await self._on_cursor(store, flow, peer, last, now)
        return []

    async def _on_receipts(self, store: SendingStore, flow: Flow, heard: HeardReceipts, now: float) -> None:
        peer = heard.src
        ends = {span.last for receipt in heard.receipts for span in receipt.spans}
        hashes = await store.out_hashes(peer, ends)
        present = flow.open and self._sessions.speaks(peer, heard.mark)
        for receipt in heard.receipts:
            if any(hashes.get(span.last) != span.lh for span in receipt.spans):
                if present:
                    await self._stop(store, peer, UNKNOWN_LINK, heard.data, now, min(ends))
                return  # else of a past that a restore has undone, or that is not back yet: what is missing is asked for again
            contradicted = await store.finish(peer, receipt)
            if contradicted and not await store.disputed(peer, receipt.document):  # what people have looked at stops nothing again
                await self._stop(store, peer, CONTRADICTS, heard.data, now, contradicted[0].first)
        flow.receipted = max(flow.receipted, *ends)
        if present and flow.held(max(ends), now, self._rng):
            await store.advance_peer_cursor(peer, flow.peer_cursor)

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
        while flow.open and dst not in self._stopped and len(flow.in_flight) < flow.window:
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
                flow.prev = await self._hash_at(store, dst, flow.next_seq - 1)
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

    async def _hash_at(self, store: SendingStore, dst: str, seq: int) -> str | None:
        if seq == 0:
            return genesis(channel_name(self.me, dst), self._keyring)
        return (await store.out_hashes(dst, (seq,))).get(seq)

    async def _stop(self, store: SendingStore, peer: str, reason: str, evidence: bytes, now: float, seq: int = 0) -> None:
        """Stand still and keep both sides of the contradiction; `seq` is where it shows."""
        if peer in self._stopped:
            return
        self._stopped.add(peer)
        ours = b""
        if seq:
            links = await store.sent_links(peer, seq, RUN_EVENTS_MAX, PACKET_BYTES_MAX)
            ours = our_links(channel_name(self.me, peer), await self._hash_at(store, peer, seq - 1), links)
        await store.quarantine(peer, f"stopped.{reason}", evidence, now)
        await store.dispute(peer, reason, evidence, ours, now)
        await store.stop_out(peer, reason, now)

    async def _fence(self, store: SendingStore, peer: str, heard: HeardState, now: float) -> None:
        """The peer has seen this very process replaced by another copy: nothing more between us until a person has decided."""
        if peer in self._copies:
            return
        self._copies.add(peer)
        self._sessions.of(peer).opened = ""
        await self._stop(store, peer, CLONED, heard.data, now)
        await store.stop_in(peer, CLONED, now)

    async def _look_for_resumed(self, store: SendingStore, now: float) -> None:
        """A person may have lifted a stop: meet the peer anew."""
        for peer in list(self._stopped):
            if not (await store.out_channel(peer)).stopped:
                self._stopped.discard(peer)
                self._copies.discard(peer)
                self._flows.pop(peer, None)
                self._sessions.leave(peer)
                await self._flow(store, peer, now)
                self._schedule.hasten(peer, now)

    async def _load(self, store: SendingStore, now: float) -> None:
        if self._loaded:
            return
        for peer in await store.peers():
            await self._flow(store, peer, now)
        self._loaded = True

    async def _flow(self, store: SendingStore, peer: str, now: float) -> Flow:
        flow = self._flows.get(peer)
        if flow is None:
            channel: OutChannel = await store.out_channel(peer)
            flow = self._flows[peer] = Flow(channel.peer_cursor)
            if channel.stopped:
                self._stopped.add(peer)
            if channel.stopped == CLONED:
                self._copies.add(peer)
            if flow.peer_cursor:
                flow.expect_receipts(now)
            self._schedule.know(peer, now)
        return flow


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
