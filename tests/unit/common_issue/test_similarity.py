"""Wordings of one defect come together, different defects stay apart. The shipped threshold is a measured choice, and this is the measurement."""

from __future__ import annotations

from uuid import uuid4

import pytest

from capabilities.common_issue import similarity
from capabilities.common_issue.domain.candidates import Reported
from capabilities.common_issue.issuer.options import IssuerOptions
from tests.unit.common_issue import labelled

THRESHOLD = IssuerOptions().similarity_min
GRID = tuple(step / 100 for step in range(6, 50, 2))
MARGIN = 0.04


@pytest.fixture(scope="module")
def rows() -> list[labelled.Labelled]:
    return labelled.read()


@pytest.fixture(scope="module")
def curve(rows: list[labelled.Labelled]) -> dict[float, labelled.Score]:
    return {threshold: labelled.score(rows, threshold) for threshold in GRID}


def test_the_labelled_set_is_large_and_covers_every_first_level_category(rows: list[labelled.Labelled]) -> None:
    assert len(labelled.true_pairs(rows)) >= 150
    assert {row.finding.category[:2] for row in rows} == {"F1", "F2", "F3", "F4"}
    assert len({row.finding.text for row in rows}) == len(rows)


def test_the_shipped_threshold_is_precise_and_finds_most(curve: dict[float, labelled.Score]) -> None:
    chosen = curve[THRESHOLD]
    assert chosen.precision >= 0.97
    assert chosen.recall >= 0.80


@pytest.mark.parametrize("offset", [-MARGIN, MARGIN])
def test_it_does_not_stand_on_an_edge(rows: list[labelled.Labelled], offset: float) -> None:
    near = labelled.score(rows, THRESHOLD + offset)
    assert near.precision >= 0.95
    assert near.recall >= 0.77


def test_no_threshold_is_much_better_and_the_ends_are_much_worse(curve: dict[float, labelled.Score]) -> None:
    """The grid shows that the choice matters: too low mixes defects, too high finds few."""
    assert curve[THRESHOLD].f1 >= max(point.f1 for point in curve.values()) - 0.03
    assert curve[min(GRID)].precision < 0.5
    assert curve[max(GRID)].recall < 0.5


@pytest.mark.parametrize("half", [0, 1])
def test_it_holds_on_either_half_of_the_defects(rows: list[labelled.Labelled], half: int) -> None:
    """Weights are learnt from the pool itself; a smaller pool of other matters must do as well."""
    defects = sorted({row.defect for row in rows})[half::2]
    found = labelled.score([row for row in rows if row.defect in defects], THRESHOLD)
    assert found.precision >= 0.95
    assert found.recall >= 0.75


@pytest.mark.parametrize("group", ["F1", "F2", "F3", "F4"])
def test_it_holds_in_every_first_level_category(rows: list[labelled.Labelled], group: str) -> None:
    """The hard case: only matters of one kind in the pool, every pair with the bonus."""
    found = labelled.score([row for row in rows if row.finding.category.startswith(group)], THRESHOLD)
    assert found.precision >= 0.85
    assert found.recall >= 0.70


def test_the_category_bonus_earns_its_place(rows: list[labelled.Labelled], curve: dict[float, labelled.Score], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(similarity, "SAME_CATEGORY", 0.0)
    monkeypatch.setattr(similarity, "SAME_GROUP", 0.0)
    assert labelled.score(rows, THRESHOLD).recall < curve[THRESHOLD].recall - 0.03


def test_a_category_alone_makes_nothing_alike() -> None:
    texts = ("公务接待无公函。", "食堂采购缺询价记录。")
    assert similarity.groups([Reported(uuid4(), "o", "u", "F2.5", text) for text in texts], THRESHOLD) == []


def test_amounts_and_counts_do_not_matter() -> None:
    assert similarity.essence("8笔公务接待无公函,计1.2万元。") == similarity.essence("15笔公务接待无公函,计30万元。")


def test_likeness_is_never_over_one() -> None:
    (group,) = similarity.groups([Reported(uuid4(), "o", "u", "F2.4", "固定资产账实不符。") for _ in range(3)], THRESHOLD)
    assert group.similarity == 1


def test_less_than_two_findings_make_no_group() -> None:
    assert similarity.groups([], THRESHOLD) == []
    assert similarity.groups([Reported(uuid4(), "o", "u", "F1.1", "123")] * 2, THRESHOLD) == []
