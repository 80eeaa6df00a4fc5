"""The import template as a workbook."""

import io
from typing import TYPE_CHECKING

import xlsxwriter

if TYPE_CHECKING:
    from capabilities.inspection.office.commands.importing import Importer

WIDTH = 18


def workbook(importer: "Importer") -> bytes:
    """Head line only; required titles carry a star, hints are cell comments."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet(importer.title)
        head = book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1})
        for place, column in enumerate(importer.columns):
            sheet.write_string(0, place, f"*{column.title}" if column.required else column.title, head)
            if column.hint:
                sheet.write_comment(0, place, column.hint)
        sheet.set_column(0, len(importer.columns) - 1, WIDTH)
        sheet.freeze_panes(1, 0)
    return out.getvalue()
