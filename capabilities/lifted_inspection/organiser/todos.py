"""What waits at the organising office."""

from collections.abc import Sequence

from capabilities.lifted_inspection.common import waiting
from capabilities.lifted_inspection.domain.machines import TASK
from capabilities.lifted_inspection.organiser import permissions as p
from capabilities.lifted_inspection.organiser.ledgers.papers import COPIES
from capabilities.lifted_inspection.organiser.ledgers.people import CANDIDATES, SECONDMENTS
from capabilities.lifted_inspection.organiser.ledgers.tasks import TASKS
from capabilities.lifted_inspection.organiser.models import Candidate, Copy, Secondment, Task
from nodekit.identity.officer import Officer
from nodekit.spec import Todo
from nodekit.unit_of_work import UnitOfWork

STEPS = {
    "proposed": (p.HANDLE, "待签收", "申请待签收"), "signed": (p.HANDLE, "待办", "待会商"), "consulting": (p.HANDLE, "待办", "会商中"), "consulted": (p.DECIDE, "待审批", "待审批"),
    "approved": (p.HANDLE, "待办", "待下达任务书"), "tasked": (p.STAFF, "待办", "待组队"), "staffing": (p.STAFF, "待办", "组队中"),
    "team_formed": (p.CARRY, "待办", "待进驻"), "entered": (p.CARRY, "待办", "待提交报告"), "reported": (p.CARRY, "待办", "待反馈"), "fed_back": (p.CARRY, "待办", "待移交清单"),
    "result_reported_up": (p.FOLLOW, "待办", "整改结果待审核办结"), "deferred": (p.DECIDE, "待办", "暂缓,到期再议"),
}


async def todos(uow: UnitOfWork, officer: Officer) -> Sequence[Todo]:
    """The next step of every task, extensions to answer, hits to replace, copies nobody signs."""
    found = [todo for row in await waiting.rows_in(uow, Task, [*STEPS, "rectification_supervised_locally"]) for todo in _of(row, uow, officer)]
    if officer.may(p.STAFF):
        for row in await waiting.rows_in(uow, Candidate, ("offered", "conflicted")):
            words = "命中回避,须更换" if row.status == "conflicted" else "待遴选"
            found.append(Todo(f"人选 {row.name} {words}", CANDIDATES.record_url(row.id), "待办", None, CANDIDATES.title))
        found += [
            Todo(f"抽调 {row.document_number} 对方逾期未回复", SECONDMENTS.record_url(row.id), "已超期", row.reply_due_on, SECONDMENTS.title)
            for row in await waiting.rows_in(uow, Secondment, ("requested", "signed", "replacing")) if row.reply_due_on < uow.today
        ]
    if officer.may(p.HANDLE):
        for row in await waiting.rows_in(uow, Copy, ("sent", "returned")):
            if row.status == "returned":
                found.append(Todo(f"{COPIES.name(row)} 被退回,待更正", COPIES.record_url(row.id), "待办", None, COPIES.title))
            elif row.sign_due_on < uow.today:
                found.append(Todo(f"{COPIES.name(row)} 逾期未签收", COPIES.record_url(row.id), "已超期", row.sign_due_on, COPIES.title))
    return found


def _of(row: Task, uow: UnitOfWork, officer: Officer) -> list[Todo]:
    url, name, found = TASKS.record_url(row.id), TASKS.name(row), []
    permission, kind, words = STEPS.get(row.status, ("", "", ""))
    if permission and officer.may(permission) and row.escalated_to is None:
        found.append(Todo(f"{name} {words}", url, waiting.kind_of(row.due_on, uow.today, kind), row.due_on, TASKS.title))
    if row.extension == "requested" and officer.may(p.FOLLOW):
        found.append(Todo(f"{name} 属地申请延期待答复", url, "待审批", row.extension_until, TASKS.title))
    if row.status == "rectification_supervised_locally" and row.due_on and row.due_on < uow.today and officer.may(p.FOLLOW):
        found.append(Todo(f"{name} 整改结果逾期未上报", url, "已超期", row.due_on, TASKS.title))
    return found


async def count_tasks(uow: UnitOfWork, _officer: Officer) -> int:
    """Tasks on which this office has the next step."""
    return await waiting.count(uow, Task, [code for code in STEPS if not TASK.states[code].final])


async def count_copies(uow: UnitOfWork, _officer: Officer) -> int:
    return await waiting.count(uow, Copy, ("sent", "returned"))


async def count_secondments(uow: UnitOfWork, _officer: Officer) -> int:
    return await waiting.count(uow, Secondment, ("offered", "released"))


async def count_candidates(uow: UnitOfWork, _officer: Officer) -> int:
    return await waiting.count(uow, Candidate, ("offered", "conflicted"))
