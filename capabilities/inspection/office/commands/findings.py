"""Findings: registered by a team, reviewed by its leader, confirmed as fact, fed back, closed."""

from uuid import UUID

from capabilities.inspection import domain, taxonomy
from capabilities.inspection.office import queries
from capabilities.inspection.office.commands.steps import check_done_on, fresh
from capabilities.inspection.office.errors import AlreadyThere, NotInTeam, RoundClosedToChange, UnknownCategory, WrongGroup
from capabilities.inspection.office.forms.findings import (
    AmendForm,
    CloseForm,
    ConfirmForm,
    FindingBody,
    FindingForm,
    ReclassifyForm,
    ReturnForm,
    ReviewForm,
    VoidFindingForm,
)
from capabilities.inspection.office.models import Finding, Team
from capabilities.inspection.vocabulary import Level
from nodekit.errors import NotFound, StepNotAllowed
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.inspection.v1 import FindingConfirmed, FindingVoided

SEE_ALL = "inspection.view_all_findings"
"""Without this permission an officer sees and touches only the findings of teams he is a member of.

The ledger's scope is the gate for findings that exist; `register_finding` is the gate for new ones.
"""


async def register_finding(uow: UnitOfWork, officer: Officer, form: FindingForm) -> Finding:
    """Enter a problem found. The team is locked, so that two inspectors never get the same number.

    Raises:
        RoundClosedToChange: the round is not between entry and feedback. NotInTeam: the organisation is not the team's.
        AlreadyThere: the number is taken. WrongGroup, UnknownCategory: what the finding is filed under does not exist.
    """
    team = await queries.get_team(uow, form.team, lock=True)
    await _must_be_in(uow, officer, team)
    row = await queries.get_round(uow, team.round_id)
    if row.status not in domain.REGISTRATION_OPEN:
        raise RoundClosedToChange(row.name, domain.ROUND.label(row.status), "登记问题")
    target = await queries.get_target(uow, form.target)
    entered = {task.target_id for task in await queries.list_tasks(uow, team_id=team.id) if task.entered_on is not None}
    if target.id not in entered:
        raise NotInTeam("所选被巡察党组织")
    if form.group is not None:
        await _check_group(uow, form, team)
    body = _body(form, row.taxonomy)
    finding = Finding(
        **fresh(uow, domain.FINDING), **body, round=row, round_id=row.id, team=team, team_id=team.id, target=target, target_id=target.id, level=form.level, group_id=form.group,
        number=await _number(uow, team, form.number), taxonomy=row.taxonomy, reviewed_by="", confirmed_on=None, confirmation="",
        fed_back_on=None, closed_on=None, opinion="",
    )
    uow.session.add(finding)
    await uow.log(finding, "registered", "登记问题", note=finding.number)
    return finding


async def amend_finding(uow: UnitOfWork, _officer: Officer, finding_id: UUID, form: AmendForm) -> Finding:
    """Correct the wording. A returned finding goes back to review with this."""
    finding = await _open(uow, finding_id, "修改", {"registered", "returned"})
    for column, value in _body(form, finding.taxonomy).items():
        setattr(finding, column, value)
    if finding.status == "returned":
        await uow.move(finding, domain.FINDING, "registered", "修改后重报")
    else:
        await uow.log(finding, "amended", "修改")
    return finding


async def review_finding(uow: UnitOfWork, officer: Officer, finding_id: UUID, form: ReviewForm) -> Finding:
    """The team leader takes the finding into the report."""
    finding = await queries.get_finding(uow, finding_id, lock=True)
    await uow.move(finding, domain.FINDING, "reviewed", "审核通过", note=form.opinion)
    finding.reviewed_by, finding.opinion = officer.name, form.opinion
    return finding


async def return_finding(uow: UnitOfWork, _officer: Officer, finding_id: UUID, form: ReturnForm) -> Finding:
    finding = await queries.get_finding(uow, finding_id, lock=True)
    await uow.move(finding, domain.FINDING, "returned", "退回修改", note=form.opinion)
    finding.opinion = form.opinion
    return finding


