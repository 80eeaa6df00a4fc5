"""State machines as data: what states a record can be in and which steps are allowed.

Both sides of a capability agree on these; they hold no I/O and decide nothing about who may act.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Tone(StrEnum):
    """How a state looks. Never colour alone: the label is always printed beside the dot."""

    GREY = "grey"
    BLUE = "blue"
    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    PURPLE = "purple"


@dataclass(frozen=True)
class State:
    """One state: Chinese label as officers read it, and tone."""

    label: str
    tone: Tone = Tone.BLUE
    final: bool = False


@dataclass(frozen=True)
class StateMachine:
    """Allowed states and steps of one kind of record.

    Raises:
        ValueError: at construction, when a step names an unknown state or a non-final state has no way out.
    """

    name: str
    initial: str
    states: Mapping[str, State]
    steps: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        named = {self.initial, *self.steps, *(to for tos in self.steps.values() for to in tos)}
        if unknown := named - set(self.states):
            raise ValueError(f"{self.name}: unknown states {sorted(unknown)}")
        stuck = [code for code, state in self.states.items() if not state.final and not self.steps.get(code)]
        if stuck:
            raise ValueError(f"{self.name}: states without a way out that are not final: {stuck}")

    def allows(self, before: str, after: str) -> bool:
        return after in self.steps.get(before, ())

    def label(self, code: str) -> str:
        return self.states[code].label if code in self.states else code

    def sources_of(self, after: str) -> frozenset[str]:
        """States from which `after` can be reached in one step."""
        return frozenset(code for code, tos in self.steps.items() if after in tos)

    @property
    def labels(self) -> dict[str, str]:
        return {code: state.label for code, state in self.states.items()}
