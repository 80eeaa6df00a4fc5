"""What a ledger cannot express: the printable letter, a fresh look for candidates, the heat table."""

from dataclasses import asdict
from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, Field

from capabilities.common_issue.domain import instruments
from capabilities.common_issue.issuer import figures, permissions, queries
from capabilities.common_issue.issuer.commands.detecting import analyse
from capabilities.common_issue.issuer.ledgers import CANDIDATES, INSTRUMENTS
from capabilities.common_issue.issuer.models import Instrument
from capabilities.inspection import register
from nodekit.errors import NotPermitted
from nodekit.identity.session import CurrentOfficer
from nodekit.web import flash
from nodekit.web.detail import load, permit
from nodekit.web.edge import ReadUow, WriteUow
from nodekit.web.ledger import Form
from nodekit.web.ledger_api import refusals
from nodekit.web.templating import render

router = APIRouter(tags=["共性问题"])


@router.get(f"{INSTRUMENTS.url}/{{record_id}}/print", response_class=HTMLResponse, include_in_schema=False)
async def print_letter(request: Request, record_id: UUID, uow: ReadUow, officer: CurrentOfficer) -> HTMLResponse:
    """The letter as it is (to be) sent."""
    permit(uow, officer, permissions.VIEW)
    row = await load(INSTRUMENTS, uow, officer, record_id)
    names = [uow.node.directory.name(one.office) for one in await queries.list_addressees(uow, row.id)] + [name for name in row.paper_to.split("、") if name]
    replaced = await uow.session.get(Instrument, row.replaces_id) if row.replaces_id else None
    return await render(
        request, uow, "common_issue/letter.html", sender=uow.node.office.name, number=row.document_number, title=row.title, addressees=names, statement=row.statement,
        typical_case=row.typical_case, requirement=row.requirement, signed_off_by=row.signed_off_by, issued_on=row.issued_on, duty=instruments.KINDS[row.kind].duty,
        back=INSTRUMENTS.record_url(row.id), replaces=replaced.document_number if replaced else "",
    )


@router.post("/common-issue/analyse", include_in_schema=False)
async def analyse_page(uow: WriteUow, officer: CurrentOfficer) -> Response:
    """Look for candidates now."""
    permit(uow, officer, permissions.JUDGE)
    await analyse(uow, officer)
    return flash.redirect(CANDIDATES.url, uow.notes)


class AnalyseForm(Form):
    """Said on purpose, so that no stray request sets off an analysis."""

    again: Literal[True] = Field(title="重新研判")


class AnalysisOut(BaseModel):
    """What one look came to."""

    compared: int
    added: int
    updated: int
    dropped: int
    held_back: int
    open: int
    message: str


@router.post("/api/common-issue/analyse", responses=refusals(NotPermitted))
async def analyse_json(_form: AnalyseForm, uow: WriteUow, officer: CurrentOfficer) -> AnalysisOut:
    """Look for candidates now: what changed, and how many wait for a decision."""
    permit(uow, officer, permissions.JUDGE)
    outcome = await analyse(uow, officer)
    return AnalysisOut(**asdict(outcome), open=len(await queries.list_candidates(uow, "detected")), message=outcome.sentence)


@router.get("/common-issue/heat", response_class=HTMLResponse, include_in_schema=False)
async def heat_page(request: Request, uow: ReadUow, officer: CurrentOfficer) -> HTMLResponse:
    """Reported findings that are in common issues, by category and reporting office."""
    permit(uow, officer, permissions.VIEW)
    cells = await figures.heat(uow)
    offices = sorted({office for office, _ in cells})
    categories = sorted({code for _, code in cells})
    rows = [(register.category_label(code), [cells.get((office, code), 0) for office in offices]) for code in categories]
    return await render(request, uow, "common_issue.issuer/heat.html", offices=offices, rows=rows, most=max(cells.values(), default=0))
