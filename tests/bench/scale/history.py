"""Years of traffic in a minute: rows as a finished channel leaves them, written by the database itself. Hashes are random; nobody recomputes them here."""

from __future__ import annotations

import asyncpg

EVENT_BYTES = 600
HASH = "md5(random()::text) || md5(random()::text)"
STATEMENTS = (
    f"INSERT INTO nodekit.out_channel (dst, head_seq, head_hash, peer_cursor) SELECT p, $2::bigint, {HASH}, $2 FROM unnest($1::text[]) p",
    f"INSERT INTO nodekit.in_channel (src, cursor, hash) SELECT p, $2::bigint, {HASH} FROM unnest($1::text[]) p",
    f"""INSERT INTO nodekit.out_link (dst, seq, event_id, eh, lh, kid, suite, sig)
        SELECT c.dst, n, gen_random_uuid(), {HASH}, CASE WHEN n = c.head_seq THEN c.head_hash ELSE {HASH} END, c.dst || '.1', 'intl-1', repeat('s', 86)
        FROM nodekit.out_channel c, generate_series(1, $2::bigint) n WHERE c.dst = ANY($1::text[])""",
    f"""INSERT INTO nodekit.in_link (src, seq, event_id, eh, lh, kid, suite, sig, event_bytes)
        SELECT c.src, n, gen_random_uuid(), {HASH}, CASE WHEN n = c.cursor THEN c.hash ELSE {HASH} END, c.src || '.1', 'intl-1', repeat('s', 86),
               convert_to(repeat('e', {EVENT_BYTES}), 'UTF8')
        FROM nodekit.in_channel c, generate_series(1, $2::bigint) n WHERE c.src = ANY($1::text[])""",
    f"""INSERT INTO nodekit.outbox (event_id, dst, event_bytes, type, agg, created_at, seq, final, final_at, receipt)
        SELECT event_id, dst, convert_to(repeat('e', {EVENT_BYTES}), 'UTF8'), 'bench.noted.v1', 'case-' || seq, now(), seq, 'accepted', now(), {HASH}
        FROM nodekit.out_link WHERE dst = ANY($1::text[]) AND $2::bigint > 0""",
    f"""INSERT INTO nodekit.inbox (src, event_id, seq, eh, lh, type, agg, status, code, reason, decided_by, attempts, receipt, received_at, decided_at)
        SELECT src, event_id, seq, eh, lh, 'bench.noted.v1', 'case-' || seq, 'accepted', '', '', '', 0, {HASH}, now(), now()
        FROM nodekit.in_link WHERE src = ANY($1::text[]) AND $2::bigint > 0""",
    """INSERT INTO nodekit.receipt (rh, peer, issued, document, kid, sig, kept_at)
        SELECT receipt, dst, 'theirs', convert_to(repeat('r', 200), 'UTF8'), 'k', repeat('s', 86), now() FROM nodekit.outbox WHERE dst = ANY($1::text[]) AND $2::bigint > 0""",
    """INSERT INTO nodekit.receipt (rh, peer, issued, document, kid, sig, kept_at)
        SELECT receipt, src, 'ours', convert_to(repeat('r', 200), 'UTF8'), 'k', repeat('s', 86), now() FROM nodekit.inbox WHERE src = ANY($1::text[]) AND $2::bigint > 0""",
    "INSERT INTO nodekit.handled SELECT 'bench.note', src, event_id, now() FROM nodekit.inbox WHERE src = ANY($1::text[]) AND $2::bigint > 0",
)


async def fill(dsn: str, peers: list[str], events: int) -> None:
    """`events` said and as many heard, spread evenly over `peers`."""
    connection = await asyncpg.connect(dsn)
    for statement in STATEMENTS:
        await connection.execute(statement, peers, events // len(peers))
    await connection.execute("VACUUM ANALYZE")
    await connection.close()


async def ends(dsn: str) -> tuple[dict[str, tuple[int, str]], dict[str, tuple[int, str]]]:
    """(head, hash) of every outgoing and (cursor, hash) of every incoming channel."""
    connection = await asyncpg.connect(dsn)
    out = {row[0]: (row[1], row[2]) for row in await connection.fetch("SELECT dst, head_seq, head_hash FROM nodekit.out_channel")}
    inc = {row[0]: (row[1], row[2]) for row in await connection.fetch("SELECT src, cursor, hash FROM nodekit.in_channel")}
    await connection.close()
    return out, inc
