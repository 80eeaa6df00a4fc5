"""Papers for print, in official layout."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from capabilities.lifted_inspection.common.letters import Letter, chinese_date
from capabilities.lifted_inspection.organiser import letters, permissions, queries
from capabilities.lifted_inspection.organiser.ledgers.papers import COPIES
from capabilities.lifted_inspection.organiser.ledgers.people import SECONDMENTS
from capabilities.lifted_inspection.organiser.ledgers.tasks import TASKS
from nodekit.errors import NotFound
from nodekit.identity.session import CurrentOfficer
from nodekit.numbering import dated
from nodekit.unit_of_work import UnitOfWork
from nodekit.web.detail import load, permit
from nodekit.web.edge import ReadUow
from nodekit.web.ledger import Ledger
from nodekit.web.templating import render

router = APIRouter(tags=[TASKS.title])


@router.get(f"{TASKS.url}/{{record_id}}/consult-print", response_class=HTMLResponse, include_in_schema=False)
async def consultation(request: Request, record_id: UUID, uow: ReadUow, officer: CurrentOfficer) -> HTMLResponse:
    """会商函."""
    permit(uow, officer, permissions.VIEW)
    row = await load(TASKS, uow, officer, record_id)
    asked = [entry for entry in await queries.consultations(uow, row.id) if entry.request_event_id]
    return await _shown(request, uow, TASKS, row, letters.consultation(uow, row, asked) if asked else None)


@router.get(f"{TASKS.url}/{{record_id}}/decision-print", response_class=HTMLResponse, include_in_schema=False)
async def decision(request: Request, record_id: UUID, uow: ReadUow, officer: CurrentOfficer) -> HTMLResponse:
    """批复."""
    permit(uow, officer, permissions.VIEW)
    row = await load(TASKS, uow, officer, record_id)
    return await _shown(request, uow, TASKS, row, letters.decision(uow, row) if row.decision_number and row.outcome else None)


@router.get(f"{TASKS.url}/{{record_id}}/task-print", response_class=HTMLResponse, include_in_schema=False)
async def task_book(request: Request, record_id: UUID, uow: ReadUow, officer: CurrentOfficer) -> HTMLResponse:
    """任务书."""
    permit(uow, officer, permissions.VIEW)
    row = await load(TASKS, uow, officer, record_id)
    return await _shown(request, uow, TASKS, row, letters.task_book(uow, row) if row.task_number else None)


@router.get(f"{COPIES.url}/{{record_id}}/print", response_class=HTMLResponse, include_in_schema=False)
async def paper(request: Request, record_id: UUID, uow: ReadUow, officer: CurrentOfficer) -> HTMLResponse:
    """Task book, entry notice, feedback or hand-over list, as one addressee gets it."""
    permit(uow, officer, permissions.VIEW)
    row = await load(COPIES, uow, officer, record_id)
    task = await load(TASKS, uow, officer, row.task_id)
    return await _shown(request, uow, COPIES, row, letters.paper(uow, task, row, await queries.findings(uow, task.id)))


@router.get(f"{SECONDMENTS.url}/{{record_id}}/request-print", response_class=HTMLResponse, include_in_schema=False)
async def people_wanted(request: Request, record_id: UUID, uow: ReadUow, officer: CurrentOfficer) -> HTMLResponse:
    """抽调商请函."""
    permit(uow, officer, permissions.VIEW)
    row = await load(SECONDMENTS, uow, officer, record_id)
    return await _shown(request, uow, SECONDMENTS, row, letters.people_wanted(uow, row))


@router.get(f"{SECONDMENTS.url}/{{record_id}}/letter-print", response_class=HTMLResponse, include_in_schema=False)
async def secondment(request: Request, record_id: UUID, uow: ReadUow, officer: CurrentOfficer) -> HTMLResponse:
    """抽调函."""
    permit(uow, officer, permissions.VIEW)
    row = await load(SECONDMENTS, uow, officer, record_id)
    return await _shown(request, uow, SECONDMENTS, row, letters.secondment(uow, row, await queries.offered(uow, row.id)) if row.letter_number else None)


async def _shown(request: Request, uow: UnitOfWork, ledger: Ledger, row: Any, letter: Letter | None) -> HTMLResponse:
    if letter is None:
        raise NotFound("该文书")
    day = letter.dated_on or await dated(uow, letter.number)
    return await render(
        request, uow, "lifted_inspection/official.html", letter=letter, dated=chinese_date(day), ledger=ledger, back=ledger.record_url(row.id),
        back_title=ledger.name(row),
    )


ROUTERS = (router,)
