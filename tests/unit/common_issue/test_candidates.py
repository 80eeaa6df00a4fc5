"""When findings make a candidate, and what an officer's earlier word means."""

from uuid import UUID, uuid4

import pytest

from capabilities.common_issue.domain.candidates import Proposal, Reported, TextGroup, Thresholds, count_units, is_news, propose, same_matter

THRESHOLDS = Thresholds(units_min=4, offices_min=3)


def findings(*lines: str) -> list[Reported]:
    """`office unit category` per line."""
    return [Reported(uuid4(), *line.split(), text="x") for line in lines]


def ids(*rows: Reported) -> frozenset[UUID]:
    return frozenset(row.id for row in rows)


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (("A 1 F2.4", "A 2 F2.4", "A 3 F2.4"), 0),
        (("A 1 F2.4", "A 2 F2.4", "A 3 F2.4", "A 4 F2.4"), 1),  # enough units, one office
        (("A 1 F2.4", "A 1 F2.4", "A 2 F2.4", "A 3 F2.4"), 0),  # one unit twice counts once
        (("A 1 F2.4", "B 1 F2.4", "C 1 F2.4"), 1),  # enough offices; equal pseudonyms of two offices are two units
        (("A 1 F2.4", "B 1 F2.4", "C 1 F2.5"), 0),
    ],
)
def test_a_category_is_a_candidate_when_widespread(lines: tuple[str, ...], found: int) -> None:
    assert len(propose(findings(*lines), [], THRESHOLDS)) == found


def test_the_reason_says_how_widespread() -> None:
    rows = findings("A 1 F2.4", "B 1 F2.4", "C 1 F2.4", "C 2 F2.4")
    (entry,) = propose(rows, [TextGroup(ids(*rows), 0.86)], THRESHOLDS)
    assert (entry.basis, entry.why) == ("both", "同类别:3个地区(单位)报送,涉及4家;文本相似0.86")


def test_like_words_across_categories_are_a_candidate_of_their_own() -> None:
    rows = findings("A 1 F2.4", "B 1 F4.4", "C 1 F2.4")
    (entry,) = propose(rows, [TextGroup(ids(*rows), 0.5)], THRESHOLDS)
    assert (entry.basis, entry.category) == ("text", "F2.4")


def test_a_group_below_the_thresholds_is_none() -> None:
    rows = findings("A 1 F2.4", "B 1 F4.4")
    assert propose(rows, [TextGroup(ids(*rows), 0.9)], THRESHOLDS) == []


def test_what_was_dismissed_comes_back_only_with_new_findings() -> None:
    rows = findings("A 1 F2.4", "B 1 F2.4", "C 1 F2.4")
    entry = Proposal("category", "F2.4", ids(*rows), None, 3, 3)
    assert not is_news(entry, [ids(*rows)])
    assert is_news(entry, [ids(*rows[:2])])


def test_a_grown_candidate_is_still_the_same() -> None:
    rows = findings("A 1 F2.4", "B 1 F2.4", "C 1 F2.4", "D 1 F2.4")
    text = Proposal("text", "F2.4", ids(*rows), 0.4, 4, 4)
    assert same_matter(text, "text", "F2.5", ids(*rows[:3]))
    assert not same_matter(text, "text", "F2.4", ids(*findings("E 1 F2.4")))
    assert not same_matter(text, "category", "F2.4", ids(*rows))
    assert same_matter(Proposal("both", "F2.4", ids(*rows), 0.4, 4, 4), "category", "F2.4", frozenset())


def test_units_are_counted_by_office_and_pseudonym() -> None:
    assert count_units(findings("A 1 F2.4", "A 1 F2.5", "B 1 F2.4")) == 2
