"""What can be chosen in a form at this moment: rounds, teams, targets, members, categories. Each is `(uow, officer, record) -> choices`."""

from collections.abc import Sequence
from typing import Any

from capabilities.inspection import domain, taxonomy
from capabilities.inspection.office import queries
from capabilities.inspection.office.commands.findings import SEE_ALL
from capabilities.inspection.office.models import Finding, Round, Target, Task, Team
from capabilities.inspection.office.recusal_check import open_conflicts
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork
from nodekit.web.ledger import Choice


async def other_targets(uow: UnitOfWork, _officer: Officer, record: Target) -> Sequence[Choice]:
    """Organisations in the registry besides this one."""
    return [(str(target.id), target.name) for target in await queries.list_targets(uow) if target.id != record.id]


async def free_targets(uow: UnitOfWork, _officer: Officer, record: Round) -> Sequence[Choice]:
    """Organisations not yet in the round, with what already covers them in the term."""
    there = {task.target_id for task in await queries.list_tasks(uow, round_id=record.id)}
    free = [target for target in await queries.list_targets(uow, counts=True) if target.id not in there]
    return [(str(target.id), f"{target.name}{f'({target.term_rounds}已巡)' if target.term_rounds else ''}") for target in free]


async def waiting_targets(uow: UnitOfWork, _officer: Officer, record: Round) -> Sequence[Choice]:
    """Organisations of the round not entered yet, with their team."""
    teams = {team.id: team.name for team in await queries.list_teams(uow, round_id=record.id)}
    waiting = [task for task in await queries.list_tasks(uow, round_id=record.id) if task.entered_on is None]
    return await _tasks_as_choices(uow, waiting, teams)


async def _tasks_as_choices(uow: UnitOfWork, tasks: Sequence[Task], teams: dict[Any, str]) -> Sequence[Choice]:
    names = await queries.target_names(uow, [task.target_id for task in tasks])
    return [(str(task.target_id), f"{names[task.target_id]}({teams[task.team_id] if task.team_id else '未分组'})") for task in tasks]


async def round_teams(uow: UnitOfWork, _officer: Officer, record: Round) -> Sequence[Choice]:
    teams = await queries.list_teams(uow, round_id=record.id)
    return [(str(team.id), team.name) for team in teams if team.status != "disbanded"]


async def offices(uow: UnitOfWork, _officer: Officer, _record: Round | None) -> Sequence[Choice]:
    """Who may count a round: the office itself and those above it."""
    own = uow.node.office
    found = [(own.id, own.name)]
    above = uow.node.directory.parent_inspection(own.id)
    while above is not None:
        found.append((above.id, above.name))
        above = uow.node.directory.parent_inspection(above.id)
    return found


async def open_rounds(uow: UnitOfWork, _officer: Officer, _record: Team | None) -> Sequence[Choice]:
    """Rounds that can still be given a team."""
    rounds = await queries.list_rounds(uow, statuses=domain.BEFORE_ENTRY | domain.ON_SITE)
    return [(str(row.id), f"{row.name}({domain.ROUND.label(row.status)})") for row in rounds]


async def all_targets(uow: UnitOfWork, _officer: Officer, _record: Any) -> Sequence[Choice]:
    """Every organisation of the registry, those renamed or abolished as well: ties outlive names."""
    rows = await queries.list_targets(uow, active_only=False)
    return [(str(target.id), target.name if target.status == "active" else f"{target.name}(已停用)") for target in rows]


async def listed_people(uow: UnitOfWork, _officer: Officer, record: Team) -> Sequence[Choice]:
    """People with a recusal record who are not in the team."""
    present = {member.person_id for member in await queries.list_members(uow, [record.id])}
    return [(str(person.id), f"{person.name}({person.unit})") for person in await queries.list_people(uow) if person.id not in present]


async def members(uow: UnitOfWork, _officer: Officer, record: Team) -> Sequence[Choice]:
    return [(str(member.id), f"{member.name}({member.unit})") for member in await queries.list_members(uow, [record.id])]


async def members_in_conflict(uow: UnitOfWork, _officer: Officer, record: Team) -> Sequence[Choice]:
    return list(dict.fromkeys((str(hit.member_id), hit.member_name) for hit in await open_conflicts(uow, record)))


async def targets_in_conflict(uow: UnitOfWork, _officer: Officer, record: Team) -> Sequence[Choice]:
    return list(dict.fromkeys((str(hit.target_id), f"{hit.target_name}({hit.kind_label})") for hit in await open_conflicts(uow, record)))


async def own_teams(uow: UnitOfWork, officer: Officer, _record: Finding | None) -> Sequence[Choice]:
    """Teams for which the officer may enter findings now."""
    rounds = {row.id: row for row in await queries.list_rounds(uow, statuses=domain.REGISTRATION_OPEN)}
    mine = None if officer.may(SEE_ALL) else await queries.team_ids_of(uow, officer.username)
    teams = [team for team in await queries.list_teams(uow) if team.round_id in rounds and (mine is None or team.id in mine)]
    return [(str(team.id), f"{rounds[team.round_id].name} {team.name}({team.code})") for team in teams if team.status in {"on_site", "disbanded"}]


async def entered_targets(uow: UnitOfWork, officer: Officer, _record: Finding | None) -> Sequence[Choice]:
    """Organisations of those teams, with the team's prefix so that the right one is found."""
    allowed = dict(await own_teams(uow, officer, None))
    teams = {team.id: team for team in await queries.list_teams(uow) if str(team.id) in allowed}
    tasks = [task for task in await queries.list_tasks(uow) if task.team_id in teams and task.entered_on is not None]
    names = await queries.target_names(uow, [task.target_id for task in tasks])
    return [(str(task.target_id), f"{teams[task.team_id].code} {names[task.target_id]}") for task in tasks if task.team_id]


async def open_groups(uow: UnitOfWork, officer: Officer, _record: Finding | None) -> Sequence[Choice]:
    """Headings of rounds still open to findings."""
    found = []
    allowed = {value for value, _ in await own_teams(uow, officer, None)}
    for row in await queries.list_rounds(uow, statuses=domain.REGISTRATION_OPEN):
        groups = await queries.list_findings(uow, round_id=row.id, statuses=set(domain.FINDING.states) - {"voided"})
        found += [(str(group.id), f"{group.number} {group.title}") for group in groups if group.level == "group" and str(group.team_id) in allowed]
    return found


async def categories(_uow: UnitOfWork, _officer: Officer, record: Finding | None) -> Sequence[Choice]:
    version = taxonomy.version(record.taxonomy) if record else taxonomy.current()
    return [(entry.code, entry.label) for entry in version.categories()]


async def cross_tags(_uow: UnitOfWork, _officer: Officer, _record: Finding | None) -> Sequence[Choice]:
    return [(tag, tag) for tag in taxonomy.CROSS_TAGS]
