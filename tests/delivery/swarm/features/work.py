"""What offices do with each other: events of a few aggregates, some refused, some failing, some too new; now and then a burst."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from nodekit.delivery.core.decision import Decision, EventHeld, HandlerFailed
from nodekit.delivery.core.store import ReadyEvent
from nodekit.delivery.envelope import decode_event, encode_event
from tests.delivery.swarm.feature import Action, Feature
from tests.delivery.swarm.node import SimNode


class Work(Feature):
    name = "work"

    def actions(self) -> Sequence[Action]:
        return [(self.commit, 8), self.sometimes(self.commit_again, 1), self.sometimes(self.burst, 0.2)]

    def commit(self) -> None:
        node = self.world.any_node()
        for _ in range(self.rng.choice((1, 1, 1, 3, 10))):
            self.say(node, self.rng.choice(list(self.world.nodes)))

    def burst(self) -> None:
        """A day's work at once, to one office."""
        node, dst = self.world.any_node(), self.rng.choice(list(self.world.nodes))
        for _ in range(self.rng.randint(30, 120)):
            self.say(node, dst)

    def say(self, node: SimNode, dst: str) -> None:
        """One event is committed."""
        body: dict[str, Any] = {
            "n": self.world.count["committed"], "schema": 2 if self.rng.random() < 0.05 else 1, "refuse": self.rng.random() < 0.1,
            "fails": self.rng.choice((1, 2, 9)) if self.rng.random() < 0.06 else 0,
            "text": "x" * self.rng.choice((0, 0, 0, 0, 300, 1200, 4000)),
        }
        for feature in self.world.features:
            feature.body_of(node, body)
        blobs = [blob for feature in self.world.features for blob in feature.blobs_of(node)]
        self.world.count["committed"] += 1
        event = decode_event(encode_event(
            id=uuid.UUID(int=self.rng.getrandbits(128), version=4), src=node.name, dst=dst,
            type="test.happened.v1", agg=f"case-{self.rng.randint(1, 4)}", at="2026-11-22T00:00:00Z", body=body,
            blobs=blobs,
        ))
        self.world.oracle.committed.add((node.name, event.eh))
        node.store.put_outgoing(event)

    def commit_again(self) -> None:
        """The same event under a second number, as after a restore that forgot the first."""
        node = self.world.any_node()
        if node.tables.outbox:
            event = self.rng.choice(list(node.tables.outbox.values())).event
            if event.body and event.body["fails"] == 0 and event.body["schema"] == 1:
                node.store.put_outgoing(event)

    def attempt(self, node: SimNode, row: ReadyEvent) -> Decision | None:
        body = row.event.body or {}
        if body["schema"] > node.release:
            raise EventHeld("schema too new")
        if row.attempts < body["fails"] and row.event.id not in node.repaired:
            raise HandlerFailed("planted")
        return Decision("refused", "not_ours") if body["refuse"] else None
