"""What the PostgreSQL store does after restores: give back, take back, remember. Contract: core/store.py. None of it is on the hot path."""

from __future__ import annotations

from collections.abc import Sequence

from nodekit.delivery.core.limits import RETIRED_MAX
from nodekit.delivery.core.link import Link
from nodekit.delivery.core.receipt import Receipt
from nodekit.delivery.core.store import Durable, Prior, SentLink, StoreBroken
from nodekit.delivery.envelope import EventDoc, event_hash
from nodekit.delivery.pg_common import PgStoreBase, instant
from nodekit.delivery.pg_sending import ADVANCE_HEAD, INSERT_LINKS

RECEIPTS_FOR = """
    SELECT document, kid, sig FROM nodekit.receipt WHERE rh IN (
        SELECT receipt FROM nodekit.outbox WHERE dst = $1 AND seq BETWEEN $2 AND $3 AND final IS NOT NULL
    ) ORDER BY rh
"""
HELD_RUN = """
    SELECT seq, eh, lh, kid, suite, sig, event_id, event_bytes FROM (
        SELECT seq, eh, lh, kid, suite, sig, event_id::text, event_bytes, sum(coalesce(octet_length(event_bytes), 0)) OVER (ORDER BY seq) AS size
        FROM nodekit.in_link WHERE src = $1 AND seq >= $2 AND seq < $2 + $3
    ) AS found WHERE size <= $4 OR seq = $2 ORDER BY seq
"""
UNNUMBERED = """
    SELECT event_id::text, event_bytes FROM nodekit.outbox WHERE dst = $1 AND seq IS NULL AND event_id = ANY($2::uuid[])
"""
NUMBER_KNOWN = """
    UPDATE nodekit.outbox o SET seq = t.seq FROM unnest($2::uuid[], $3::bigint[]) AS t(event_id, seq)
    WHERE o.dst = $1 AND o.event_id = t.event_id AND o.seq IS NULL
"""
INSERT_UNKNOWN = """
    INSERT INTO nodekit.outbox (event_id, dst, event_bytes, type, agg, created_at, trace, seq)
    SELECT t.event_id, $1, t.raw, t.type, t.agg, t.at, t.trace, t.seq
    FROM unnest($2::uuid[], $3::bytea[], $4::text[], $5::text[], $6::timestamptz[], $7::text[], $8::bigint[])
        AS t(event_id, raw, type, agg, at, trace, seq)
    ORDER BY t.seq
"""
INSERT_RECOVERED = """
    INSERT INTO nodekit.recovered (dst, seq, event_id, found_at)
    SELECT $1, t.seq, t.event_id, $2 FROM unnest($3::bigint[], $4::uuid[]) AS t(seq, event_id)
"""
DURABLE = """
    SELECT coalesce(min(coalesce((cursors ->> $1)::bigint, 0)), 0), coalesce(min(coalesce((heads ->> $1)::bigint, 0)), 0)
    FROM nodekit.backup_mark WHERE EXISTS (SELECT 1 FROM nodekit.backup_mark WHERE completed_at IS NOT NULL)
"""
KEEP_PRIORS = """
    INSERT INTO nodekit.prior (src, seq, status, code, decided_by, receipt)
    SELECT t.* FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[]) AS t(src, seq, status, code, by, rh)
    JOIN nodekit.in_link l ON l.src = t.src AND l.seq = t.seq
    JOIN nodekit.inbox i ON i.src = l.src AND i.event_id = l.event_id AND i.seq = l.seq AND i.decided_at IS NULL
    ON CONFLICT (src, seq) DO NOTHING
"""
PRIORS = """
    SELECT p.src, p.seq, p.status, p.code, p.decided_by, p.receipt
    FROM nodekit.prior p JOIN unnest($1::text[], $2::bigint[]) AS t(src, seq) ON p.src = t.src AND p.seq = t.seq
"""
FORGET_PRIORS = "DELETE FROM nodekit.prior p USING unnest($1::text[], $2::bigint[]) AS t(src, seq) WHERE p.src = t.src AND p.seq = t.seq"


