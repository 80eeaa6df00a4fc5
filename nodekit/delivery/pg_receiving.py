"""Receiving half of the PostgreSQL store. Contract: core/store.py."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from nodekit.delivery.core.limits import RETRY_CAP_S
from nodekit.delivery.core.link import Link
from nodekit.delivery.core.receipt import Receipt
from nodekit.delivery.core.store import HeldLink, ReadyEvent, Settlement, StoreBroken
from nodekit.delivery.envelope import EventDoc, decode_stored_event
from nodekit.delivery.pg_common import HELD_COLUMNS, PgStoreBase, held_link, instant

INGEST = """
    WITH advanced AS (
        INSERT INTO nodekit.in_channel AS c (src, cursor, hash) VALUES ($1, $3, $4)
        ON CONFLICT (src) DO UPDATE SET cursor = excluded.cursor, hash = excluded.hash WHERE c.cursor = $2
        RETURNING 1
    ), links AS (
        SELECT * FROM unnest($6::bigint[], $7::uuid[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::bytea[], $14::text[], $15::text[])
            AS t(seq, event_id, eh, lh, kid, suite, sig, event_bytes, type, agg)
    ), kept AS (
        INSERT INTO nodekit.in_link (src, seq, event_id, eh, lh, kid, suite, sig, event_bytes)
        SELECT $1, seq, event_id, eh, lh, kid, suite, sig, event_bytes FROM links WHERE EXISTS (SELECT 1 FROM advanced)
    ), entered AS (
        INSERT INTO nodekit.inbox (src, seq, event_id, eh, lh, type, agg, status, code, reason, decided_by, attempts, received_at)
        SELECT $1, seq, event_id, eh, lh, type, agg, 'delivered', '', '', '', 0, $5
        FROM links WHERE EXISTS (SELECT 1 FROM advanced) ORDER BY seq
        ON CONFLICT (src, event_id) DO NOTHING
    )
    SELECT count(*) FROM advanced
"""
"""One statement: a round trip costs more than any of its parts."""
READY = """
    SELECT i.arrival, i.src, i.seq, i.lh, i.attempts, i.event_id::text AS event_id, i.eh
    FROM nodekit.inbox i
    WHERE i.status = 'delivered' AND (i.next_attempt_at IS NULL OR i.next_attempt_at <= $1 OR i.next_attempt_at > $2)
      AND NOT EXISTS (
        SELECT 1 FROM nodekit.inbox b
        WHERE b.src = i.src AND b.agg = i.agg AND b.arrival < i.arrival
          AND (b.status IN ('held', 'quarantined')
               OR b.status = 'delivered' AND b.next_attempt_at IS NOT NULL)
          AND (b.status <> 'delivered' OR b.next_attempt_at > $1 AND b.next_attempt_at <= $2)
      )
    ORDER BY i.arrival LIMIT $3
"""
EVENT_BYTES = """
    SELECT i.src, i.event_id::text, coalesce(i.event_bytes, l.event_bytes)
    FROM unnest($1::text[], $2::uuid[]) AS t(src, event_id) JOIN nodekit.inbox i ON i.src = t.src AND i.event_id = t.event_id
    LEFT JOIN nodekit.in_link l ON l.src = i.src AND l.seq = i.seq
"""
SETTLE = """
    WITH kept AS (
        INSERT INTO nodekit.receipt (rh, peer, issued, document, kid, sig, kept_at)
        SELECT r.rh, r.peer, 'ours', r.document, r.kid, r.sig, $1
        FROM unnest($9::text[], $10::text[], $11::bytea[], $12::text[], $13::text[]) AS r(rh, peer, document, kid, sig)
        ON CONFLICT (rh) DO NOTHING
    ), closed AS (
        UPDATE nodekit.inbox i SET
            receipt = t.receipt, next_attempt_at = NULL,
            status = CASE WHEN i.decided_at IS NULL THEN t.status ELSE i.status END,
            code = CASE WHEN i.decided_at IS NULL THEN t.code ELSE i.code END,
            reason = CASE WHEN i.decided_at IS NULL THEN t.reason ELSE i.reason END,
            decided_by = CASE WHEN i.decided_at IS NULL THEN t.decided_by ELSE i.decided_by END,
            decided_at = coalesce(i.decided_at, $1)
        FROM unnest($2::text[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
            AS t(src, event_id, status, code, reason, decided_by, receipt)
        WHERE i.src = t.src AND i.event_id = t.event_id
        RETURNING 1
    )
    SELECT count(*) FROM closed
"""


class PgReceivingStore(PgStoreBase):
    """See core.store.ReceivingStore."""

    async def in_hash(self, src: str, seq: int) -> str | None:
        found: str | None = await self._connection.fetchval("SELECT lh FROM nodekit.in_link WHERE src = $1 AND seq = $2", src, seq)
        return found

    async def ingest(self, src: str, cursor: int, links: Sequence[Link], events: Sequence[EventDoc], now: float) -> None:
        seqs = [link.seq for link in links]
        if seqs != list(range(cursor + 1, cursor + 1 + len(events))):
            raise StoreBroken(f"links from {src} do not continue number {cursor}")
        self._stored.update(((src, event.id), event) for event in events)
        last = links[-1]
        columns = ([getattr(link, name) for link in links] for name in ("event_id", "eh", "lh", "kid", "suite", "sig"))
        read = ([getattr(event, name) for event in events] for name in ("raw", "type", "agg"))
        if not await self._connection.fetchval(INGEST, src, cursor, last.seq, last.lh, instant(now), seqs, *columns, *read):
            raise StoreBroken(f"cursor of the channel from {src} is not {cursor}")

    async def stop_in(self, src: str, reason: str, now: float) -> None:
        await self._connection.execute(
            """INSERT INTO nodekit.in_channel AS c (src, cursor, hash, stopped_reason, stopped_at) VALUES ($1, 0, '', $2, $3)
               ON CONFLICT (src) DO UPDATE SET stopped_reason = $2, stopped_at = $3 WHERE c.stopped_reason IS NULL""",
            src, reason, instant(now),
        )

    async def ready(self, now: float, limit: int) -> list[ReadyEvent]:
        at = instant(now)
        rows = await self._connection.fetch(READY, at, at + timedelta(seconds=RETRY_CAP_S), limit)
        read = await self._read_again([(row["src"], row["event_id"], row["eh"]) for row in rows])
        return [
            ReadyEvent(row["arrival"], row["src"], row["seq"], row["lh"], row["attempts"], read[row["src"], row["event_id"]]) for row in rows
        ]

    async def _read_again(self, wanted: Sequence[tuple[str, str, str]]) -> dict[tuple[str, str], EventDoc]:
        """Events by (src, id). What this very transaction has stored was read and checked a moment ago; the rest is fetched."""
        found = {(src, event_id): doc for src, event_id, eh in wanted if (doc := self._stored.get((src, event_id))) and doc.eh == eh}
        missing = {(src, event_id): eh for src, event_id, eh in wanted if (src, event_id) not in found}
        if missing:
            sources, ids = [src for src, _ in missing], [event_id for _, event_id in missing]
            for key, raw in await self._event_bytes(sources, ids):
                found[key] = decode_stored_event(raw, missing[key])
        return found

    async def _event_bytes(self, sources: list[str], ids: list[str]) -> list[tuple[tuple[str, str], bytes]]:
        return [((row[0], row[1]), row[2]) for row in await self._connection.fetch(EVENT_BYTES, sources, ids)]

    async def postpone(self, src: str, event_id: str, attempts: int, reason: str, next_attempt_at: float) -> None:
        await self._connection.execute(
            "UPDATE nodekit.inbox SET attempts = $3, reason = $4, next_attempt_at = $5 WHERE src = $1 AND event_id = $2",
            src, event_id, attempts, reason, instant(next_attempt_at),
        )

    async def quarantine_event(self, src: str, event_id: str, attempts: int, reason: str) -> None:
        await self._connection.execute(
            """UPDATE nodekit.inbox SET attempts = $3, reason = $4, next_attempt_at = NULL, status = 'quarantined'
               WHERE src = $1 AND event_id = $2""",
            src, event_id, attempts, reason,
        )

    async def settle(self, settlements: Sequence[Settlement], receipts: Sequence[Receipt], now: float) -> None:
        columns = ([getattr(end, name) for end in settlements] for name in ("src", "event_id", "status", "code", "text", "by", "rh"))
        peers = [receipt.channel.partition(">")[0] for receipt in receipts]
        rhs, *signed = ([getattr(receipt, name) for receipt in receipts] for name in ("rh", "document", "kid", "sig"))
        if await self._connection.fetchval(SETTLE, instant(now), *columns, rhs, peers, *signed) != len(settlements):
            raise StoreBroken("a decided event is not in the inbox")

    async def unreceipted(self, limit: int) -> list[tuple[str, str, HeldLink]]:
        rows = await self._connection.fetch(
            f"""SELECT i.src, i.event_id::text AS event_id, {HELD_COLUMNS}
                FROM nodekit.inbox i JOIN nodekit.in_link l ON l.src = i.src AND l.seq = i.seq
                WHERE i.status IN ('accepted', 'refused') AND i.receipt IS NULL AND i.seq IS NOT NULL ORDER BY i.src, i.seq LIMIT $1""",  # noqa: S608  a constant list of columns
            limit,
        )
        return [(row["src"], row["event_id"], held_link(row)) for row in rows]
