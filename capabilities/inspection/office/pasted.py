"""Reading what officers paste from Excel or WPS, or upload as .xlsx: a head line, then rows. Nothing is stored here.

Columns are found by their titles, in any order; titles we do not know are ignored and named on the page.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from python_calamine import CalamineError, CalamineWorkbook

from capabilities.inspection.office.errors import NothingToImport

ROWS_MAX = 1_000
CELL_CHARS_MAX = 5_000


@dataclass(frozen=True)
class ImportColumn:
    """A column of a template."""

    key: str
    title: str
    required: bool = False
    hint: str = ""


@dataclass
class PastedRow:
    """One line as it came: `number` is its line in the paste, head line included, as the officer counts."""

    number: int
    cells: dict[str, str]
    errors: list[str] = field(default_factory=list)


def read_pasted(text: str, columns: Sequence[ImportColumn]) -> list[PastedRow]:
    """Rows below the head line; empty lines are skipped.

    Raises:
        NothingToImport: no head line with the required titles, no rows, or too many.
    """
    lines = list(csv.reader(io.StringIO(text.strip("\ufeff\n\r")), delimiter="\t"))
    head = [cell.strip().strip("*").strip() for cell in lines[0]] if lines else []
    places = {column.key: head.index(column.title) for column in columns if column.title in head}
    missing = [column.title for column in columns if column.required and column.key not in places]
    body = [(number, line) for number, line in enumerate(lines[1:], start=2) if any(cell.strip() for cell in line)]
    if missing or not body:
        raise NothingToImport(missing)
    if len(body) > ROWS_MAX:
        raise NothingToImport([f"(一次最多{ROWS_MAX}行,现有{len(body)}行)"])
    return [_row(number, line, places, columns) for number, line in body]


def _row(number: int, line: list[str], places: dict[str, int], columns: Sequence[ImportColumn]) -> PastedRow:
    cells = {key: line[place].strip() if place < len(line) else "" for key, place in places.items()}
    row = PastedRow(number, {column.key: cells.get(column.key, "") for column in columns})
    row.errors += [f"“{column.title}”不能为空" for column in columns if column.required and not row.cells[column.key]]
    row.errors += [f"“{column.title}”过长" for column in columns if len(row.cells[column.key]) > CELL_CHARS_MAX]
    return row


def from_workbook(content: bytes) -> str:
    """The first sheet of an .xlsx as tab-separated text, so that file and paste take the same way.

    Raises:
        NothingToImport: not a workbook we can read.
    """
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        rows = sheet.to_python(skip_empty_area=True)
    except (CalamineError, ValueError, IndexError, OSError):
        raise NothingToImport(["(文件不是可读取的 .xlsx 表格)"]) from None
    out = io.StringIO()
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    writer.writerows([[_cell(value) for value in row] for row in rows[: ROWS_MAX + 1]])
    return out.getvalue()


def read_date(text: str) -> date | None:
    """2026-03-15, 2026/3/15, 2026.3.15 or 2026年3月15日; None when it is no date."""
    plain = text.strip().replace("年", "-").replace("月", "-").replace("日", "").replace("/", "-").replace(".", "-")
    try:
        return datetime.strptime(plain, "%Y-%m-%d").date()  # noqa: DTZ007 - a calendar day has no zone
    except ValueError:
        return None


def read_yes(text: str) -> bool | None:
    """是/否 as people write them; None when neither."""
    word = text.strip().lower()
    if word in {"是", "√", "y", "yes", "1", "true"}:
        return True
    return False if word in {"否", "", "×", "n", "no", "0", "false"} else None


def _cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return str(value)