class PgRepairStore(PgStoreBase):
    """The repairing part of core.store.Store."""

    async def receipts_for(self, dst: str, first: int, last: int) -> list[tuple[bytes, str, str]]:
        return [(row[0], row[1], row[2]) for row in await self._connection.fetch(RECEIPTS_FOR, dst, first, last)]

    async def held_run(self, src: str, first: int, count_max: int, bytes_max: int) -> list[SentLink]:
        rows = await self._connection.fetch(HELD_RUN, src, first, count_max, bytes_max)
        return [SentLink(Link(*row[:7]), row[7], None) for row in map(tuple, rows)]

    async def recover(self, dst: str, head: int, links: Sequence[Link], events: Sequence[EventDoc], now: float) -> None:
        last = links[-1]
        if await self._connection.execute(ADVANCE_HEAD, dst, head, last.seq, last.lh) != "INSERT 0 1":
            raise StoreBroken(f"head of the channel to {dst} is not {head}")
        rows = await self._connection.fetch(UNNUMBERED, dst, [link.event_id for link in links])
        waiting = {row[0]: row[1] for row in rows}
        for link in links:
            if link.event_id in waiting and event_hash(waiting[link.event_id]) != link.eh:
                raise StoreBroken(f"event {link.event_id} to {dst} stands for other bytes")
        known = [link for link in links if link.event_id in waiting]
        await self._connection.execute(NUMBER_KNOWN, dst, [link.event_id for link in known], [link.seq for link in known])
        await self._insert_unknown(dst, [(link.seq, event) for link, event in zip(links, events, strict=True) if link.event_id not in waiting], now)
        columns = ([getattr(link, name) for link in links] for name in ("event_id", "eh", "lh", "kid", "suite", "sig"))
        await self._connection.execute(INSERT_LINKS, dst, [link.seq for link in links], *columns)

    async def _insert_unknown(self, dst: str, unknown: Sequence[tuple[int, EventDoc]], now: float) -> None:
        if not unknown:
            return
        seqs, ids = [seq for seq, _ in unknown], [event.id for _, event in unknown]
        events = [event for _, event in unknown]
        await self._connection.execute(
            INSERT_UNKNOWN, dst, ids, [event.raw for event in events], [event.type for event in events], [event.agg for event in events],
            [event.said_at for event in events], [event.tp for event in events], seqs,
        )
        await self._connection.execute(INSERT_RECOVERED, dst, instant(now), seqs, ids)

    async def hold_event(self, src: str, event_id: str, reason: str) -> None:
        await self._connection.execute(
            "UPDATE nodekit.inbox SET status = 'held', reason = $3, next_attempt_at = NULL WHERE src = $1 AND event_id = $2", src, event_id, reason
        )

    async def release_held(self) -> None:
        await self._connection.execute("UPDATE nodekit.inbox SET status = 'delivered' WHERE status = 'held'")

    async def dispute(self, peer: str, reason: str, theirs: bytes, ours: bytes, now: float) -> None:
        await self._connection.execute(
            "INSERT INTO nodekit.dispute (peer, reason, theirs, ours, found_at) VALUES ($1, $2, $3, $4, $5)", peer, reason, theirs, ours, instant(now)
        )

    async def disputed(self, peer: str, document: bytes) -> bool:
        found: bool = await self._connection.fetchval(
            "SELECT EXISTS (SELECT 1 FROM nodekit.dispute WHERE peer = $1 AND position($2::bytea IN theirs) > 0)", peer, document
        )
        return found

    async def retire(self, peer: str, boot: str, evidence: bytes, now: float) -> None:
        await self._connection.execute(
            "INSERT INTO nodekit.retired_boot (peer, boot, evidence, seen_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            peer, boot, evidence, instant(now),
        )

    async def retired(self, peer: str) -> list[str]:
        rows = await self._connection.fetch(
            "SELECT boot FROM nodekit.retired_boot WHERE peer = $1 ORDER BY seen_at DESC, boot LIMIT $2", peer, RETIRED_MAX
        )
        return [row[0] for row in rows]

    async def durable(self, peer: str) -> Durable:
        return Durable(*await self._connection.fetchrow(DURABLE, peer))

    async def keep_priors(self, src: str, priors: Sequence[Prior], receipts: Sequence[Receipt], now: float) -> None:
        await self.keep_receipts([(receipt, src, "ours") for receipt in receipts], now)
        columns = ([getattr(prior, name) for prior in priors] for name in ("src", "seq", "status", "code", "by", "rh"))
        await self._connection.execute(KEEP_PRIORS, *columns)

    async def any_priors(self) -> bool:
        found: bool = await self._connection.fetchval("SELECT EXISTS (SELECT 1 FROM nodekit.prior)")
        return found

    async def priors(self, keys: Sequence[tuple[str, int]]) -> list[Prior]:
        rows = await self._connection.fetch(PRIORS, [src for src, _ in keys], [seq for _, seq in keys])
        return [Prior(*row) for row in rows]

    async def forget_priors(self, keys: Sequence[tuple[str, int]]) -> None:
        await self._connection.execute(FORGET_PRIORS, [src for src, _ in keys], [seq for _, seq in keys])
