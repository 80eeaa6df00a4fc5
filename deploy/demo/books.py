"""What one node's database says about what it sent and received, read without changing anything."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncpg

Row = Mapping[str, Any]

OPEN_WORK = """
SELECT (SELECT count(*) FROM nodekit.outbox WHERE final IS NULL AND (voided_at IS NULL OR seq IS NOT NULL))
     + (SELECT count(*) FROM nodekit.inbox WHERE status NOT IN ('accepted', 'refused'))
     + (SELECT count(*) FROM nodekit.inbox WHERE seq IS NOT NULL AND status IN ('accepted', 'refused') AND receipt IS NULL)
     + (SELECT count(*) FROM nodekit.out_channel WHERE peer_cursor < head_seq)
"""
"""Everything that delivery still has to do at this node."""


@dataclass(frozen=True)
class Books:
    """The delivery tables and the audit log of one office, each in its natural order."""

    outbox: list[Row]
    out_channel: list[Row]
    out_link: list[Row]
    inbox: list[Row]
    in_channel: list[Row]
    in_link: list[Row]
    handled: list[Row]
    receipt: list[Row]
    quarantine: list[Row]
    audit_log: list[Row]
    audit_head: list[Row]


QUERIES = {
    "outbox": "SELECT event_id::text, dst, event_bytes, type, seq, final, receipt FROM nodekit.outbox ORDER BY id",
    "out_channel": "SELECT dst, head_seq, head_hash, peer_cursor, stopped_reason FROM nodekit.out_channel ORDER BY dst",
    "out_link": "SELECT dst, seq, event_id::text, eh, lh, kid, suite, sig FROM nodekit.out_link ORDER BY dst, seq",
    "inbox": "SELECT src, event_id::text, seq, eh, lh, type, status, receipt FROM nodekit.inbox ORDER BY arrival",
    "in_channel": "SELECT src, cursor, hash, stopped_reason FROM nodekit.in_channel ORDER BY src",
    "in_link": "SELECT src, seq, event_id::text, eh, lh, kid, suite, sig, event_bytes FROM nodekit.in_link ORDER BY src, seq",
    "handled": "SELECT handler, origin, event_id::text FROM nodekit.handled",
    "receipt": "SELECT rh, peer, issued, document, kid, sig FROM nodekit.receipt",
    "quarantine": "SELECT src, why FROM nodekit.quarantine ORDER BY id",
    "audit_log": "SELECT seq, at, officer_id, officer_name, action, subject, reason, facts, prev, hash FROM nodekit.audit_log ORDER BY seq",
    "audit_head": "SELECT seq, hash FROM nodekit.audit_head",
}


async def read_books(connection: asyncpg.Connection) -> Books:
    """All tables as of one moment."""
    await connection.set_type_codec("jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog")
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        return Books(**{field.name: await connection.fetch(QUERIES[field.name]) for field in fields(Books)})


async def open_work(connection: asyncpg.Connection) -> int:
    """How many deliveries and decisions are still open; 0 at rest."""
    return int(await connection.fetchval(OPEN_WORK))
