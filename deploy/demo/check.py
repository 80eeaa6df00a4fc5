"""demo-check: wait until the federation is at rest, read every database, compare them all."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from deploy.demo.books import Books, read_books
from deploy.demo.canary import search_databases, search_files
from deploy.demo.compare import Report, compare
from deploy.demo.quiet import wait_quiet
from deploy.demo.scenario.story import stages
from nodekit.opening import OfficeIdentity

if TYPE_CHECKING:
    from deploy.demo.plan import Plan
    from deploy.demo.postgres import Postgres
    from deploy.demo.screen import Screen
    from nodekit.delivery.core.suite import Keyring


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


def keyring_of(plan: Plan) -> Keyring:
    """Public keys of all offices, from the signed directory."""
    first, keys = plan.members[0].id, plan.home / "keys"
    return OfficeIdentity.load(first, plan.offices_file, keys / "directory.json", keys / first / "keys").keyring


async def _read(postgres: Postgres, database: str) -> Books:
    connection = await postgres.connect(database, read_only=True)
    try:
        return await read_books(connection)
    finally:
        await connection.close()
