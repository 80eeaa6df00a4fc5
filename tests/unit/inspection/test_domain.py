"""Rules of a round: steps, counting, numbering, coverage."""

from datetime import date
from uuid import UUID, uuid4

import pytest

from capabilities.inspection import domain
from capabilities.inspection.domain import Visit, counts, coverage, next_number
from capabilities.inspection.vocabulary import Level, RoundKind

ROUND_ID = uuid4()


def visit(target: UUID, on: date = date(2026, 3, 1), *, own: bool = True) -> Visit:
    return Visit(target, ROUND_ID, on, own)


def test_the_main_line_of_a_round_has_every_step():
    for before, after in zip(domain.ROUND_LINE, domain.ROUND_LINE[1:], strict=False):
        assert domain.ROUND.allows(before, after), (before, after)


def test_a_round_cannot_be_voided_once_a_team_is_in():
    assert domain.ROUND.sources_of("voided") == domain.BEFORE_ENTRY


def test_nothing_leads_from_planned_straight_to_entry():
    assert not domain.ROUND.allows("planned", "entered")
    assert not domain.ROUND.allows("scheme_filed", "entered")


@pytest.mark.parametrize(
    ("level", "in_group", "counting", "expected"),
    [
        ("instance", False, "instance", True), ("instance", True, "instance", True), ("group", False, "instance", False),
        ("group", False, "group", True), ("instance", True, "group", False), ("instance", False, "group", True),
    ],
)
def test_a_finding_counts_at_one_level_only(level, in_group, counting, expected):
    assert counts(level, uuid4() if in_group else None, counting) is expected


@pytest.mark.parametrize(
    ("taken", "expected"),
    [((), "YL-01-001"), (("YL-01-001", "YL-01-003"), "YL-01-004"), (("YL-02-007",), "YL-01-001"), (("YL-01-X05",), "YL-01-001"), (("YL-01-999",), "YL-01-1000")],
)
def test_numbers_run_on_and_never_fill_a_gap(taken, expected):
    assert next_number("YL-01", taken) == expected


@pytest.mark.parametrize(("number", "text"), [(1, "一"), (10, "十"), (11, "十一"), (15, "十五"), (20, "二十"), (23, "二十三"), (99, "九十九")])
def test_numbers_read_as_officers_write_them(number, text):
    assert domain.chinese_number(number) == text


def test_a_target_inspected_twice_counts_once_and_shows_its_first_visit():
    target = uuid4()
    found = coverage([target], [visit(target, date(2026, 5, 1)), visit(target, date(2025, 5, 1))], {})
    assert (found.done, found.total, found.uncovered) == (1, 1, ())
    assert found.covered[target].on == date(2025, 5, 1)


def test_an_inspection_under_the_old_name_covers_the_renamed_organisation():
    oldest, old, new = uuid4(), uuid4(), uuid4()
    found = coverage([new], [visit(oldest)], {new: [old], old: [oldest]})
    assert found.done == 1


def test_a_merged_organisation_is_covered_when_one_of_its_parts_was():
    one, other, whole, unrelated = (uuid4() for _ in range(4))
    found = coverage([whole, unrelated], [visit(one)], {whole: [one, other]})
    assert (found.done, found.uncovered) == (1, (unrelated,))


def test_names_given_back_do_not_loop():
    one, other = uuid4(), uuid4()
    assert coverage([one], [], {one: [other], other: [one]}).done == 0


def test_what_a_superior_inspected_is_covered_but_known_as_theirs():
    target, both = uuid4(), uuid4()
    found = coverage([target, both], [visit(target, own=False), visit(both, date(2025, 1, 1), own=False), visit(both)], {})
    assert (found.done, found.by_superior) == (2, 1)


def test_an_organisation_outside_the_task_adds_nothing():
    assert coverage([], [visit(uuid4())], {}).total == 0


def test_every_word_of_a_list_is_found_by_code_and_by_label():
    for kind in RoundKind:
        assert RoundKind.match(kind.label) is RoundKind.match(kind.value) is kind
    assert RoundKind.match("不认识") is None
    assert Level.label_of("later_level") == "later_level"


@pytest.mark.parametrize("state", [*domain.ROUND_LINE, "voided"])
def test_every_state_of_a_round_has_its_place_on_the_bar(state):
    from capabilities.inspection.office.calendar import stations_of

    words = [step.state for step in stations_of(state)]
    assert sorted(words, key=("done", "now", "next").index) == words
    assert words.count("now") == (0 if state in {"archived", "voided"} else 1)
