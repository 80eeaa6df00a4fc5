"""The division table: whole, and read by its parent column only."""

import pytest

from nodekit.peers.divisions import COUNTRY, all_divisions, children, division, full_name
from nodekit.peers.errors import UnknownDivision
from shared_schemas.offices import Tier


def test_the_country_is_whole() -> None:
    assert [len(all_divisions(tier)) for tier in (Tier.PROVINCE, Tier.CITY, Tier.COUNTY)] == [31, 333, 2975]
    assert len(children()) == 31


def test_every_parent_exists_and_is_one_tier_up_or_the_province() -> None:
    for entry in all_divisions():
        if entry.tier is Tier.PROVINCE:
            assert entry.parent == COUNTRY
        elif entry.tier is Tier.CITY:
            assert division(entry.parent).tier is Tier.PROVINCE
        else:
            assert division(entry.parent).tier in (Tier.CITY, Tier.PROVINCE)


def test_118_counties_report_to_a_province() -> None:
    direct = [entry for entry in all_divisions(Tier.COUNTY) if division(entry.parent).tier is Tier.PROVINCE]
    assert len(direct) == 118
    assert division("429004") in direct


def test_no_prefix_is_trusted() -> None:
    """仙桃市 is 429004, but there is no city 429000 above it."""
    with pytest.raises(UnknownDivision):
        division("429000")
    assert division("429004").parent == "420000"


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("421222", "湖北省咸宁市通城县"),
        ("429004", "湖北省仙桃市"),
        ("220500", "吉林省通化市"),
        ("110101", "北京市东城区"),
        ("630000", "青海省"),
    ],
)
def test_full_names(code: str, name: str) -> None:
    assert full_name(code) == name


def test_demo_codes_are_in_no_table() -> None:
    with pytest.raises(UnknownDivision) as caught:
        division("990121")
    assert "990121" in caught.value.message


def test_four_prefectures_of_qinghai_have_21_counties() -> None:
    """海东, 海南, 黄南, 玉树 were fully covered with their counties in 2023: a check on coverage denominators."""
    assert sum(len(children(code)) for code in ("630200", "632500", "632300", "632700")) == 21
