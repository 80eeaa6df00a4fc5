"""What every fault is: something it takes hold of, something it does, and the end of it."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from tests.fault.ground import Ground
from tests.fault.office import Office
from tests.fault.rogue import Rogue

READY_S = 240.0
"""Only bounds a failure: the machine may be busy with something else."""


@dataclass(frozen=True)
class Scene:
    """What faults act upon."""

    ground: Ground
    rogues: Mapping[str, Rogue]

    @property
    def offices(self) -> Mapping[str, Office]:
        return self.ground.offices


class Fault(ABC):
    """One fault at one office. It is drawn before it is known whether it may happen now; `facts` is filled as it does.

    Attributes:
        kind: its number in the list of faults. `name`: what it does, in a few words.
        holds_s: how long it lasts between `inject` and `heal`, drawn from this range.
        alone: whether nothing else may be broken meanwhile.
    """

    kind: ClassVar[str]
    name: ClassVar[str]
    holds_s: ClassVar[tuple[float, float]] = (0.0, 0.5)
    alone: ClassVar[bool] = False

    def __init__(self, scene: Scene, office: Office, rng: random.Random) -> None:
        self.scene, self.office, self.rng = scene, office, rng
        self.facts: dict[str, object] = {}

    @property
    @abstractmethod
    def claims(self) -> frozenset[str]:
        """Parts that no other fault may touch meanwhile, such as `990121-inspection postgres`."""

    @abstractmethod
    async def inject(self) -> None: ...

    async def heal(self) -> None:  # noqa: B027 - most faults need none
        """Whatever has to be undone; what repairs itself needs nothing."""

    def parts(self, *names: str) -> frozenset[str]:
        return frozenset(f"{self.office.id} {name}" for name in names)
