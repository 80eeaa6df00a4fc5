"""Counting, who may host, when a team is complete."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from capabilities.lifted_inspection.domain.machines import ON_BOARD, SECONDMENT_OPEN

NEEDS_CONTRIBUTORS = frozenset({"cross", "joint", "integrated"})
"""Kinds that cannot be done by one office alone: their teams come from elsewhere, too."""


@dataclass(frozen=True)
class Lent:
    """One request for people and how its candidates stand."""

    status: str
    wanted: int
    candidates: tuple[str, ...]

    @property
    def on_board(self) -> int:
        return sum(status in ON_BOARD for status in self.candidates)


def staffing_gaps(kind: str, lent: Iterable[Lent], own_members: int) -> list[str]:
    """What keeps a team from being formed, one sentence each; empty: it may be formed."""
    counted = [entry for entry in lent if entry.status in SECONDMENT_OPEN]
    gaps = []
    conflicted = sum(status == "conflicted" for entry in counted for status in entry.candidates)
    if conflicted:
        gaps.append(f"有{conflicted}名人选命中回避,须更换")
    undecided = sum(status == "offered" for entry in counted for status in entry.candidates)
    if undecided:
        gaps.append(f"有{undecided}名人选尚未遴选")
    missing = sum(max(entry.wanted - entry.on_board, 0) for entry in counted)
    if missing:
        gaps.append(f"抽调人数还差{missing}名")
    unreleased = sum(entry.status not in {"released", "joined", "returned"} for entry in counted)
    if unreleased:
        gaps.append(f"有{unreleased}个单位尚未放行")
    if kind in NEEDS_CONTRIBUTORS and not any(entry.on_board for entry in counted):
        gaps.append("交叉、联动、一体巡察须有抽调单位人员参加")
    if own_members + sum(entry.on_board for entry in counted) == 0:
        gaps.append("巡察组还没有成员")
    return gaps


def counts_here(counting_owner: str, office: str) -> bool:
    """A task is counted once, by one office; everybody else only shows it."""
    return counting_owner == office


def kind_counts(kinds: Iterable[str]) -> Mapping[str, int]:
    """Tasks by kind."""
    counts: dict[str, int] = {}
    for kind in kinds:
        counts[kind] = counts.get(kind, 0) + 1
    return counts
