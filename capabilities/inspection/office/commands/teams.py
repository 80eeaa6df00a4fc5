"""Teams: formed for one round, declared, checked for recusal, authorised once."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from capabilities.inspection import domain
from capabilities.inspection.office import queries
from capabilities.inspection.office.commands.steps import check_done_on, fresh
from capabilities.inspection.office.errors import AlreadyThere, CannotOverride, MustStandBack, NotInTeam, RoundClosedToChange, TeamNotReady
from capabilities.inspection.office.forms.teams import (
    AuthoriseTeamForm,
    DeclareForm,
    DisbandForm,
    MemberForm,
    RemoveMemberForm,
    RuleForm,
    TeamForm,
)
from capabilities.inspection.office.models import DeclaredInterest, Member, Ruling, Team
from capabilities.inspection.office.people_models import Person
from capabilities.inspection.office.recusal_check import OpenConflict, certain_hits, open_conflicts
from capabilities.inspection.vocabulary import Role
from nodekit.errors import InvalidInput, StepNotAllowed
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork

RULE = "inspection.decide"


class Overriding(Protocol):
    """A form in which a recusal hit can be overruled."""

    override_reason: str
    override_document: str


async def form_team(uow: UnitOfWork, _officer: Officer, form: TeamForm) -> Team:
    """Set up a team for a round that is not over on site.

    Raises:
        AlreadyThere: the round has a team of this number or prefix.
    """
    row = await queries.get_round(uow, form.round, lock=True)
    if row.status not in domain.BEFORE_ENTRY | domain.ON_SITE:
        raise RoundClosedToChange(row.name, domain.ROUND.label(row.status), "组建巡察组")
    if any(team.number == form.number or team.code == form.code for team in await queries.list_teams(uow, round_id=row.id)):
        raise AlreadyThere(f"{row.name}的第{form.number}组或前缀{form.code}")
    word = uow.node.office.tier.inspection_word
    name = form.name or f"第{domain.chinese_number(form.number)}{word}组"
    team = Team(**fresh(uow, domain.TEAM), round=row, round_id=row.id, number=form.number, name=name, code=form.code, authorised_on=None, authorisation="")
    uow.session.add(team)
    await uow.log(team, "formed", "组建", note=f"{row.name} {name}")
    return team


async def add_member(uow: UnitOfWork, officer: Officer, team_id: UUID, form: MemberForm) -> Team:
    """A person joins, checked against the organisations of the team at once when there is a recusal record.

    Raises:
        MustStandBack: the record names one of them, and nobody has ruled otherwise. CannotOverride: the officer may not rule.
    """
    team = await _standing(uow, team_id, "增加人员")
    present = await queries.list_members(uow, [team.id])
    person = await queries.get_person(uow, form.person) if form.person else None
    who = _who(form, person)
    if form.role == Role.LEADER and any(member.role == Role.LEADER for member in present):
        raise AlreadyThere("本组组长")
    if any(member.name == who["name"] and member.unit == who["unit"] for member in present):
        raise AlreadyThere(f"组员“{who['name']}”")
    member = Member(
        id=uow.new_id(), team_id=team.id, role=form.role, joined_on=form.joined_on, left_on=None, left_reason="", person_id=form.person,
        declared_on=person.declared_on if person else None, **who,
    )
    uow.session.add(member)
    await uow.session.flush()
    await uow.log(team, "member_added", "增加人员", note=f"{form.role.label} {member.name}({member.unit})")
    await settle_hits(uow, officer, team, await certain_hits(uow, team, member_id=member.id), form)
    return team


async def settle_hits(uow: UnitOfWork, officer: Officer, team: Team, hits: Sequence[OpenConflict], form: Overriding) -> None:
    """Refuse, or rule with a reason: kept as a ruling, on the time line and in the audit log.

    Raises:
        MustStandBack: no reason was given. CannotOverride: the officer may not rule.
    """
    if not hits:
        return
    if not form.override_reason:
        raise MustStandBack([f"{hit.member_name} {hit.sentence}" for hit in hits])
    if not officer.may(RULE):
        raise CannotOverride
    for hit in hits:
        ruling = Ruling(member_id=hit.member_id, target_id=hit.target_id, decided_on=uow.today, document=form.override_document, reason=form.override_reason)
        await uow.session.merge(ruling)
        await uow.log(team, "ruled", "认定无需回避", note=f"{hit.member_name} {hit.sentence};{form.override_reason} {form.override_document}".strip())
        await uow.audit("inspection.recusal_overridden", subject=str(hit.member_id), reason=form.override_reason, target=str(hit.target_id), kind=hit.kind_label)


def _who(form: MemberForm, person: Person | None) -> dict[str, Any]:
    """Name, unit, rank and account: from the record, else from the form.

    Raises:
        InvalidInput: neither a record nor a name and a unit.
    """
    if person is not None:
        return {"name": person.name, "unit": person.unit, "rank": form.rank or person.rank, "username": form.username or person.username}
    missing = [{"path": name, "message": "请从回避档案选取,或填写姓名和工作单位"} for name in ("name", "unit") if len(getattr(form, name)) < 1]
    if missing:
        raise InvalidInput(missing)
    return {"name": form.name, "unit": form.unit, "rank": form.rank, "username": form.username or None}


async def remove_member(uow: UnitOfWork, _officer: Officer, team_id: UUID, form: RemoveMemberForm) -> Team:
    """A person leaves; the row stays with the reason."""
    team = await _standing(uow, team_id, "人员离组")
    member = await _member(uow, team, form.member)
    check_done_on(uow, "离组", form.left_on, earliest=member.joined_on)
    member.left_on, member.left_reason = form.left_on, form.reason
    await uow.log(team, "member_left", "人员离组", note=f"{member.name}:{form.reason}")
    return team


async def declare(uow: UnitOfWork, _officer: Officer, team_id: UUID, form: DeclareForm) -> Team:
    """Enter a signed declaration; it replaces an earlier one of the same person. Hits are shown, not decided."""
    team = await _standing(uow, team_id, "登记回避申报")
    member = await _member(uow, team, form.member)
    check_done_on(uow, "回避申报签署", form.declared_on)
    await queries.drop_interests(uow, member.id)
    for interest in form.interests:
        uow.session.add(DeclaredInterest(id=uow.new_id(), member_id=member.id, **interest.model_dump()))
    member.declared_on = form.declared_on
    await uow.session.flush()
    hits = [conflict for conflict in await open_conflicts(uow, team) if conflict.member_id == member.id]
    uow.notes += [f"回避提示:{member.name} {hit.sentence}" for hit in hits]
    await uow.log(team, "declared", "登记回避申报", note=f"{member.name}:申报{len(form.interests)}项,命中{len(hits)}项")
    return team


async def rule_on_conflict(uow: UnitOfWork, _officer: Officer, team_id: UUID, form: RuleForm) -> Team:
    """The leading group rules that a hit is no recusal case; paper and reason are kept."""
    team = await _standing(uow, team_id, "认定无需回避")
    member = await _member(uow, team, form.member)
    check_done_on(uow, "认定", form.decided_on)
    hits = {conflict.target_id: conflict for conflict in await open_conflicts(uow, team) if conflict.member_id == member.id}
    if form.target not in hits:
        raise NotInTeam("所选人员与巡察对象的回避情形")
    uow.session.add(Ruling(member_id=member.id, target_id=form.target, decided_on=form.decided_on, document=form.document, reason=form.reason))
    await uow.log(team, "ruled", "认定无需回避", note=f"{member.name} {hits[form.target].sentence};{form.reason} {form.document}")
    return team


async def authorise_team(uow: UnitOfWork, _officer: Officer, team_id: UUID, form: AuthoriseTeamForm) -> Team:
    """Authorise a team added after the round itself was authorised."""
    team = await queries.get_team(uow, team_id, lock=True)
    row = await queries.get_round(uow, team.round_id)
    if row.status not in domain.ON_SITE | {"authorised"}:
        raise RoundClosedToChange(row.name, domain.ROUND.label(row.status), "单独授权巡察组")
    check_done_on(uow, "授权", form.on)
    await authorise_members(uow, team, form.on, form.document)
    return team


async def authorise_members(uow: UnitOfWork, team: Team, on: date, document: str) -> None:
    """Authorise one team, once.

    Raises:
        TeamNotReady: a fixed role is empty, a declaration is missing, or a recusal hit is open.
    """
    if reasons := await missing_for_entry(uow, team):
        raise TeamNotReady(team.name, reasons)
    team.authorised_on, team.authorisation = on, document
    await uow.move(team, domain.TEAM, "authorised", "授权", note=document)


async def missing_for_entry(uow: UnitOfWork, team: Team) -> list[str]:
    """What keeps a team from being authorised or from going in, one sentence each."""
    members = await queries.list_members(uow, [team.id])
    roles = {member.role for member in members}
    reasons = [f"未配备{role.label}" for role in domain.ROLES_NEEDED if role not in roles]
    reasons += [f"{member.name}未签署回避申报" for member in members if member.declared_on is None]
    return reasons + [f"{conflict.member_name} {conflict.sentence}" for conflict in await open_conflicts(uow, team)]


async def disband_team(uow: UnitOfWork, _officer: Officer, team_id: UUID, form: DisbandForm) -> Team:
    """Dissolve a team that is no longer needed; its unfinished targets go back to the round."""
    team = await queries.get_team(uow, team_id, lock=True)
    if team.status == "on_site":
        raise StepNotAllowed(domain.TEAM.label(team.status), "撤组")
    for task in await queries.list_tasks(uow, team_id=team.id):
        if task.entered_on is None:
            task.team_id = None
    await uow.move(team, domain.TEAM, "disbanded", "撤组", note=form.reason)
    return team


async def _standing(uow: UnitOfWork, team_id: UUID, what: str) -> Team:
    team = await queries.get_team(uow, team_id, lock=True)
    if team.status == "disbanded":
        raise StepNotAllowed(domain.TEAM.label(team.status), what)
    return team


async def _member(uow: UnitOfWork, team: Team, member_id: UUID) -> Member:
    member = next((each for each in await queries.list_members(uow, [team.id]) if each.id == member_id), None)
    if member is None:
        raise NotInTeam
    return member
