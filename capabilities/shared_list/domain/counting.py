"""Counting rules: the composition of an adaptation, and what may be decided about an item."""

from collections.abc import Iterable
from dataclasses import dataclass

from capabilities.shared_list.domain.states import Decision


@dataclass(frozen=True)
class Composition:
    """How a local version is made up. Shares are of upstream items; additions are counted beside them, never inside."""

    adopted: int = 0
    modified: int = 0
    dropped: int = 0
    added: int = 0

    @property
    def upstream(self) -> int:
        """Upstream items decided: the denominator of adopt, modify and drop."""
        return self.adopted + self.modified + self.dropped

    @property
    def adoption(self) -> float | None:
        """Share adopted as they are; None when nothing was decided (never a fake zero)."""
        return self.adopted / self.upstream if self.upstream else None

    @property
    def label(self) -> str:
        return f"采用{self.adopted} 修改{self.modified} 删去{self.dropped} 新增{self.added}"


def compose(decisions: Iterable[tuple[str, bool]]) -> Composition:
    """Composition from (decision, from_upstream) pairs.

    A local addition that was given up again (drop without upstream) counts nowhere.
    """
    tally = dict.fromkeys(Decision, 0)
    for code, from_upstream in decisions:
        decision = Decision.of(code)
        if decision is Decision.ADD or from_upstream:
            tally[decision] += 1
    return Composition(tally[Decision.ADOPT], tally[Decision.MODIFY], tally[Decision.DROP], tally[Decision.ADD])


def allowed_decisions(*, from_upstream: bool, locked: bool) -> tuple[Decision, ...]:
    """What may be decided about an item: a locked one can only be adopted, an addition only kept or given up."""
    if not from_upstream:
        return (Decision.ADD, Decision.DROP)
    return (Decision.ADOPT,) if locked else (Decision.ADOPT, Decision.MODIFY, Decision.DROP)
