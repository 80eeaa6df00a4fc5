"""demo-check: wait until the federation is at rest, read every database, compare them all."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import asyncpg

from deploy.demo.books import Books, open_work, read_books
from deploy.demo.canary import search_databases, search_files
from deploy.demo.compare import Report, compare
from deploy.demo.scenario.story import stages
from nodekit.opening import OfficeIdentity

if TYPE_CHECKING:
    from deploy.demo.plan import Plan
    from deploy.demo.postgres import Postgres
    from deploy.demo.screen import Screen
    from nodekit.delivery.core.suite import Keyring

QUIET_WITHIN_S = 120.0
QUIET_LOOKS = 3
"""At rest means: nothing open in any database, this many looks in a row."""
LOOK_EVERY_S = 0.3


async def compare_all(plan: Plan, postgres: Postgres, screen: Screen) -> Report:
    """Wait for rest, then compare everything. What is still open when the time is over shows up as a difference."""
    with screen.phase("等待收发静止"):
        await wait_quiet(plan, postgres)
    with screen.phase("读取并比对各单位数据库"):
        books = {member.id: await _read(postgres, member.database) for member in plan.members}
        report = compare(books, keyring_of(plan))
    secrets = [secret for stage in stages() for secret in stage.secrets]
    if secrets:
        with screen.phase("查找密封内容"):
            report.lines.append(await asyncio.to_thread(search_files, plan, secrets))
            report.lines.append(await search_databases(plan, postgres, secrets))
    return report


async def wait_quiet(plan: Plan, postgres: Postgres, within_s: float = QUIET_WITHIN_S) -> bool:
    """True once nothing is open anywhere; False when that did not happen in time."""
    deadline, calm = time.monotonic() + within_s, 0
    while calm < QUIET_LOOKS:
        if time.monotonic() > deadline:
            return False
        try:
            calm = calm + 1 if await _open_everywhere(plan, postgres) == 0 else 0
        except (OSError, asyncpg.PostgresError):
            calm = 0
        await asyncio.sleep(LOOK_EVERY_S)
    return True


def keyring_of(plan: Plan) -> Keyring:
    """Public keys of all offices, from the signed directory."""
    first, keys = plan.members[0].id, plan.home / "keys"
    return OfficeIdentity.load(first, plan.offices_file, keys / "directory.json", keys / first / "keys").keyring


async def _open_everywhere(plan: Plan, postgres: Postgres) -> int:
    async with AsyncExitStack() as stack:
        total = 0
        for member in plan.members:
            connection = await postgres.connect(member.database, read_only=True)
            stack.push_async_callback(connection.close)
            total += await open_work(connection)
        return total


async def _read(postgres: Postgres, database: str) -> Books:
    connection = await postgres.connect(database, read_only=True)
    try:
        return await read_books(connection)
    finally:
        await connection.close()
