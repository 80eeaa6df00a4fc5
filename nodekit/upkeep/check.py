"""`node check`: is what this database says true by itself? In one read-only snapshot, without the network and without any private key.

A stopped node is checked after a restore, before an upgrade, or because somebody doubts it. Never writes, never repairs.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn, cast

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from nodekit.audit import AuditLog
from nodekit.bus.fake_bus import FakeNetwork
from nodekit.db.migrate import behind
from nodekit.delivery.core.link import channel_name
from nodekit.delivery.envelope import event_hash
from nodekit.errors import NodeError
from nodekit.node import Node
from nodekit.opening import OfficeIdentity
from nodekit.peers import Directory, UnknownOffice
from nodekit.peers.keyring import Keyring
from nodekit.sealing import Sealer, Vault
from nodekit.unit_of_work import UnitOfWork
from nodekit.upkeep.channel_check import PREFETCH, WAYS, check_receipts, check_way
from nodekit.upkeep.report import Line, Report
from nodekit.upkeep.witness import WitnessKeyring, witness

if TYPE_CHECKING:
    import asyncpg
    from sqlalchemy import Connection

    from nodekit.settings import Settings
    from nodekit.spec import NodeSpec

STRAY_ROWS = {
    "发件登记有编号而没有链条": """
        SELECT o.dst || ' ' || o.seq || ' 号' FROM nodekit.outbox o
        LEFT JOIN nodekit.out_link l ON l.dst = o.dst AND l.seq = o.seq AND l.event_id = o.event_id
        WHERE o.seq IS NOT NULL AND l.seq IS NULL ORDER BY o.dst, o.seq""",
    "收件登记有编号而没有链条": """
        SELECT i.src || ' ' || i.seq || ' 号' FROM nodekit.inbox i
        LEFT JOIN nodekit.in_link l ON l.src = i.src AND l.seq = i.seq AND l.event_id = i.event_id
        WHERE i.seq IS NOT NULL AND l.seq IS NULL ORDER BY i.src, i.seq""",
}
HANDLED_WITHOUT_EVENT = """
    SELECT h.handler || ' ' || h.origin || ' ' || h.event_id FROM nodekit.handled h
    LEFT JOIN nodekit.inbox i ON i.src = h.origin AND i.event_id = h.event_id WHERE i.status IS DISTINCT FROM 'accepted'
"""
ACCEPTED_UNHANDLED = """
    SELECT i.src || ' ' || i.type || ' ' || i.event_id FROM nodekit.inbox i
    WHERE i.status = 'accepted' AND NOT EXISTS (SELECT 1 FROM nodekit.handled h WHERE h.origin = i.src AND h.event_id = i.event_id)
"""
BEYOND = """
    SELECT count(*) FROM nodekit.in_link l WHERE l.src = $1 AND l.kid = $2 AND l.seq > $3
    AND (SELECT s.sig NOT LIKE '%:%' FROM nodekit.in_link s WHERE s.src = l.src AND s.seq >= l.seq AND s.sig IS NOT NULL ORDER BY s.seq LIMIT 1)
"""
"""Numbers under a key beyond its cut-off whose run no later key has signed again."""
LOCAL_EVENTS = "SELECT event_id::text, eh, event_bytes FROM nodekit.inbox WHERE seq IS NULL"


class DatabaseUnreachable(NodeError):
    """No connection: nothing was verified."""

    code = "upkeep.database_unreachable"
    status = 503

    def __init__(self) -> None:
        super().__init__("无法连接本节点的数据库。", hint="请确认 PostgreSQL 已启动、settings.toml 中 database_url 正确后重试;节点本身不必运行。")


@dataclass(frozen=True)
class Snapshot:
    """The database as of one moment, both as a session (slices) and as the driver's connection (streams)."""

    session: AsyncSession
    connection: asyncpg.Connection
    keyring: WitnessKeyring


async def check_node(spec: NodeSpec, settings: Settings) -> Report:
    """Verify everything. Raises only if the database, the directory or root.pub cannot be read."""
    began = time.monotonic()
    async with snapshot(settings) as seen:
        lines = [await _schemas(seen, spec)]
        if not lines[0].wrong:
            lines += await verify_delivery(seen, settings.office)
            lines += [await _audit(seen), await _invariants(seen, spec, settings)]
        events = await seen.connection.fetchval("SELECT (SELECT count(*) FROM nodekit.out_link) + (SELECT count(*) FROM nodekit.in_link)")
    return Report(settings.office, lines, {"events": events, "seconds": round(time.monotonic() - began, 2)})


@asynccontextmanager
async def snapshot(settings: Settings) -> AsyncIterator[Snapshot]:
    """One REPEATABLE READ, READ ONLY transaction.

    Raises:
        DatabaseUnreachable: no connection.
    """
    engine = create_async_engine(settings.sqlalchemy_url, isolation_level="REPEATABLE READ", hide_parameters=True)
    try:
        async with engine.connect() as opened:
            connection = await opened.execution_options(postgresql_readonly=True)
            async with AsyncSession(connection) as session:
                await session.execute(text("SELECT 1"))
                driver = (await connection.get_raw_connection()).driver_connection
                yield Snapshot(session, driver, await witness(driver, settings))
    except (OSError, DBAPIError) as error:
        if isinstance(error, DBAPIError) and not error.connection_invalidated:
            raise
        raise DatabaseUnreachable from error
    finally:
        await engine.dispose()


