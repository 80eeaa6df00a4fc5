"""What waits for an officer of a desk: only clues he may know of."""

from collections.abc import Sequence

import sqlalchemy as sa

from capabilities.clue_transfer import domain
from capabilities.clue_transfer.common.confidential import need_to_know
from capabilities.clue_transfer.receiver import permissions
from capabilities.clue_transfer.receiver.ledgers import ANNOUNCED, RECEIVED
from capabilities.clue_transfer.receiver.models import Clue, Stub
from nodekit.identity.officer import Officer
from nodekit.spec import Todo
from nodekit.unit_of_work import UnitOfWork

SOON_DAYS = 7
TODOS_MAX = 100
STEPS = {
    "delivered": (permissions.SIGN, "待签收", "待签收"), "signed": (permissions.ASSIGN, "待办", "待编号"), "numbered": (permissions.ASSIGN, "待办", "待分办"),
    "assigned": (permissions.HANDLE, "待办", "待提出处置意见"), "reactivated": (permissions.HANDLE, "待办", "已重启,待提出处置意见"),
    "disposition_proposed": (permissions.APPROVE, "待审批", "处置意见待审批"), "feedback_redo": (permissions.FEED_BACK, "待办", "反馈待补正"),
}


async def todos(uow: UnitOfWork, officer: Officer) -> Sequence[Todo]:
    """Steps to take, days that come near or are past, papers to expect."""
    if not officer.may(permissions.VIEW):
        return []
    statement = sa.select(Clue).where(Clue.status.in_((*STEPS, *domain.RECEIVED_OPEN))).order_by(Clue.created_at).limit(TODOS_MAX)
    rows = await uow.session.scalars(need_to_know(Clue, permissions.OVERSEE)(statement, officer, uow))
    found = [todo for row in rows for todo in _of(row, uow, officer)]
    if officer.may(permissions.SIGN):
        waiting = await uow.session.scalars(sa.select(Stub).where(Stub.status == "announced").limit(TODOS_MAX))
        found += [Todo(f"存根 {row.serial} 待收纸件", ANNOUNCED.record_url(row.id), "待签收", row.paper_due_on, ANNOUNCED.title) for row in waiting]
    return found


def _of(row: Clue, uow: UnitOfWork, officer: Officer) -> list[Todo]:
    url, found = RECEIVED.record_url(row.id), []
    permission, kind, words = STEPS.get(row.status, ("", "", ""))
    if permission and officer.may(permission) and not (row.status == "disposition_proposed" and row.proposed_by == officer.id):
        found.append(Todo(f"线索 {row.serial} {words}", url, kind, row.due_on, RECEIVED.title))
    if row.due_on is not None and row.status != "delivered" and officer.may(permissions.FEED_BACK):
        left = (row.due_on - uow.today).days
        if left <= SOON_DAYS:
            found.append(Todo(f"线索 {row.serial} {'已超期' if left < 0 else '即将到期'}", url, "已超期" if left < 0 else "将到期", row.due_on, RECEIVED.title))
    return found


async def count_waiting(uow: UnitOfWork, officer: Officer) -> int:
    """Clues this officer may know of that wait for a step here."""
    statement = sa.select(sa.func.count()).select_from(Clue).where(Clue.status.in_(tuple(STEPS)))
    return int(await uow.session.scalar(need_to_know(Clue, permissions.OVERSEE)(statement, officer, uow)) or 0)


async def count_papers(uow: UnitOfWork, _officer: Officer) -> int:
    return int(await uow.session.scalar(sa.select(sa.func.count()).select_from(Stub).where(Stub.status == "announced")) or 0)
