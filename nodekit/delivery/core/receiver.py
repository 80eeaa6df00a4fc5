"""The receiving half: store in order and without gaps (R2, R3), let handlers decide (R4), answer with receipts (R5).

The bus message may be acknowledged only after the transaction of `ingest` has committed. `ingest` and `apply` may share one
transaction. Never: hold out-of-order packets, change a stored link, decide an event twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from nodekit.delivery.core.blobs import Blobs
from nodekit.delivery.core.decision import Attempts, Decision, Failure, Outcome, decide
from nodekit.delivery.core.dispute import FORK, our_links
from nodekit.delivery.core.ground import Ground
from nodekit.delivery.core.limits import APPLY_BATCH, PACKET_BYTES_MAX, RUN_EVENTS_MAX
from nodekit.delivery.core.link import Link, channel_name, genesis
from nodekit.delivery.core.reading import HeardChunk, HeardPacket
from nodekit.delivery.core.receipt import REFUSED, Decided, Receipt, sign_receipts, spans_of
from nodekit.delivery.core.statement import receipt_wires
from nodekit.delivery.core.store import Prior, ReadyEvent, ReceivingStore, Settlement
from nodekit.delivery.core.wire import Out
from nodekit.delivery.envelope import EventDoc, instant_of


@dataclass(frozen=True, slots=True)
class _Settled:
    """The end of one event; `prior` if it was decided before a restore."""

    src: str
    event_id: str
    seq: int | None
    lh: str | None
    decision: Decision
    prior: Prior | None


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
        self._rules, self._blobs = ground.rules, Blobs(ground)
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
        for packet in packets:
            if not self._sessions.takes(src, packet.boot):
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
            cursor, prev = packet.last, packet.links[-1].lh
        if links:
            await store.ingest(src, channel.cursor, links, events, now)
            await self._keep_priors(store, src, links, priors, now)
            self._schedule.acknowledge(src, now)
        if forked is not None and self._rules.fork_halt:
            held = await store.held_run(src, min(forked.first, cursor), RUN_EVENTS_MAX, PACKET_BYTES_MAX)
            behind = await store.in_hash(src, min(forked.first, cursor) - 1)
            await store.quarantine(src, "stopped.fork", forked.data, now)
            await store.dispute(src, FORK, forked.data, our_links(channel_name(src, self.me), behind, held), now)
            await store.stop_in(src, FORK, now)
        return len(links)

    def forget(self) -> None:
        """As after a crash."""
        self._release_held = True
        self._priors_kept = True

    async def take_chunks(self, store: ReceivingStore, chunks: Iterable[HeardChunk], now: float) -> int:
        """Keep what attachments lacked; returns how many events may be decided now. One transaction."""
        return await self._blobs.take(store, chunks, now)

    async def apply(self, store: ReceivingStore, attempts: Attempts, now: float, limit: int = APPLY_BATCH) -> Applied:
        """Let handlers decide what is ready; status, business rows and receipt in one transaction."""
        if self._release_held:  # a start may be an upgrade
            await store.release_held()
            self._release_held = False
        rows = await store.ready(now, limit)
        priors = await self._priors(store, rows)
        stands = [row for row in rows if (prior := priors.get((row.src, row.seq))) and prior.status == REFUSED]
        open_rows = [row for row in rows if row not in stands] if stands else rows
        complete = await self._blobs.complete(store, open_rows, now)
        outcome = _in_keeping(await decide(complete, attempts, now, self._rules), priors)
        for failure in outcome.failed:
            event = failure.row.event
            if failure.next_attempt_at is None:
                await store.quarantine_event(failure.row.src, event.id, failure.attempts, failure.reason)
            else:
                await store.postpone(failure.row.src, event.id, failure.attempts, failure.reason, failure.next_attempt_at)
        for row, reason in outcome.held:
            await store.hold_event(row.src, row.event.id, reason)
        settled = [_Settled(row.src, row.event.id, row.seq, row.lh, decision, priors.get((row.src, row.seq))) for row, decision in outcome.decided]
        settled += [_Settled(row.src, row.event.id, row.seq, row.lh, _decision(priors[row.src, row.seq]), priors[row.src, row.seq]) for row in stands]
        settled += [
            _Settled(src, event_id, held.seq, held.lh, Decision(held.status, held.code, "", held.by), None)  # type: ignore[arg-type]
            for src, event_id, held in await store.unreceipted(limit)
        ]
        outs = await self._settle(store, settled, now)
        return Applied(outs, len(rows) == limit or bool(outcome.failed or outcome.held) or len(complete) < len(open_rows), outcome)

    async def _settle(self, store: ReceivingStore, settled: Sequence[_Settled], now: float) -> list[Out]:
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
