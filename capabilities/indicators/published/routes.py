"""Import with dry run, and totals by region. Each has a JSON twin."""

import csv
import io
from typing import Annotated, Any

import xlsxwriter
from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, Field
from starlette.datastructures import UploadFile

from capabilities.indicators import catalogue, permissions
from capabilities.indicators.published import commands, queries
from capabilities.indicators.published.errors import NothingToImport, RowsWrong
from capabilities.indicators.published.ledgers import FIGURES
from capabilities.indicators.published.reading import failures, from_file
from capabilities.indicators.published_rules import COLUMNS, REQUIRED, TITLES, RegionTotal, Row, period_words, region_totals, scope_words, value_words
from nodekit.errors import NodeError, NotPermitted
from nodekit.identity.session import CurrentOfficer
from nodekit.web import flash
from nodekit.web.actions import all_or_nothing
from nodekit.web.detail import permit
from nodekit.web.edge import ReadUow, WriteUow
from nodekit.web.export import MEDIA_TYPE
from nodekit.web.ledger import Form
from nodekit.web.ledger_api import IdempotencyKey, refusals
from nodekit.web.submissions import claim, fingerprint, settle
from nodekit.web.templating import render

IMPORT_URL, TOTALS_URL = "/indicators/import", "/indicators/regions"
CHARS_MAX = 2_000_000
router = APIRouter(tags=["公开数据"])
Text = Annotated[str, Query(max_length=60)]


class ImportForm(Form):
    """A table with its head line; columns separated by tabs or commas."""

    text: str = Field(title="表格内容", min_length=1, max_length=CHARS_MAX)
    commit: bool = Field(default=False, title="导入", description="不填为只校验")


class ImportOut(BaseModel):
    """What was, or would be, done."""

    committed: bool
    new: int
    corrected: int
    same: int
    errors: list[dict[str, Any]] = Field(description="Row number, and per column what is wrong and what to do.")


@router.get(IMPORT_URL, include_in_schema=False)
async def import_page(request: Request, uow: ReadUow, officer: CurrentOfficer) -> HTMLResponse:
    permit(uow, officer, permissions.ENTER)
    return await _import_page(request, uow, "", None, None)


@router.post(IMPORT_URL, include_in_schema=False)
async def import_submit(request: Request, uow: WriteUow, officer: CurrentOfficer) -> Response:
    """Check what was pasted or uploaded; enter it when the officer says so. Everything typed stays on the page."""
    permit(uow, officer, permissions.ENTER)
    data = await request.form()
    text, file, rows = str(data.get("text") or ""), data.get("file"), None
    try:
        if isinstance(file, UploadFile) and file.filename:
            text = from_file(file.filename, await file.read())
        if len(text) > CHARS_MAX:
            raise NothingToImport("内容过长")
        rows = await commands.check_table(uow, text)
        if data.get("commit"):
            async with all_or_nothing(uow):
                done = await commands.import_table(uow, officer, text)
            return flash.redirect(FIGURES.url, [f"已导入:新增{done.new}项,更正{done.corrected}项,未变{done.same}项;已报送上级。"])
    except NodeError as refusal:
        return await _import_page(request, uow, text, rows, refusal, refusal.status)
    return await _import_page(request, uow, text, rows, None)


async def _import_page(request: Request, uow: Any, text: str, rows: Any, error: NodeError | None, status: int = 200) -> HTMLResponse:
    return await render(
        request, uow, "indicators.published/import.html", status=status, text=text, rows=rows, error=error, titles=TITLES, required=REQUIRED, import_url=IMPORT_URL,
        ledger=FIGURES,
    )


@router.get(f"{IMPORT_URL}/template.{{kind}}", include_in_schema=False)
async def import_template(kind: str, uow: ReadUow, officer: CurrentOfficer) -> Response:
    """An empty table with the head line: .xlsx, or .csv for everything else."""
    permit(uow, officer, permissions.ENTER)
    if kind == "xlsx":
        return Response(_workbook(), media_type=MEDIA_TYPE, headers={"Content-Disposition": "attachment; filename=published.xlsx"})
    out = io.StringIO()
    csv.writer(out).writerow(COLUMNS)
    return Response("\ufeff" + out.getvalue(), media_type="text/csv; charset=utf-8", headers={"Content-Disposition": "attachment; filename=published.csv"})


