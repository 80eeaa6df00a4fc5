"""The migration builds exactly what the tables say, and the constraints refuse what cannot be."""

from __future__ import annotations

import asyncio
import subprocess

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from nodekit.delivery import blob_tables, repair_tables, tables
from tests.support.postgres import PgServer, sqlalchemy_url

OURS = (
    tables.outbox, tables.out_channel, tables.out_link, tables.in_channel, tables.in_link, tables.inbox, tables.handled,
    tables.receipt, tables.peer_state, tables.quarantine, tables.rejected,
    repair_tables.backup_mark, repair_tables.prior, repair_tables.recovered, repair_tables.retired_boot, repair_tables.dispute,
    blob_tables.chunk, blob_tables.chunk_need,
)


def dump(server: PgServer, dsn: str) -> list[str]:
    command = [server.binary("pg_dump"), "--schema-only", "--no-owner", "--schema=nodekit", dsn]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return sorted(line.rstrip(",") for line in lines if line and not line.startswith(("--", "\\", "SET", "SELECT")))


async def build_from_models(dsn: str) -> None:
    engine = create_async_engine(sqlalchemy_url(dsn))
    async with engine.begin() as connection:
        await connection.execute(text("CREATE SCHEMA nodekit"))
        for table in OURS:
            await connection.run_sync(table.create)
    await engine.dispose()


def test_the_migration_and_the_models_build_the_same_schema(pg_server, delivery_dsn):
    modelled = pg_server.create_database()
    asyncio.run(build_from_models(modelled))
    assert dump(pg_server, delivery_dsn) == dump(pg_server, modelled)


IMPOSSIBLE = {
    "final without a number": "INSERT INTO nodekit.outbox (event_id, dst, event_bytes, type, agg, created_at, final, final_at, receipt) "
    "VALUES (gen_random_uuid(), 'b', '', 't', 'a', now(), 'accepted', now(), 'r')",
    "final without a receipt": "INSERT INTO nodekit.outbox (event_id, dst, event_bytes, type, agg, created_at, seq, final, final_at) "
    "VALUES (gen_random_uuid(), 'b', '', 't', 'a', now(), 1, 'accepted', now())",
    "peer holds more than we numbered": "INSERT INTO nodekit.out_channel VALUES ('b', 3, 'h', 4)",
    "head without a hash": "INSERT INTO nodekit.out_channel VALUES ('b', 3, '', 0)",
    "stopped without a time": "INSERT INTO nodekit.in_channel (src, cursor, hash, stopped_reason) VALUES ('b', 1, 'h', 'fork')",
    "decided without a time": "INSERT INTO nodekit.inbox (src, event_id, seq, eh, lh, type, agg, status, code, reason, decided_by, attempts, received_at) "
    "VALUES ('b', gen_random_uuid(), 1, 'e', 'l', 't', 'a', 'accepted', '', '', '', 0, now())",
    "unknown status": "INSERT INTO nodekit.inbox (src, event_id, seq, eh, lh, type, agg, status, code, reason, decided_by, attempts, received_at) "
    "VALUES ('b', gen_random_uuid(), 1, 'e', 'l', 't', 'a', 'lost', '', '', '', 0, now())",
    "numbered and local at once": "INSERT INTO nodekit.inbox (src, event_id, seq, eh, lh, event_bytes, type, agg, status, code, reason, decided_by, "
    "attempts, received_at) VALUES ('b', gen_random_uuid(), 1, 'e', 'l', '', 't', 'a', 'delivered', '', '', '', 0, now())",
}


@pytest.mark.parametrize("what", IMPOSSIBLE)
async def test_an_impossible_state_cannot_be_stored(delivery_dsn, what):
    connection = await asyncpg.connect(delivery_dsn)
    with pytest.raises(asyncpg.CheckViolationError):
        await connection.execute(IMPOSSIBLE[what])
    await connection.close()
