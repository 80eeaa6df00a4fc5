"""The invariants, checked from outside over all databases. Numbers I1 to I10 are the specification's.

| | Says | Checked |
|---|---|---|
| I1 | an event has one effect if it was accepted, none otherwise | `_effects`, every step |
| I2 | what was accepted was committed by its sender, byte for byte | `_effects`, every step |
| I3 | the cursor is contiguous and the chain verifies from genesis | `_chain`, every step |
| I4 | both sides' links are equal as far as both go | `_chain`, every step |
| I5 | both sides hold the same decision | `_finals`, every step; that there is one: `open_ends`, at rest |
| I6 | an aggregate's events are applied in order | `_effects`, every step |
| I7 | no channel stops, and nobody is taken for a copy, unless a feature says that this is what ought to happen | `_halts`, every step |
| I8 | no contradictory decisions without an alarm | I5 where people decide alike; `features/fickle.py` where they do not |
| I9 | nothing is readable on the way | not here: the swarm's events are not sealed; tests that look for canaries |
| I10 | after the faults everything converges within a bound | `World.settle` over `open_ends` |
| S1 | what leaves a process speaks only of what is committed | `sent`, every transmission |
| S2 | within a session of two processes the peer's cursor never falls | `_sessions`, every step |
| S3 | a process that another one replaced is never believed again by the same process | `_sessions`, every step |
| S4 | a packet is stored only by the process it was sent to, never after that one has started again | `taken`, every packet |
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from nodekit.delivery.core.limits import QUARANTINE_BYTES_MAX, QUARANTINE_ROWS_MAX
from nodekit.delivery.core.link import channel_name, genesis, link_hash
from nodekit.delivery.core.receipt import FINAL
from nodekit.delivery.core.store import InChannel, OutChannel
from nodekit.delivery.core.suite import INTL_1, TAG_RECEIPT
from nodekit.delivery.core.voids import VOID_TYPE
from nodekit.delivery.core.wire import KEYS, PKT, RCPT, STATE, Out
from tests.delivery.swarm.node import SimNode
from tests.support.keyrings import HashKeyring

if TYPE_CHECKING:
    from tests.delivery.swarm.world import World


class Violation(AssertionError):
    """An invariant does not hold."""


class Oracle:
    """Checks one node after each of its steps; remembers how far chains were already verified, and everything ever committed."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._verified: dict[tuple[str, int], tuple[int, str]] = {}
        self._shapes: dict[int, int] = {}
        self._cursors: dict[tuple[str, str], tuple[str, int]] = {}
        self._believed: dict[tuple[str, str], list[str]] = {}
        self._addressed: dict[int, str] = {}
        self.committed: set[tuple[str, str]] = set()

    def after_step(self, node: SimNode) -> None:
        self._sessions(node)
        self._halts(node)
        tables = node.tables
        shape = hash((tuple(map(id, tables.inbox.values())), len(tables.in_links), tuple(map(id, tables.outbox.values())), len(tables.out_links)))
        if self._shapes.get(id(node)) == shape:
            return
        self._shapes[id(node)] = shape
        self._effects(node)
        for peer in self._world.processes():
            if peer.name == node.name and peer is not node:
                continue
            self._chain(peer, node)
            self._chain(node, peer)
            self._finals(node, peer)
            self._finals(peer, node)

    def sent(self, node: SimNode, out: Out) -> None:
        """S1: a number, a cursor or a receipt that left stands in the database it came from."""
        if out.kind == KEYS:
            return
        _, head, *lines = out.data.split(b"\n")
        body, tables = orjson.loads(head)["b"], node.tables
        if out.kind == PKT:
            self._addressed[hash(out.data)] = dict(node.protocol._flows.all())[out.dst].boot
            known = body["seq"] + len(lines) - len(body.get("prior", ())) - 1 <= tables.out_channels.get(out.dst, OutChannel()).head
        elif out.kind == RCPT:  # of a repeated event the first decision is told again, in words of the moment
            known = all(INTL_1.digest(TAG_RECEIPT + line) in tables.receipts or self._repeats(node, out.dst, line) for line in lines)
        elif out.kind == STATE:
            known = body["cursor"] <= tables.in_channels.get(out.dst, InChannel()).cursor and body["head"] <= tables.out_channels.get(out.dst, OutChannel()).head
        else:
            known = True
        if not known:
            raise Violation(f"S1 {node.name}: {out.kind} to {out.dst} speaks of what is not committed")

    def taken(self, node: SimNode, src: str, data: bytes, cursor: int) -> None:
        """S4: whatever moved the cursor on was sent to this process."""
        there = node.tables.in_channels.get(src)
        if there is not None and there.cursor > cursor and self._addressed.get(hash(data), node.protocol.boot) != node.protocol.boot:
            raise Violation(f"S4 {node.name}: stored a packet of {src} that was sent to an earlier process")

    def _repeats(self, node: SimNode, peer: str, document: bytes) -> bool:
        tables = node.tables
        numbers = (seq for span in orjson.loads(document)["spans"] for seq in range(span["a"], span["z"] + 1))
        return all(tables.inbox[peer, tables.in_links[peer, seq].event_id].seq != seq for seq in numbers if (peer, seq) in tables.in_links)

    def _sessions(self, node: SimNode) -> None:
        me = node.protocol.boot
        for peer, flow in node.protocol._flows.all():
            there, cursor = self._cursors.get((me, peer), ("", 0))
            if there and there == flow.boot and flow.peer_cursor < cursor:
                raise Violation(f"S2 {node.name}: the cursor of {peer} fell from {cursor} to {flow.peer_cursor}")
            self._cursors[me, peer] = flow.boot, flow.peer_cursor
        for peer, session in node.protocol.sessions._peers.items():
            believed = self._believed.setdefault((me, peer), [""])
            if session.boot and session.boot != believed[-1]:  # empty while they meet anew after a stop
                if session.boot in believed[1:]:
                    raise Violation(f"S3 {node.name}: believes a process of {peer} again that was replaced")
                believed.append(session.boot)

    def _effects(self, node: SimNode) -> None:
        tables = node.tables
        for (src, event_id), row in tables.inbox.items():
            count = tables.effects.get((src, event_id), 0)
            if count != (row.status == "accepted" and row.event.type != VOID_TYPE):
                raise Violation(f"I1 {node.name}: {count} effects, status {row.status}")
            if row.status == "accepted" and (src, row.event.eh) not in self.committed:
                raise Violation(f"I2 {node.name}: accepted an event {src} never committed")
        for aggregate, order in tables.order.items():
            if list(order) != sorted(set(order)):
                raise Violation(f"I6 {node.name}: {aggregate} applied in order {order}")

    def _chain(self, sender: SimNode, receiver: SimNode) -> None:
        """I3; I4 as far as both go (the chain covers what is before)."""
        channel = receiver.tables.in_channels.get(sender.name)
        if channel is None or not channel.cursor:
            return
        name = channel_name(sender.name, receiver.name)
        start = genesis(name, HashKeyring(sender.name))
        cursor, prev = self._verified.get((sender.name, id(receiver)), (0, start))
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
        self._verified[sender.name, id(receiver)] = cursor, prev
        head = sender.tables.out_channels.get(receiver.name)
        common = min(cursor, head.head if head else 0)
        if common and sender.tables.out_links[receiver.name, common][0].lh != receiver.tables.in_links[sender.name, common].lh:
            self._differ("I4", sender, receiver, f"number {common} differs from the sender's")

    def _finals(self, sender: SimNode, receiver: SimNode) -> None:
        """I5 at every moment: what both sides hold decided is decided alike; a restored receiver may not have decided yet."""
        for row in sender.tables.outbox.values():
            if row.final is None or row.event.dst != receiver.name:
                continue
            there = receiver.tables.inbox.get((sender.name, row.event.id))
            if there is not None and there.status in FINAL and there.status != row.final:
                self._differ("I5", sender, receiver, f"final {row.final}, receiver has {there.status}")

    def _differ(self, invariant: str, sender: SimNode, receiver: SimNode, what: str) -> None:
        if not any(feature.may_differ(invariant, sender, receiver) for feature in self._world.features):
            raise Violation(f"{invariant} {sender.name}>{receiver.name}: {what}")

    def _halts(self, node: SimNode) -> None:
        """I7, and quarantine is bounded."""
        channels = [*node.tables.in_channels.items(), *node.tables.out_channels.items()]
        for peer, channel in channels:
            if channel.stopped and not self._world.may_stop(node, peer, channel.stopped):
                raise Violation(f"I7 {node.name}: channel with {peer} stopped: {channel.stopped}")
        for peer, _ in node.tables.retired:
            if not self._world.may_stop(node, peer, "retired"):
                raise Violation(f"I7 {node.name}: a process of {peer} was taken for a copy")
        for kept in node.tables.quarantined.values():
            if len(kept) > QUARANTINE_ROWS_MAX or sum(len(data) for _, data in kept) > QUARANTINE_BYTES_MAX:
                raise Violation(f"{node.name}: quarantine out of bounds")

    def open_ends(self) -> list[str]:
        """I10: what has not converged yet; empty when every event is decided and both sides agree."""
        nodes, open_ends = self._world.nodes.values(), []
        for node in nodes:
            open_ends += [
                f"{node.name}: number {row.seq} to {row.event.dst} is {row.final}"
                for row in node.tables.outbox.values()
                if row.final is None and not (row.void and row.seq is None) and not self._apart(node.name, row.event.dst)
            ]
            open_ends += [
                f"{node.name}: event from {src} is {row.status}"
                for (src, _), row in node.tables.inbox.items() if row.status not in FINAL
            ]
            for peer in nodes:
                head, cursor = node.tables.out_channels.get(peer.name, OutChannel()).head, peer.tables.in_channels.get(node.name, InChannel()).cursor
                if head != cursor and not self._apart(node.name, peer.name):
                    open_ends.append(f"{node.name} has numbered {head} for {peer.name}, which holds {cursor}")
            open_ends += [f"{node.name}: {src} gave decisions back that wait" for src, _ in node.tables.priors]
        return open_ends

    def _apart(self, one: str, other: str) -> bool:
        """The channel between these two has stopped for good reason, so nothing converges on it."""
        return any(self._world.nodes[here].stopped(there) for here, there in ((one, other), (other, one)))
