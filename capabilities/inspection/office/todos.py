"""What waits for an officer: findings to review, returned filings, steps of rounds that are due, teams with open recusal."""

from collections.abc import Sequence

from sqlalchemy import func, select

from capabilities.inspection import domain
from capabilities.inspection.office import queries
from capabilities.inspection.office.commands.findings import SEE_ALL
from capabilities.inspection.office.commands.teams import missing_for_entry
from capabilities.inspection.office.models import Filing, Finding, Round
from nodekit.identity.officer import Officer
from nodekit.spec import Todo
from nodekit.unit_of_work import UnitOfWork

TODOS_MAX = 50
SOON_DAYS = 10
NOT_WAITING = frozenset({"evaluated", "archived", "voided"})


async def findings_waiting(uow: UnitOfWork, officer: Officer) -> Sequence[Todo]:
    """To a leader: what to review and confirm. To a team: what came back."""
    wanted = select(Finding).order_by(Finding.updated_at).limit(TODOS_MAX)
    if not officer.may(SEE_ALL):
        wanted = wanted.where(Finding.team_id.in_(await queries.team_ids_of(uow, officer.username)))
    states = {"registered": "待审批", "reviewed": "待审批"} if officer.may("inspection.review_finding") else {}
    if officer.may("inspection.register_finding"):
        states["returned"] = "待办"
    rows = await uow.session.scalars(wanted.where(Finding.status.in_(states)))
    words = {"registered": "审核问题", "reviewed": "确认问题", "returned": "修改被退回的问题"}
    return [Todo(f"{words[row.status]}:{row.number} {row.title}", f"/inspection/findings/{row.id}", states[row.status], None, "问题台账") for row in rows]


async def rounds_due(uow: UnitOfWork, officer: Officer) -> Sequence[Todo]:
    """The next step of a round is near its last day, or past it."""
    if not (officer.may("inspection.plan") or officer.may("inspection.decide")):
        return []
    wanted = select(Round).where(Round.due_on.is_not(None), Round.status.not_in(NOT_WAITING)).order_by(Round.due_on).limit(TODOS_MAX)
    found = []
    for row in await uow.session.scalars(wanted):
        left = (row.due_on - uow.today).days if row.due_on else SOON_DAYS + 1
        if left <= SOON_DAYS:
            found.append(Todo(f"{row.name}:{_next_step(row)}", f"/inspection/rounds/{row.id}", "已超期" if left < 0 else "将到期", row.due_on, "轮次"))
    return found


async def filings_waiting(uow: UnitOfWork, officer: Officer) -> Sequence[Todo]:
    """Filings sent back, and reports the superior office has asked for."""
    if not officer.may("inspection.file"):
        return []
    returned = await uow.session.scalars(select(Filing).where(Filing.status == "returned").limit(TODOS_MAX))
    found = [Todo(f"补正重报:{row.title}", f"/inspection/filings/{row.id}", "待办", None, "向上报备") for row in returned]
    reported = select(Filing.round_id).where(Filing.kind == "report", Filing.status != "withdrawn")
    urged = select(Round).where(Round.report_urged > 0, Round.status.in_(domain.AFTER_FEEDBACK), Round.id.not_in(reported)).limit(TODOS_MAX)
    found += [Todo(f"上级催报:{row.name}讲话和综合报告", f"/inspection/rounds/{row.id}", "待办", None, "轮次") for row in await uow.session.scalars(urged)]
    return found


async def teams_incomplete(uow: UnitOfWork, officer: Officer) -> Sequence[Todo]:
    """Teams in which somebody has not declared or a recusal question is open."""
    if not officer.may("inspection.form_team"):
        return []
    found = [(team, await missing_for_entry(uow, team)) for team in await queries.list_standing_teams(uow)]
    return [
        Todo(f"{team.round.name}{team.name}:{reasons[0]}", f"/inspection/teams/{team.id}", "待办", None, "巡察组")
        for team, reasons in found if reasons
    ][:TODOS_MAX]


async def count_findings(uow: UnitOfWork, officer: Officer) -> int:
    """Findings that wait for review or confirmation by this officer."""
    if not officer.may("inspection.review_finding"):
        return 0
    wanted = select(func.count()).select_from(Finding).where(Finding.status.in_(("registered", "reviewed")))
    if not officer.may(SEE_ALL):
        wanted = wanted.where(Finding.team_id.in_(await queries.team_ids_of(uow, officer.username)))
    return (await uow.session.scalar(wanted)) or 0


async def count_filings(uow: UnitOfWork, _officer: Officer) -> int:
    return (await uow.session.scalar(select(func.count()).select_from(Filing).where(Filing.status == "returned"))) or 0


def _next_step(row: Round) -> str:
    """The step to do now, in the words of its button's state."""
    if row.status in domain.ON_SITE:
        return "现场巡察结束"
    words = {
        "authorised": "发出进驻通知", "onsite_ended": "提交巡察报告", "reported": "领导小组、书记专题会听取汇报",
        "heard_by_leading_group": "书记专题会听取汇报", "fed_back": "报送整改报告", "rectifying": "报送整改报告",
    }
    return words.get(row.status, domain.ROUND.label(row.status))


TODOS = (findings_waiting, rounds_due, filings_waiting, teams_incomplete)
