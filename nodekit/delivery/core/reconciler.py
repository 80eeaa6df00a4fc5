"""What to do when both ends reckon differently: find the numbers, show each other the receipts, keep both, tell people. Nothing is repaired.

Whoever has reckoned at least as far compares. A difference is looked for by hashes of blocks (64 at a time), then by the letters of one
block, then by the receipts of its numbers. Only two signed receipts that contradict each other are a divergence: whatever else
differs is on its way and will not differ for long. Once kept, a number counts as `x` at that end, so both ends agree again when both
know, a second divergence is found like the first, and an end that was restored is told again.
"""

from __future__ import annotations

from collections.abc import Sequence

from nodekit.delivery.core.canonical import Reject
from nodekit.delivery.core.fin import IN, OUT, Fin, FinWords, Way, letters_of, spread, words_body
from nodekit.delivery.core.ground import Ground
from nodekit.delivery.core.limits import FIN_BLOCK, FIN_ROWS_MAX
from nodekit.delivery.core.reading import HeardFin, HeardState
from nodekit.delivery.core.receipt import ACCEPTED, FINAL, REFUSED, Receipt, Span, read_receipt
from nodekit.delivery.core.reckoner import Reckoner
from nodekit.delivery.core.statement import Statements, batches
from nodekit.delivery.core.store import SendingStore
from nodekit.delivery.core.suite import from_text
from nodekit.delivery.core.wire import FIN, Document, Out, mark_body, seal_wire


