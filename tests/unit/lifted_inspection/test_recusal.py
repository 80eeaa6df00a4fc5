"""Recusal: four kinds, folding of names, the years of a former unit."""

from datetime import date

import pytest

from capabilities.lifted_inspection.domain.recusal import Declared, hits, place_of

TARGET, DAY = "样例县供销社党组", date(2026, 3, 16)


@pytest.mark.parametrize(
    ("unit", "declared", "found"),
    [
        ("范例县审计局", [], False),
        ("样例县供销社", [], True),
        ("范例县审计局", [Declared("relative", "样例县供销社")], True),
        ("范例县审计局", [Declared("relative", "样例县 供销社机关")], True),
        ("范例县审计局", [Declared("relative", "样例县财政局")], False),
        ("范例县审计局", [Declared("home", "样例县")], True),
        ("范例县审计局", [Declared("home", "范例县")], False),
        ("范例县审计局", [Declared("duty", "样例县供销社党组")], True),
        ("范例县审计局", [Declared("former_unit", "样例县供销社", date(2023, 3, 17))], True),
        ("范例县审计局", [Declared("former_unit", "样例县供销社", date(2023, 3, 16))], False),
        ("范例县审计局", [Declared("former_unit", "样例县供销社")], True),
        ("范例县审计局", [Declared("relative", "样例县供销社", date(2010, 1, 1))], True),
        ("范例县审计局", [Declared("kind_of_a_newer_release", "样例县供销社")], True),
        ("范例县审计局", [Declared("relative", "县")], False),
    ],
)
def test_what_keeps_a_person_away(unit, declared, found) -> None:
    assert bool(hits(unit, declared, TARGET, DAY)) is found


def test_years_are_an_option_and_a_leap_day_ends_on_the_28th() -> None:
    left = [Declared("former_unit", "样例县供销社", date(2024, 2, 29))]
    assert hits("甲局乙科", left, TARGET, date(2026, 2, 27), years=2)
    assert not hits("甲局乙科", left, TARGET, date(2026, 2, 28), years=2)


@pytest.mark.parametrize(("name", "place"), [(TARGET, "样例县"), ("试点区东城街道党工委", "试点区"), ("供销社党组", "")])
def test_place_an_organisation_is_named_after(name, place) -> None:
    assert place_of(name) == place
