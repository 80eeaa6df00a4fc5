"""Chunks in memory. Contract: core/store.py."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nodekit.delivery.core.blob import BLOB_GONE, BLOB_MISSING
from nodekit.delivery.core.store import NeededChunk

if TYPE_CHECKING:
    from nodekit.delivery.memory_store import Tables


@dataclass(frozen=True, slots=True)
class Need:
    seq: int
    place: int
    gone_at: float | None = None
    given_up: bool = False


class MemoryBlobStore:
    """`BlobStore` over one copy of the tables."""

    tables: Tables

    async def chunk(self, name: str) -> bytes | None:
        return self.tables.chunks.get(name)

    async def need_chunks(self, peer: str, seq: int, event_id: str, names: Sequence[str], *, own: bool) -> tuple[int, int]:
        missing = [(place, name) for place, name in enumerate(names) if name not in self.tables.chunks]
        for place, name in missing:
            self.tables.needs.setdefault((peer, own, event_id, name), Need(seq, place))
        needs = (self.tables.needs[peer, own, event_id, name] for _, name in missing)
        return len(missing), sum(need.given_up for need in needs)

    async def needed_chunks(self, peer: str, limit: int, skip: Collection[str], gone_before: float, now: float) -> list[NeededChunk]:
        found = sorted(
            (own, need.seq, need.place, name)
            for (origin, own, _, name), need in self.tables.needs.items()
            if origin == peer and name not in skip and not need.given_up and (need.gone_at is None or not gone_before < need.gone_at <= now)
        )
        return [NeededChunk(own, seq, name) for own, seq, _, name in found[:limit]]

    async def owing_chunks(self) -> list[str]:
        return sorted({key[0] for key, need in self.tables.needs.items() if not need.given_up})

    async def keep_chunk(self, peer: str, name: str, data: bytes, now: float) -> int:  # noqa: ARG002  the contract hands over more than a dictionary needs
        wanted = [key for key in self.tables.needs if key[3] == name]
        if not any(key[0] == peer for key in wanted):
            return 0
        self.tables.chunks[name] = data
        for key in wanted:
            del self.tables.needs[key]
        waiting = {(origin, event_id) for origin, own, event_id, _ in self.tables.needs if not own}
        released = 0
        for origin, event_id in {(key[0], key[2]) for key in wanted if not key[1]} - waiting:
            row = self.tables.inbox[origin, event_id]
            if row.status == "held" and row.text == BLOB_MISSING:
                self.tables.inbox[origin, event_id] = replace(row, status="delivered", text="", next_attempt_at=None)
                released += 1
        return released

    async def chunks_gone(self, peer: str, names: Collection[str], now: float) -> None:
        for key, need in list(self.tables.needs.items()):
            if key[0] == peer and key[3] in names:
                self.tables.needs[key] = replace(need, gone_at=now)

    def give_up(self, src: str, event_id: str, by: str, now: float) -> None:
        """As attachments.give_up: a person ends the waiting for chunks that are gone."""
        row = self.tables.inbox[src, event_id]
        prior = self.tables.priors.get((src, row.seq or 0))
        if prior is not None and prior.status == "accepted":
            for key, need in list(self.tables.needs.items()):
                if key[:3] == (src, False, event_id):
                    self.tables.needs[key] = replace(need, given_up=True)
            self.tables.inbox[src, event_id] = replace(row, status="delivered", text="", next_attempt_at=None)
            return
        self.tables.needs = {key: need for key, need in self.tables.needs.items() if key[:3] != (src, False, event_id)}
        self.tables.inbox[src, event_id] = replace(row, status="refused", code=BLOB_GONE, by=by, decided_at=now)
