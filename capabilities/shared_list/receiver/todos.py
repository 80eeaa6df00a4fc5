"""What waits on the adapting side, for 工作台 and the menu."""

from collections.abc import Sequence
from typing import Any

from capabilities.shared_list.domain.states import Local
from capabilities.shared_list.receiver import permissions, queries
from capabilities.shared_list.receiver.models import ReceivedList, ReceivedSolicitation
from nodekit.identity.officer import Officer
from nodekit.spec import Todo
from nodekit.unit_of_work import UnitOfWork

SHOWN_MAX = 50
WORK = {Local.SIGNED: "待改编", Local.ADAPTING: "改编中", Local.CONFIRMED: "待启用", Local.IN_USE: "待报备"}


async def todos(uow: UnitOfWork, officer: Officer) -> Sequence[Todo]:
    """Lists to sign, to adapt, to confirm, to file back; requests to answer."""
    found: list[Todo] = []
    if officer.may(permissions.SIGN.code):
        waiting = await queries.list_waiting(uow, (Local.RECEIVED,), SHOWN_MAX)
        found += [_todo(row, "待签收", row.sign_due_on, f"签收《{row.name}》", uow) for row in waiting]
    if officer.may(permissions.ADAPT.code):
        for row in await queries.list_waiting(uow, tuple(WORK), SHOWN_MAX):
            word = f"{WORK[Local(row.status)]}({row.progress})" if row.status == Local.ADAPTING else WORK[Local(row.status)]
            found.append(_todo(row, "待办", row.adapt_due_on, f"{word}:《{row.name}》", uow))
    if officer.may(permissions.CONFIRM.code):
        waiting = await queries.list_waiting(uow, (Local.ADAPTED,), SHOWN_MAX)
        found += [_todo(row, "待审批", row.adapt_due_on, f"待领导小组审定:《{row.title}》{row.local_version}", uow) for row in waiting]
    if officer.may(permissions.PROPOSE.code):
        for asked in await queries.open_solicitations(uow, SHOWN_MAX):
            kind = "已超期" if asked.due_on < uow.today else "待办"
            found.append(Todo(f"回复征求意见:《{asked.name}》", f"/shared-list/solicitations/{asked.id}", kind, asked.due_on, "征求意见"))
    return found


async def count_received(uow: UnitOfWork, _officer: Officer) -> int:
    """Lists waiting for a signature or for decisions."""
    return await queries.count(uow, ReceivedList, ReceivedList.status.in_((Local.RECEIVED, Local.ADAPTING)))


async def count_solicitations(uow: UnitOfWork, _officer: Officer) -> int:
    return await queries.count(uow, ReceivedSolicitation, ReceivedSolicitation.status == "open")


def _todo(row: ReceivedList, kind: str, due_on: Any, title: str, uow: UnitOfWork) -> Todo:
    """Past its day, a matter is shown as overdue, whatever else it is."""
    overdue = due_on is not None and due_on < uow.today
    return Todo(title, f"/shared-list/received/{row.id}", "已超期" if overdue else kind, due_on, "上级清单")
