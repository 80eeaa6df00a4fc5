"""People who decide some events by mood, so differently after a restore. I8: both ends come to know every number that was decided both ways."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from nodekit.delivery.core.decision import Decision
from nodekit.delivery.core.dispute import CONTRADICTS
from nodekit.delivery.core.fin import IN, OUT
from nodekit.delivery.core.receipt import ACCEPTED, FINAL, REFUSED
from nodekit.delivery.core.store import ReadyEvent
from tests.delivery.swarm.feature import Action, Feature
from tests.delivery.swarm.node import SimNode


class Fickle(Feature):
    name = "fickle"
    share = 0.2
    dark = True

    def start(self) -> None:
        self.moody = self.rng.choice((0.1, 0.3, 0.8))
        self._known: dict[int, int] = {}

    def actions(self) -> Sequence[Action]:
        return [(self.decide, 1), (self.lift, 1)]

    def body_of(self, node: SimNode, body: dict[str, Any]) -> None:
        body["moody"] = self.rng.random() < self.moody

    def attempt(self, node: SimNode, row: ReadyEvent) -> Decision | None:
        if (row.event.body or {}).get("moody") and self.rng.random() < 0.5:
            return Decision("refused", "by_mood", by="officer.2")
        return None

    def decide(self) -> None:
        """An officer looks at a quarantined event, today in this mood."""
        node = self.world.any_node()
        for (src, event_id), row in list(node.tables.inbox.items()):
            if row.status == "quarantined":
                if self.rng.random() < 0.5:
                    node.repaired.add(event_id)
                    node.store.retry_event(src, event_id)
                else:
                    node.store.refuse_event(src, event_id, "refused_by_officer", "officer.2", self.world.now)
                return

    def lift(self) -> None:
        """A person has looked at the two receipts and lets the channel go on."""
        for node in self.world.processes():
            for peer, channel in list(node.tables.out_channels.items()):
                if channel.stopped == CONTRADICTS:
                    self.world.count["contradictions looked at"] += 1
                    node.store.resume(peer)

    def look_after(self) -> None:
        self.decide()
        self.lift()

    def may_stop(self, node: SimNode, peer: str, reason: str) -> bool:
        return reason == CONTRADICTS and any((name, why) == (peer, reason) for name, why, _, _ in node.tables.disputes)

    def may_differ(self, invariant: str, sender: SimNode, receiver: SimNode) -> bool:
        return invariant == "I5"

    def after_step(self, node: SimNode) -> None:
        """No alarm without two receipts that contradict each other."""
        tables = node.tables
        if self._known.get(id(tables.diverged)) == len(tables.diverged):
            return
        self._known = {id(tables.diverged): len(tables.diverged)}
        for (_, _, seq), names in tables.diverged.items():
            said = [{span.status for span in tables.receipts[name].spans if span.first <= seq <= span.last} for name in names]
            assert said == [{ACCEPTED}, {REFUSED}], f"I8 {node.name}: number {seq} is said to be decided both ways by {said}"

    def open_ends(self) -> list[str]:
        return [
            f"I8 silent: {sender.name}>{receiver.name} number {seq} decided both ways, not known to {end}"
            for sender, receiver, seq in self._differing()
            for end, known in ((sender.name, (OUT, receiver.name, seq) in sender.tables.diverged), (receiver.name, (IN, sender.name, seq) in receiver.tables.diverged))
            if not known
        ]

    def at_rest(self) -> None:
        self.world.count["numbers decided both ways"] += sum(1 for _ in self._differing())

    def _differing(self) -> Iterator[tuple[SimNode, SimNode, int]]:
        nodes = self.world.nodes
        for sender in nodes.values():
            for row in sender.tables.outbox.values():
                receiver = nodes[row.event.dst]
                there = receiver.tables.inbox.get((sender.name, row.event.id))
                if row.seq and row.final and there and there.status in FINAL and there.rh and there.status != row.final:
                    yield sender, receiver, row.seq
