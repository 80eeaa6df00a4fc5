"""What waits for an officer of the superior office."""

from collections.abc import Sequence

from capabilities.inspection.superior import queries
from nodekit.identity.officer import Officer
from nodekit.spec import Todo
from nodekit.unit_of_work import UnitOfWork

TODOS_MAX = 50


async def filings_waiting(uow: UnitOfWork, officer: Officer) -> Sequence[Todo]:
    """Filings to be signed for or put on record."""
    if not officer.may("inspection.receive_filing"):
        return []
    return [
        Todo(
            f"{uow.node.directory.short_name(row.origin)}:{row.title}", f"/inspection/received-filings/{row.id}",
            _kind(row.status, overdue=row.sign_due_on < uow.today), row.sign_due_on if row.status == "sent" else None, "下级报备",
        )
        for row in await queries.list_waiting(uow, TODOS_MAX)
    ]


def _kind(status: str, *, overdue: bool) -> str:
    if status == "sent":
        return "已超期" if overdue else "待签收"
    return "待办"


async def count_filings(uow: UnitOfWork, _officer: Officer) -> int:
    return await queries.count_waiting(uow)
