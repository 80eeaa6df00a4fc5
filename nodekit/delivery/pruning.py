"""Throwing away old bodies of a node: one short transaction per other office, by the rule in core/pruning.py. Audited by the caller."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from nodekit.delivery.core.pruning import Pruned, prune
from nodekit.delivery.pg_store import PgStore
from nodekit.errors import NodeError


class BodyPruned(NodeError):
    """The body was thrown away after its time; what proves it stays."""

    code = "delivery.body_pruned"
    status = 410

    def __init__(self, eh: str) -> None:
        super().__init__(f"正文已按保存期限清理(内容散列 {eh})。", hint="编号、散列、链条和回执仍在;需要原文的,请向往来单位或从备份调取,并以散列核对。", eh=eh)


async def prune_peer(session: AsyncSession, peer: str, now: datetime, days: int, *, really: bool) -> Pruned:
    """What was exchanged with `peer` and decided more than `days` days ago."""
    raw = await (await session.connection()).get_raw_connection()
    before = now - timedelta(days=days)
    return await prune(PgStore(raw.driver_connection), peer, before=before.timestamp(), now=now.timestamp(), really=really)
