"""From the databases of a run to what verdict.py judges, and whether there is anything left to do."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from deploy.demo.books import open_work, read_books
from nodekit.clock import utc_now
from nodekit.delivery.core.dispute import CLONED
from nodekit.delivery.disputes import lift_stop
from nodekit.delivery.quarantine import NotQuarantined, retry_event
from tests.fault.office import Office
from tests.fault.verdict import Account
from tests.support.postgres import sqlalchemy_url

EVIDENCE = "SELECT src, count(*) AS rows, coalesce(sum(octet_length(bytes)), 0) AS size FROM nodekit.quarantine GROUP BY src"
FENCED = "SELECT dst AS peer FROM nodekit.out_channel WHERE stopped_reason = $1 UNION SELECT src FROM nodekit.in_channel WHERE stopped_reason = $1"
STANDING = """
SELECT 'out ' || dst || ' ' || coalesce(stopped_reason, '') || ' head ' || head_seq || ' peer ' || peer_cursor FROM nodekit.out_channel
UNION ALL SELECT 'in ' || src || ' ' || coalesce(stopped_reason, '') || ' cursor ' || cursor FROM nodekit.in_channel
UNION ALL SELECT 'inbox ' || src || ' ' || status || ' ' || count(*) FROM nodekit.inbox GROUP BY src, status
UNION ALL SELECT 'unfinished ' || dst || ' ' || count(*) || ' from ' || coalesce(min(seq)::text, 'unnumbered') FROM nodekit.outbox WHERE final IS NULL GROUP BY dst
"""


async def account_of(office: Office) -> Account:
    """As of one moment."""
    connection = await office.connect()
    try:
        books = await read_books(connection)
        said = await connection.fetch("SELECT * FROM fault_ledger.said ORDER BY id")
        noted = await connection.fetch("SELECT * FROM fault_ledger.noted ORDER BY id")
        recovered = await connection.fetch("SELECT event_id::text FROM nodekit.recovered")
        disputes = await connection.fetchval("SELECT count(*) FROM nodekit.dispute WHERE reason <> $1", CLONED)
        evidence = {row["src"]: (row["rows"], row["size"]) for row in await connection.fetch(EVIDENCE)}
    finally:
        await connection.close()
    return Account(books, said, noted, frozenset(row[0] for row in recovered), disputes, evidence, tuple(office.restores))


async def work_left(office: Office) -> int:
    connection = await office.connect()
    try:
        return await open_work(connection)
    finally:
        await connection.close()


async def standing(office: Office) -> list[str]:
    """What a person would want to know of an office that does not come to rest."""
    connection = await office.connect()
    try:
        return [f"{office.id}: {row[0]}" for row in await connection.fetch(STANDING)]
    finally:
        await connection.close()


async def retry_quarantined(office: Office) -> int:
    """What a person does when the cause is gone: 重试."""
    connection = await office.connect()
    try:
        rows = await connection.fetch("SELECT src, event_id::text FROM nodekit.inbox WHERE status = 'quarantined'")
    finally:
        await connection.close()
    if not rows:
        return 0
    engine = create_async_engine(sqlalchemy_url(office.cluster.url))
    try:
        for row in rows:
            try:
                async with AsyncSession(engine) as session, session.begin():
                    await retry_event(session, row["src"], UUID(row["event_id"]))
            except NotQuarantined:
                continue
    finally:
        await engine.dispose()
    return len(rows)


async def lift_fences(office: Office) -> int:
    """What a person does when the copy is gone: 解除停用, channel by channel."""
    connection = await office.connect()
    try:
        rows = await connection.fetch(FENCED, CLONED)
    finally:
        await connection.close()
    engine = create_async_engine(sqlalchemy_url(office.cluster.url))
    try:
        for row in rows:
            async with AsyncSession(engine) as session, session.begin():
                await lift_stop(session, row["peer"], officer="fault", note="副本已停用", at=utc_now())
    finally:
        await engine.dispose()
    return len(rows)
