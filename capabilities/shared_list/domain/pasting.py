"""Rows pasted from a spreadsheet: tab-separated text into items, with an error for every bad row and none half-taken."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass

from shared_schemas.shared_list.v1 import BASIS_CHARS_MAX, CONTENT_CHARS_MAX, ITEMS_MAX

COLUMNS = ("所属清单", "编号", "分节", "内容", "依据", "是否锁定", "关联编号")
NUMBER_CHARS_MAX, SECTION_CHARS_MAX, LINKS_MAX = 40, 100, 20
_YES, _NO = {"是", "锁定", "√", "y", "yes", "1", "true"}, {"", "否", "×", "n", "no", "0", "false"}


@dataclass(frozen=True)
class PastedItem:
    """One row, checked. `kind` is a code; `links` are numbers of other items."""

    row: int
    kind: str
    number: str
    section: str
    content: str
    basis: str
    locked: bool
    links: tuple[str, ...]


@dataclass(frozen=True)
class RowError:
    row: int
    column: str
    message: str

    def __str__(self) -> str:
        return f"第{self.row}行“{self.column}”:{self.message}"


@dataclass(frozen=True)
class Pasted:
    items: tuple[PastedItem, ...]
    errors: tuple[RowError, ...]


def parse_rows(text: str, kinds: Mapping[str, str], taken: frozenset[str] = frozenset(), default_kind: str = "") -> Pasted:
    """Read pasted rows.

    Args:
        text: tab-separated, one item per row, columns as in COLUMNS; trailing columns may be missing, a heading row is skipped,
            a cell with line breaks is quoted as spreadsheets do.
        kinds: Chinese title -> code of the lists an item may belong to.
        taken: numbers already used in the list.
        default_kind: code used when the first column is empty.
    """
    items: list[PastedItem] = []
    errors: list[RowError] = []
    seen: dict[str, int] = {}
    for row, cells in enumerate(_rows_of(text), start=1):
        values = [cell.strip() for cell in cells]
        if not any(values) or (row == 1 and values[:2] == list(COLUMNS[:2])):
            continue
        if row == 1 and default_kind and values[0] not in kinds:
            values.insert(0, "")  # a form strips the empty first cell of the first row
        values += [""] * (len(COLUMNS) - len(values))
        found = _check_row(row, values, kinds, default_kind)
        number = values[1]
        if number and (number in taken or number in seen):
            where = f"与第{seen[number]}行重复" if number in seen else "清单中已有此编号"
            found.append(RowError(row, COLUMNS[1], where))
        seen.setdefault(number, row)
        errors += found
        if not found:
            items.append(_item(row, values, kinds, default_kind))
    errors += _unknown_links(items, taken | seen.keys())
    if not items and not errors:
        errors.append(RowError(1, COLUMNS[3], "没有可导入的内容,请从表格中复制后粘贴"))
    if items and len(items) + len(taken) > ITEMS_MAX:
        errors.append(RowError(items[-1].row, COLUMNS[1], f"一份清单最多 {ITEMS_MAX} 条"))
    return Pasted(tuple(items), tuple(errors))


def _rows_of(text: str) -> list[list[str]]:
    lines = io.StringIO(text.strip("\ufeff\r\n"), newline="")
    try:
        return list(csv.reader(lines, delimiter="\t"))
    except csv.Error:  # a quoted cell that never ends: read plainly, the columns will tell
        return [line.split("\t") for line in text.splitlines()]


def split_numbers(cell: str) -> tuple[str, ...]:
    """Numbers of linked items, as officers write them: separated by 、 , ; (wide or narrow) or blanks."""
    for mark in "、\uff0c;\uff1b\n ":
        cell = cell.replace(mark, ",")
    return tuple(dict.fromkeys(part.strip() for part in cell.split(",") if part.strip()))


def _check_row(row: int, values: list[str], kinds: Mapping[str, str], default_kind: str) -> list[RowError]:
    kind, number, section, content, basis, locked, links = values[: len(COLUMNS)]
    checks = (
        (0, bool(kinds.get(kind) or (not kind and default_kind)), f"没有“{kind}”这种清单,可填:{'、'.join(kinds)}" if kind else "未填写"),
        (1, 0 < len(number) <= NUMBER_CHARS_MAX, "未填写" if not number else f"超过 {NUMBER_CHARS_MAX} 字"),
        (2, len(section) <= SECTION_CHARS_MAX, f"超过 {SECTION_CHARS_MAX} 字"),
        (3, 0 < len(content) <= CONTENT_CHARS_MAX, "未填写" if not content else f"超过 {CONTENT_CHARS_MAX} 字"),
        (4, len(basis) <= BASIS_CHARS_MAX, f"超过 {BASIS_CHARS_MAX} 字"),
        (5, locked.lower() in _YES | _NO, "请填“是”或“否”"),
        (6, len(split_numbers(links)) <= LINKS_MAX, f"最多关联 {LINKS_MAX} 条"),
    )
    errors = [RowError(row, COLUMNS[index], message) for index, good, message in checks if not good]
    if extra := [value for value in values[len(COLUMNS) :] if value]:
        errors.append(RowError(row, COLUMNS[-1], f"多出一列“{extra[0][:20]}”,请核对列的顺序"))
    return errors


def _item(row: int, values: list[str], kinds: Mapping[str, str], default_kind: str) -> PastedItem:
    kind, number, section, content, basis, locked, links = values[: len(COLUMNS)]
    return PastedItem(row, kinds.get(kind) or default_kind, number, section, content, basis, locked.lower() in _YES, split_numbers(links))


def _unknown_links(items: list[PastedItem], numbers: frozenset[str] | set[str]) -> list[RowError]:
    return [RowError(item.row, COLUMNS[6], f"清单中没有编号“{link}”") for item in items for link in item.links if link not in numbers]
