"""What every kind of work, fault and person in the swarm has in common."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from nodekit.delivery.core.blob import Blob
from nodekit.delivery.core.decision import Decision
from nodekit.delivery.core.store import ReadyEvent
from nodekit.delivery.core.wire import Out

if TYPE_CHECKING:
    from tests.delivery.swarm.node import SimNode
    from tests.delivery.swarm.world import World

Action = tuple[Callable[[], None], float]
"""What may happen in one step, and its weight; deliveries weigh 70, one message each."""
MOODS = (0, 1, 1, 2, 8)
"""Each rare fault is absent, usual or constant in a seed: what never happens together in the mean happens together in some."""


class Feature:
    """One kind of work, fault or person in one run. Every method does nothing here.

    Attributes:
        name: names its random generator; unique.
        share: part of all seeds in which it is at work.
        dark: somebody lies, lives twice or errs, so that channels may stop. At most one such feature is at work in a seed.
    """

    name: ClassVar[str]
    share: ClassVar[float] = 1.0
    dark: ClassVar[bool] = False

    def __init__(self, world: World) -> None:
        self.world = world
        self.rng = random.Random(f"{world.seed}/{self.name}")

    def sometimes(self, act: Callable[[], None], weight: float) -> Action:
        """A rare action: absent, usual or constant in this seed."""
        return act, weight * self.rng.choice(MOODS)

    def start(self) -> None:
        """Before the first step, with all offices in place."""

    def actions(self) -> Sequence[Action]:
        """What chance may choose."""
        return ()

    def body_of(self, node: SimNode, body: dict[str, Any]) -> None:
        """A new event is being written; add fields its handlers or an invariant will look at."""

    def blobs_of(self, node: SimNode) -> Sequence[Blob]:
        """A new event is being written; what is attached to it, its chunks in the office's database already."""
        return ()

    def attempt(self, node: SimNode, row: ReadyEvent) -> Decision | None:
        """A handler meets an event: refuse it, raise HandlerFailed or EventHeld, or say None. What nobody minds is accepted."""
        return None

    def sent(self, node: SimNode, out: Out) -> None:
        """A transmission has left a process."""

    def after_step(self, node: SimNode) -> None:
        """Invariants after each step of an office. Raises Violation."""

    def may_stop(self, node: SimNode, peer: str, reason: str) -> bool:
        """True if this stop of a channel is what ought to happen here."""
        return False

    def may_differ(self, invariant: str, sender: SimNode, receiver: SimNode) -> bool:
        """True if this channel may break I4 or I5 for now, because somebody errs."""
        return False

    def heal(self) -> None:
        """No more of this: faults end, what was broken is mended."""

    def look_after(self) -> None:
        """What people do in every round after the faults."""

    def open_ends(self) -> list[str]:
        """What has not converged yet; empty at rest."""
        return []

    def at_rest(self) -> None:
        """Everything has converged: last invariants. Raises Violation."""
