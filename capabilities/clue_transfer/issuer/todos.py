"""What waits for an officer of the issuing office: only clues he may know of, never more than their number."""

from collections.abc import Sequence

import sqlalchemy as sa

from capabilities.clue_transfer import domain
from capabilities.clue_transfer.common.confidential import need_to_know
from capabilities.clue_transfer.issuer import permissions
from capabilities.clue_transfer.issuer.ledgers import ISSUED, STUBS
from capabilities.clue_transfer.issuer.models import Clue, Stub
from nodekit.identity.officer import Officer
from nodekit.spec import Todo
from nodekit.unit_of_work import UnitOfWork

SOON_DAYS = 7
TODOS_MAX = 100
STEPS = {
    "registered": (permissions.REVIEW, "待办", "待组内审核"), "team_reviewed": (permissions.APPROVE, "待审批", "待审批移交"),
    "approved": (permissions.SEND, "待办", "待封装"), "sealed": (permissions.SEND, "待办", "待发出"), "returned": (permissions.SEND, "待办", "被退回,待补正重送"),
    "feedback_received": (permissions.VERIFY, "待办", "反馈待核实"),
}


async def todos(uow: UnitOfWork, officer: Officer) -> Sequence[Todo]:
    """Steps to take, extensions to answer, days that come near or are past."""
    if not officer.may(permissions.VIEW):
        return []
    statement = sa.select(Clue).where(Clue.status.not_in(("closed", "voided", "withdrawn"))).order_by(Clue.created_at).limit(TODOS_MAX)
    rows = await uow.session.scalars(need_to_know(Clue, permissions.OVERSEE)(statement, officer, uow))
    found = [todo for row in rows for todo in _of(row, uow, officer)]
    if officer.may(permissions.REGISTER):
        waiting = await uow.session.scalars(sa.select(Stub).where(Stub.status == "registered").limit(TODOS_MAX))
        found += [Todo(f"存根 {row.serial} 纸件待送出", STUBS.record_url(row.id), "待办", row.paper_due_on, STUBS.title) for row in waiting]
    return found


def _of(row: Clue, uow: UnitOfWork, officer: Officer) -> list[Todo]:
    url, found = ISSUED.record_url(row.id), []
    permission, kind, words = STEPS.get(row.status, ("", "", ""))
    if permission and officer.may(permission) and not (row.status == "team_reviewed" and row.registered_by == officer.id):
        found.append(Todo(f"线索 {row.serial} {words}", url, kind, row.due_on, ISSUED.title))
    if row.extension == "requested" and officer.may(permissions.VERIFY):
        found.append(Todo(f"线索 {row.serial} 延期申请待答复", url, "待审批", row.extension_until, ISSUED.title))
    if row.due_on is not None and officer.may(permissions.URGE):
        left = (row.due_on - uow.today).days
        if left <= SOON_DAYS:
            owed = domain.step_to_urge(row.status).label.removeprefix("催")
            found.append(Todo(f"线索 {row.serial} {'超期未' if left < 0 else '即将到期:'}{owed}", url, "已超期" if left < 0 else "将到期", row.due_on, ISSUED.title))
    return found


async def count_waiting(uow: UnitOfWork, officer: Officer) -> int:
    """Clues this officer may know of that are not out yet or came back."""
    statement = sa.select(sa.func.count()).select_from(Clue).where(Clue.status.in_(tuple(STEPS)))
    return int(await uow.session.scalar(need_to_know(Clue, permissions.OVERSEE)(statement, officer, uow)) or 0)


async def count_stubs(uow: UnitOfWork, _officer: Officer) -> int:
    return int(await uow.session.scalar(sa.select(sa.func.count()).select_from(Stub).where(Stub.status == "registered")) or 0)