async def verify_delivery(seen: Snapshot, office: str) -> list[Line]:
    """Both directions of all channels, receipts, local events and the once-only register."""
    receipts, index = await check_receipts(seen.connection, office, seen.keyring)
    lines = []
    for way in WAYS:
        lines += await check_way(seen.connection, way, office, seen.keyring, index)
    return [*lines, receipts, _papers(seen.keyring), await _beyond(seen, office), await _strays(seen), await _local(seen), await _handled(seen)]


async def _schemas(seen: Snapshot, spec: NodeSpec) -> Line:
    line = Line("schema", "数据库结构与本程序版本一致")

    def compare(connection: Connection) -> list[str]:
        return behind(connection, spec)

    wrong = await (await seen.session.connection()).run_sync(compare)
    line.count = 1 + len([part for part in spec.slices if part.metadata is not None])
    for schema in wrong:
        line.fail(f"{schema} 的结构与本程序版本不同,请先执行 node migrate 或改用对应版本的程序")
    return line


def _papers(keyring: WitnessKeyring) -> Line:
    """Every paper about keys must hold by first keys, the root and the papers before it."""
    line = Line("key_papers", "密钥文书均由旧密钥和上级签名,可追溯至首次登记的密钥")
    line.count = sum(len(keyring.book.papers(office)) for office in keyring.book.offices()) + len(keyring.unproven)
    for paper in keyring.unproven:
        line.fail(f"密钥文书 {paper.dh[:16]} 签名无效,或所据密钥未登记")
    return line


async def _beyond(seen: Snapshot, office: str) -> Line:
    """Counts, and finds nothing wrong: what was taken under a key before its revocation was heard of stays, for people to settle."""
    line = Line("beyond_cut_off", "撤销截止号之后已收的事项(须电话核对,见节点联邦)")
    for peer in seen.keyring.book.offices():
        for revocation in seen.keyring.book.revocations(peer):
            last = revocation.last.get(channel_name(peer, office), 0)
            line.count += await seen.connection.fetchval(BEYOND, peer, revocation.kid, last)
    return line


async def _strays(seen: Snapshot) -> Line:
    line = Line("registers", "登记的编号在链条中都有")
    for label, query in STRAY_ROWS.items():
        rows = await seen.connection.fetch(query)
        line.count += 1
        for row in rows:
            line.fail(f"{label}:{row[0]}")
    return line


async def _local(seen: Snapshot) -> Line:
    line = Line("local", "本单位内部事项内容与散列一致")
    async for row in seen.connection.cursor(LOCAL_EVENTS, prefetch=PREFETCH):
        line.expect(event_hash(row["event_bytes"]) == row["eh"], f"内部事项 {row['event_id']} 内容与散列不符")
    return line


async def _handled(seen: Snapshot) -> Line:
    line = Line("handled", "来件办理登记与来件一一对应")
    line.count = await seen.connection.fetchval("SELECT count(*) FROM nodekit.handled")
    for row in await seen.connection.fetch(HANDLED_WITHOUT_EVENT):
        line.fail(f"{row[0]}:已办理,但来件登记中没有已接收的该件")
    for row in await seen.connection.fetch(ACCEPTED_UNHANDLED):
        line.fail(f"{row[0]}:已接收,但没有办理登记")
    return line


async def _audit(seen: Snapshot) -> Line:
    line = Line("audit", "审计日志链条完整")
    report = await AuditLog().verify(seen.session)
    line.count = report.entries
    if not report.ok:
        line.fail(report.why)
    return line


async def _invariants(seen: Snapshot, spec: NodeSpec, settings: Settings) -> Line:
    line = Line("invariants", "各业务模块规则成立")
    node = reader(spec, settings, seen.keyring)
    uow = UnitOfWork(node, seen.session, node.clock())
    for part in spec.slices:
        for rule in part.invariants:
            line.count += 1
            for sentence in await _sentences(rule.check(uow), rule.name, seen.session):
                line.fail(f"{part.title}:{sentence}")
    return line


async def _sentences(asked: Awaitable[Sequence[str]], rule: str, session: AsyncSession) -> Sequence[str]:
    """What a rule says; a rule that cannot be evaluated is a finding too. Its savepoint keeps the snapshot usable."""
    try:
        async with session.begin_nested():
            return await asked
    except (SQLAlchemyError, LookupError, ValueError) as error:
        return [f"规则 {rule} 无法核验({type(error).__name__})"]


def reader(spec: NodeSpec, settings: Settings, keyring: WitnessKeyring) -> Node:
    """A node that can be asked, but has no key to sign, unseal or decrypt with: a check must not need secrets."""
    identity = OfficeIdentity(
        Directory.load(settings.offices_file), cast("Keyring", keyring), Sealer(settings.office, {}, _nobody), Vault(secrets.token_bytes(32)),
    )
    return Node(spec, settings, bus=FakeNetwork().bus(settings.office), identity=identity)


def _nobody(office: str) -> NoReturn:
    raise UnknownOffice(office)
