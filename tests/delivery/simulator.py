"""Swarm simulation of the shipped protocol: random faults, invariants after every step, then everything must converge.

`python -m tests.delivery.simulator --seeds 0:2000` prints one line per failing seed and a summary.
Each seed draws its own fault rates, so some runs are calm and some are dreadful.
"""

from __future__ import annotations

import argparse
import random
import sys
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from nodekit.delivery.core.wire import PKT, Out
from nodekit.delivery.envelope import decode_event, encode_event
from tests.delivery.oracle import Oracle, Violation
from tests.delivery.sim_node import CRASH_AFTER_COMMIT, CRASH_BEFORE_COMMIT, NO_CRASH, SimNode, Variant

STEPS = 900
SETTLE_S_MAX = 1200.0
"""Virtual seconds from the last fault to rest; the longest pause of the protocol is 300 s."""
RECORDED_MAX = 400
PART = 50
"""Seeds one process takes at a time."""
MOODS = (0, 1, 1, 2, 8)
"""Each rare fault is absent, usual or constant in a seed: what never happens together in the mean happens together in some."""


@dataclass
class Rates:
    """Fault probabilities of one seed."""

    loss: float
    duplicate: float
    corrupt: float
    crash: float

    @classmethod
    def draw(cls, rng: random.Random) -> Rates:
        return cls(rng.random() * 0.3, rng.random() * 0.4, rng.random() * 0.1, rng.random() ** 3 * 0.1)


class World:
    """A few offices, a bag of messages in flight, a clock."""

    def __init__(self, seed: int, variant: Variant) -> None:
        self.rng = random.Random(seed)
        self.now = 1_800_000_000.0
        names = [f"99{index:04d}-inspection" for index in range(self.rng.choice((2, 2, 3, 3, 4, 5)))]
        self.nodes = {name: SimNode(name, self.rng, variant) for name in names}
        self.oracle = Oracle(self.nodes)
        self.prompt = self.rng.random()
        self.fickle = False
        """People decide at random, and differently after a restore."""
        self.rates = Rates.draw(self.rng)
        self.in_flight: list[tuple[str, Out]] = []
        self.recorded: list[tuple[str, Out]] = []
        self.cut: set[frozenset[str]] = set()
        self.count: Counter[str] = Counter()
        self.calm = False

    def run(self) -> None:
        actions: list[tuple[Callable[[], None], int]] = [
            (self.commit, 8), (self.deliver, 70), (self.pump, 14), (self.tick, 10), (self.apply, 6), (self.wait, 12),
            (self.crash, 2), (self.cut_or_heal, 2), (self.replay, 3), (self.operate, 2), (self.wipe_bus, 1), (self.jump_clock, 1),
            (self.commit_again, 1), (self.back_up, 2), (self.restore, 1), (self.install, 1),
        ]
        functions, weights = zip(*((action, weight * (self.rng.choice(MOODS) if weight <= 3 else 1)) for action, weight in actions), strict=True)
        for action in self.rng.choices(functions, weights, k=STEPS):
            action()
        self.settle()

    def commit(self) -> None:
        node = self._node()
        for _ in range(self.rng.choice((1, 1, 1, 3, 10))):
            body = {
                "n": self.count["committed"], "schema": 2 if self.rng.random() < 0.05 else 1, "refuse": self.rng.random() < 0.1,
                "fails": self.rng.choice((1, 2, 9)) if self.rng.random() < 0.06 else 0,
            }
            self.count["committed"] += 1
            event = encode_event(
                id=uuid.UUID(int=self.rng.getrandbits(128), version=4), src=node.name, dst=self.rng.choice(list(self.nodes)),
                type="test.happened.v1", agg=f"case-{self.rng.randint(1, 4)}", at="2026-11-22T00:00:00Z", body=body,
            )
            self.oracle.committed.add((node.name, decode_event(event).eh))
            node.store.put_outgoing(decode_event(event))

    def commit_again(self) -> None:
        """The same event under a second number, as after a restore that forgot the first."""
        node = self._node()
        if node.tables.outbox:
            event = self.rng.choice(list(node.tables.outbox.values())).event
            if event.body and event.body["fails"] == 0 and event.body["schema"] == 1:
                node.store.put_outgoing(event)

    def deliver(self) -> None:
        if not self.in_flight:
            return
        src, out = self.in_flight.pop(0 if self.rng.random() < 0.6 else self.rng.randrange(len(self.in_flight)))
        if self.rng.random() < self.rates.loss:
            self.count["lost"] += 1
            return
        if self.rng.random() < self.rates.duplicate:
            self.count["duplicated"] += 1
            self.in_flight.append((src, out))
        self._arrive(src, out)

    def replay(self) -> None:
        if self.recorded:
            self.count["replayed"] += 1
            self._arrive(*self.rng.choice(self.recorded))

    def pump(self) -> None:
        node = self._node()
        self._after(node, node.pump(self.now, self._fate()))

    def tick(self) -> None:
        node = self._node()
        self._after(node, node.tick(self.now, self._fate()))

    def apply(self) -> None:
        node = self._node()
        self._after(node, node.apply(self.now, self._fate()))

    def wait(self) -> None:
        self.now += self.rng.choice((0.01, 0.1, 1.0, 1.0, 5.0, 40.0))

    def crash(self) -> None:
        self._node().crash()

    def cut_or_heal(self) -> None:
        pair = frozenset(self.rng.sample(list(self.nodes), 2))
        self.cut.symmetric_difference_update((pair,))
        self.count["cuts"] += 1

    def back_up(self) -> None:
        self._node().back_up()

    def restore(self) -> None:
        """One office, sometimes several at once, goes back to a backup."""
        for node in self.rng.sample(list(self.nodes.values()), self.rng.choice((1, 1, 2))):
            self.count["restores"] += node.restore()
            self.oracle.after_step(node)

    def install(self) -> None:
        self.count["releases"] += 1
        self._node().install(self.rng.choice((1, 2)))

    def wipe_bus(self) -> None:
        self.in_flight.clear()
        self.count["wipes"] += 1

    def jump_clock(self) -> None:
        self._node().skew += self.rng.choice((-86400.0, -3600.0, 3600.0, 86400.0))

    def operate(self) -> None:
        """A person looks at the quarantine and retries or refuses."""
        node = self._node()
        for (src, event_id), row in list(node.tables.inbox.items()):
            if row.status == "quarantined":
                if self.rng.random() < 0.5 if self.fickle else int(event_id[-1], 16) % 2:
                    node.repaired.add(event_id)
                    node.store.retry_event(src, event_id)
                else:
                    node.store.refuse_event(src, event_id, "refused_by_officer", "officer.1", self.now)
                return

    def settle(self) -> None:
        """No more faults: within SETTLE_S_MAX everything must be decided and both sides must agree."""
        self.calm = True
        self.rates = Rates(0, 0, 0, 0)
        self.cut.clear()
        for node in self.nodes.values():
            node.upgrade_in_place()
        end = self.now + SETTLE_S_MAX
        while self.oracle.at_rest():
            if self.now > end:
                raise Violation(f"I10 not converged: {self.oracle.at_rest()[:3]}")
            for node in self.nodes.values():
                for step in (node.pump, node.tick, node.apply):
                    self._after(node, step(self.now, NO_CRASH))
            while self.in_flight:
                self._arrive(*self.in_flight.pop(0))
            self.operate()
            self.now += 0.5
        self.count["settle_s"] = int(self.now - end + SETTLE_S_MAX)

    def _arrive(self, src: str, out: Out) -> None:
        if frozenset((src, out.dst)) in self.cut:
            self.count["lost"] += 1
            return
        data = out.data
        if self.rng.random() < self.rates.corrupt:
            self.count["corrupted"] += 1
            position = self.rng.randrange(len(data))
            data = data[:position] + bytes([data[position] ^ (1 << self.rng.randrange(8))]) + data[position + 1 :]
        node = self.nodes[out.dst]
        apply_now = self.calm or self.rng.random() < 0.7
        self._after(node, node.receive(src, data, self.now, self._fate(), apply_now=apply_now))
        if self.rng.random() < self.prompt:  # what arrives wakes the relay
            self._after(node, node.pump(self.now, self._fate()))
            self._after(node, node.tick(self.now, self._fate()))

    def _after(self, node: SimNode, outs: list[Out]) -> None:
        self.oracle.after_step(node)
        for out in outs:
            self.count["messages"] += 1
            self.count["packets"] += out.kind == PKT
            self.in_flight.append((node.name, out))
            if len(self.recorded) < RECORDED_MAX:
                self.recorded.append((node.name, out))
            else:
                self.recorded[self.rng.randrange(RECORDED_MAX)] = (node.name, out)

    def _node(self) -> SimNode:
        return self.rng.choice(list(self.nodes.values()))

    def _fate(self) -> str:
        if self.rng.random() >= self.rates.crash:
            return NO_CRASH
        self.count["crashes"] += 1
        return self.rng.choice((CRASH_BEFORE_COMMIT, CRASH_AFTER_COMMIT))


