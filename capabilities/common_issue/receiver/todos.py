"""What waits for an officer of the receiving office."""

from collections.abc import Sequence

import sqlalchemy as sa

from capabilities.common_issue.domain import instruments, states, words
from capabilities.common_issue.receiver import permissions, queries
from capabilities.common_issue.receiver.ledgers import RECEIVED
from capabilities.common_issue.receiver.models import Letter
from nodekit.identity.officer import Officer
from nodekit.spec import Todo
from nodekit.unit_of_work import UnitOfWork

SOON_DAYS = 7
TODOS_MAX = 100


async def todos(uow: UnitOfWork, officer: Officer) -> Sequence[Todo]:
    """Letters to sign for and to answer, with the day that comes next."""
    if not officer.may(permissions.REPORT):
        return []
    statement = sa.select(Letter).where(Letter.status.in_(("delivered", *states.AT_WORK))).order_by(Letter.result_due_on).limit(TODOS_MAX)
    return [_of(row, uow) for row in await uow.session.scalars(statement)]


def _of(row: Letter, uow: UnitOfWork) -> Todo:
    owed = words.STEPS[instruments.owed(row.status, plan_asked=row.plan_due_on is not None)]
    left = (row.due_on - uow.today).days if row.due_on else SOON_DAYS + 1
    kind = "已超期" if left < 0 else "待签收" if row.status == "delivered" else "将到期" if left <= SOON_DAYS else "待办"
    return Todo(f"{row.document_number} {row.title}:待{owed}", RECEIVED.record_url(row.id), kind, row.due_on, RECEIVED.title)


async def count_waiting(uow: UnitOfWork, _officer: Officer) -> int:
    return await queries.count(uow, "delivered", *states.AT_WORK)
