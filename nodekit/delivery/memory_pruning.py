# ruff: noqa: ARG002  the contract hands over more than a dictionary needs
"""What the store in memory does when bodies are thrown away. Contract: core.store.PruningStore."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from nodekit.delivery.core.store import Durable

if TYPE_CHECKING:
    from nodekit.delivery.memory_store import Tables


class MemoryPruning:
    """The pruning part of MemoryStore."""

    tables: Tables

    async def peer_durable(self, peer: str) -> Durable:
        state, _ = self.tables.heard.get(peer, (None, 0.0))
        return Durable(state.durable, state.durable_head) if state else Durable()

    async def prunable_sent(self, dst: str, after: int, up_to: int, before: float, limit: int) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        for seq in range(after + 1, up_to + 1):
            if len(found) == limit or (dst, seq) not in self.tables.out_links:
                break
            row = self.tables.outbox[self.tables.out_links[dst, seq][1]]
            if row.final_at is not None and row.final_at < before and not row.pruned and (dst, seq) not in self.tables.recovered:
                found.append((seq, len(row.event.raw)))
        return found

    async def prune_sent(self, dst: str, seqs: Sequence[int], now: float) -> None:
        for seq in seqs:
            row = self.tables.out_links[dst, seq][1]
            self.tables.outbox[row] = replace(self.tables.outbox[row], pruned=True)

    async def prunable_held(self, src: str, after: int, up_to: int, before: float, limit: int) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        for seq in range(after + 1, up_to + 1):
            if len(found) == limit or (src, seq) not in self.tables.in_links:
                break
            row, event = self.tables.inbox[src, self.tables.in_links[src, seq].event_id], self.tables.in_events.get((src, seq))
            if event is not None and row.rh is not None and row.decided_at is not None and row.decided_at < before:
                found.append((seq, len(event.raw)))
        return found

    async def prune_held(self, src: str, seqs: Sequence[int], now: float) -> None:
        for seq in seqs:
            del self.tables.in_events[src, seq]
