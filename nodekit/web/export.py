"""A ledger's filtered rows as an Excel file: every row of the present filters, not only the page."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import xlsxwriter

from nodekit.errors import NodeError
from nodekit.web.cells import Cell, cell_of, local_text
from nodekit.web.ledger import Column, Ledger
from nodekit.web.ledger_query import ListQuery, count_tabs, filtered, in_tab, ordered

if TYPE_CHECKING:
    from nodekit.identity.officer import Officer
    from nodekit.unit_of_work import UnitOfWork

EXPORT_ROWS_MAX = 50_000
CHUNK_ROWS = 500
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
HEAD_ROWS = 4
WIDTHS = {"date": 12, "datetime": 17, "number": 12, "progress": 9, "bool": 7, "status": 11, "light": 14, "office": 18}


class ExportTooLarge(NodeError):
    """More rows than a person can use, or a node should hold in memory."""

    code = "ledger.export_too_large"
    status = 413

    def __init__(self, rows: int) -> None:
        super().__init__(
            f"当前筛选结果有 {rows} 行,一次最多导出 {EXPORT_ROWS_MAX} 行。", hint="请按时间或状态缩小范围后分次导出。",
            rows=rows, rows_max=EXPORT_ROWS_MAX,
        )


def harmless(text: str) -> str:
    """Text no spreadsheet takes for a formula, also after a trip through CSV."""
    return "'" + text if text.startswith(FORMULA_STARTS) else text


async def export_xlsx(ledger: Ledger, query: ListQuery, officer: Officer, uow: UnitOfWork) -> bytes:
    """The workbook, with an audit entry about who took how many rows under which filters.

    Raises:
        ExportTooLarge: over EXPORT_ROWS_MAX rows.
    """
    total = (await count_tabs(ledger, query, officer, uow))[query.tab]
    if total > EXPORT_ROWS_MAX:
        raise ExportTooLarge(total)
    await uow.audit("export", subject=ledger.url, rows=total, tab=query.tab, filters=dict(query.values))
    sheet = _Sheet(ledger, uow, officer.name, total)
    select = ordered(ledger, query, in_tab(ledger, query, filtered(ledger, query, officer, uow)))
    result = await uow.session.stream_scalars(select.execution_options(yield_per=CHUNK_ROWS))
    async for rows in result.partitions(CHUNK_ROWS):
        cells = [[cell_of(column, row, uow, ledger.machine) for column in ledger.columns] for row in rows]
        await asyncio.to_thread(sheet.add, cells)
    return await asyncio.to_thread(sheet.finish)


class _Sheet:
    """A4 landscape, title rows above a repeated head, printable as it comes."""

    def __init__(self, ledger: Ledger, uow: UnitOfWork, officer_name: str, total: int) -> None:
        self._buffer = io.BytesIO()
        self._book = xlsxwriter.Workbook(self._buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
        self._sheet = self._book.add_worksheet(_sheet_name(ledger.title))
        self._columns: Sequence[Column] = ledger.columns
        self._next = HEAD_ROWS
        frame = {"border": 1, "border_color": "#BFC6D1", "valign": "vcenter", "font_size": 10}
        self._plain = self._book.add_format({**frame, "text_wrap": True})
        self._number = self._book.add_format({**frame, "num_format": "#,##0.##"})
        self._date = self._book.add_format({**frame, "num_format": "yyyy-mm-dd", "align": "center"})
        self._head = self._book.add_format({**frame, "bold": True, "bg_color": "#EEF2F8", "align": "center"})
        self._write_head(ledger, uow, officer_name, total)

    def _write_head(self, ledger: Ledger, uow: UnitOfWork, officer_name: str, total: int) -> None:
        last = len(self._columns)
        title = self._book.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"})
        note = self._book.add_format({"font_size": 9, "font_color": "#5B6472"})
        self._sheet.merge_range(0, 0, 0, last, ledger.title, title)
        self._sheet.set_row(0, 28)
        self._sheet.write_string(1, 0, f"单位:{uow.node.office.name}", note)
        self._sheet.write_string(2, 0, f"截止时间:{local_text(uow.now)}  共 {total} 条  导出人:{officer_name}", note)
        self._sheet.write_row(HEAD_ROWS - 1, 0, ["序号", *(column.title for column in self._columns)], self._head)
        self._sheet.set_column(0, 0, 6)
        for number, column in enumerate(self._columns, start=1):
            self._sheet.set_column(number, number, WIDTHS.get(column.kind, 40 if column.wide else 20))
        self._sheet.set_landscape()
        self._sheet.set_paper(9)
        self._sheet.fit_to_pages(1, 0)
        self._sheet.repeat_rows(HEAD_ROWS - 1)
        self._sheet.freeze_panes(HEAD_ROWS, 0)
        self._sheet.set_footer("&C第 &P 页 / 共 &N 页")

    def add(self, rows: list[list[Cell]]) -> None:
        for cells in rows:
            self._sheet.write_number(self._next, 0, self._next - HEAD_ROWS + 1, self._plain)
            for number, cell in enumerate(cells, start=1):
                self._write(self._next, number, cell)
            self._next += 1

    def _write(self, row: int, column: int, cell: Cell) -> None:
        if cell.empty:
            self._sheet.write_blank(row, column, None, self._plain)
        elif cell.kind == "number" and not cell.unit and isinstance(cell.data, int | float) and not isinstance(cell.data, bool):
            self._sheet.write_number(row, column, cell.data, self._number)
        elif cell.kind == "date" and isinstance(cell.data, str):
            self._sheet.write_datetime(row, column, date.fromisoformat(cell.data), self._date)
        else:
            self._sheet.write_string(row, column, harmless(cell.text), self._plain)

    def finish(self) -> bytes:
        self._sheet.autofilter(HEAD_ROWS - 1, 0, max(self._next - 1, HEAD_ROWS), len(self._columns))
        self._book.close()
        return self._buffer.getvalue()


def _sheet_name(title: str) -> str:
    """Excel refuses some characters and anything over 31."""
    return "".join(letter for letter in title if letter not in "[]:*?/\\")[:31] or "台账"


def file_name(ledger: Ledger, uow: UnitOfWork) -> str:
    return f"{ledger.title}_{uow.node.office.short_name}_{uow.today:%Y%m%d}.xlsx"


