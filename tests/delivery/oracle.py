"""The invariants, checked from outside over all databases. Numbers as in docs/architecture/delivery.md."""

from __future__ import annotations

from collections.abc import Mapping

from nodekit.delivery.core.limits import QUARANTINE_BYTES_MAX, QUARANTINE_ROWS_MAX
from nodekit.delivery.core.link import channel_name, genesis, link_hash
from nodekit.delivery.core.receipt import FINAL
from tests.delivery.sim_node import SimNode
from tests.support.keyrings import HashKeyring


class Violation(AssertionError):
    """An invariant does not hold."""


class Oracle:
    """Checks one node after each of its steps; remembers how far chains were already verified."""

    def __init__(self, nodes: Mapping[str, SimNode]) -> None:
        self._nodes = nodes
        self._verified: dict[tuple[str, str], tuple[int, str]] = {}
        self._seen: dict[str, tuple[int, ...]] = {}

    def after_step(self, node: SimNode) -> None:
        tables = node.tables
        shape = tuple(map(id, tables.inbox.values())), len(tables.in_links), tuple(map(id, tables.outbox.values()))
        if self._seen.get(node.name) == (hash(shape),) and not any(channel.stopped for channel in tables.in_channels.values()):
            return
        self._seen[node.name] = (hash(shape),)
        self._effects(node)
        self._chains(node)
        self._finals(node)
        self._halts(node)

    def _effects(self, node: SimNode) -> None:
        """I1 one effect iff accepted; I2 sent with the same hash; I6 order per aggregate."""
        tables = node.tables
        sent = {name: {item.event.eh for item in peer.tables.outbox.values()} for name, peer in self._nodes.items()}
        for (src, event_id), row in tables.inbox.items():
            count = tables.effects.get((src, event_id), 0)
            if count != (row.status == "accepted"):
                raise Violation(f"I1 {node.name}: {count} effects, status {row.status}")
            if row.status == "accepted" and src != node.name and row.event.eh not in sent[src]:
                raise Violation(f"I2 {node.name}: accepted an event {src} never committed")
        for aggregate, order in tables.order.items():
            if list(order) != sorted(set(order)):
                raise Violation(f"I6 {node.name}: {aggregate} applied in order {order}")

    def _chains(self, node: SimNode) -> None:
        """I3 contiguous and chained from genesis; I4 equal to the sender's links."""
        for src, channel in node.tables.in_channels.items():
            name = channel_name(src, node.name)
            cursor, prev = self._verified.get((src, node.name), (0, genesis(name, HashKeyring(src))))
            while cursor < channel.cursor:
                cursor += 1
                link = node.tables.in_links.get((src, cursor))
                if link is None or link_hash(name, cursor, prev, link.eh, link.kid, link.suite) != link.lh:
                    raise Violation(f"I3 {name}: number {cursor} missing or not chained")
                sent = self._nodes[src].tables.out_links.get((node.name, cursor))
                if sent is None or sent[0].lh != link.lh:
                    raise Violation(f"I4 {name}: number {cursor} differs from the sender's")
                prev = link.lh
            if prev != (channel.hash or prev):
                raise Violation(f"I3 {name}: hash of the cursor")
            self._verified[src, node.name] = cursor, prev

    def _finals(self, node: SimNode) -> None:
        """I5 at every moment: what the sender believes decided, the receiver has decided so in its database."""
        for row in node.tables.outbox.values():
            if row.final is None:
                continue
            at_peer = self._nodes[row.event.dst].tables.inbox.get((node.name, row.event.id))
            if at_peer is None or at_peer.status != row.final:
                raise Violation(f"I5 {node.name}: final {row.final}, receiver has {at_peer and at_peer.status}")

    def _halts(self, node: SimNode) -> None:
        """I7 nobody lied here, so nothing may have stopped; and quarantine is bounded."""
        channels = [*node.tables.in_channels.items(), *node.tables.out_channels.items()]
        for peer, channel in channels:
            if channel.stopped:
                raise Violation(f"I7 {node.name}: channel with {peer} stopped: {channel.stopped}")
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
        return open_ends
