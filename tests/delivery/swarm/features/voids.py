"""Two persons take events back. A void never overrules a decision, never leaves an event both taken back and accepted, and always gets its answer."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence

from nodekit.delivery.core.receipt import ACCEPTED
from nodekit.delivery.core.voids import VOID_TYPE, VOIDED_BY_SENDER
from nodekit.delivery.envelope import EventDoc, decode_event, encode_event
from tests.delivery.swarm.feature import Action, Feature
from tests.delivery.swarm.node import SimNode


class Voids(Feature):
    name = "voids"
    share = 0.4

    def start(self) -> None:
        self.voided: set[tuple[str, str]] = set()

    def actions(self) -> Sequence[Action]:
        return [self.sometimes(self.void, 2)]

    def void(self) -> None:
        """Something of ours that has no receipt: unnumbered, under way, or undecided there."""
        node = self.world.any_node()
        hanging = [row.event for row in node.tables.outbox.values() if row.final is None and not row.void and row.event.type != VOID_TYPE]
        if not hanging:
            return
        event = self.rng.choice(hanging)
        body = {"event": event.id, "fails": 0, "schema": 1}
        void = decode_event(encode_event(
            id=uuid.UUID(int=self.rng.getrandbits(128), version=4), src=node.name, dst=event.dst, type=VOID_TYPE,
            agg=f"void:{event.id}", at="2026-11-22T00:00:00Z", body=body,
        ))
        self.world.oracle.committed.add((node.name, void.eh))
        self.voided.add((node.name, event.id))
        node.store.void_outgoing(event.id, void)
        self.world.count["voids"] += 1

    def after_step(self, node: SimNode) -> None:
        for (src, event_id), row in node.tables.inbox.items():
            assert row.code != VOIDED_BY_SENDER or (src, event_id) in self.voided, f"V1 {node.name}: {event_id} refused as void, never taken back"

    def at_rest(self) -> None:
        for node in self.world.nodes.values():
            numbered = {row.event.id for row in node.tables.outbox.values() if row.seq}  # one id may stand in two rows: `Work.commit_again`
            for row in node.tables.outbox.values():
                there = self.world.nodes[row.event.dst].tables.inbox.get((node.name, row.event.id))
                assert not (row.void and row.event.id not in numbered and there), f"V2 {node.name}: {row.event.id} withheld, and yet {row.event.dst} has it"
            for receiver, event, status in self._answers(node):
                named = receiver.tables.inbox.get((node.name, (event.body or {})["event"]))
                void = named is None or named.code == VOIDED_BY_SENDER
                assert void == (status == ACCEPTED), f"V3 {node.name}: void {event.id} is {status}, its event {named and (named.status, named.code)}"
                self.world.count["voids accepted" if void else "voids too late"] += 1

    def _answers(self, node: SimNode) -> Iterator[tuple[SimNode, EventDoc, str]]:
        for receiver in self.world.nodes.values():
            for (src, _), row in receiver.tables.inbox.items():
                if src == node.name and row.event.type == VOID_TYPE:
                    yield receiver, row.event, row.status
