"""Officers look at the quarantine and retry or refuse. The same officer decides the same event alike, also after a restore."""

from __future__ import annotations

from collections.abc import Sequence

from tests.delivery.swarm.feature import Action, Feature


class Officers(Feature):
    name = "officers"

    def actions(self) -> Sequence[Action]:
        return [self.sometimes(self.look_after, 2)]

    def look_after(self) -> None:
        node = self.world.any_node()
        for (src, event_id), row in list(node.tables.inbox.items()):
            if row.status == "quarantined":
                if self.repair(event_id):
                    node.repaired.add(event_id)
                    node.store.retry_event(src, event_id)
                else:
                    node.store.refuse_event(src, event_id, "refused_by_officer", "officer.1", self.world.now)
                return

    def repair(self, event_id: str) -> bool:
        return int(event_id[-1], 16) % 2 == 1
