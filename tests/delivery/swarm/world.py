"""A few offices, a bag of messages in flight, a clock; chance chooses what happens next, then faults end and everything must come to rest."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field

from nodekit.delivery.core.wire import PKT, Out
from tests.delivery.swarm.feature import Action, Feature
from tests.delivery.swarm.features import FEATURES
from tests.delivery.swarm.node import CRASH_AFTER_COMMIT, CRASH_BEFORE_COMMIT, FAILED, NO_CRASH, SimNode
from tests.delivery.swarm.oracle import Oracle, Violation
from tests.delivery.swarm.variant import Variant

STEPS = 900
SETTLE_S_MAX = 1200.0
"""Virtual seconds from the last fault to rest; the longest pause of the protocol is 300 s."""


@dataclass
class Bus:
    """Messages in flight and how badly they are treated: probabilities per message."""

    in_flight: list[tuple[str, Out]] = field(default_factory=list)
    cut: set[tuple[str, str]] = field(default_factory=set)
    """(from, to) that do not reach each other."""
    loss: float = 0.0
    duplicate: float = 0.0
    corrupt: float = 0.0
    disorder: float = 0.0


class World:
    """One run."""

    def __init__(self, seed: int, variant: Variant) -> None:
        self.seed, self.rng = seed, random.Random(seed)
        self.now = 1_800_000_000.0
        self.bus = Bus()
        self.crash_rate = self.failure_rate = 0.0
        self.count: Counter[str] = Counter()
        self.calm = False
        names = [f"99{index:04d}-inspection" for index in range(self.rng.choice((2, 2, 3, 3, 4, 5)))]
        self.features = [kind(self) for kind in FEATURES if not kind.dark and self._drawn(kind.name) < kind.share]
        self.features += self._dark()
        self.nodes = {name: SimNode(name, self.rng, variant, self.features) for name in names}
        self.copies: list[SimNode] = []
        """Further processes over copies of an office's database."""
        self.oracle = Oracle(self)
        self.prompt = self.rng.random()
        for feature in self.features:
            feature.start()

    def run(self) -> None:
        """Chaos, then rest.

        Raises:
            Violation: an invariant does not hold.
        """
        actions: list[Action] = [(self.deliver, 70), (self.pump, 14), (self.tick, 10), (self.apply, 6), (self.wait, 12)]
        for feature in self.features:
            actions += feature.actions()
        functions, weights = zip(*actions, strict=True)
        for action in self.rng.choices(functions, weights, k=STEPS):
            action()
        self.settle()

    def processes(self) -> list[SimNode]:
        """Every process that runs, copies included."""
        return [*self.nodes.values(), *self.copies]

    def any_node(self) -> SimNode:
        return self.rng.choice(self.processes())

    def deliver(self) -> None:
        bus, rng = self.bus, self.rng
        if not bus.in_flight:  # nobody has anything to say: time passes until somebody has
            self.wait()
            self.tick()
            return
        src, out = bus.in_flight.pop(rng.randrange(len(bus.in_flight)) if rng.random() < bus.disorder else 0)
        if rng.random() < bus.loss:
            self.count["lost"] += 1
            return
        if rng.random() < bus.duplicate:
            self.count["duplicated"] += 1
            bus.in_flight.append((src, out))
        self.arrive(src, out)

    def pump(self) -> None:
        node = self.any_node()
        self.after(node, node.pump(self.now, self._fate()))

    def tick(self) -> None:
        node = self.any_node()
        self.after(node, node.tick(self.now, self._fate()))

    def apply(self) -> None:
        node = self.any_node()
        self.after(node, node.apply(self.now, self._fate()))

    def wait(self) -> None:
        self.now += self.rng.choice((0.01, 0.1, 1.0, 1.0, 5.0, 40.0))

    def settle(self) -> None:
        """No more faults: within SETTLE_S_MAX everything must be decided and both sides must agree."""
        self.calm = True
        for feature in self.features:
            feature.heal()
        start = self.now
        while open_ends := self.open_ends():
            if self.now > start + SETTLE_S_MAX:
                raise Violation(f"I10 not converged: {open_ends[:3]}")
            self.calm_round()
        self.count["settle_s"] = int(self.now - start)
        for feature in self.features:
            feature.at_rest()

    def calm_round(self) -> None:
        """Half a second in which everything works."""
        for node in self.processes():
            for step in (node.pump, node.tick, node.apply):
                self.after(node, step(self.now, NO_CRASH))
        while self.bus.in_flight:
            self.arrive(*self.bus.in_flight.pop(0))
        for feature in self.features:
            feature.look_after()
        self.now += 0.5

    def open_ends(self) -> list[str]:
        """What has not converged yet."""
        return self.oracle.open_ends() + [end for feature in self.features for end in feature.open_ends()]

    def arrive(self, src: str, out: Out) -> None:
        """One message reaches its office, perhaps damaged; or does not, if the way is cut."""
        if (src, out.dst) in self.bus.cut:
            self.count["lost"] += 1
            return
        data = out.data
        if self.rng.random() < self.bus.corrupt:
            self.count["corrupted"] += 1
            position = self.rng.randrange(len(data))
            data = data[:position] + bytes([data[position] ^ (1 << self.rng.randrange(8))]) + data[position + 1 :]
        for node in self._reached(out.dst):
            self.hand(node, src, data)

    def hand(self, node: SimNode, src: str, data: bytes) -> None:
        """A process takes one message from the bus."""
        apply_now = self.calm or self.rng.random() < 0.7
        self.after(node, node.receive(src, data, self.now, self._fate(), apply_now=apply_now))
        if self.rng.random() < self.prompt:  # what arrives wakes the relay
            self.after(node, node.pump(self.now, self._fate()))
            self.after(node, node.tick(self.now, self._fate()))

    def after(self, node: SimNode, outs: list[Out]) -> None:
        """A step has ended; what it sent is on its way."""
        self.check(node)
        for out in outs:
            self.oracle.sent(node, out)
            self.count["messages"] += 1
            self.count["packets"] += out.kind == PKT
            self.bus.in_flight.append((node.name, out))
            for feature in self.features:
                feature.sent(node, out)

    def check(self, node: SimNode) -> None:
        """Every invariant that can be judged now."""
        self.oracle.after_step(node)
        for feature in self.features:
            feature.after_step(node)

    def may_stop(self, node: SimNode, peer: str, reason: str) -> bool:
        return any(feature.may_stop(node, peer, reason) for feature in self.features)

    def _reached(self, office: str) -> list[SimNode]:
        """The processes of an office that take a message: one of them, or in calm weather all."""
        there = [node for node in self.processes() if node.name == office]
        return there if self.calm or len(there) == 1 else [self.rng.choice(there)]

    def _fate(self) -> str:
        if self.calm:
            return NO_CRASH
        chance = self.rng.random()
        if chance < self.crash_rate:
            self.count["crashes"] += 1
            return self.rng.choice((CRASH_BEFORE_COMMIT, CRASH_AFTER_COMMIT))
        if chance < self.crash_rate + self.failure_rate:
            self.count["failed transactions"] += 1
            return FAILED
        return NO_CRASH

    def _drawn(self, name: str) -> float:
        return random.Random(f"{self.seed}/{name} drawn").random()

    def _dark(self) -> list[Feature]:
        """At most one: its share of seeds is its own."""
        chance = self._drawn("dark")
        for kind in FEATURES:
            if kind.dark:
                if chance < kind.share:
                    return [kind(self)]
                chance -= kind.share
        return []
