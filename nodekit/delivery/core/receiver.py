"""The receiving half: store in order and without gaps (R2, R3), let handlers decide (R4), answer with receipts (R5).

The bus message may be acknowledged only after the transaction of `ingest` has committed. `ingest` and `apply` may share one
transaction. Never: hold out-of-order packets, change a stored link, decide an event twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from nodekit.delivery.core.decision import Attempts, Decision, Failure, Outcome, Settled, decide
from nodekit.delivery.core.dispute import FORK, our_links
from nodekit.delivery.core.ground import Ground
from nodekit.delivery.core.limits import APPLY_BATCH, PACKET_BYTES_MAX, RUN_EVENTS_MAX
from nodekit.delivery.core.link import Link, channel_name, genesis
from nodekit.delivery.core.reading import HeardPacket
from nodekit.delivery.core.receipt import ACCEPTED, REFUSED, Decided, Receipt, sign_receipts, spans_of
from nodekit.delivery.core.statement import receipt_wires
from nodekit.delivery.core.store import Prior, ReadyEvent, ReceivingStore, Settlement
from nodekit.delivery.core.voids import Voids
from nodekit.delivery.core.wire import Document, Out
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

    def and_then(self, later: Applied) -> Applied:
        """This and the next batch of the same transaction."""
        decided, failed = self.outcome.decided + later.outcome.decided, self.outcome.failed + later.outcome.failed
        return Applied(self.outs + later.outs, later.more, Outcome(decided, failed))


class Receiver:
    """Receiving half of one node, for all its peers."""

    def __init__(self, ground: Ground) -> None:
        self.me, self._keyring, self._sessions, self._schedule = ground.me, ground.keyring, ground.sessions, ground.schedule
        self._rules = ground.rules
        self._voids = Voids(ground.rules)
        self._release_held = True
        self._priors_kept = True
        """There may be decisions of ours from before a restore; unknown at first."""

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
        priors: list[Receipt] = []
        void: set[int] = set()
        for packet in packets:
            if not self._sessions.takes(src, packet.boot, packet.echo):
                self._schedule.answer(src, now)
                continue
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
            priors += packet.priors
            void.update(packet.void)
            cursor, prev = packet.last, packet.links[-1].lh
        if links:
            await store.ingest(src, channel.cursor, links, events, now)
            await self._keep_priors(store, src, links, priors, now)
            await self._voids.expect(store, src, [link.event_id for link in links if link.seq in void], now)
            self._schedule.acknowledge(src, now)
        if forked is not None and self._rules.fork_halt:
            held = await store.held_run(src, min(forked.first, cursor), RUN_EVENTS_MAX, PACKET_BYTES_MAX)
            behind = await store.in_hash(src, min(forked.first, cursor) - 1)
            await store.quarantine(src, "stopped.fork", forked.data, now)
            await store.dispute(src, FORK, forked.data, our_links(channel_name(src, self.me), behind, held), now)
            await store.stop_in(src, FORK, now)
        return len(links)

    def combine(self, outs: Sequence[Out]) -> list[Out]:
        """The same receipts in as few transmissions as possible, bound to the sessions of now."""
        by_peer: dict[str, list[Document]] = {}
        for out in outs:
            by_peer.setdefault(out.dst, []).extend(out.documents)
        return [wire for peer, documents in by_peer.items() for wire in receipt_wires(self.me, peer, documents, self._keyring, self._sessions.mark(peer))]

    def forget(self) -> None:
        """As after a crash."""
        self._release_held = True
        self._priors_kept = True
        self._voids.forget()

    async def apply(self, store: ReceivingStore, attempts: Attempts, now: float, limit: int = APPLY_BATCH, *, closed: bool = True) -> Applied:
        """Let handlers decide what is ready; status, business rows and receipt in one transaction.

        Args:
            closed: sign for what persons have closed, too. While packets stream in that can wait for a call of its own.
        """
        if self._release_held:  # a start may be an upgrade
            await store.release_held()
            self._release_held = False
        ready = await store.ready(now, limit)
        priors = await self._priors(store, ready)
        rows = _in_safe_order(ready, priors) if priors else ready
        stands = [row for row in rows if (prior := priors.get((row.src, row.seq))) and prior.status == REFUSED]
        taken = await self._voids.take(store, [row for row in rows if row not in stands] if stands else rows, priors, now)
        outcome = await decide(taken.rest, attempts, now, self._rules)
        outcome.decided.extend(taken.decided)
        outcome = _in_keeping(outcome, priors)
        for failure in outcome.failed:
            event = failure.row.event
            if failure.next_attempt_at is None:
                await store.quarantine_event(failure.row.src, event.id, failure.attempts, failure.reason)
            else:
                await store.postpone(failure.row.src, event.id, failure.attempts, failure.reason, failure.next_attempt_at)
        for row, reason in outcome.held:
            await store.hold_event(row.src, row.event.id, reason)
        settled = [Settled(row.src, row.event.id, row.seq, row.lh, decision, priors.get((row.src, row.seq))) for row, decision in outcome.decided]
        settled += [Settled(row.src, row.event.id, row.seq, row.lh, _decision(priors[row.src, row.seq]), priors[row.src, row.seq]) for row in stands]
        settled += [
            Settled(src, event_id, held.seq, held.lh, Decision(held.status, held.code, "", held.by))  # type: ignore[arg-type]
            for src, event_id, held in (await store.unreceipted(limit) if closed else ())
        ]
        outs = await self._settle(store, settled + taken.ended, now)
        return Applied(outs, len(ready) == limit or len(rows) < len(ready) or bool(outcome.failed or outcome.held or taken.ended), outcome)

    async def _settle(self, store: ReceivingStore, settled: Sequence[Settled], now: float) -> list[Out]:
        """Close the rows, sign one receipt per peer, and return what to send. A decision signed before a restore keeps its receipt."""
        numbered: dict[str, list[Decided]] = {}
        names: dict[tuple[str, int | None], str] = {}
        for item in settled:
            if item.prior is not None:
                names[item.src, item.seq] = item.prior.rh
            elif item.seq is not None and item.lh is not None:
                numbered.setdefault(item.src, []).append(Decided(item.seq, item.lh, item.decision.status, item.decision.code, item.decision.by))
        receipts: list[Receipt] = []
        outs: list[Out] = []
        for src, decided in numbered.items():
            mine = sign_receipts(channel_name(src, self.me), spans_of(decided), instant_of(now), self._keyring)
            for receipt in mine:
                names.update(((src, seq), receipt.rh) for span in receipt.spans for seq in range(span.first, span.last + 1))
            receipts += mine
            documents = [(receipt.document, receipt.kid, receipt.sig) for receipt in mine]
            outs += receipt_wires(self.me, src, documents, self._keyring, self._sessions.mark(src))
        rows = [
            Settlement(item.src, item.event_id, item.decision.status, item.decision.code, item.decision.text, item.decision.by, names.get((item.src, item.seq)))
            for item in settled
        ]
        if rows:
            await store.settle(rows, receipts, now)
            if self._priors_kept:
                await store.forget_priors([(item.src, item.seq) for item in settled if item.seq is not None])
        for src, decided in numbered.items():
            if max(item.seq for item in decided) == (await store.in_channel(src)).cursor:
                self._schedule.receipted(src, now)
        return outs

    async def _keep_priors(self, store: ReceivingStore, src: str, links: Sequence[Link], receipts: Sequence[Receipt], now: float) -> None:
        """Decisions of ours that came back with events we had lost."""
        if not receipts or not self._rules.priors:
            return
        stored = range(links[0].seq, links[-1].seq + 1)
        hashes = {link.seq: link.lh for link in links}
        priors = [
            Prior(src, seq, span.status, span.code, span.by, receipt.rh)
            for receipt in receipts
            for span in receipt.spans
            for seq in range(max(span.first, stored.start), min(span.last + 1, stored.stop))
            if hashes.get(span.last, span.lh) == span.lh
        ]
        if priors:
            self._priors_kept = True
            await store.keep_priors(src, priors, receipts, now)

    async def _priors(self, store: ReceivingStore, rows: Sequence[ReadyEvent]) -> dict[tuple[str, int | None], Prior]:
        if not rows or not self._priors_kept:
            return {}
        self._priors_kept = await store.any_priors()
        found = await store.priors([(row.src, row.seq) for row in rows if row.seq is not None]) if self._priors_kept else []
        return {(prior.src, prior.seq): prior for prior in found}

    async def _known_hash(self, store: ReceivingStore, src: str, seq: int, stored: int, links: Sequence[Link]) -> str | None:
        if seq > stored:
            return links[seq - stored - 1].lh
        return await store.in_hash(src, seq)


def _in_safe_order(rows: Sequence[ReadyEvent], priors: Mapping[tuple[str, int | None], Prior]) -> list[ReadyEvent]:
    """Behind an event accepted before a restore, which may have to go to a person now, later ones of its aggregate wait for the next batch."""
    safe: list[ReadyEvent] = []
    uncertain: set[tuple[str, str]] = set()
    for row in rows:
        aggregate = (row.src, row.event.agg)
        if aggregate not in uncertain:
            safe.append(row)
            if (prior := priors.get((row.src, row.seq))) and prior.status == ACCEPTED:
                uncertain.add(aggregate)
    return safe


def _in_keeping(outcome: Outcome, priors: Mapping[tuple[str, int | None], Prior]) -> Outcome:
    """What was accepted before a restore and is refused now goes to a person: the first signature stands."""
    if not priors:
        return outcome
    decided, failed = [], list(outcome.failed)
    for row, decision in outcome.decided:
        prior = priors.get((row.src, row.seq))
        if prior is not None and prior.status != decision.status:
            failed.append(Failure(row, row.attempts + 1, "accepted_before_restore", None))
        else:
            decided.append((row, decision))
    return Outcome(decided, failed, outcome.held)


def _decision(prior: Prior) -> Decision:
    return Decision(prior.status, prior.code, "", prior.by)  # type: ignore[arg-type]
