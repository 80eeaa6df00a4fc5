"""A node that starts before its database waits for it, and says in one sentence when it waits in vain."""

from __future__ import annotations

import asyncio
import itertools
import time

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from nodekit.errors import NodeError

log = structlog.get_logger(__name__)

PAUSE_S = 1.0
HOPELESS = ("28", "3D")
"""Classes of SQLSTATE that waiting does not mend: wrong password or role, no such database."""


class DatabaseUnreachable(NodeError):
    code = "node.database_unreachable"
    status = 503


async def reach(engine: AsyncEngine, *, patience_s: float = 60.0, pause_s: float = PAUSE_S) -> None:
    """Return once the database answers: after a power cut node and database come up together.

    Raises:
        DatabaseUnreachable: after `patience_s` seconds, or at once when the database itself says no.
    """
    deadline = time.monotonic() + patience_s
    for attempt in itertools.count():
        try:
            async with engine.connect() as connection:
                await connection.execute(sa.text("SELECT 1"))
        except (OSError, DBAPIError) as error:
            hopeless = str(getattr(getattr(error, "orig", None), "sqlstate", "") or "").startswith(HOPELESS)
            if hopeless or time.monotonic() >= deadline:
                raise _unreachable(engine, error, refused=hopeless) from None
            if not attempt:
                log.warning("waiting for the database", host=engine.url.host, port=engine.url.port, database=engine.url.database)
            await asyncio.sleep(pause_s)
        else:
            return


def _unreachable(engine: AsyncEngine, error: Exception, *, refused: bool) -> DatabaseUnreachable:
    """The sentence names the address and never the password."""
    url = engine.url
    reason = str(getattr(error, "orig", None) or error).splitlines()[0].rpartition(">: ")[2]
    if refused:
        return DatabaseUnreachable(
            f"数据库 {url.host}:{url.port}/{url.database} 拒绝登录({reason})。",
            hint="请核对配置项 database_url 中的用户、口令与库名。",
        )
    return DatabaseUnreachable(
        f"连不上数据库 {url.host}:{url.port}/{url.database}({reason})。",
        hint="请确认 PostgreSQL 已启动、配置项 database_url 的地址与端口正确,再启动本节点。",
    )
