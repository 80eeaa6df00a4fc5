"""Pages a ledger cannot express: coverage of the term, and import by paste or file. Each has a JSON twin."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.datastructures import UploadFile

from capabilities.inspection.office import queries
from capabilities.inspection.office.commands.importing import IMPORTERS, check_rows, import_rows
from capabilities.inspection.office.coverage import coverage_of
from capabilities.inspection.office.errors import RowsWrong
from capabilities.inspection.office.pasted import PastedRow, from_workbook, read_pasted
from capabilities.inspection.office.template_file import workbook
from capabilities.inspection.office.views import coverage_json, coverage_page
from capabilities.inspection.vocabulary import Affiliation, Sector
from nodekit.errors import NodeError
from nodekit.identity.officer import Officer
from nodekit.identity.session import CurrentOfficer, require
from nodekit.web import flash
from nodekit.web.actions import all_or_nothing
from nodekit.web.detail import permit
from nodekit.web.edge import ReadUow, WriteUow
from nodekit.web.export import MEDIA_TYPE
from nodekit.web.ledger import Form
from nodekit.web.ledger_api import IdempotencyKey
from nodekit.web.submissions import claim, fingerprint
from nodekit.web.templating import render

router = APIRouter(tags=["巡察实施"])
PASTE_CHARS_MAX = 2_000_000
Viewer = Annotated[Officer, require("inspection.view")]
Kind = Literal["targets", "findings"]


class ImportForm(Form):
    """Pasted rows, head line first, columns separated by tabs."""

    text: str = Field(title="粘贴内容", min_length=1, max_length=PASTE_CHARS_MAX)
    commit: bool = Field(default=False, title="导入", description="不填为只校验")


class MemberOut(BaseModel):
    """A person in a team. What was declared for recusal is not told here."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    role: str
    unit: str
    joined_on: date
    declared_on: date | None


@router.get("/inspection/coverage", include_in_schema=False)
async def coverage(request: Request, uow: ReadUow, _officer: Viewer, term: int | None = None) -> Response:
    """Coverage of a term: rate, systems, what is left."""
    terms = await queries.list_terms(uow)
    chosen = next((each for each in terms if each.number == term), None) if term is not None else await queries.current_term(uow)
    found = await coverage_of(uow, chosen) if chosen else None
    tabs = [{"key": each.number, "title": each.name, "url": f"/inspection/coverage?term={each.number}"} for each in terms]
    view = coverage_page(found) if found else None
    labels = {"sector": Sector.label_of, "affiliation": Affiliation.label_of}
    return await render(request, uow, "inspection.office/coverage.html", terms=terms, tabs=tabs, found=found, view=view, label_of=labels)


@router.get("/api/inspection/coverage")
async def coverage_data(uow: ReadUow, _officer: Viewer) -> dict[str, Any]:
    """Coverage of the current term, with numerator and denominator; empty while no term is open."""
    term = await queries.current_term(uow)
    return coverage_json(await coverage_of(uow, term)) if term else {}


@router.get("/api/inspection/teams/{team_id}/members")
async def team_members(team_id: UUID, uow: ReadUow, _officer: Viewer) -> list[MemberOut]:
    """People now in a team; their ids are what the team's actions ask for."""
    team = await queries.get_team(uow, team_id)
    return [MemberOut.model_validate(member) for member in await queries.list_members(uow, [team.id])]


@router.get("/inspection/import/{kind}", include_in_schema=False)
async def import_page(kind: Kind, request: Request, uow: ReadUow, officer: CurrentOfficer) -> Response:
    """The empty import page with the template's columns."""
    permit(uow, officer, IMPORTERS[kind].permission)
    return await render(request, uow, "inspection.office/import.html", importer=IMPORTERS[kind], text="", rows=None, error=None)


@router.post("/inspection/import/{kind}", include_in_schema=False)
async def import_submit(kind: Kind, request: Request, uow: WriteUow, officer: CurrentOfficer) -> Response:
    """Check what was pasted or uploaded; enter it when the officer says so. Everything typed stays on the page."""
    importer = IMPORTERS[kind]
    permit(uow, officer, importer.permission)
    data = await request.form()
    text, file = str(data.get("text") or ""), data.get("file")
    rows: list[PastedRow] | None = None
    error: NodeError | None = None
    status = 200
    try:
        if isinstance(file, UploadFile) and file.filename:
            text = from_workbook(await file.read())
        form = ImportForm(text=text[:PASTE_CHARS_MAX] or "\n")
        rows, _forms = await check_rows(uow, officer, importer, form.text)
        if data.get("commit"):
            async with all_or_nothing(uow):
                count = await import_rows(uow, officer, importer, form.text)
            return flash.redirect(importer.ledger_url, [f"已导入{count}条。"])
    except RowsWrong as wrong:
        rows, error, status = _with_errors(rows or [], wrong), wrong, wrong.status
    except NodeError as refusal:
        error, status = refusal, refusal.status
    return await render(request, uow, "inspection.office/import.html", status=status, importer=importer, text=text, rows=rows, error=error)


@router.get("/inspection/import/{kind}/template.xlsx", include_in_schema=False)
async def import_template(kind: Kind, uow: ReadUow, officer: CurrentOfficer) -> Response:
    """An empty workbook with the head line, required columns marked, hints as comments."""
    permit(uow, officer, IMPORTERS[kind].permission)
    headers = {"Content-Disposition": f"attachment; filename={kind}.xlsx"}
    return Response(workbook(IMPORTERS[kind]), media_type=MEDIA_TYPE, headers=headers)


@router.post("/api/inspection/import/{kind}", responses={422: {"description": "有行填写不正确,未导入任何数据"}})
async def import_data(kind: Kind, form: ImportForm, uow: WriteUow, officer: CurrentOfficer, key: IdempotencyKey = "") -> dict[str, Any]:
    """Check pasted rows, or enter them all. One wrong row stops the lot; a repeat with the same key enters nothing twice."""
    importer = IMPORTERS[kind]
    permit(uow, officer, importer.permission)
    if not form.commit:
        rows, forms = await check_rows(uow, officer, importer, form.text)
        return {"imported": 0, "ready": len(forms), "errors": [{"row": row.number, "errors": row.errors} for row in rows if row.errors]}
    if key and await claim(uow, officer.id, key, fingerprint(f"/inspection/import/{kind}", form.model_dump())):
        return {"imported": len(read_pasted(form.text, importer.columns)), "ready": 0, "errors": []}
    return {"imported": await import_rows(uow, officer, importer, form.text), "ready": 0, "errors": []}


def _with_errors(rows: list[Any], wrong: RowsWrong) -> list[Any]:
    """Errors found while entering (a number taken meanwhile) are shown on their rows, too."""
    found = {entry["row"]: entry["errors"] for entry in wrong.facts["rows"]}
    for row in rows:
        row.errors = found.get(row.number, row.errors)
    return rows

