"""Sending half of the PostgreSQL store. Contract: core/store.py."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from nodekit.delivery.core.link import Link
from nodekit.delivery.core.receipt import Receipt, Span
from nodekit.delivery.core.store import OutChannel, SentLink, StoreBroken, Unnumbered
from nodekit.delivery.core.wire import State
from nodekit.delivery.pg_common import COUNT_MAX, PgStoreBase, instant

UNNUMBERED = """
    SELECT id, event_id::text, dst, event_bytes, trace FROM nodekit.outbox
    WHERE seq IS NULL AND voided_at IS NULL AND dst <> ALL($2::text[]) ORDER BY id LIMIT $1
"""
INSERT_LINKS = """
    INSERT INTO nodekit.out_link (dst, seq, event_id, eh, lh, kid, suite, sig)
    SELECT $1, t.* FROM unnest($2::bigint[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[]) AS t
"""
NUMBER = """
    WITH advanced AS (
        INSERT INTO nodekit.out_channel AS c (dst, head_seq, head_hash, peer_cursor) VALUES ($1, $3, $4, 0)
        ON CONFLICT (dst) DO UPDATE SET head_seq = excluded.head_seq, head_hash = excluded.head_hash WHERE c.head_seq = $2
        RETURNING 1
    ), links AS (
        SELECT * FROM unnest($5::bigint[], $6::bigint[], $7::uuid[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[])
            AS t(id, seq, event_id, eh, lh, kid, suite, sig)
    ), given AS (
        UPDATE nodekit.outbox o SET seq = l.seq FROM links l WHERE o.id = l.id AND o.seq IS NULL AND EXISTS (SELECT 1 FROM advanced) RETURNING 1
    ), kept AS (
        INSERT INTO nodekit.out_link (dst, seq, event_id, eh, lh, kid, suite, sig)
        SELECT $1, seq, event_id, eh, lh, kid, suite, sig FROM links WHERE EXISTS (SELECT 1 FROM advanced)
    )
    SELECT (SELECT count(*) FROM advanced), (SELECT count(*) FROM given)
"""
"""One statement: a round trip costs more than any of its parts."""
ADVANCE_HEAD = """
    INSERT INTO nodekit.out_channel AS c (dst, head_seq, head_hash, peer_cursor) VALUES ($1, $3, $4, 0)
    ON CONFLICT (dst) DO UPDATE SET head_seq = excluded.head_seq, head_hash = excluded.head_hash WHERE c.head_seq = $2
"""
SENT_LINKS = """
    SELECT seq, eh, lh, kid, suite, sig, event_id, event_bytes, trace FROM (
        SELECT l.seq, l.eh, l.lh, l.kid, l.suite, l.sig, l.event_id::text, o.event_bytes, o.trace,
               sum(octet_length(o.event_bytes)) OVER (ORDER BY l.seq) AS size
        FROM nodekit.out_link l JOIN nodekit.outbox o ON o.dst = l.dst AND o.seq = l.seq
        WHERE l.dst = $1 AND l.seq >= $2 AND l.seq < $2 + $3
    ) AS found WHERE size <= $4 OR seq = $2 ORDER BY seq
"""
FINISH = """
    WITH kept AS (
        INSERT INTO nodekit.receipt (rh, peer, issued, document, kid, sig, kept_at) VALUES ($7, $1, 'theirs', $8, $9, $10, $6)
        ON CONFLICT (rh) DO NOTHING
    ), contradiction AS (
        SELECT 1 FROM nodekit.outbox WHERE dst = $1 AND seq BETWEEN $2 AND $3 AND final IS NOT NULL AND final <> $4 LIMIT 1
    ), done AS (
        UPDATE nodekit.outbox SET final = $4, final_code = nullif($5, ''), final_at = $6::timestamptz, receipt = $7
        WHERE dst = $1 AND seq BETWEEN $2 AND $3 AND final IS NULL
    )
    SELECT EXISTS (SELECT 1 FROM contradiction)
"""
HEARD_STATE = """
    INSERT INTO nodekit.peer_state (peer, state_bytes, last_heard_at, boot, head, cursor, undecided, quarantined, stop)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    ON CONFLICT (peer) DO UPDATE SET state_bytes = excluded.state_bytes, last_heard_at = excluded.last_heard_at,
        boot = excluded.boot, head = excluded.head, cursor = excluded.cursor, undecided = excluded.undecided,
        quarantined = excluded.quarantined, stop = excluded.stop
"""
UNDECIDED = """
    SELECT (SELECT count(*) FROM (SELECT 1 FROM nodekit.inbox WHERE status = 'delivered' AND src = $1 LIMIT $2) AS d)
         + (SELECT count(*) FROM (SELECT 1 FROM nodekit.inbox WHERE status = 'held' AND src = $1 LIMIT $2) AS h),
           (SELECT count(*) FROM (SELECT 1 FROM nodekit.inbox WHERE status = 'quarantined' AND src = $1 LIMIT $2) AS q)
"""


class PgSendingStore(PgStoreBase):
    """See core.store.SendingStore."""

    async def peers(self) -> list[str]:
        rows = await self._connection.fetch(
            "SELECT dst FROM nodekit.out_channel UNION SELECT src FROM nodekit.in_channel UNION SELECT peer FROM nodekit.peer_state ORDER BY 1"
        )
        return [row[0] for row in rows]

    async def out_channel(self, dst: str) -> OutChannel:
        row = await self._connection.fetchrow(
            "SELECT head_seq, head_hash, peer_cursor, stopped_reason FROM nodekit.out_channel WHERE dst = $1", dst
        )
        return OutChannel(row[0], row[1], row[2], row[3] or "") if row else OutChannel()

    async def unnumbered(self, limit: int, skip: Collection[str]) -> list[Unnumbered]:
        return [Unnumbered(*row) for row in await self._connection.fetch(UNNUMBERED, limit, list(skip))]

    async def number(self, dst: str, head: int, rows: Sequence[int], links: Sequence[Link]) -> None:
        seqs = [link.seq for link in links]
        if seqs != list(range(head + 1, head + 1 + len(rows))):
            raise StoreBroken(f"links for {dst} do not continue number {head}")
        last = links[-1]
        columns = ([getattr(link, name) for link in links] for name in ("event_id", "eh", "lh", "kid", "suite", "sig"))
        advanced, given = await self._connection.fetchrow(NUMBER, dst, head, last.seq, last.lh, list(rows), seqs, *columns)
        if not advanced:
            raise StoreBroken(f"head of the channel to {dst} is not {head}")
        if given != len(rows):
            raise StoreBroken(f"rows to {dst} already have numbers")

    async def sent_links(self, dst: str, first: int, count_max: int, bytes_max: int) -> list[SentLink]:
        rows = await self._connection.fetch(SENT_LINKS, dst, first, count_max, bytes_max)
        return [SentLink(Link(*row[:7]), row[7], row[8]) for row in map(tuple, rows)]

    async def out_hashes(self, dst: str, seqs: Collection[int]) -> dict[int, str]:
        rows = await self._connection.fetch(
            "SELECT seq, lh FROM nodekit.out_link WHERE dst = $1 AND seq = ANY($2::bigint[])", dst, list(seqs)
        )
        return {row[0]: row[1] for row in rows}

    async def advance_peer_cursor(self, dst: str, cursor: int) -> None:
        await self._connection.execute(
            "UPDATE nodekit.out_channel SET peer_cursor = $2 WHERE dst = $1 AND peer_cursor < $2", dst, cursor
        )

    async def unfinished(self, dst: str, after: int, up_to: int, limit: int) -> list[int]:
        rows = await self._connection.fetch(
            """SELECT seq FROM nodekit.outbox WHERE dst = $1 AND seq IS NOT NULL AND final IS NULL AND seq > $2 AND seq <= $3
               ORDER BY seq LIMIT $4""",
            dst, after, up_to, limit,
        )
        return [row[0] for row in rows]

    async def finish(self, dst: str, receipt: Receipt) -> list[Span]:
        contradicted = []
        for span in receipt.spans:
            values = (dst, span.first, span.last, span.status, span.code, instant(receipt.at_seconds), receipt.rh, receipt.document, receipt.kid, receipt.sig)
            if await self._connection.fetchval(FINISH, *values):
                contradicted.append(span)
        return contradicted

    async def heard_state(self, peer: str, state: State, data: bytes, now: float) -> None:
        await self._connection.execute(
            HEARD_STATE, peer, data, instant(now), state.boot, state.head, state.cursor, state.undecided, state.quarantined, state.stop
        )

    async def stop_out(self, dst: str, reason: str, now: float) -> None:
        await self._connection.execute(
            """INSERT INTO nodekit.out_channel AS c (dst, head_seq, head_hash, peer_cursor, stopped_reason, stopped_at)
               VALUES ($1, 0, '', 0, $2, $3)
               ON CONFLICT (dst) DO UPDATE SET stopped_reason = $2, stopped_at = $3 WHERE c.stopped_reason IS NULL""",
            dst, reason, instant(now),
        )

    async def undecided(self, src: str) -> tuple[int, int]:
        row = await self._connection.fetchrow(UNDECIDED, src, COUNT_MAX)
        return min(COUNT_MAX, row[0]), row[1]

    async def receipts(self, rhs: Collection[str]) -> list[tuple[bytes, str, str]]:
        rows = await self._connection.fetch(
            "SELECT document, kid, sig FROM nodekit.receipt WHERE rh = ANY($1::text[]) ORDER BY rh", list(rhs)
        )
        return [(row[0], row[1], row[2]) for row in rows]
