"""Rules watched in production on the organising side."""

from collections.abc import Sequence

import sqlalchemy as sa

from capabilities.lifted_inspection.domain.machines import DECIDED_FOR, FED_BACK_ON
from capabilities.lifted_inspection.organiser.models import Candidate, Copy, Finding, Task
from nodekit.spec import Invariant
from nodekit.unit_of_work import UnitOfWork


async def host_lies_below(uow: UnitOfWork) -> Sequence[str]:
    """Tasks are carried out at offices under this one."""
    below = {office.id for office in uow.node.directory.descendants(uow.office)}
    rows = await uow.session.scalars(sa.select(Task).where(Task.status.in_(sorted(DECIDED_FOR))))
    return [f"任务 {row.decision_number} 的属地不是下级巡察办。" for row in rows if row.host not in below]


async def dual_feedback(uow: UnitOfWork) -> Sequence[str]:
    """A task fed back has a copy for the organisation and one for its committee."""
    found = []
    for row in await uow.session.scalars(sa.select(Task).where(Task.status.in_(sorted(FED_BACK_ON)))):
        copies = await uow.session.scalars(sa.select(Copy.addressee).where(Copy.task_id == row.id, Copy.kind == "feedback"))
        if not {"inspected_org", "host_committee"} <= set(copies):
            found.append(f"任务 {row.task_number} 已反馈,但没有同时送被巡察党组织和属地党委。")
    return found


async def findings_as_counted(uow: UnitOfWork) -> Sequence[str]:
    """The number of findings is the number of rows."""
    counted = sa.select(sa.func.count()).where(Finding.task_id == Task.id).scalar_subquery()
    rows = await uow.session.scalars(sa.select(Task.target_name).where(Task.reported_on.is_not(None), Task.findings != counted))
    return [f"{name}的报告问题数与问题清单不符。" for name in rows]


async def conflicted_are_off_the_team(uow: UnitOfWork) -> Sequence[str]:
    """No team enters with an unsettled recusal."""
    wanted = sa.select(Task.target_name, Candidate.name).join(Candidate, Candidate.task_id == Task.id)
    rows = await uow.session.execute(wanted.where(Task.status == "team_formed", Candidate.status == "conflicted"))
    return [f"{target}的巡察组已组队,但{name}命中回避未更换。" for target, name in rows]


INVARIANTS = (
    Invariant("lifted_inspection.host_lies_below", host_lies_below),
    Invariant("lifted_inspection.dual_feedback", dual_feedback),
    Invariant("lifted_inspection.findings_as_counted", findings_as_counted),
    Invariant("lifted_inspection.conflicted_are_off_the_team", conflicted_are_off_the_team),
)
