"""What both halves of the PostgreSQL store share."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from nodekit.delivery.core.limits import QUARANTINE_BYTES_MAX, QUARANTINE_EXCERPT_BYTES, QUARANTINE_ROWS_MAX
from nodekit.delivery.core.receipt import Receipt
from nodekit.delivery.core.store import HeldLink, InChannel
from nodekit.delivery.envelope import EventDoc

if TYPE_CHECKING:
    import asyncpg

COUNT_MAX = 1000

HELD_COLUMNS = """
    l.seq, l.lh, i.seq = l.seq AS own, i.eh = l.eh AS same_event, i.status, i.code, i.decided_by, i.receipt,
    extract(epoch FROM i.decided_at)::float8 AS decided_at
"""


class PgStoreBase:
    """One transaction's driver connection."""

    _connection: asyncpg.Connection
    _stored: dict[tuple[str, str], EventDoc]
    """Events that this transaction has ingested, by (src, id)."""

    async def in_channel(self, src: str) -> InChannel:
        row = await self._connection.fetchrow("SELECT cursor, hash, stopped_reason FROM nodekit.in_channel WHERE src = $1", src)
        return InChannel(row[0], row[1], row[2] or "") if row else InChannel()

    async def held_links(self, src: str, seqs: Collection[int]) -> list[HeldLink]:
        rows = await self._connection.fetch(
            f"""SELECT {HELD_COLUMNS} FROM nodekit.in_link l JOIN nodekit.inbox i ON i.src = l.src AND i.event_id = l.event_id
                WHERE l.src = $1 AND l.seq = ANY($2::bigint[]) ORDER BY l.seq""",  # noqa: S608  a constant list of columns
            src, list(seqs),
        )
        return [held_link(row) for row in rows]

    async def keep_receipts(self, receipts: Sequence[tuple[Receipt, str, str]], now: float) -> None:
        """(receipt, peer, 'ours' or 'theirs'); one that is kept already stays as it is."""
        if not receipts:
            return
        await self._connection.execute(
            """INSERT INTO nodekit.receipt (rh, peer, issued, document, kid, sig, kept_at)
               SELECT t.*, $1 FROM unnest($2::text[], $3::text[], $4::text[], $5::bytea[], $6::text[], $7::text[]) AS t
               ON CONFLICT (rh) DO NOTHING""",
            instant(now), [item.rh for item, _, _ in receipts], [peer for _, peer, _ in receipts], [issued for _, _, issued in receipts],
            [item.document for item, _, _ in receipts], [item.kid for item, _, _ in receipts], [item.sig for item, _, _ in receipts],
        )

    async def quarantine(self, src: str, why: str, data: bytes, now: float) -> None:
        await self._connection.execute(
            """INSERT INTO nodekit.rejected AS r (src, count, last_at) VALUES ($1, 1, $2)
               ON CONFLICT (src) DO UPDATE SET count = r.count + 1, last_at = excluded.last_at""",
            src, instant(now),
        )
        excerpt = data[:QUARANTINE_EXCERPT_BYTES]
        await self._connection.execute(
            """INSERT INTO nodekit.quarantine (src, why, bytes, size_bytes, received_at)
               SELECT $1, $2, $3::bytea, $4, $5
               FROM (SELECT count(*) AS kept, coalesce(sum(octet_length(bytes)), 0) AS size FROM nodekit.quarantine WHERE src = $1) q
               WHERE q.kept < $6 AND q.size + octet_length($3::bytea) <= $7""",
            src, why[:120], excerpt, len(data), instant(now), QUARANTINE_ROWS_MAX, QUARANTINE_BYTES_MAX,
        )


def held_link(row: Any) -> HeldLink:
    return HeldLink(
        row["seq"], row["lh"], row["own"], row["same_event"], row["status"], row["code"], row["decided_by"], row["receipt"],
        row["decided_at"],
    )


def instant(now: float) -> datetime:
    return datetime.fromtimestamp(now, UTC)
