"""The invariants, checked from outside over all databases. Numbers as in docs/architecture/delivery.md."""

from __future__ import annotations

from collections.abc import Mapping

from nodekit.delivery.core.limits import QUARANTINE_BYTES_MAX, QUARANTINE_ROWS_MAX
from nodekit.delivery.core.link import channel_name, genesis, link_hash
from nodekit.delivery.core.receipt import FINAL
from nodekit.delivery.core.store import InChannel, OutChannel
from tests.delivery.sim_node import SimNode
from tests.support.keyrings import HashKeyring


class Violation(AssertionError):
    """An invariant does not hold."""


class Oracle:
    """Checks one node after each of its steps; remembers how far chains were already verified, and everything ever committed."""

    def __init__(self, nodes: Mapping[str, SimNode]) -> None:
        self._nodes = nodes
        self._verified: dict[tuple[str, str], tuple[int, str]] = {}
        self._seen: dict[str, int] = {}
        self.committed: set[tuple[str, str]] = set()

    def after_step(self, node: SimNode) -> None:
        tables = node.tables
        shape = hash((tuple(map(id, tables.inbox.values())), len(tables.in_links), tuple(map(id, tables.outbox.values())), len(tables.out_links)))
        if self._seen.get(node.name) == shape and not any(channel.stopped for channel in tables.in_channels.values()):
            return
        self._seen[node.name] = shape
        self._effects(node)
        for peer in self._nodes.values():
            self._chain(peer, node)
            self._chain(node, peer)
            self._finals(node, peer)
            self._finals(peer, node)
        self._halts(node)

    def _effects(self, node: SimNode) -> None:
        """I1 one effect iff accepted; I2 sent with the same hash; I6 order per aggregate."""
        tables = node.tables
        for (src, event_id), row in tables.inbox.items():
            count = tables.effects.get((src, event_id), 0)
            if count != (row.status == "accepted"):
                raise Violation(f"I1 {node.name}: {count} effects, status {row.status}")
            if row.status == "accepted" and (src, row.event.eh) not in self.committed:
                raise Violation(f"I2 {node.name}: accepted an event {src} never committed")
        for aggregate, order in tables.order.items():
            if list(order) != sorted(set(order)):
                raise Violation(f"I6 {node.name}: {aggregate} applied in order {order}")

    def _chain(self, sender: SimNode, receiver: SimNode) -> None:
        """I3 contiguous and chained from genesis; I4 equal to the sender's as far as both go (the chain covers what is before)."""
        channel = receiver.tables.in_channels.get(sender.name)
        if channel is None or not channel.cursor:
            return
        name = channel_name(sender.name, receiver.name)
        start = genesis(name, HashKeyring(sender.name))
        cursor, prev = self._verified.get((sender.name, receiver.name), (0, start))
        if cursor > channel.cursor or (cursor and receiver.tables.in_links[sender.name, cursor].lh != prev):
            cursor, prev = 0, start  # restored
        while cursor < channel.cursor:
            cursor += 1
            link = receiver.tables.in_links.get((sender.name, cursor))
            if link is None or link_hash(name, cursor, prev, link.eh, link.kid, link.suite) != link.lh:
                raise Violation(f"I3 {name}: number {cursor} missing or not chained")
            prev = link.lh
        if prev != channel.hash:
            raise Violation(f"I3 {name}: hash of the cursor")
        self._verified[sender.name, receiver.name] = cursor, prev
        head = sender.tables.out_channels.get(receiver.name)
        common = min(cursor, head.head if head else 0)
        if common and sender.tables.out_links[receiver.name, common][0].lh != receiver.tables.in_links[sender.name, common].lh:
            raise Violation(f"I4 {name}: number {common} differs from the sender's")

    def _finals(self, sender: SimNode, receiver: SimNode) -> None:
        """I5 at every moment: what both sides hold decided is decided alike; a restored receiver may not have decided yet."""
        for row in sender.tables.outbox.values():
            if row.final is None or row.event.dst != receiver.name:
                continue
            there = receiver.tables.inbox.get((sender.name, row.event.id))
            if there is not None and there.status in FINAL and there.status != row.final:
                raise Violation(f"I5 {sender.name}: final {row.final}, receiver has {there.status}")

    def _halts(self, node: SimNode) -> None:
        """I7 nobody lied here, so nothing may have stopped; and quarantine is bounded."""
        channels = [*node.tables.in_channels.items(), *node.tables.out_channels.items()]
        for peer, channel in channels:
            if channel.stopped:
                raise Violation(f"I7 {node.name}: channel with {peer} stopped: {channel.stopped}")
        if node.tables.retired:
            raise Violation(f"I7 {node.name}: a process was taken for a copy: {list(node.tables.retired)}")
        for kept in node.tables.quarantined.values():
            if len(kept) > QUARANTINE_ROWS_MAX or sum(len(data) for _, data in kept) > QUARANTINE_BYTES_MAX:
                raise Violation(f"{node.name}: quarantine out of bounds")

    def at_rest(self) -> list[str]:
        """I10: what has not converged yet; empty when every event is decided and both sides agree."""
        open_ends = []
        for node in self._nodes.values():
            open_ends += [
                f"{node.name}: number {row.seq} to {row.event.dst} is {row.final}"
                for row in node.tables.outbox.values() if row.final is None
            ]
            open_ends += [
                f"{node.name}: event from {src} is {row.status}"
                for (src, _), row in node.tables.inbox.items() if row.status not in FINAL
            ]
            for peer in self._nodes.values():
                head, cursor = node.tables.out_channels.get(peer.name, OutChannel()).head, peer.tables.in_channels.get(node.name, InChannel()).cursor
                if head != cursor:
                    open_ends.append(f"{node.name} has numbered {head} for {peer.name}, which holds {cursor}")
            open_ends += [f"{node.name}: {src} gave decisions back that wait" for src, _ in node.tables.priors]
        return open_ends
