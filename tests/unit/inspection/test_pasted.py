"""Pasted tables: any order of columns, stars, blank lines, dates and yes/no as people write them."""

import io
from datetime import date

import pytest
import xlsxwriter

from capabilities.inspection.office.errors import NothingToImport
from capabilities.inspection.office.pasted import ImportColumn, from_workbook, read_date, read_pasted, read_yes

COLUMNS = (ImportColumn("name", "党组织名称", required=True), ImportColumn("sector", "系统", required=True), ImportColumn("note", "备注"))


def test_columns_are_found_by_title_and_lines_counted_as_the_officer_does():
    rows = read_pasted("备注\t*系统\t党组织名称\t别的\n\t教育\t甲局党组\tx\n\t\t\t\n说明\t\t乙局党组\n", COLUMNS)
    assert [(row.number, row.cells["name"], row.cells["sector"]) for row in rows] == [(2, "甲局党组", "教育"), (4, "乙局党组", "")]
    assert rows[0].errors == []
    assert rows[1].errors == ["“系统”不能为空"]


@pytest.mark.parametrize("text", ["", "\n\n", "党组织名称\t系统", "党组织名称\n甲局党组", "随便写的一段话"])
def test_text_without_head_or_rows_is_refused_with_the_reason(text):
    with pytest.raises(NothingToImport):
        read_pasted(text, COLUMNS)


def test_a_cell_quoted_by_excel_may_hold_a_line_break():
    (row,) = read_pasted('党组织名称\t系统\t备注\n甲局党组\t教育\t"一\n二"', COLUMNS)
    assert row.cells["note"] == "一\n二"


def test_a_workbook_takes_the_same_way_as_a_paste():
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["党组织名称", "系统", "备注"])
        sheet.write_row(1, 0, ["甲局党组", "教育", 12])
    (row,) = read_pasted(from_workbook(out.getvalue()), COLUMNS)
    assert row.cells == {"name": "甲局党组", "sector": "教育", "note": "12"}


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04broken"])
def test_a_file_that_is_no_workbook_is_refused(content):
    with pytest.raises(NothingToImport):
        from_workbook(content)


@pytest.mark.parametrize("text", ["2026-03-15", "2026/3/15", "2026.3.15", "2026年3月15日"])
def test_dates_are_read_as_people_write_them(text):
    assert read_date(text) == date(2026, 3, 15)


@pytest.mark.parametrize("text", ["", "2026-02-30", "三月", "20260315x"])
def test_what_is_no_date_is_none(text):
    assert read_date(text) is None


@pytest.mark.parametrize(("text", "answer"), [("是", True), ("√", True), ("否", False), ("", False), ("也许", None)])
def test_yes_and_no(text, answer):
    assert read_yes(text) is answer
