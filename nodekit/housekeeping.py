"""What a node throws away by itself, in its own time. Never: business rows, receipts, audit entries; bodies of events only if the office has set a time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from nodekit.clock import SHANGHAI
from nodekit.retention import prune_all
from nodekit.web.submissions import forget_old

if TYPE_CHECKING:
    from nodekit.node import Node

log = structlog.get_logger()
EVERY_S = 3600.0
NIGHT = range(1, 5)
"""Hours of local time in which bodies are thrown away, once a night."""
LAST_ROUND = "bodies pruned on"


async def tidy(node: Node) -> int:
    """One round; returns how many rows went."""
    async with node.unit_of_work() as uow:
        return await forget_old(uow.session, uow.now)


async def prune_if_due(node: Node) -> bool:
    """Throw away bodies whose time is over, if the office has set one and it is night; true if there was a round."""
    days, local = node.settings.prune_after_days, node.clock().astimezone(SHANGHAI)
    if not days or local.hour not in NIGHT or node.state.get(LAST_ROUND) == local.date():
        return False
    done = await prune_all(node, days, really=True)
    node.state[LAST_ROUND] = local.date()
    log.info("bodies pruned", sent=done.total.sent, held=done.total.held, days=days)
    return True


async def keep_house(node: Node) -> None:
    """Rounds for the life of the node, the first one at its start."""
    while True:
        if gone := await tidy(node):
            log.info("housekeeping", submissions_forgotten=gone)
        await prune_if_due(node)
        await asyncio.sleep(EVERY_S)
