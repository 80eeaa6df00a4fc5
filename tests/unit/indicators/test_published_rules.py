"""Published figures: reading a table, saying a number, adding honestly. Every one of the 74 rows is read."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from capabilities.indicators import catalogue
from capabilities.indicators.published.errors import NothingToImport
from capabilities.indicators.published.reading import ReadFigure, from_file, read_table
from capabilities.indicators.published_rules import region_totals, value_words
from nodekit.peers.directory import Directory
from nodekit.peers.divisions import children, division
from shared_schemas.offices import Tier
from tests.federation.indicators.published_figures import ROWS, TEXT

DIRECTORY = Directory.load(Path(__file__).parents[3] / "deploy" / "offices.toml")
HEAD = TEXT.splitlines()[0]
GOOD = "T4,630000,青海省,subordinate,findings_total,市县两级,18000,个,approximate,year,2023"


class Row(ReadFigure):
    submitter = "990200-inspection"


def rows(*lines: str) -> list[Row]:
    read = read_table("\n".join([HEAD, *lines]), DIRECTORY, 1000)
    assert [row.errors for row in read] == [[] for _ in read]
    return [Row(**vars(row.figure)) for row in read]


@pytest.mark.parametrize("number", range(len(ROWS)))
def test_each_published_row_is_carried_as_it_stands(number: int) -> None:
    line = TEXT.strip().splitlines()[number + 1]
    (row,) = rows(line)
    said = ROWS[number]
    assert {name: str(getattr(row, name)) for name in said} == said
    assert row.unit in catalogue.indicator(row.indicator).units


def test_the_table_is_read_whole() -> None:
    assert len(rows(*TEXT.strip().splitlines()[1:])) == 74


@pytest.mark.parametrize(
    ("value", "unit", "precision", "words"),
    [
        ("18000", "个", "approximate", "1.8万个(约)"), ("120", "条", "at_least", "120余条(至少)"), ("257", "件次", "exact", "257件次"), ("119", "件", "exact", "119件"),
        ("3029", "件(次)", "exact", "3,029件(次)"), ("94.3", "%", "exact", "94.3%"), ("2.7", "倍", "exact", "2.7倍"), ("12345", "个", "approximate", "12,345个(约)"),
    ],
)
def test_a_number_keeps_its_unit_and_precision(value: str, unit: str, precision: str, words: str) -> None:
    assert value_words(Decimal(value), unit, precision) == words


def test_city_and_county_totals_are_not_counted_twice() -> None:
    """通化: 3664 findings of city and counties together stand beside an own number, never in a sum with it."""
    whole = rows(*(line for line in TEXT.splitlines() if "own_and_subordinate,findings_total" in line))
    own = replace(whole[0], scope="own", value=Decimal(1000))
    (total,) = region_totals([*whole, own])
    assert total.value == 1000 and [row.value for row, _ in total.beside] == [3664]
    (alone,) = region_totals(whole)
    assert alone.value is None and "已含下级" in alone.beside[0][1]


def test_pieces_and_times_are_two_totals() -> None:
    found = region_totals(rows(*(line for line in TEXT.splitlines() if ",petitions_times," in line or "clues_transferred,,119" in line)))
    assert {(total.indicator, total.unit) for total in found} == {("petitions_times", "件次"), ("clues_transferred", "件")}


def test_a_part_is_not_added_to_the_whole_that_holds_it() -> None:
    lines = ("T4,630000,青海省,own,findings_total,,500,个,exact,year,2023", "T4,630000,青海省,own,findings_total,某专项,126,个,exact,year,2023")
    (total,) = region_totals(rows(*lines))
    assert total.value == 500 and "不分项" in total.beside[0][1]


def test_qinghai_of_2023_adds_only_what_the_province_did_itself() -> None:
    found = [total for total in region_totals(rows(*TEXT.strip().splitlines()[1:])) if (total.region, total.indicator) == ("青海省", "findings_total")]
    assert [(total.value, len(total.beside)) for total in found] == [(Decimal(2119 + 126), 2)]


def test_four_prefectures_and_21_counties_are_the_denominator() -> None:
    """三江源: the 21 counties covered are all counties of the four prefectures in the division table."""
    wanted = {"海南藏族自治州": 5, "黄南藏族自治州": 4, "果洛藏族自治州": 6, "玉树藏族自治州": 6}
    counted = {place.name: len(children(place.code)) for place in children("630000") if place.name in wanted}
    assert counted == wanted
    told = next(row for row in ROWS if row["indicator"] == "counties_covered")
    assert sum(counted.values()) == int(told["value"]) == 21
    assert division("630000").tier is Tier.PROVINCE


@pytest.mark.parametrize(
    ("change", "column", "words"),
    [
        (("18000", "1.8万"), "数值", "18000"), (("18000", "-1"), "数值", "不小于零"), (("18000", "1e99"), "数值", "数字"), (("18000", "NaN"), "数值", "数字"),
        (("630000", "639999"), "区划代码", "没有代码"), (("青海省", "甘肃省"), "地区", "青海省"), (("findings_total", "finding_sum"), "指标", "目录"),
        ((",个,", ",件,"), "单位", "应为个"), (("approximate", "roughly"), "精度", "应为"), (("subordinate", "everything"), "层级口径", "应为"), (("year,2023", "year,"), "时期", "请填写时期"),
        (("市县两级", "市县\u202e两级"), "分项", "控制字符"), (("市县两级", "长" * 61), "分项", "过长"),
    ],
)
def test_a_wrong_cell_is_named_by_column_and_says_what_to_do(change: tuple[str, str], column: str, words: str) -> None:
    (row,) = read_table("\n".join([HEAD, GOOD.replace(*change)]), DIRECTORY, 1000)
    assert row.figure is None and [error["column"] for error in row.errors] == [column]
    assert words in row.errors[0]["message"] and row.number == 2


def test_the_same_figure_twice_is_a_mistake() -> None:
    found = read_table(f"{HEAD}\n{GOOD}\n{GOOD}", DIRECTORY, 1000)
    assert found[0].errors == [] and "第2行" in found[1].errors[0]["message"]


def test_chinese_heads_tabs_and_words_are_read_too() -> None:
    text = "来源\t区划代码\t地区\t层级口径\t指标\t数值\t单位\t精度\t时期类型\t时期\n年报\t990200\t例证市委巡察办\t本级\t发现问题数\t1,234\t个\t准确\t年度\t2025"
    (row,) = read_table(text, DIRECTORY, 10)
    assert row.errors == [] and (row.figure.scope, row.figure.indicator, row.figure.value) == ("own", "findings_total", 1234)


@pytest.mark.parametrize("text", ["", "一,二\n1,2", HEAD, "\x00"])
def test_nothing_to_import_says_so(text: str) -> None:
    with pytest.raises(NothingToImport):
        read_table(text, DIRECTORY, 10)


def test_too_many_rows_and_unreadable_files_are_refused() -> None:
    with pytest.raises(NothingToImport):
        read_table("\n".join([HEAD, *[GOOD] * 3]), DIRECTORY, 2)
    with pytest.raises(NothingToImport):
        from_file("x.xlsx", b"not a workbook")
    assert "青海省" in from_file("x.csv", GOOD.encode("gb18030"))