async def confirm_finding(uow: UnitOfWork, _officer: Officer, finding_id: UUID, form: ConfirmForm) -> Finding:
    """The fact stands. The de-identified wording becomes readable to other capabilities of this office."""
    finding = await queries.get_finding(uow, finding_id, lock=True)
    row = await queries.get_round(uow, finding.round_id)
    check_done_on(uow, "确认", form.on, earliest=row.entered_on)
    finding.confirmed_on, finding.confirmation, finding.deidentified = form.on, form.confirmation, form.deidentified
    await uow.move(finding, domain.FINDING, "confirmed", "确认问题", note=form.confirmation)
    confirmed = FindingConfirmed(
        finding_id=finding.id, round_id=finding.round_id, target_id=finding.target_id, number=finding.number, category=finding.category,
        level=finding.level,
    )
    await uow.publish(confirmed, to=uow.office)
    return finding


async def reclassify_finding(uow: UnitOfWork, _officer: Officer, finding_id: UUID, form: ReclassifyForm) -> Finding:
    """File under another category; the time line keeps the old one."""
    finding = await _open(uow, finding_id, "调整类别", set(domain.FINDING.states) - {"closed", "voided"})
    before = finding.category
    finding.category = _category(form.category, finding.taxonomy)
    await uow.log(finding, "reclassified", "调整类别", note=f"{before} → {finding.category}:{form.reason}")
    return finding


async def void_finding(uow: UnitOfWork, _officer: Officer, finding_id: UUID, form: VoidFindingForm) -> Finding:
    """Strike a finding out before feedback; its number is not used again."""
    finding = await queries.get_finding(uow, finding_id, lock=True)
    stood = finding.status in domain.CONFIRMED_ON
    await uow.move(finding, domain.FINDING, "voided", "作废", note=form.opinion)
    finding.opinion = form.opinion
    if stood:
        await uow.publish(FindingVoided(finding_id=finding.id, number=finding.number), to=uow.office)
    return finding


async def close_finding(uow: UnitOfWork, _officer: Officer, finding_id: UUID, form: CloseForm) -> Finding:
    """Accepted as rectified. Offices that keep the rectification ledger do this from there."""
    finding = await queries.get_finding(uow, finding_id, lock=True)
    check_done_on(uow, "销号", form.on, earliest=finding.fed_back_on)
    if not domain.FINDING.allows(finding.status, "closed"):
        raise StepNotAllowed(domain.FINDING.label(finding.status), "销号")
    finding.closed_on, finding.opinion = form.on, form.opinion
    await uow.move(finding, domain.FINDING, "closed", "销号", note=form.opinion)
    return finding


async def note_progress(uow: UnitOfWork, finding_id: UUID, state: str, note: str) -> None:
    """For a service's policy: rectification moved this finding on (`rectifying`) or accepted it (`closed`). Twice is harmless."""
    finding = await queries.get_finding(uow, finding_id, lock=True)
    if not domain.FINDING.allows(finding.status, state) or state not in {"rectifying", "closed"}:
        return
    if state == "closed":
        finding.closed_on = uow.today
    await uow.move(finding, domain.FINDING, state, domain.FINDING.label(state), note=note)


async def _open(uow: UnitOfWork, finding_id: UUID, what: str, states: set[str]) -> Finding:
    finding = await queries.get_finding(uow, finding_id, lock=True)
    if finding.status not in states:
        raise StepNotAllowed(domain.FINDING.label(finding.status), what)
    return finding


async def _must_be_in(uow: UnitOfWork, officer: Officer, team: Team) -> None:
    if not officer.may(SEE_ALL) and team.id not in await queries.team_ids_of(uow, officer.username):
        raise NotFound("该巡察组")


async def _check_group(uow: UnitOfWork, form: FindingForm, team: Team) -> None:
    group = await queries.get_finding(uow, form.group) if form.group else None
    if form.level != Level.INSTANCE or group is None or group.round_id != team.round_id or group.level != Level.GROUP or group.status == "voided":
        raise WrongGroup


async def _number(uow: UnitOfWork, team: Team, wanted: str) -> str:
    taken = await queries.finding_numbers(uow, team.round_id)
    if wanted and wanted in taken:
        raise AlreadyThere(f"本轮问题编号“{wanted}”")
    return wanted or domain.next_number(team.code, taken)


def _body(form: FindingBody, version: str) -> dict[str, object]:
    columns = {name: getattr(form, name) for name in FindingBody.model_fields}
    return columns | {"category": _category(form.category, version)}


def _category(code: str, version: str) -> str:
    if not taxonomy.version(version).is_category(code):
        raise UnknownCategory(code)
    return code
