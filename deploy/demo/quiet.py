"""When a federation is at rest: nothing on the way and nothing undecided in any office's database."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import asyncpg

from deploy.demo.books import open_work

if TYPE_CHECKING:
    from deploy.demo.plan import Plan
    from deploy.demo.postgres import Postgres

QUIET_WITHIN_S = 180.0
QUIET_LOOKS = 3
"""At rest means: nothing open in any database, this many looks in a row."""
LOOK_EVERY_S = 0.3


async def wait_quiet(plan: Plan, postgres: Postgres, within_s: float = QUIET_WITHIN_S, looks: int = QUIET_LOOKS) -> bool:
    """True once nothing is open anywhere; False when that did not happen in time."""
    deadline, calm = time.monotonic() + within_s, 0
    while calm < looks:
        if time.monotonic() > deadline:
            return False
        try:
            calm = calm + 1 if await _open_everywhere(plan, postgres) == 0 else 0
        except (OSError, asyncpg.PostgresError):
            calm = 0
        await asyncio.sleep(LOOK_EVERY_S)
    return True


async def _open_everywhere(plan: Plan, postgres: Postgres) -> int:
    async with AsyncExitStack() as stack:
        total = 0
        for member in plan.members:
            connection = await postgres.connect(member.database, read_only=True)
            stack.push_async_callback(connection.close)
            total += await open_work(connection)
        return total
