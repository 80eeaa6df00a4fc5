"""What the PostgreSQL store does when bodies are thrown away. Contract: core.store.PruningStore."""

from __future__ import annotations

from collections.abc import Sequence

from nodekit.delivery.core.store import Durable
from nodekit.delivery.pg_common import PgStoreBase, instant

PEER_DURABLE = "SELECT durable, durable_head FROM nodekit.peer_state WHERE peer = $1"
PRUNABLE_SENT = """
    SELECT o.seq, octet_length(o.event_bytes) FROM nodekit.outbox o
    WHERE o.dst = $1 AND o.seq > $2 AND o.seq <= $3 AND o.event_bytes IS NOT NULL AND o.final_at < $4
      AND NOT EXISTS (SELECT 1 FROM nodekit.recovered r WHERE r.event_id = o.event_id AND r.settled_at IS NULL)
    ORDER BY o.seq LIMIT $5
"""
PRUNE_SENT = """
    UPDATE nodekit.outbox SET event_bytes = NULL, pruned_at = $3
    WHERE dst = $1 AND seq = ANY($2::bigint[]) AND event_bytes IS NOT NULL AND final IS NOT NULL
"""
PRUNABLE_HELD = """
    SELECT l.seq, octet_length(l.event_bytes) FROM nodekit.in_link l JOIN nodekit.inbox i ON i.src = l.src AND i.event_id = l.event_id
    WHERE l.src = $1 AND l.seq > $2 AND l.seq <= $3 AND l.event_bytes IS NOT NULL AND i.receipt IS NOT NULL AND i.decided_at < $4
    ORDER BY l.seq LIMIT $5
"""
PRUNE_HELD = """
    UPDATE nodekit.in_link SET event_bytes = NULL, pruned_at = $3 WHERE src = $1 AND seq = ANY($2::bigint[]) AND event_bytes IS NOT NULL
"""


class PgPruningStore(PgStoreBase):
    """See core.store.PruningStore."""

    async def peer_durable(self, peer: str) -> Durable:
        row = await self._connection.fetchrow(PEER_DURABLE, peer)
        return Durable(*row) if row else Durable()

    async def prunable_sent(self, dst: str, after: int, up_to: int, before: float, limit: int) -> list[tuple[int, int]]:
        return await self._prunable(PRUNABLE_SENT, dst, after, up_to, before, limit)

    async def prune_sent(self, dst: str, seqs: Sequence[int], now: float) -> None:
        await self._connection.execute(PRUNE_SENT, dst, list(seqs), instant(now))

    async def prunable_held(self, src: str, after: int, up_to: int, before: float, limit: int) -> list[tuple[int, int]]:
        return await self._prunable(PRUNABLE_HELD, src, after, up_to, before, limit)

    async def prune_held(self, src: str, seqs: Sequence[int], now: float) -> None:
        await self._connection.execute(PRUNE_HELD, src, list(seqs), instant(now))

    async def _prunable(self, query: str, peer: str, after: int, up_to: int, before: float, limit: int) -> list[tuple[int, int]]:
        return [(row[0], row[1]) for row in await self._connection.fetch(query, peer, after, up_to, instant(before), limit)]
