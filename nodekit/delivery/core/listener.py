"""What peers say to the sending half: STATE, receipts, FETCH and BACK. Opens sessions, moves windows, ends events, finds forks.

A peer that holds less than before was restored: it is sent our links again, with the receipts it had signed. A peer that holds more
means that we were restored: nothing is sent until our own past is back. What can be neither is a fork, and the channel stops with a reason.
"""

from __future__ import annotations

from collections.abc import Iterable

from nodekit.delivery.core.blobs import Blobs
from nodekit.delivery.core.dispute import CONTRADICTS, FORK, UNKNOWN_LINK
from nodekit.delivery.core.flow import Flow
from nodekit.delivery.core.flows import Flows
from nodekit.delivery.core.ground import Ground
from nodekit.delivery.core.limits import BACK_PACKETS_MAX, RESEND_BASE_S
from nodekit.delivery.core.link import channel_name, genesis
from nodekit.delivery.core.reading import HeardAsk, HeardBack, HeardFetch, HeardGone, HeardReceipts, HeardState, Words
from nodekit.delivery.core.recovery import Recovery, Taken
from nodekit.delivery.core.session import Verdict
from nodekit.delivery.core.statement import Statements
from nodekit.delivery.core.store import SendingStore
from nodekit.delivery.core.wire import Out, State


class Listener:
    """One node's ear, for all its peers; shares flows and sessions with the sender."""

    def __init__(self, ground: Ground, flows: Flows, statements: Statements, recovery: Recovery) -> None:
        self.me, self._keyring, self._sessions, self._schedule = ground.me, ground.keyring, ground.sessions, ground.schedule
        self._rng, self._rules = ground.rng, ground.rules
        self._flows, self._statements, self._recovery, self._blobs = flows, statements, recovery, Blobs(ground)

    async def hear(self, store: SendingStore, heard: Iterable[Words], now: float) -> list[Out]:
        """What peers say; one transaction. Must not overlap with a transaction that stores packets: it opens sessions at a cursor."""
        await self._flows.load(store, now)
        outs: list[Out] = []
        for item in heard:
            flow = await self._flows.of(store, item.src, now)
            if isinstance(item, HeardState):
                outs += await self._on_state(store, flow, item, now)
            elif isinstance(item, HeardReceipts):
                await self._on_receipts(store, flow, item, now)
            elif isinstance(item, HeardFetch):
                outs += await self._recovery.answer(store, item)
            elif isinstance(item, HeardAsk):
                self._blobs.hear_ask(item, now)
            elif isinstance(item, HeardGone):
                await self._blobs.hear_gone(store, item, now)
            else:
                outs += await self._on_back(store, flow, item, now)
        return outs

    async def _on_state(self, store: SendingStore, flow: Flow, heard: HeardState, now: float) -> list[Out]:
        peer, state = heard.src, heard.state
        verdict = self._sessions.hear(peer, state)
        if self._sessions.boot in state.retired and self._rules.fence:
            await self._flows.fence(store, peer, heard, now)
        if verdict is Verdict.STALE:
            self._schedule.hasten(peer, now)
            return []
        if verdict is Verdict.SUPERSEDED:
            await store.retire(peer, state.boot, heard.data, now)
            self._schedule.hasten(peer, now)
            return []
        if verdict is Verdict.FENCED:
            return []
        if verdict is Verdict.NEW_BOOT:
            flow.meet(now)
            self._schedule.hasten(peer, now)
        await store.heard_state(peer, state, heard.data, now)
        if flow.due is not None:  # it lives: no long wait, whatever the back-off had reached
            flow.due = min(flow.due, now + RESEND_BASE_S)
        await self._on_ask(store, peer, state, now)
        outs = await self._on_position(store, flow, peer, heard, now) if peer not in self._flows.stopped else []
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
        if await self._flows.hash_at(store, peer, state.cursor) != state.hash and self._rules.fork_halt:
            await self._flows.stop(store, peer, FORK, heard.data, now, state.cursor)
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
        taken = await self._recovery.take(store, flow, heard, now)
        if taken is Taken.OTHER_LINE and self._rules.fork_halt:
            await self._flows.stop(store, peer, FORK, heard.data, now, heard.links[0].seq - 1)
        if taken is not Taken.MOVED:
            return []
        head, last = (await store.out_channel(peer)).head, self._sessions.of(peer).last
        if last is None or head < last.cursor:
            flow.backs += 1
            return [self._recovery.ask(peer, head)] if flow.backs % BACK_PACKETS_MAX == 0 else []
        flow.fetching = False
        if await self._flows.hash_at(store, peer, last.cursor) == last.hash:
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
                    await self._flows.stop(store, peer, UNKNOWN_LINK, heard.data, now, min(ends))
                return  # else of a past that a restore has undone, or that is not back yet: what is missing is asked for again
            contradicted = await store.finish(peer, receipt)
            if contradicted and not await store.disputed(peer, receipt.document):  # what people have looked at stops nothing again
                await self._flows.stop(store, peer, CONTRADICTS, heard.data, now, contradicted[0].first)
        flow.receipted = max(flow.receipted, *ends)
        if present and flow.held(max(ends), now, self._rng):
            await store.advance_peer_cursor(peer, flow.peer_cursor)
