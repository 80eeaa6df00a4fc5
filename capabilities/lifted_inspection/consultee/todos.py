"""What waits at a desk."""

from collections.abc import Sequence

from capabilities.lifted_inspection.common import waiting
from capabilities.lifted_inspection.consultee import permissions
from capabilities.lifted_inspection.consultee.ledgers import OPINIONS, PAPERS
from capabilities.lifted_inspection.consultee.models import Opinion, Paper
from nodekit.identity.officer import Officer
from nodekit.spec import Todo
from nodekit.unit_of_work import UnitOfWork


async def todos(uow: UnitOfWork, officer: Officer) -> Sequence[Todo]:
    if not officer.may(permissions.HANDLE):
        return []
    rows = await waiting.rows_in(uow, Opinion, ("sent", "signed"))
    found = [
        Todo(
            f"会商 {row.target_name} {'待签收' if row.status == 'sent' else '待答复'}", OPINIONS.record_url(row.id),
            waiting.kind_of(row.due_on, uow.today, "待签收" if row.status == "sent" else "待办"), row.due_on, OPINIONS.title,
        )
        for row in rows
    ]
    return found + await waiting.paper_todos(uow, Paper, PAPERS.url)


async def count_opinions(uow: UnitOfWork, _officer: Officer) -> int:
    return await waiting.count(uow, Opinion, ("sent", "signed"))


async def count_papers(uow: UnitOfWork, _officer: Officer) -> int:
    return await waiting.count(uow, Paper, ("sent",))
