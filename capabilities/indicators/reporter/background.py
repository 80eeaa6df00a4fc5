"""The reporter's loop: woken by every commit, it looks whether a number changed, and tells.

Looking is a read; a transaction is opened only when there is something to say, so the loop's own commit wakes it once and finds nothing.
"""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from capabilities.indicators.reporter import queries
from capabilities.indicators.reporter.commands import report_changes
from capabilities.indicators.reporter.options import ReporterOptions

if TYPE_CHECKING:
    from nodekit.node import Node

log = structlog.get_logger()
REST_FACTOR = 9
"""A look that took long is followed by a rest nine times as long: at most a tenth of a core goes into counting."""
RETRY_S = 5


async def report_forever(node: Node) -> None:
    """Report for the life of the node. An error is logged and tried again: the next look sees the same difference."""
    options = node.options(ReporterOptions)
    while True:
        seen, began = node.changes.count, time.monotonic()
        try:
            await report_if_changed(node)
        except Exception:  # a failed look must not end reporting
            log.exception("indicators: report failed")
            await asyncio.sleep(RETRY_S)
        ended = time.monotonic()
        rested_at = ended + REST_FACTOR * (ended - began)
        await node.changes.wait(seen, options.look_again_s)
        await asyncio.sleep(max(options.debounce_s, rested_at - time.monotonic()))  # waiting was rest, too: a single act is told at once


async def report_if_changed(node: Node) -> int:
    """One look. Returns how many cells were told."""
    async with node.reading() as uow:
        last = await queries.last_snapshot(uow)
        everything = last is None or uow.now - last > timedelta(hours=node.options(ReporterOptions).snapshot_hours)
        if not everything and not queries.stale_keys(await queries.own_cells(uow), await queries.compute_all(uow)):
            return 0
    async with node.unit_of_work() as uow:
        return await report_changes(uow, everything=everything)
