"""Chunks in PostgreSQL. Contract: core/store.py. A chunk is a row of its own, written once and read by its name."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from nodekit.delivery.core.blob import BLOB_MISSING
from nodekit.delivery.core.store import NeededChunk
from nodekit.delivery.pg_common import PgStoreBase, instant

NEED = """
    INSERT INTO nodekit.chunk_need (peer, own, event_id, hash, seq, place, given_up)
    SELECT $1, $2, $3::uuid, t.hash, $4, t.place - 1, false FROM unnest($5::text[]) WITH ORDINALITY AS t(hash, place)
    WHERE NOT EXISTS (SELECT 1 FROM nodekit.chunk c WHERE c.hash = t.hash)
    ON CONFLICT (peer, own, event_id, hash) DO NOTHING
"""
MISSING = """
    SELECT count(*), count(*) FILTER (WHERE n.given_up) FROM unnest($4::text[]) AS t(hash)
    LEFT JOIN nodekit.chunk_need n ON n.peer = $1 AND n.own = $2 AND n.event_id = $3::uuid AND n.hash = t.hash
    WHERE NOT EXISTS (SELECT 1 FROM nodekit.chunk c WHERE c.hash = t.hash)
"""
NEEDED = """
    SELECT own, seq, hash FROM nodekit.chunk_need
    WHERE peer = $1 AND NOT given_up AND hash <> ALL($2::text[]) AND (gone_at IS NULL OR gone_at <= $3 OR gone_at > $4)
    ORDER BY own, seq, place, hash LIMIT $5
"""
KEEP = """
    INSERT INTO nodekit.chunk (hash, bytes, stored_at)
    SELECT $2::text, $3, $4 WHERE EXISTS (SELECT 1 FROM nodekit.chunk_need WHERE peer = $1 AND hash = $2::text)
    ON CONFLICT (hash) DO NOTHING
"""
SATISFY = """
    WITH satisfied AS (
        DELETE FROM nodekit.chunk_need WHERE hash = $1 AND EXISTS (SELECT 1 FROM nodekit.chunk WHERE hash = $1)
        RETURNING peer, own, event_id
    )
    UPDATE nodekit.inbox i SET status = 'delivered', reason = '', next_attempt_at = NULL FROM satisfied s
    WHERE NOT s.own AND i.src = s.peer AND i.event_id = s.event_id AND i.status = 'held' AND i.reason = $2
      AND NOT EXISTS (
        SELECT 1 FROM nodekit.chunk_need n WHERE n.peer = s.peer AND NOT n.own AND n.event_id = s.event_id AND n.hash <> $1
      )
"""


class PgBlobStore(PgStoreBase):
    """The part of core.store.BlobStore."""

    async def chunk(self, name: str) -> bytes | None:
        data: bytes | None = await self._connection.fetchval("SELECT bytes FROM nodekit.chunk WHERE hash = $1", name)
        return data

    async def need_chunks(self, peer: str, seq: int, event_id: str, names: Sequence[str], *, own: bool) -> tuple[int, int]:
        row = await self._connection.fetchrow(MISSING, peer, own, event_id, list(names))
        if row[0]:
            await self._connection.execute(NEED, peer, own, event_id, seq, list(names))
        return row[0], row[1]

    async def needed_chunks(self, peer: str, limit: int, skip: Collection[str], gone_before: float, now: float) -> list[NeededChunk]:
        rows = await self._connection.fetch(NEEDED, peer, list(skip), instant(gone_before), instant(now), limit)
        return [NeededChunk(row[0], row[1], row[2]) for row in rows]

    async def owing_chunks(self) -> list[str]:
        return [row[0] for row in await self._connection.fetch("SELECT DISTINCT peer FROM nodekit.chunk_need WHERE NOT given_up ORDER BY peer")]

    async def keep_chunk(self, peer: str, name: str, data: bytes, now: float) -> int:
        await self._connection.execute(KEEP, peer, name, data, instant(now))
        return int((await self._connection.execute(SATISFY, name, BLOB_MISSING)).rpartition(" ")[2])

    async def chunks_gone(self, peer: str, names: Collection[str], now: float) -> None:
        await self._connection.execute(
            "UPDATE nodekit.chunk_need SET gone_at = $3 WHERE peer = $1 AND hash = ANY($2::text[])", peer, list(names), instant(now)
        )
