"""Rules over an office's rows that must hold in production, whatever anybody clicked."""

from collections.abc import Sequence

from sqlalchemy import select

from capabilities.inspection import domain
from capabilities.inspection.office import queries
from capabilities.inspection.office.commands.teams import missing_for_entry
from capabilities.inspection.office.models import Finding, Round, Task, Team
from nodekit.spec import Invariant
from nodekit.unit_of_work import UnitOfWork

VIOLATIONS_MAX = 50


async def _teams_complete(uow: UnitOfWork) -> Sequence[str]:
    """A member who joined later, or an organisation assigned later, may have opened a recusal question."""
    wrong = []
    for team in await queries.list_standing_teams(uow):
        if team.status != "forming":
            wrong += [f"{team.round.name}{team.name}:{reason}" for reason in await missing_for_entry(uow, team)]
    return wrong[:VIOLATIONS_MAX]


async def _entered_have_team(uow: UnitOfWork) -> Sequence[str]:
    wanted = select(Task.id).where(Task.entered_on.is_not(None), Task.team_id.is_(None)).limit(VIOLATIONS_MAX)
    return [f"进驻任务{task_id}没有巡察组" for task_id in await uow.session.scalars(wanted)]


async def _fed_back_complete(uow: UnitOfWork) -> Sequence[str]:
    wanted = (
        select(Finding.number, Round.name).select_from(Finding).join(Round, Round.id == Finding.round_id)
        .where(Round.status.in_(domain.AFTER_FEEDBACK), Finding.status.in_(domain.FINDING_OPEN | {"confirmed"})).limit(VIOLATIONS_MAX)
    )
    return [f"{name}已反馈,问题{number}仍未反馈" for number, name in await uow.session.execute(wanted)]


async def _same_team_round(uow: UnitOfWork) -> Sequence[str]:
    """No key can say that a finding's team belongs to its round."""
    wanted = select(Finding.number).join(Team, Team.id == Finding.team_id).where(Team.round_id != Finding.round_id).limit(VIOLATIONS_MAX)
    return [f"问题{number}的巡察组不属于其轮次" for number in await uow.session.scalars(wanted)]


INVARIANTS = (
    Invariant("已授权的巡察组人员齐备且无未处理的回避情形", _teams_complete), Invariant("已进驻的对象都有巡察组", _entered_have_team),
    Invariant("已反馈轮次的问题都已反馈", _fed_back_complete), Invariant("问题与巡察组同属一轮", _same_team_round),
)
