"""The labelled wordings of labelled.tsv (synthetic), and how well a grouping tells them apart."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from capabilities.common_issue import similarity
from capabilities.common_issue.domain.candidates import Reported

if TYPE_CHECKING:
    from collections.abc import Collection


@dataclass(frozen=True)
class Labelled:
    """One wording and the defect it tells of."""

    defect: str
    finding: Reported


@dataclass(frozen=True)
class Score:
    """Over all pairs of wordings: of those put together, how many belong together; of those that belong together, how many were put together."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / (self.precision + self.recall)


def read() -> list[Labelled]:
    lines = (Path(__file__).parent / "labelled.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return [Labelled(defect, Reported(uuid4(), "990121-inspection", "u", category, text)) for defect, category, text in rows]


def true_pairs(rows: Collection[Labelled]) -> set[frozenset[UUID]]:
    return {frozenset((one.finding.id, other.finding.id)) for one, other in combinations(rows, 2) if one.defect == other.defect}


def score(rows: Collection[Labelled], threshold: float) -> Score:
    """How the shipped grouping does at a threshold."""
    wanted = true_pairs(rows)
    made = {frozenset(pair) for group in similarity.groups([row.finding for row in rows], threshold) for pair in combinations(group.ids, 2)}
    right = len(made & wanted)
    return Score(right / len(made) if made else 1.0, right / len(wanted))
