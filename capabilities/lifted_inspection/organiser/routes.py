"""Papers for print: decision (批复), task book (任务书), secondment letter (抽调函)."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from capabilities.lifted_inspection.domain.words import Kind, Outcome, Reason, Skill, labels_of
from capabilities.lifted_inspection.organiser import permissions, queries
from capabilities.lifted_inspection.organiser.ledgers.people import SECONDMENTS
from capabilities.lifted_inspection.organiser.ledgers.tasks import TASKS
from nodekit.errors import NotFound
from nodekit.identity.session import CurrentOfficer
from nodekit.web.detail import load, permit
from nodekit.web.edge import ReadUow
from nodekit.web.templating import render

router = APIRouter(tags=[TASKS.title])


@router.get(f"{TASKS.url}/{{record_id}}/decision-print", response_class=HTMLResponse, include_in_schema=False)
async def decision(request: Request, record_id: UUID, uow: ReadUow, officer: CurrentOfficer) -> HTMLResponse:
    """批复."""
    permit(uow, officer, permissions.VIEW)
    row = await load(TASKS, uow, officer, record_id)
    if row.decision_number is None or row.outcome is None:
        raise NotFound("批复")
    return await render(
        request, uow, "lifted_inspection.organiser/decision.html", row=row, ledger=TASKS, kind=Kind.label_of(row.kind), outcome=Outcome.label_of(row.outcome),
        reasons=labels_of(Reason, row.reasons), contributors=[uow.node.directory.name(office) for office in row.contributors],
    )


@router.get(f"{TASKS.url}/{{record_id}}/task-print", response_class=HTMLResponse, include_in_schema=False)
async def task_book(request: Request, record_id: UUID, uow: ReadUow, officer: CurrentOfficer) -> HTMLResponse:
    """任务书."""
    permit(uow, officer, permissions.VIEW)
    row = await load(TASKS, uow, officer, record_id)
    if row.task_number is None:
        raise NotFound("任务书")
    names = [uow.node.directory.name(office) for office in row.contributors]
    return await render(request, uow, "lifted_inspection.organiser/task_book.html", row=row, ledger=TASKS, kind=Kind.label_of(row.kind), contributors=names)


@router.get(f"{SECONDMENTS.url}/{{record_id}}/letter-print", response_class=HTMLResponse, include_in_schema=False)
async def letter(request: Request, record_id: UUID, uow: ReadUow, officer: CurrentOfficer) -> HTMLResponse:
    """抽调函."""
    permit(uow, officer, permissions.VIEW)
    row = await load(SECONDMENTS, uow, officer, record_id)
    if row.letter_number is None:
        raise NotFound("抽调函")
    people = [person for person in await queries.offered(uow, row.id) if person.status in {"chosen", "released", "joined", "returned"}]
    return await render(
        request, uow, "lifted_inspection.organiser/letter.html", row=row, ledger=SECONDMENTS, people=people, skills=labels_of(Skill, row.skills)
    )


ROUTERS = (router,)
