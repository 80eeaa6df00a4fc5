"""What waits at the asking office."""

from collections.abc import Sequence

from capabilities.lifted_inspection.common import waiting
from capabilities.lifted_inspection.domain.machines import REQUEST, REQUEST_WAITING
from capabilities.lifted_inspection.requester import permissions
from capabilities.lifted_inspection.requester.ledgers import REQUESTS
from capabilities.lifted_inspection.requester.models import Request
from nodekit.identity.officer import Officer
from nodekit.spec import Todo
from nodekit.unit_of_work import UnitOfWork


async def todos(uow: UnitOfWork, officer: Officer) -> Sequence[Todo]:
    """Drafts to send, decisions to sign for, applications the superior is late with."""
    if not officer.may(permissions.VIEW):
        return []
    found = []
    for row in await waiting.rows_in(uow, Request, [code for code, state in REQUEST.states.items() if not state.final or code == "declined"]):
        url, name = REQUESTS.record_url(row.id), REQUESTS.name(row)
        if row.status in {"draft", "returned"} and officer.may(permissions.SEND):
            found.append(Todo(f"{name} {'被退回,待补正' if row.status == 'returned' else '待报送'}", url, "待办", None, REQUESTS.title))
        elif row.decision_number and row.decision_signed_on is None and officer.may(permissions.DRAFT):
            found.append(Todo(f"{name} 批复待签收", url, waiting.kind_of(row.due_on, uow.today, "待签收"), row.due_on, REQUESTS.title))
        elif row.status in REQUEST_WAITING and row.due_on is not None and row.due_on < uow.today and officer.may(permissions.SEND):
            found.append(Todo(f"{name} 上级逾期未办,可催办", url, "已超期", row.due_on, REQUESTS.title))
    return found


async def count_waiting(uow: UnitOfWork, _officer: Officer) -> int:
    return await waiting.count(uow, Request, ("draft", "returned"))
