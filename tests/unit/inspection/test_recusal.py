"""Recusal: what a declaration hits, and what it must not."""

from datetime import date
from uuid import uuid4

import pytest

from capabilities.inspection.recusal import Interest, Subject, conflicts, lineages, same_place, same_unit
from capabilities.inspection.vocabulary import InterestKind

ON = date(2026, 3, 1)
COOP = Subject(uuid4(), "样例县供销社党组", "青山镇")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("样例县供销社", "样例县供销社党组", True), ("样例县 供销社", "样例县供销社党组", True), ("样例县教育局", "样例县教育局党委", True),
        ("样例县教育局", "样例县供销社党组", False), ("县", "样例县供销社党组", False), ("供销社", "样例县供销社党组", True), ("", "样例县供销社党组", False),
    ],
)
def test_a_unit_is_recognised_however_it_is_written(one, other, same):
    assert same_unit(one, other) is same


@pytest.mark.parametrize("kind", [InterestKind.RELATIVE, InterestKind.DUTY])
def test_relatives_and_dealings_are_hits(kind):
    assert [hit.subject.id for hit in conflicts([Interest(kind, "样例县供销社")], [COOP], ON)] == [COOP.id]


def test_home_is_compared_with_the_place_not_with_the_name():
    assert conflicts([Interest(InterestKind.HOME, "青山镇")], [COOP], ON)
    assert not conflicts([Interest(InterestKind.HOME, "样例县供销社")], [COOP], ON)


@pytest.mark.parametrize(("until", "hit"), [(None, True), (date(2025, 1, 1), True), (date(2023, 3, 2), True), (date(2023, 3, 1), False), (date(2020, 2, 29), False)])
def test_a_former_post_lapses_after_the_years_set(until, hit):
    assert bool(conflicts([Interest(InterestKind.FORMER_UNIT, "样例县供销社", until)], [COOP], ON, years=3)) is hit


def test_relatives_never_lapse():
    assert conflicts([Interest(InterestKind.RELATIVE, "样例县供销社", date(1999, 1, 1))], [COOP], ON)


def test_the_sentence_names_kind_declaration_and_target():
    (hit,) = conflicts([Interest(InterestKind.RELATIVE, "样例县供销社")], [COOP], ON)
    assert all(word in hit.sentence for word in ("亲属回避", "样例县供销社", "样例县供销社党组"))


def test_a_declared_organisation_is_compared_by_identity_through_renaming_and_merging():
    old, merged, new = uuid4(), uuid4(), uuid4()
    kin = lineages([(old, new), (merged, new)])
    tie = Interest(InterestKind.RELATIVE, "", target=old, relation="配偶")
    (hit,) = conflicts([tie], [Subject(new, "样例县合作经济联合会党组"), COOP], ON, kin=kin)
    assert (hit.subject.id, hit.certain) == (new, True)
    assert "配偶" in hit.sentence
    assert conflicts([tie], [Subject(new, "样例县合作经济联合会党组")], ON) == []  # without the succession they are strangers
    assert not conflicts([Interest(InterestKind.RELATIVE, "样例县供销社党组", target=old)], [COOP], ON)  # the name alone does not count then


@pytest.mark.parametrize(("one", "other", "same"), [("样例县青山镇", "青山镇", True), ("青山镇", "青山镇河西村", False), ("镇", "青山镇", False), ("白石乡", "青山镇", False)])
def test_a_home_is_the_place_itself_or_what_it_lies_in(one, other, same):
    assert same_place(one, other) is same
