"""What a node says about itself: STATE, with the numbers it lacks receipts for, the receipts a peer lacks, and the proof of its key."""

from __future__ import annotations

from collections.abc import Sequence

from nodekit.delivery.core.flow import Flow
from nodekit.delivery.core.ground import Ground
from nodekit.delivery.core.limits import RECEIPT_GRACE_S, RECEIPTS_PER_WIRE_MAX, WANT_MAX, WIRE_RECEIPT_BYTES_MAX
from nodekit.delivery.core.link import channel_name, genesis
from nodekit.delivery.core.pacing import resend_delay
from nodekit.delivery.core.receipt import Decided, Receipt, sign_receipts, spans_of, vouch_receipt
from nodekit.delivery.core.reckoner import Reckoner
from nodekit.delivery.core.store import HeldLink, SendingStore
from nodekit.delivery.core.suite import Keyring
from nodekit.delivery.core.wire import KEYS, RCPT, STATE, Document, Mark, Out, State, keys_wire, mark_body, seal_wire, state_body
from nodekit.delivery.envelope import instant_of


class Statements:
    """Written by the sending half, for all peers."""

    def __init__(self, ground: Ground, reckoner: Reckoner) -> None:
        self.me, self._keyring, self._sessions, self._schedule = ground.me, ground.keyring, ground.sessions, ground.schedule
        self._rng, self._rules, self._reckoner = ground.rng, ground.rules, reckoner

    async def say(self, store: SendingStore, peer: str, flow: Flow, now: float) -> list[Out]:
        """STATE; a second one answers a challenge of a process that has yet to prove itself. Who is not known to know our key is shown it first."""
        session = self._sessions.of(peer)
        shown = self._keyring.generation > max(1, session.knows) and self._rules.present_keys
        proof = [Out(peer, KEYS, keys_wire(self._keyring.proof()))] if shown else []
        echoes = [session.echo] if session.echo or not session.reply else []
        if session.reply and session.reply != session.echo:
            echoes.append(session.reply)
        session.reply = ""
        out, inc = await store.out_channel(peer), await store.in_channel(peer)
        waiting, quarantined = await store.undecided(peer)
        want = await self._want(store, peer, flow, now)
        durable, retired = await store.durable(peer), await store.retired(peer)
        fins, known = await self._reckoner.say(store, peer, now), await store.key_generation(peer)
        return proof + [
            self._state(peer, State(
                self._sessions.boot, inc.cursor, inc.hash or genesis(channel_name(peer, self.me), self._keyring),
                out.head, out.head_hash or genesis(channel_name(self.me, peer), self._keyring),
                self._schedule.gap(peer), want, waiting, quarantined, inc.stopped or out.stopped,
                session.chal, echo, session.opened, None if flow.open else session.ask, durable, tuple(retired), fins, known,
            ))
            for echo in echoes
        ]

    async def look_for_receipts(self, store: SendingStore, peer: str, flow: Flow, now: float) -> None:
        """Ask soon for receipts that are missing, then ever more rarely: the events may simply not be decided yet."""
        _, up_to = flow.want_range(now)
        flow.want_due = None
        if self._rules.want and await store.unfinished(peer, 0, max(up_to, flow.peer_cursor), 1):
            self._schedule.answer(peer, now)
            flow.want_due = now + resend_delay(flow.want_attempt, self._rng) + RECEIPT_GRACE_S
            flow.want_attempt += 1

    async def answer_want(self, store: SendingStore, peer: str, want: Sequence[int]) -> list[Out]:
        """The receipts a peer lacks; a repeated event under a second number gets its first decision again."""
        if not want:
            return []
        return receipt_wires(self.me, peer, await self.receipts_of(store, peer, want), self._keyring, self._sessions.mark(peer))

    async def receipts_of(self, store: SendingStore, peer: str, seqs: Sequence[int]) -> list[Document]:
        """Ours, for these numbers of the peer."""
        held = [link for link in await store.held_links(peer, set(seqs)) if link.decided_at is not None]
        documents = await store.receipts({link.rh for link in held if link.own and link.rh})
        if self._rules.vouch_again:
            documents = [vouch_receipt(document, self._keyring) for document in documents]
        repeats = self._receipts_for_repeats(peer, [link for link in held if not link.own])
        documents += [(receipt.document, receipt.kid, receipt.sig) for receipt in repeats]
        return documents

    async def _want(self, store: SendingStore, peer: str, flow: Flow, now: float) -> tuple[int, ...]:
        """Numbers whose receipt is missing, going round so that long undecided ones do not hide the others."""
        after, up_to = flow.want_range(now)
        if not self._rules.want or up_to == 0:
            return ()
        wanted = await store.unfinished(peer, after, up_to, WANT_MAX)
        flow.want_after = wanted[-1] if len(wanted) == WANT_MAX else 0
        return tuple(wanted)

    def _state(self, peer: str, state: State) -> Out:
        return Out(peer, STATE, seal_wire(STATE, self.me, peer, state_body(state), [], self._keyring))

    def _receipts_for_repeats(self, peer: str, links: Sequence[HeldLink]) -> list[Receipt]:
        receipts = []
        for link in links:
            status, code = (link.status, link.code) if link.same_event else ("refused", "event_id_reused")
            spans = spans_of([Decided(link.seq, link.lh, status, code, link.by)])
            receipts += sign_receipts(channel_name(peer, self.me), spans, instant_of(link.decided_at or 0.0), self._keyring)
        return receipts


def receipt_wires(me: str, peer: str, documents: Sequence[Document], keyring: Keyring, mark: Mark) -> list[Out]:
    """Receipt documents packed into as few transmissions as the limits allow."""
    outs = []
    for batch in batches(documents):
        body = {**mark_body(mark), "sigs": [{"kid": kid, "sig": sig} for _, kid, sig in batch]}
        outs.append(Out(peer, RCPT, seal_wire(RCPT, me, peer, body, [line for line, _, _ in batch], keyring), documents=tuple(batch)))
    return outs


def batches(documents: Sequence[Document]) -> list[list[Document]]:
    """Documents as they fit one transmission each."""
    found: list[list[Document]] = []
    size = 0
    for document in documents:
        if not found or len(found[-1]) == RECEIPTS_PER_WIRE_MAX or size + len(document[0]) > WIRE_RECEIPT_BYTES_MAX:
            found.append([])
            size = 0
        found[-1].append(document)
        size += len(document[0])
    return found
