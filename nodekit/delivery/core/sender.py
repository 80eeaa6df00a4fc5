"""The sending half: number, chain, sign, send, resend until receipted (S1-S5), and say STATE.

Never gives up and never renumbers. When a peer says something that cannot be true unless one side lost its past, the
channel stops with a reason; recovery from a restore will start from exactly these places.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nodekit.delivery.core.canonical import Reject
from nodekit.delivery.core.flow import Flow, cut
from nodekit.delivery.core.limits import (
    NUMBER_BATCH,
    PACKET_BYTES_MAX,
    RECEIPT_GRACE_S,
    RECEIPTS_PER_WIRE_MAX,
    RESEND_BASE_S,
    RUN_EVENTS_MAX,
    WANT_MAX,
    WIRE_RECEIPT_BYTES_MAX,
)
from nodekit.delivery.core.link import Link, channel_name, genesis, sign_run
from nodekit.delivery.core.pacing import Rng, StateSchedule, resend_delay
from nodekit.delivery.core.reading import HeardReceipts, HeardState
from nodekit.delivery.core.receipt import Decided, Receipt, sign_receipts, spans_of
from nodekit.delivery.core.rules import ALL_RULES, Rules
from nodekit.delivery.core.store import HeldLink, OutChannel, SendingStore, SentLink, Unnumbered
from nodekit.delivery.core.suite import Keyring, from_text
from nodekit.delivery.core.wire import PKT, RCPT, STATE, Out, Packet, State, packet_body, seal_wire, state_body
from nodekit.delivery.envelope import event_hash, instant_of


@dataclass(frozen=True, slots=True)
class Pumped:
    """What to send after commit; `more` asks for another round at once."""

    outs: list[Out]
    more: bool


class Sender:
    """Sending half of one node, for all its peers. `boot` names this process start in every STATE."""

    def __init__(self, me: str, keyring: Keyring, schedule: StateSchedule, rng: Rng, boot: str, rules: Rules = ALL_RULES) -> None:
        self.me, self._keyring, self._schedule, self._rng, self._boot, self._rules = me, keyring, schedule, rng, boot, rules
        self._flows: dict[str, Flow] = {}
        self._stopped: set[str] = set()
        self._loaded = False
        self._kid = "unknown"

    def forget(self) -> None:
        """A transaction failed: drop everything volatile, as after a crash; the store knows the rest."""
        self._flows.clear()
        self._stopped.clear()
        self._loaded = False

    def bus_returned(self) -> None:
        """What was sent while the bus was away is lost: send it again now rather than when its timer runs out."""
        for flow in self._flows.values():
            flow.attempt = 0
            flow.go_back(flow.peer_cursor, window=1)

    def next_due(self) -> float:
        """When `tick` has something to do."""
        running = (due for peer, flow in self._flows.items() if peer not in self._stopped for due in (flow.due, flow.want_due))
        return min((due for due in running if due is not None), default=float("inf"))

    async def pump(self, store: SendingStore, now: float) -> Pumped:
        """Number what was committed and send what the windows allow; one transaction."""
        await self._load(store, now)
        rows = await store.unnumbered(NUMBER_BATCH, self._stopped | {peer for peer, flow in self._flows.items() if not flow.open})
        by_peer: dict[str, list[Unnumbered]] = {}
        for row in rows:
            by_peer.setdefault(row.dst, []).append(row)
        outs: list[Out] = []
        for dst, group in by_peer.items():
            flow = await self._flow(store, dst, now)
            fresh = await self._number(store, dst, group)
            outs += await self._fill(store, dst, flow, now, fresh)
        for dst, flow in list(self._flows.items()):
            if flow.dirty and flow.open and dst not in self._stopped:
                outs += await self._fill(store, dst, flow, now, [])
        return Pumped(outs, more=len(rows) == NUMBER_BATCH)

    async def tick(self, store: SendingStore, now: float) -> list[Out]:
        """Timers: resend what is overdue, say STATE where it is due; one transaction."""
        await self._load(store, now)
        outs: list[Out] = []
        for dst, flow in list(self._flows.items()):
            if self._rules.resend and dst not in self._stopped and flow.overdue(now):
                attempt = flow.attempt + 1
                flow.go_back(flow.peer_cursor, window=1)
                flow.attempt = attempt
                outs += await self._fill(store, dst, flow, now, [])
            if flow.want_overdue(now):
                await self._look_for_receipts(store, dst, flow, now)
        for peer in self._schedule.due(now):
            outs.append(await self._say_state(store, peer, now))
        return outs

    async def hear(self, store: SendingStore, heard: Iterable[HeardState | HeardReceipts], now: float) -> list[Out]:
        """STATEs and receipts of peers; one transaction."""
        await self._load(store, now)
        outs: list[Out] = []
        for item in heard:
            flow = await self._flow(store, item.src, now)
            if flow.due is not None:  # it lives: no long wait, whatever the back-off had reached
                flow.due = min(flow.due, now + RESEND_BASE_S)
            if isinstance(item, HeardState):
                outs += await self._on_state(store, flow, item, now)
            else:
                await self._on_receipts(store, flow, item, now)
        return outs

    async def _on_state(self, store: SendingStore, flow: Flow, heard: HeardState, now: float) -> list[Out]:
        peer, state = heard.src, heard.state
        await store.heard_state(peer, state, heard.data, now)
        channel = await store.out_channel(peer)
        if state.cursor > channel.head:
            await self._stop(store, peer, "peer_holds_unknown_numbers", heard.data, now)
        elif await self._hash_at(store, peer, state.cursor) != state.hash:
            await self._stop(store, peer, "fork", heard.data, now)
        else:
            await self._on_cursor(store, flow, peer, state, now)
        if (await store.in_channel(peer)).cursor < state.head:
            self._schedule.answer(peer, now)
        return await self._answer_want(store, peer, state.want)

    async def _on_cursor(self, store: SendingStore, flow: Flow, peer: str, state: State, now: float) -> None:
        new_boot = state.boot not in flow.boots
        if new_boot:
            flow.boots.append(state.boot)
        if flow.held(state.cursor, now, self._rng):
            await store.advance_peer_cursor(peer, state.cursor)
        elif state.cursor < flow.peer_cursor and new_boot:
            flow.peer_cursor = state.cursor  # restored to an older state: its links are sent again unchanged
            flow.go_back(state.cursor, window=1)
        elif state.cursor == flow.peer_cursor < state.gap and flow.gap_answered != state.cursor:
            flow.gap_answered = state.cursor
            flow.go_back(state.cursor, window=max(1, flow.window // 2))

    async def _on_receipts(self, store: SendingStore, flow: Flow, heard: HeardReceipts, now: float) -> None:
        peer = heard.src
        ends = {span.last for receipt in heard.receipts for span in receipt.spans}
        hashes = await store.out_hashes(peer, ends)
        for receipt in heard.receipts:
            if any(hashes.get(span.last) != span.lh for span in receipt.spans):
                await self._stop(store, peer, "receipt_for_unknown_link", heard.data, now)
                return
            if await store.finish(peer, receipt):
                await self._stop(store, peer, "receipt_contradicts", heard.data, now)
        if flow.held(max(ends), now, self._rng):
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
        while len(flow.in_flight) < flow.window:
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
            outs.append(self._packet(dst, flow, run))
            flow.sent(run[-1].link.seq, run[-1].link.lh, now, self._rng)
        return outs

    def _packet(self, dst: str, flow: Flow, run: Sequence[SentLink]) -> Out:
        last = run[-1].link
        if flow.prev is None or last.sig is None:
            raise Reject("packet.incomplete")
        events = [item.raw for item in run]
        packet = Packet(run[0].link.seq, flow.prev, last.kid, last.suite, from_text(last.sig), events)
        trace = next((item.tp for item in run if item.tp), None)
        return Out(dst, PKT, seal_wire(PKT, self.me, dst, packet_body(packet), events, self._keyring), trace)

    async def _say_state(self, store: SendingStore, peer: str, now: float) -> Out:
        flow = await self._flow(store, peer, now)
        out, inc = await store.out_channel(peer), await store.in_channel(peer)
        waiting, quarantined = await store.undecided(peer)
        state = State(
            self._boot, inc.cursor, inc.hash or genesis(channel_name(peer, self.me), self._keyring),
            out.head, out.head_hash or genesis(channel_name(self.me, peer), self._keyring),
            gap=self._schedule.gap(peer), want=await self._wanted(store, peer, flow, now),
            undecided=waiting, quarantined=quarantined, stop=inc.stopped or out.stopped,
        )
        return Out(peer, STATE, seal_wire(STATE, self.me, peer, state_body(state), (), self._keyring))

    async def _look_for_receipts(self, store: SendingStore, peer: str, flow: Flow, now: float) -> None:
        """Ask soon for receipts that are missing, then ever more rarely: the events may simply not be decided yet."""
        _, up_to = flow.want_range(now)
        flow.want_due = None
        if self._rules.want and await store.unfinished(peer, 0, max(up_to, flow.peer_cursor), 1):
            self._schedule.answer(peer, now)
            flow.want_due = now + resend_delay(flow.want_attempt, self._rng) + RECEIPT_GRACE_S
            flow.want_attempt += 1

    async def _wanted(self, store: SendingStore, peer: str, flow: Flow, now: float) -> tuple[int, ...]:
        """Numbers whose receipt is missing, going round so that long undecided ones do not hide the others."""
        after, up_to = flow.want_range(now)
        if not self._rules.want or up_to == 0:
            return ()
        wanted = await store.unfinished(peer, after, up_to, WANT_MAX)
        flow.want_after = wanted[-1] if len(wanted) == WANT_MAX else 0
        return tuple(wanted)

    async def _answer_want(self, store: SendingStore, peer: str, want: Sequence[int]) -> list[Out]:
        """The receipts a peer lacks; a repeated event under a second number gets its first decision again."""
        if not want:
            return []
        held = [link for link in await store.held_links(peer, set(want)) if link.decided_at is not None]
        documents = await store.receipts({link.rh for link in held if link.own and link.rh})
        for receipt in self._receipts_for_repeats(peer, [link for link in held if not link.own]):
            documents.append((receipt.document, receipt.kid, receipt.sig))
        return receipt_wires(self.me, peer, documents, self._keyring)

    def _receipts_for_repeats(self, peer: str, links: Sequence[HeldLink]) -> list[Receipt]:
        receipts = []
        for link in links:
            status, code = (link.status, link.code) if link.same_event else ("refused", "event_id_reused")
            spans = spans_of([Decided(link.seq, link.lh, status, code, link.by)])
            receipts += sign_receipts(channel_name(peer, self.me), spans, instant_of(link.decided_at or 0.0), self._keyring)
        return receipts

    async def _hash_at(self, store: SendingStore, dst: str, seq: int) -> str | None:
        if seq == 0:
            return genesis(channel_name(self.me, dst), self._keyring)
        return (await store.out_hashes(dst, (seq,))).get(seq)

    async def _stop(self, store: SendingStore, peer: str, reason: str, evidence: bytes, now: float) -> None:
        if peer in self._stopped:
            return
        self._stopped.add(peer)
        await store.quarantine(peer, f"stopped.{reason}", evidence, now)
        await store.stop_out(peer, reason, now)

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
            if flow.peer_cursor:
                flow.expect_receipts(now)
            self._schedule.know(peer, now)
        return flow


def receipt_wires(me: str, peer: str, documents: Sequence[tuple[bytes, str, str]], keyring: Keyring) -> list[Out]:
    """Receipt documents packed into as few transmissions as the limits allow."""
    outs: list[Out] = []
    batch: list[tuple[bytes, str, str]] = []
    size = 0
    for document in [*documents, None]:
        if batch and (document is None or len(batch) == RECEIPTS_PER_WIRE_MAX or size + len(document[0]) > WIRE_RECEIPT_BYTES_MAX):
            body = {"sigs": [{"kid": kid, "sig": sig} for _, kid, sig in batch]}
            outs.append(Out(peer, RCPT, seal_wire(RCPT, me, peer, body, [line for line, _, _ in batch], keyring)))
            batch, size = [], 0
        if document is not None:
            batch.append(document)
            size += len(document[0])
    return outs


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