class Reconciler:
    """One node's side of it, for all its peers."""

    def __init__(self, ground: Ground, reckoner: Reckoner, statements: Statements) -> None:
        self.me, self._keyring, self._sessions, self._rules = ground.me, ground.keyring, ground.sessions, ground.rules
        self._reckoner, self._statements = reckoner, statements

    async def on_state(self, store: SendingStore, heard: HeardState, now: float) -> list[Out]:
        """Compare what a fresh STATE says with what stands here; ask about the first difference."""
        outs: list[Out] = []
        for way, fin in zip((IN, OUT), heard.state.fins, strict=True):
            if fin is not None and fin.n and self._rules.fin:
                outs += await self._compare(store, way, heard.src, fin, now)
        return outs

    async def on_words(self, store: SendingStore, heard: HeardFin, now: float) -> list[Out]:
        """One step of looking for a difference, said in this session."""
        words, peer = heard.words, heard.src
        if not self._sessions.speaks(peer, heard.mark) or not self._rules.fin:
            return []
        way = IN if words.way == OUT else OUT
        if words.marks:
            return await self._narrow(store, way, peer, words.marks)
        if words.block >= 0:
            ours = letters_of(await store.verdicts(way, peer, words.block * FIN_BLOCK, FIN_BLOCK), words.block * FIN_BLOCK)
            pairs = enumerate(zip(ours, words.letters, strict=False), start=words.block * FIN_BLOCK + 1)
            differing = [seq for seq, (mine, theirs) in pairs if mine != theirs][:FIN_ROWS_MAX]
            return await self._show(store, way, peer, differing, ask=True) if differing else []
        await self._weigh(store, way, peer, words.seqs, heard.receipts, now)
        return await self._show(store, way, peer, words.seqs, ask=False) if words.ask else []

    async def contradicted(self, store: SendingStore, peer: str, receipt: Receipt, spans: Sequence[Span], now: float) -> None:
        """A receipt arrived that contradicts finals of ours: keep the pairs at once."""
        for span in spans:
            verdicts = await store.verdicts(OUT, peer, span.first - 1, span.last - span.first + 1)
            seqs = [verdict.seq for verdict in verdicts if verdict.status and verdict.status != span.status]
            await self._weigh(store, OUT, peer, seqs, [receipt], now)

    async def _compare(self, store: SendingStore, way: Way, peer: str, theirs: Fin, now: float) -> list[Out]:
        ours = await self._reckoner.reckon(store, way, peer)
        if theirs.n > ours.n:
            return []  # the peer has reckoned further and compares
        text = ours.hash if theirs.n == ours.n else await self._reckoner.hash_at(store, way, peer, theirs.n)
        if text == theirs.hash:
            await store.agree(way, peer, theirs, now)
        elif text is not None:
            return await self._ask_between(store, way, peer, 0, theirs.n // FIN_BLOCK)
        return []

    async def _ask_between(self, store: SendingStore, way: Way, peer: str, low: int, high: int) -> list[Out]:
        if low == high:
            return await self._tell_block(store, way, peer, low)
        hashes = await self._reckoner.hashes(store, way, peer, spread(low, high))
        return [self._out(peer, FinWords(way, marks=tuple(sorted(hashes.items()))))]

    async def _narrow(self, store: SendingStore, way: Way, peer: str, marks: Sequence[tuple[int, str]]) -> list[Out]:
        ours = await self._reckoner.hashes(store, way, peer, [blocks for blocks, _ in marks])
        low = -1
        for blocks, text in marks:
            if ours.get(blocks) == text:
                low = blocks
            elif low >= 0 and blocks in ours:
                return await (self._tell_block(store, way, peer, low) if blocks - low == 1 else self._ask_between(store, way, peer, low, blocks))
            else:
                return []  # not reckoned so far here any more: the next STATE says how far
        return await self._tell_block(store, way, peer, low) if low >= 0 else []

    async def _tell_block(self, store: SendingStore, way: Way, peer: str, block: int) -> list[Out]:
        letters = letters_of(await store.verdicts(way, peer, block * FIN_BLOCK, FIN_BLOCK), block * FIN_BLOCK)
        return [self._out(peer, FinWords(way, block=block, letters=letters))]

    async def _show(self, store: SendingStore, way: Way, peer: str, seqs: Sequence[int], *, ask: bool) -> list[Out]:
        """Our receipts for these numbers."""
        documents = batches(await self._documents(store, way, peer, seqs)) or [[]]
        return [
            self._out(peer, FinWords(way, seqs=tuple(seqs), ask=ask and part is documents[-1]), part) for part in documents
        ]

    async def _documents(self, store: SendingStore, way: Way, peer: str, seqs: Sequence[int]) -> list[Document]:
        found = await store.receipts(set(await store.diverged(way, peer, seqs)))
        if way == IN:
            found += await self._statements.receipts_of(store, peer, seqs)
        else:
            for seq in seqs:
                found += await store.receipts_for(peer, seq, seq)
        return list(dict.fromkeys(found))

    async def _weigh(self, store: SendingStore, way: Way, peer: str, seqs: Sequence[int], shown: Sequence[Receipt], now: float) -> None:
        """Keep every number that the receipts of both ends decide both ways."""
        receipts = [*shown, *self._read(way, peer, await self._documents(store, way, peer, seqs))]
        covering = [(receipt, span) for receipt in receipts for span in receipt.spans if any(span.first <= seq <= span.last for seq in seqs)]
        hashes = await self._hashes(store, way, peer, {span.last for _, span in covering})
        for seq in seqs:
            found = {
                span.status: receipt for receipt, span in covering
                if span.first <= seq <= span.last and hashes.get(span.last) == span.lh
            }
            if found.keys() == FINAL and await store.diverge(way, peer, seq, (found[ACCEPTED], found[REFUSED]), now):
                await store.forget_fin_blocks(way, peer, (seq - 1) // FIN_BLOCK)

    def _read(self, way: Way, peer: str, documents: Sequence[Document]) -> list[Receipt]:
        """Documents of our own database. One that its issuer's key does not prove any more proves nothing here either."""
        issuer, read = (peer if way == OUT else self.me), []
        for document, kid, sig in documents:
            try:
                read.append(read_receipt(
                    document, issuer=issuer, channel=self._reckoner.channel(way, peer), kid=kid, sig=from_text(sig), keyring=self._keyring
                ))
            except Reject:
                continue
        return read

    async def _hashes(self, store: SendingStore, way: Way, peer: str, seqs: set[int]) -> dict[int, str]:
        if way == OUT:
            return await store.out_hashes(peer, seqs)
        return {seq: text for seq in sorted(seqs) if (text := await store.in_hash(peer, seq))}

    def _out(self, peer: str, words: FinWords, documents: Sequence[Document] = ()) -> Out:
        body = mark_body(self._sessions.mark(peer)) | words_body(words)
        if documents:
            body["sigs"] = [{"kid": kid, "sig": sig} for _, kid, sig in documents]
        return Out(peer, FIN, seal_wire(FIN, self.me, peer, body, [document for document, _, _ in documents], self._keyring))