def simulate(seed: int, variant: Variant | None = None) -> Counter[str]:
    """Run one seed; returns what happened.

    Raises:
        Violation: an invariant failed (or the core stopped itself with StoreBroken).
    """
    world = World(seed, variant or Variant())
    world.run()
    return world.count


@dataclass
class Summary:
    """What a range of seeds came to."""

    total: Counter[str]
    settle_s: list[int]
    failed: list[tuple[int, str]]


def run_seeds(seeds: range) -> Summary:
    """Every seed of a range; a failing one does not end it."""
    summary = Summary(Counter(), [], [])
    for seed in seeds:
        try:
            count = simulate(seed)
        except Exception as error:
            summary.failed.append((seed, f"{type(error).__name__}: {error}"))
            continue
        summary.settle_s.append(count.pop("settle_s"))
        summary.total += count
    return summary


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="0:200", help="first:last, last excluded")
    parser.add_argument("--jobs", type=int, default=1, help="processes; 0: one per core")
    options = parser.parse_args()
    first, last = map(int, options.seeds.split(":"))
    parts = [range(start, min(start + PART, last)) for start in range(first, last, PART)]
    total: Counter[str] = Counter()
    settle_s: list[int] = []
    failed = 0
    with ProcessPoolExecutor(options.jobs or None) as pool:
        for summary in pool.map(run_seeds, parts):
            total += summary.total
            settle_s += summary.settle_s
            failed += len(summary.failed)
            for seed, error in summary.failed:
                print(f"seed {seed}: {error}", flush=True)
    settle_s.sort()
    print(f"{last - first} seeds, {failed} violations; " + ", ".join(f"{name} {number}" for name, number in sorted(total.items())))
    if settle_s:
        print(f"virtual seconds to rest after the last fault: median {settle_s[len(settle_s) // 2]}, 95 % {settle_s[len(settle_s) * 95 // 100]}, most {settle_s[-1]}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
