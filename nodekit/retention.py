"""How long bodies of events are kept, if the office has set a time: the nightly round, and what pages say about it.

Never without a setting. Never: business records, links, receipts, hashes, audit entries.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import text

from nodekit.delivery.core.pruning import Pruned
from nodekit.delivery.pruning import prune_peer

if TYPE_CHECKING:
    from nodekit.node import Node

PRUNED = "delivery.pruned"
"""Audit action; its facts are figures of one other office."""
PEERS = "SELECT dst FROM nodekit.out_channel UNION SELECT src FROM nodekit.in_channel ORDER BY 1"


@dataclass(frozen=True)
class Round:
    """What went, or would go, by other office."""

    days: int
    by_peer: dict[str, Pruned]

    @property
    def total(self) -> Pruned:
        return sum(self.by_peer.values(), Pruned())


async def prune_all(node: Node, days: int, *, really: bool) -> Round:
    """One transaction per other office; each that changes anything is in the audit log."""
    done: dict[str, Pruned] = {}
    async with node.reading() as uow:
        peers = list(await uow.session.scalars(text(PEERS)))
    for peer in peers:
        async with node.unit_of_work() as uow:
            pruned = await prune_peer(uow.session, peer, uow.now, days, really=really)
            if pruned.any:
                done[peer] = pruned
            if pruned.any and really:
                await uow.audit(PRUNED, subject=peer, days=days, sent=pruned.sent, held=pruned.held, bytes=pruned.sent_bytes + pruned.held_bytes)
    return Round(days, done)