def _workbook() -> bytes:
    """Head line, and a second sheet with the catalogue to copy from."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        head = book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1})
        sheet = book.add_worksheet("公开数据")
        for place, column in enumerate(COLUMNS):
            sheet.write_string(0, place, f"*{TITLES[column]}" if column in REQUIRED else TITLES[column], head)
        sheet.set_column(0, len(COLUMNS) - 1, 14)
        listing = book.add_worksheet("指标目录")
        for line, entry in enumerate(catalogue.all_indicators()):
            for place, word in enumerate((entry.code, entry.name, "、".join(entry.units))):
                listing.write_string(line, place, word)
        listing.set_column(0, 2, 24)
    return out.getvalue()


@router.post("/api/indicators/import", responses=refusals(NotPermitted, RowsWrong, NothingToImport))
async def import_data(form: ImportForm, uow: WriteUow, officer: CurrentOfficer, key: IdempotencyKey = "") -> ImportOut:
    """Check a table, or enter it whole. One wrong row stops the lot; importing the same table again changes nothing."""
    permit(uow, officer, permissions.ENTER)
    if not form.commit:
        rows = await commands.check_table(uow, form.text)
        counts = [sum(row.outcome == word for row in rows) for word in (commands.NEW, commands.CORRECTED, commands.SAME)]
        return ImportOut(committed=False, new=counts[0], corrected=counts[1], same=counts[2], errors=failures(rows))
    if key and await claim(uow, officer.id, key, fingerprint("/api/indicators/import", form.model_dump())):
        rows = await commands.check_table(uow, form.text)
        return ImportOut(committed=True, new=0, corrected=0, same=len(rows), errors=[])
    done = await commands.import_table(uow, officer, form.text)
    if key:
        await settle(uow, officer.id, key, url=FIGURES.url, record_id=None)
    return ImportOut(committed=True, new=done.new, corrected=done.corrected, same=done.same, errors=[])


@router.get(TOTALS_URL, response_class=HTMLResponse, include_in_schema=False)
async def totals_page(request: Request, uow: ReadUow, officer: CurrentOfficer, region: Text = "", indicator: Text = "") -> HTMLResponse:
    """Totals of a region that say which rows they do not add."""
    permit(uow, officer, permissions.VIEW_PUBLISHED)
    known = await queries.regions(uow)
    chosen = region or (known[0][0] if known else "")
    totals = region_totals(await queries.list_current(uow, region_code=chosen, indicator=indicator)) if chosen else []
    return await render(
        request, uow, "indicators.published/regions.html", totals=totals, regions=known, region=chosen, name_of=catalogue.name_of, words=value_words,
        period=period_words, scope=scope_words, url=TOTALS_URL, ledger=FIGURES,
    )


class RowOut(BaseModel):
    """A figure in a total or beside it."""

    submitter: str
    source: str
    scope: str
    dimension: str
    value: str
    words: str

    @classmethod
    def of(cls, row: Row) -> "RowOut":
        return cls(submitter=row.submitter, source=row.source, scope=row.scope, dimension=row.dimension, value=str(row.value.normalize()), words=value_words(row.value, row.unit, row.precision))


class TotalOut(BaseModel):
    """Sum of a region's own figures, what went in, and what stands beside it with the reason."""

    region_code: str
    region: str
    indicator: str
    unit: str
    period_kind: str
    period: str
    value: str | None
    precision: str
    added: list[RowOut]
    beside: list[dict[str, Any]]

    @classmethod
    def of(cls, total: RegionTotal) -> "TotalOut":
        return cls(
            region_code=total.region_code, region=total.region, indicator=total.indicator, unit=total.unit, period_kind=total.period_kind, period=total.period,
            value=None if total.value is None else f"{total.value.normalize():f}", precision=total.precision, added=[RowOut.of(row) for row in total.added],
            beside=[{**RowOut.of(row).model_dump(), "why": why} for row, why in total.beside],
        )


@router.get("/api/indicators/regions", responses=refusals(NotPermitted))
async def totals_data(uow: ReadUow, officer: CurrentOfficer, region: Text = "", indicator: Text = "") -> list[TotalOut]:
    """The same for programs; all regions when none is named."""
    permit(uow, officer, permissions.VIEW_PUBLISHED)
    return [TotalOut.of(total) for total in region_totals(await queries.list_current(uow, region_code=region, indicator=indicator))]
