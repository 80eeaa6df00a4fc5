"""Which event bodies may be thrown away: decided, old enough, and held by every backup the other office may still restore.

Links, receipts, hashes and event ids are never thrown away, so chains verify and nothing is ever taken twice. Acknowledged is not
enough: an acknowledgement tells what the peer holds, not what it will hold after it has been restored. Both ways follow one rule:

* what we sent is needed again by a peer restored to a backup from before it (it goes back to the *cursor* of that backup);
* what we received is needed again by a peer restored to a backup from before it sent it (it goes back to the *head* of that backup).
"""

from __future__ import annotations

from dataclasses import dataclass

from nodekit.delivery.core.rules import ALL_RULES, Rules
from nodekit.delivery.core.store import PruningStore

BATCH = 1000
"""Bodies thrown away in one statement."""


@dataclass(frozen=True, slots=True)
class Pruned:
    """Bodies of one channel pair that went, or would go: how many, and their bytes."""

    sent: int = 0
    sent_bytes: int = 0
    held: int = 0
    held_bytes: int = 0

    def __add__(self, other: Pruned) -> Pruned:
        return Pruned(self.sent + other.sent, self.sent_bytes + other.sent_bytes, self.held + other.held, self.held_bytes + other.held_bytes)

    @property
    def any(self) -> bool:
        return bool(self.sent or self.held)


async def prune(store: PruningStore, peer: str, *, before: float, now: float, really: bool = True, rules: Rules = ALL_RULES) -> Pruned:
    """Throw away what was exchanged with `peer`, decided before `before` (seconds) and held by all its backups; one transaction.

    Args:
        really: False counts what would go and changes nothing.
    """
    durable = await store.peer_durable(peer)
    sent_up_to = durable.cursor if rules.prune_durable else (await store.out_channel(peer)).peer_cursor
    held_up_to = durable.head if rules.prune_fetchable else (await store.in_channel(peer)).cursor
    total, after = Pruned(), 0
    while rows := await store.prunable_sent(peer, after, sent_up_to, before, BATCH):
        after = rows[-1][0]
        total += Pruned(sent=len(rows), sent_bytes=sum(size for _, size in rows))
        if really:
            await store.prune_sent(peer, [seq for seq, _ in rows], now)
    after = 0
    while rows := await store.prunable_held(peer, after, held_up_to, before, BATCH):
        after = rows[-1][0]
        total += Pruned(held=len(rows), held_bytes=sum(size for _, size in rows))
        if really:
            await store.prune_held(peer, [seq for seq, _ in rows], now)
    return total
