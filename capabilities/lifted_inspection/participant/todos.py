"""What waits at a participating office."""

from collections.abc import Sequence

from capabilities.lifted_inspection.common import waiting
from capabilities.lifted_inspection.participant import permissions as p
from capabilities.lifted_inspection.participant import queries
from capabilities.lifted_inspection.participant.ledgers.people import LENDINGS
from capabilities.lifted_inspection.participant.ledgers.tasks import ASSIGNMENTS, PAPERS
from capabilities.lifted_inspection.participant.models import Assignment, Lending, Paper
from nodekit.identity.officer import Officer
from nodekit.spec import Todo
from nodekit.unit_of_work import UnitOfWork

LENDING_STEPS = {
    "requested": ("待签收", "抽调需求待签收"), "signed": ("待办", "待推荐人选"), "replacing": ("待办", "待更换人选"), "lettered": ("待签收", "抽调函待签收放行"),
}


async def todos(uow: UnitOfWork, officer: Officer) -> Sequence[Todo]:
    found: list[Todo] = []
    if officer.may(p.SIGN):
        found += await waiting.paper_todos(uow, Paper, PAPERS.url)
    if officer.may(p.LEND):
        for row in await queries.unsigned_people(uow):
            kind, words = LENDING_STEPS[row.status]
            found.append(Todo(f"{row.target_name} {words}", LENDINGS.record_url(row.id), waiting.kind_of(row.due_on, uow.today, kind), row.due_on, LENDINGS.title))
    if officer.may(p.REPORT):
        for row in await waiting.rows_in(uow, Assignment, ("supervising",)):
            kind = waiting.kind_of(row.due_on, uow.today, "待办")
            found.append(Todo(f"{ASSIGNMENTS.name(row)} 监督整改并上报", ASSIGNMENTS.record_url(row.id), kind, row.due_on, ASSIGNMENTS.title))
    return found


async def count_assignments(uow: UnitOfWork, _officer: Officer) -> int:
    return await waiting.count(uow, Assignment, ("supervising",))


async def count_papers(uow: UnitOfWork, _officer: Officer) -> int:
    return await waiting.count(uow, Paper, ("sent",))


async def count_lendings(uow: UnitOfWork, _officer: Officer) -> int:
    return await waiting.count(uow, Lending, tuple(LENDING_STEPS))
