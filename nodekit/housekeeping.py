"""What a node throws away by itself, in its own time. Never: business rows, events, receipts, audit entries."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from nodekit.web.submissions import forget_old

if TYPE_CHECKING:
    from nodekit.node import Node

log = structlog.get_logger()
EVERY_S = 6 * 3600.0


async def tidy(node: Node) -> int:
    """One round; returns how many rows went."""
    async with node.unit_of_work() as uow:
        return await forget_old(uow.session, uow.now)


async def keep_house(node: Node) -> None:
    """Rounds for the life of the node, the first one at its start."""
    while True:
        if gone := await tidy(node):
            log.info("housekeeping", submissions_forgotten=gone)
        await asyncio.sleep(EVERY_S)
