"""Two offices as a Hypothesis rule machine: short runs of a few rules, so that what breaks shrinks to a handful of steps.

Depth is the swarm's business (`simulator.py`); this one exists because its counterexamples can be read.
"""

from __future__ import annotations

import random
import uuid

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from nodekit.delivery.core.rules import Rules
from nodekit.delivery.core.wire import Out
from nodekit.delivery.envelope import decode_event, encode_event
from tests.delivery.swarm.node import CRASH_AFTER_COMMIT, CRASH_BEFORE_COMMIT, FAILED, NO_CRASH, SimNode
from tests.delivery.swarm.oracle import Oracle, Violation
from tests.delivery.swarm.variant import Variant

COUNTY, CITY = "990121-inspection", "990100-inspection"
MACHINES, STEPS = 300, 60
SETTLE_ROUNDS = 1500
offices = st.sampled_from((COUNTY, CITY))
fates = st.sampled_from((NO_CRASH, NO_CRASH, NO_CRASH, NO_CRASH, CRASH_BEFORE_COMMIT, CRASH_AFTER_COMMIT, FAILED))


class TwoOffices(RuleBasedStateMachine):
    """Commit, deliver, lose, repeat, crash, back up, restore, wait; every invariant after every step, rest at the end."""

    variant = Variant()

    @initialize(seed=st.integers(0, 1000))
    def begin(self, seed: int) -> None:
        rng = random.Random(seed)
        self.now = 1_800_000_000.0
        self.features: list = []
        self.nodes = {name: SimNode(name, rng, self.variant, self.features) for name in (COUNTY, CITY)}
        self.oracle = Oracle(self)
        self.in_flight: list[tuple[str, Out]] = []
        self.events = 0

    def processes(self) -> list[SimNode]:
        return list(self.nodes.values())

    def may_stop(self, _node: SimNode, _peer: str, _reason: str) -> bool:
        return False

    @rule(src=offices, agg=st.sampled_from("ab"), count=st.integers(1, 3))
    def commit(self, src: str, agg: str, count: int) -> None:
        node, dst = self.nodes[src], CITY if src == COUNTY else COUNTY
        for _ in range(count):
            self.events += 1
            raw = encode_event(
                id=uuid.UUID(int=self.events, version=4), src=src, dst=dst, type="test.happened.v1", agg=agg, at="2026-11-22T00:00:00Z", body={"n": self.events},
            )
            event = decode_event(raw)
            work = node.store.begin()
            work.put_outgoing(event)
            node.store.commit(work)
            node.protocol.schedule.know(dst, self.now)
            self.oracle.committed.add((src, event.eh))

    @rule(office=offices, fate=fates)
    def work(self, office: str, fate: str) -> None:
        node = self.nodes[office]
        for step in (node.pump, node.tick, node.apply):
            self._after(node, step(self.now, fate))

    @precondition(lambda self: self.in_flight)
    @rule(which=st.integers(0, 100), fate=fates, apply_now=st.booleans())
    def deliver(self, which: int, fate: str, apply_now: bool) -> None:
        self._arrive(*self.in_flight.pop(which % len(self.in_flight)), fate, apply_now=apply_now)

    @precondition(lambda self: self.in_flight)
    @rule(count=st.integers(1, 8))
    def deliver_in_order(self, count: int) -> None:
        for _ in range(min(count, len(self.in_flight))):
            self._arrive(*self.in_flight.pop(0), NO_CRASH, apply_now=True)

    @precondition(lambda self: self.in_flight)
    @rule(which=st.integers(0, 100))
    def lose(self, which: int) -> None:
        del self.in_flight[which % len(self.in_flight)]

    @precondition(lambda self: self.in_flight)
    @rule(which=st.integers(0, 100))
    def repeat(self, which: int) -> None:
        self.in_flight.append(self.in_flight[which % len(self.in_flight)])

    @rule()
    def wipe_the_bus(self) -> None:
        self.in_flight.clear()

    @rule(office=offices)
    def crash(self, office: str) -> None:
        self.nodes[office].crash()

    @rule(office=offices)
    def back_up(self, office: str) -> None:
        self.nodes[office].back_up()

    @rule(office=offices, seed=st.integers(0, 9))
    def restore(self, office: str, seed: int) -> None:
        self.nodes[office].restore(random.Random(seed))

    @rule(rounds=st.integers(1, 6))
    def quiet_while(self, rounds: int) -> None:
        """Everything works for some half seconds; without it chance hardly ever opens a session."""
        for _ in range(rounds):
            for name in self.nodes:
                self._calm(name)
            self.now += 0.5

    @rule(seconds=st.sampled_from((0.1, 1.0, 5.0, 40.0)))
    def wait(self, seconds: float) -> None:
        self.now += seconds

    def teardown(self) -> None:
        if not hasattr(self, "nodes"):
            return
        for _ in range(SETTLE_ROUNDS):
            if not (open_ends := self.oracle.open_ends()):
                return
            for name in self.nodes:
                self._calm(name)
            self.now += 0.5
        raise Violation(f"I10 not converged: {open_ends[:3]}")

    def _calm(self, office: str) -> None:
        node = self.nodes[office]
        for step in (node.pump, node.tick, node.apply):
            self._after(node, step(self.now, NO_CRASH))
        while self.in_flight:
            self._arrive(*self.in_flight.pop(0), NO_CRASH, apply_now=True)

    def _arrive(self, src: str, out: Out, fate: str, *, apply_now: bool) -> None:
        node = self.nodes[out.dst]
        self._after(node, node.receive(src, out.data, self.now, fate, apply_now=apply_now))

    def _after(self, node: SimNode, outs: list[Out]) -> None:
        self.oracle.after_step(node)
        for out in outs:
            self.oracle.sent(node, out)
            self.in_flight.append((node.name, out))


BOUNDS = settings(
    max_examples=MACHINES, stateful_step_count=STEPS, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def test_two_offices_hold_every_invariant_and_come_to_rest():
    run_state_machine_as_test(TwoOffices, settings=BOUNDS)


def test_the_machine_notices_a_rule_that_is_gone():
    class WithoutResending(TwoOffices):
        variant = Variant(rules=Rules(resend=False))

    class WithoutWant(TwoOffices):
        variant = Variant(rules=Rules(want=False))

    missed = []
    for machine in (WithoutResending, WithoutWant):
        try:
            run_state_machine_as_test(machine, settings=settings(BOUNDS, database=None, phases=[Phase.generate], print_blob=False))
            missed.append(machine.__name__)
        except Violation:
            continue
    assert missed == []
