# ruff: noqa: ARG002  the contract hands over more than a dictionary needs
"""The store in memory: reconciliation and voids. Same contract as PostgreSQL's."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from nodekit.delivery.core.fin import OUT, Fin, Verdict, Way
from nodekit.delivery.core.receipt import FINAL, Receipt
from nodekit.delivery.core.store import Standing

if TYPE_CHECKING:
    from nodekit.delivery.memory_store import Tables


class MemoryReckoning:
    """The part of `MemoryStore` that accounts for decisions."""

    tables: Tables

    async def verdicts(self, way: Way, peer: str, after: int, limit: int) -> list[Verdict]:
        found = []
        for seq in range(after + 1, after + 1 + limit):
            status = self._final(peer, seq) if way == OUT else self._decided(peer, seq)
            if status is None:
                break
            found.append(Verdict(seq, status, (way, peer, seq) in self.tables.diverged))
        return found

    def _final(self, dst: str, seq: int) -> str | None:
        if (dst, seq) not in self.tables.out_links:
            return None
        return self.tables.outbox[self.tables.out_links[dst, seq][1]].final or ""

    def _decided(self, src: str, seq: int) -> str | None:
        link = self.tables.in_links.get((src, seq))
        if link is None:
            return None
        row = self.tables.inbox[src, link.event_id]
        if row.status not in FINAL or row.rh is None:
            return ""
        return row.status if row.event.eh == link.eh else "refused"

    async def last_fin_block(self, way: Way, peer: str) -> tuple[int, str]:
        reckoned = [(blocks, text) for (known, name, blocks), text in self.tables.fin_blocks.items() if (known, name) == (way, peer)]
        return max(reckoned, default=(0, ""))

    async def fin_blocks(self, way: Way, peer: str, blocks: Collection[int]) -> dict[int, str]:
        return {number: self.tables.fin_blocks[way, peer, number] for number in blocks if (way, peer, number) in self.tables.fin_blocks}

    async def keep_fin_blocks(self, way: Way, peer: str, hashes: Sequence[tuple[int, str]]) -> None:
        self.tables.fin_blocks.update({(way, peer, blocks): text for blocks, text in hashes})

    async def forget_fin_blocks(self, way: Way, peer: str, beyond: int) -> None:
        for key in [key for key in self.tables.fin_blocks if key[:2] == (way, peer) and key[2] > beyond]:
            del self.tables.fin_blocks[key]

    async def agree(self, way: Way, peer: str, fin: Fin, now: float) -> None:
        self.tables.agreed[way, peer] = fin

    async def diverge(self, way: Way, peer: str, seq: int, receipts: tuple[Receipt, Receipt], now: float) -> bool:
        if (way, peer, seq) in self.tables.diverged:
            return False
        for receipt in receipts:
            self.tables.receipts.setdefault(receipt.rh, receipt)
        self.tables.diverged[way, peer, seq] = (receipts[0].rh, receipts[1].rh)
        return True

    async def diverged(self, way: Way, peer: str, seqs: Collection[int]) -> list[str]:
        return [rh for seq in seqs for rh in self.tables.diverged.get((way, peer, seq), ())]

    # --- voids

    async def voided(self, dst: str, first: int, last: int) -> list[int]:
        numbers = (seq for seq in range(first, last + 1) if (dst, seq) in self.tables.out_links)
        rows = ((seq, self.tables.outbox[self.tables.out_links[dst, seq][1]]) for seq in numbers)
        return [seq for seq, row in rows if row.void and row.final != "accepted"]

    async def standing(self, src: str, event_id: str) -> Standing | None:
        row = self.tables.inbox.get((src, event_id))
        if row is None:
            return None
        prior = self.tables.priors.get((src, row.seq)) if row.seq is not None else None
        return Standing(row.seq, row.lh, row.status, row.code, prior.status if prior else "", prior.code if prior else "")

    async def await_voids(self, src: str, event_ids: Sequence[str], now: float) -> None:
        self.tables.awaited_voids.update(((src, event_id), now) for event_id in event_ids)

    async def any_awaited_voids(self) -> bool:
        return bool(self.tables.awaited_voids)

    async def awaited_voids(self, keys: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        return [key for key in keys if key in self.tables.awaited_voids]

    async def forget_awaited_voids(self, keys: Sequence[tuple[str, str]]) -> None:
        for key in keys:
            self.tables.awaited_voids.pop(key, None)
