"""Reconciliation and voids in PostgreSQL. Contract: core/reckoning_store.py, core/store.py."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from nodekit.delivery.core.fin import OUT, Fin, Verdict, Way
from nodekit.delivery.core.receipt import Receipt
from nodekit.delivery.core.store import Standing
from nodekit.delivery.pg_common import PgStoreBase, instant

VERDICTS_OUT = """
    SELECT o.seq, coalesce(o.final, ''), d.seq IS NOT NULL
    FROM nodekit.outbox o LEFT JOIN nodekit.reconciliation d ON d.way = 'out' AND d.peer = o.dst AND d.seq = o.seq
    WHERE o.dst = $1 AND o.seq > $2 AND o.seq <= $2 + $3 ORDER BY o.seq
"""
VERDICTS_IN = """
    SELECT l.seq,
           CASE WHEN i.decided_at IS NULL OR i.receipt IS NULL THEN '' WHEN i.eh = l.eh THEN i.status ELSE 'refused' END, d.seq IS NOT NULL
    FROM nodekit.in_link l JOIN nodekit.inbox i ON i.src = l.src AND i.event_id = l.event_id
    LEFT JOIN nodekit.reconciliation d ON d.way = 'in' AND d.peer = l.src AND d.seq = l.seq
    WHERE l.src = $1 AND l.seq > $2 AND l.seq <= $2 + $3 ORDER BY l.seq
"""
AGREE = """
    INSERT INTO nodekit.agreement AS a (way, peer, numbers, hash, agreed_at) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (way, peer) DO UPDATE SET numbers = excluded.numbers, hash = excluded.hash, agreed_at = excluded.agreed_at
    WHERE (a.numbers, a.hash) <> (excluded.numbers, excluded.hash)
"""
DIVERGE_OUT = """
    INSERT INTO nodekit.reconciliation (way, peer, seq, event_id, accepted, refused, found_at)
    SELECT 'out', dst, seq, event_id, $3, $4, $5 FROM nodekit.out_link WHERE dst = $1 AND seq = $2 ON CONFLICT DO NOTHING
"""
DIVERGE_IN = """
    INSERT INTO nodekit.reconciliation (way, peer, seq, event_id, accepted, refused, found_at)
    SELECT 'in', src, seq, event_id, $3, $4, $5 FROM nodekit.in_link WHERE src = $1 AND seq = $2 ON CONFLICT DO NOTHING
"""
STANDING = """
    SELECT i.seq, i.lh, i.status, i.code, coalesce(p.status, ''), coalesce(p.code, '')
    FROM nodekit.inbox i LEFT JOIN nodekit.prior p ON p.src = i.src AND p.seq = i.seq
    WHERE i.src = $1 AND i.event_id = $2 FOR UPDATE OF i
"""
VOIDED = """
    SELECT seq FROM nodekit.outbox WHERE dst = $1 AND seq BETWEEN $2 AND $3 AND voided_at IS NOT NULL AND final IS DISTINCT FROM 'accepted'
    ORDER BY seq
"""
AWAITED = """
    SELECT a.src, a.event_id::text FROM nodekit.awaited_void a
    JOIN unnest($1::text[], $2::uuid[]) AS t(src, event_id) ON a.src = t.src AND a.event_id = t.event_id
"""
FORGET_AWAITED = """
    DELETE FROM nodekit.awaited_void a USING unnest($1::text[], $2::uuid[]) AS t(src, event_id) WHERE a.src = t.src AND a.event_id = t.event_id
"""


class PgReckoningStore(PgStoreBase):
    """See core.reckoning_store.ReckoningStore, and the voids of core.store."""

    async def verdicts(self, way: Way, peer: str, after: int, limit: int) -> list[Verdict]:
        rows = await self._connection.fetch(VERDICTS_OUT if way == OUT else VERDICTS_IN, peer, after, limit)
        return [Verdict(*row) for row in rows]

    async def last_fin_block(self, way: Way, peer: str) -> tuple[int, str]:
        row = await self._connection.fetchrow(
            "SELECT blocks, hash FROM nodekit.fin_block WHERE way = $1 AND peer = $2 ORDER BY blocks DESC LIMIT 1", way, peer
        )
        return (row[0], row[1]) if row else (0, "")

    async def fin_blocks(self, way: Way, peer: str, blocks: Collection[int]) -> dict[int, str]:
        if not blocks:
            return {}
        rows = await self._connection.fetch(
            "SELECT blocks, hash FROM nodekit.fin_block WHERE way = $1 AND peer = $2 AND blocks = ANY($3::bigint[])", way, peer, list(blocks)
        )
        return {row[0]: row[1] for row in rows}

    async def keep_fin_blocks(self, way: Way, peer: str, hashes: Sequence[tuple[int, str]]) -> None:
        await self._connection.execute(
            "INSERT INTO nodekit.fin_block (way, peer, blocks, hash) SELECT $1, $2, t.* FROM unnest($3::bigint[], $4::text[]) AS t",
            way, peer, [blocks for blocks, _ in hashes], [text for _, text in hashes],
        )

    async def forget_fin_blocks(self, way: Way, peer: str, beyond: int) -> None:
        await self._connection.execute("DELETE FROM nodekit.fin_block WHERE way = $1 AND peer = $2 AND blocks > $3", way, peer, beyond)

    async def agree(self, way: Way, peer: str, fin: Fin, now: float) -> None:
        await self._connection.execute(AGREE, way, peer, fin.n, fin.hash, instant(now))

    async def diverge(self, way: Way, peer: str, seq: int, receipts: tuple[Receipt, Receipt], now: float) -> bool:
        await self.keep_receipts([(receipt, peer, "theirs" if way == OUT else "ours") for receipt in receipts], now)
        accepted, refused = receipts
        done = await self._connection.execute(DIVERGE_OUT if way == OUT else DIVERGE_IN, peer, seq, accepted.rh, refused.rh, instant(now))
        return bool(done == "INSERT 0 1")

    async def diverged(self, way: Way, peer: str, seqs: Collection[int]) -> list[str]:
        rows = await self._connection.fetch(
            "SELECT accepted, refused FROM nodekit.reconciliation WHERE way = $1 AND peer = $2 AND seq = ANY($3::bigint[])", way, peer, list(seqs)
        )
        return [rh for row in rows for rh in row]

    async def voided(self, dst: str, first: int, last: int) -> list[int]:
        return [row[0] for row in await self._connection.fetch(VOIDED, dst, first, last)]

    async def standing(self, src: str, event_id: str) -> Standing | None:
        row = await self._connection.fetchrow(STANDING, src, event_id)
        return Standing(*row) if row else None

    async def await_voids(self, src: str, event_ids: Sequence[str], now: float) -> None:
        await self._connection.execute(
            """INSERT INTO nodekit.awaited_void (src, event_id, told_at) SELECT $1, t.id, $3 FROM unnest($2::uuid[]) AS t(id)
               ON CONFLICT DO NOTHING""",
            src, list(event_ids), instant(now),
        )

    async def any_awaited_voids(self) -> bool:
        found: bool = await self._connection.fetchval("SELECT EXISTS (SELECT 1 FROM nodekit.awaited_void)")
        return found

    async def awaited_voids(self, keys: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        rows = await self._connection.fetch(AWAITED, [src for src, _ in keys], [event_id for _, event_id in keys])
        return [(row[0], row[1]) for row in rows]

    async def forget_awaited_voids(self, keys: Sequence[tuple[str, str]]) -> None:
        await self._connection.execute(FORGET_AWAITED, [src for src, _ in keys], [event_id for _, event_id in keys])
