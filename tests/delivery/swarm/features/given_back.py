"""I8, the part that restores must not break: a decision that came back with its event stands, and keeps the receipt it was signed with."""

from __future__ import annotations

import orjson

from nodekit.delivery.core.receipt import FINAL, REFUSED
from nodekit.delivery.core.wire import PKT, Out
from tests.delivery.swarm.feature import Feature
from tests.delivery.swarm.node import SimNode
from tests.delivery.swarm.oracle import Violation

ROOM = 3
"""Fewer receipts than this always fit a packet; of what does not fit nothing came back, and a contradiction is told."""


class GivenBack(Feature):
    name = "decisions given back"

    def start(self) -> None:
        self.carried: dict[int, dict[int, str]] = {}
        """By packet: its numbers, and the receipts the sender held for them when it sent them."""

    def sent(self, node: SimNode, out: Out) -> None:
        if out.kind != PKT:
            return
        _, head, *lines = out.data.split(b"\n")
        body = orjson.loads(head)["b"]
        first, last = body["seq"], body["seq"] + len(lines) - len(body.get("prior", ())) - 1
        tables = node.tables
        receipts = {seq: tables.outbox[tables.out_links[out.dst, seq][1]].rh or "" for seq in range(first, last + 1)}
        self.carried[hash(out.data)] = receipts if len(body.get("prior", ())) < ROOM else {}

    def taken(self, node: SimNode, src: str, data: bytes, cursor: int) -> None:
        there = node.tables.in_channels.get(src)
        for seq, name in self.carried.get(hash(data), {}).items():
            if there is not None and cursor < seq <= there.cursor:
                if name:
                    node.tables.given_back[src, seq] = name
                else:
                    node.tables.given_back.pop((src, seq), None)

    def after_step(self, node: SimNode) -> None:
        tables = node.tables
        for (src, seq), first in tables.given_back.items():
            link = tables.in_links.get((src, seq))
            row = tables.inbox[src, link.event_id] if link else None
            if row is None or row.seq != seq or row.status not in FINAL or row.rh in (None, first):
                continue
            if not (row.by and row.status == REFUSED):  # a person may refuse what waits for one
                raise Violation(f"I8 {node.name}: number {seq} of {src} was decided again though its receipt had come back with it")
