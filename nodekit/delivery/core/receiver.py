"""The receiving half: store in order and without gaps (R2, R3), let handlers decide (R4), answer with receipts (R5).

The bus message may be acknowledged only after the transaction of `ingest` has committed. `ingest` and `apply` may share one
transaction. Never: hold out-of-order packets, change a stored link, decide an event twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nodekit.delivery.core.decision import Attempts, Decision, Outcome, decide
from nodekit.delivery.core.limits import APPLY_BATCH
from nodekit.delivery.core.link import Link, channel_name, genesis
from nodekit.delivery.core.pacing import StateSchedule
from nodekit.delivery.core.reading import HeardPacket
from nodekit.delivery.core.receipt import Decided, Receipt, sign_receipts, spans_of
from nodekit.delivery.core.rules import ALL_RULES, Rules
from nodekit.delivery.core.sender import receipt_wires
from nodekit.delivery.core.store import ReceivingStore, Settlement
from nodekit.delivery.core.suite import Keyring
from nodekit.delivery.core.wire import Out
from nodekit.delivery.envelope import EventDoc, instant_of


@dataclass(frozen=True, slots=True)
class Applied:
    """Receipts to send after commit; `more` says that events may still be ready, `retry_at` when a failed one is due."""

    outs: list[Out]
    more: bool
    outcome: Outcome

    @property
    def retry_at(self) -> float:
        return min((item.next_attempt_at for item in self.outcome.failed if item.next_attempt_at), default=float("inf"))


class Receiver:
    """Receiving half of one node, for all its peers."""

    def __init__(self, me: str, keyring: Keyring, schedule: StateSchedule, rules: Rules = ALL_RULES) -> None:
        self.me, self._keyring, self._schedule, self._rules = me, keyring, schedule, rules

    async def ingest(self, store: ReceivingStore, packets: Iterable[HeardPacket], now: float) -> int:
        """Store what continues each channel; answer or ignore the rest. Returns the number of links stored."""
        by_peer: dict[str, list[HeardPacket]] = {}
        for packet in packets:
            by_peer.setdefault(packet.src, []).append(packet)
        stored = 0
        for src, group in by_peer.items():
            stored += await self._ingest_channel(store, src, group, now)
        return stored

    async def _ingest_channel(self, store: ReceivingStore, src: str, packets: Sequence[HeardPacket], now: float) -> int:
        channel = await store.in_channel(src)
        if channel.stopped:
            return 0
        cursor, prev = channel.cursor, channel.hash or genesis(channel_name(src, self.me), self._keyring)
        links: list[Link] = []
        events: list[EventDoc] = []
        forked: HeardPacket | None = None
        for packet in packets:
            if packet.first > cursor + 1 and self._rules.gap_check:
                self._schedule.answer(src, now, gap=packet.first)
                continue
            if packet.last <= cursor:
                known = await self._known_hash(store, src, packet.last, channel.cursor, links)
                if known != packet.links[-1].lh:
                    forked = packet
                    break
                self._schedule.answer(src, now)
                continue
            overlap = max(0, cursor + 1 - packet.first)
            before = packet.links[overlap - 1].lh if overlap else packet.prev
            if before != prev and self._rules.chain_check:
                forked = packet
                break
            links += packet.links[overlap:]
            events += packet.events[overlap:]
            cursor, prev = packet.last, packet.links[-1].lh
        if links:
            await store.ingest(src, channel.cursor, links, events, now)
            self._schedule.acknowledge(src, now)
        if forked is not None:
            await store.quarantine(src, "stopped.fork", forked.data, now)
            await store.stop_in(src, "fork", now)
        return len(links)

    async def apply(self, store: ReceivingStore, attempts: Attempts, now: float, limit: int = APPLY_BATCH) -> Applied:
        """Let handlers decide what is ready; status, business rows and receipt in one transaction."""
        rows = await store.ready(now, limit)
        outcome = await decide(rows, attempts, now, self._rules)
        for failure in outcome.failed:
            event = failure.row.event
            if failure.next_attempt_at is None:
                await store.quarantine_event(failure.row.src, event.id, failure.attempts, failure.reason)
            else:
                await store.postpone(failure.row.src, event.id, failure.attempts, failure.reason, failure.next_attempt_at)
        settled = [(row.src, row.event.id, row.seq, row.lh, decision) for row, decision in outcome.decided]
        settled += [
            (src, event_id, held.seq, held.lh, Decision(held.status, held.code, "", held.by))  # type: ignore[arg-type]
            for src, event_id, held in await store.unreceipted(limit)
        ]
        outs = await self._settle(store, settled, now)
        return Applied(outs, len(rows) == limit or bool(outcome.failed), outcome)

    async def _settle(
        self, store: ReceivingStore, settled: Sequence[tuple[str, str, int | None, str | None, Decision]], now: float
    ) -> list[Out]:
        """Close the rows, sign one receipt per peer, and return what to send."""
        numbered: dict[str, list[Decided]] = {}
        for src, _, seq, lh, decision in settled:
            if seq is not None and lh is not None:
                numbered.setdefault(src, []).append(Decided(seq, lh, decision.status, decision.code, decision.by))
        receipts: list[Receipt] = []
        names: dict[tuple[str, int], str] = {}
        outs: list[Out] = []
        for src, decided in numbered.items():
            mine = sign_receipts(channel_name(src, self.me), spans_of(decided), instant_of(now), self._keyring)
            for receipt in mine:
                names.update(((src, seq), receipt.rh) for span in receipt.spans for seq in range(span.first, span.last + 1))
            receipts += mine
            outs += receipt_wires(self.me, src, [(receipt.document, receipt.kid, receipt.sig) for receipt in mine], self._keyring)
        rows = [
            Settlement(src, event_id, decision.status, decision.code, decision.text, decision.by, names.get((src, seq or 0)))
            for src, event_id, seq, _, decision in settled
        ]
        if rows:
            await store.settle(rows, receipts, now)
        for src, decided in numbered.items():
            if max(item.seq for item in decided) == (await store.in_channel(src)).cursor:
                self._schedule.receipted(src, now)
        return outs

    async def _known_hash(self, store: ReceivingStore, src: str, seq: int, stored: int, links: Sequence[Link]) -> str | None:
        if seq > stored:
            return links[seq - stored - 1].lh
        return await store.in_hash(src, seq)
