"""The steps of a round from scheme to archive. Every one records its day, its paper and who entered it."""

from datetime import date
from uuid import UUID

from capabilities.inspection import domain
from capabilities.inspection.office import queries
from capabilities.inspection.office.commands.rounds import set_due
from capabilities.inspection.office.commands.steps import check_done_on
from capabilities.inspection.office.commands.targets import record_meeting
from capabilities.inspection.office.commands.teams import authorise_members, missing_for_entry
from capabilities.inspection.office.errors import FindingsOpen, RoundNotReady, SchemeNotFiled
from capabilities.inspection.office.forms.rounds import (
    ArchiveForm,
    AuthoriseForm,
    DraftForm,
    EndOnsiteForm,
    EnterForm,
    EvaluateForm,
    FeedBackForm,
    HearForm,
    MidtermForm,
    ReportForm,
    StepForm,
)
from capabilities.inspection.office.forms.targets import MeetingForm
from capabilities.inspection.office.models import Phase, Round
from capabilities.inspection.vocabulary import MeetingKind
from nodekit.errors import StepNotAllowed
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.inspection.v1 import RoundArchived, RoundFedBack


async def draft_scheme(uow: UnitOfWork, _officer: Officer, round_id: UUID, form: DraftForm) -> Round:
    """The scheme is written, its targets agreed with discipline and organisation (R9)."""
    return await _step(uow, round_id, "scheme_drafted", "拟定方案", form, f"会商:{form.consulted}")


async def authorise(uow: UnitOfWork, _officer: Officer, round_id: UUID, form: AuthoriseForm) -> Round:
    """The committee authorises the round and all its teams, once and for this round only.

    Raises:
        SchemeNotFiled: there is a superior office and the scheme was not filed with it.
        RoundNotReady: an organisation without a team, or a team that is incomplete or touched by recusal.
    """
    row = await queries.get_round(uow, round_id, lock=True)
    superior = uow.node.directory.parent_inspection(uow.office)
    if superior and row.status == "scheme_drafted":
        raise SchemeNotFiled(superior.name)
    await _begin(uow, row, "authorised", "授权", form.on)
    if reasons := await _unassigned(uow, row.id, None):
        raise RoundNotReady("授权", reasons)
    for team in await queries.list_teams(uow, round_id=row.id):
        if team.status == "forming":
            await authorise_members(uow, team, form.on, form.document)
    return await _finish(uow, row, "authorised", "授权", form)


async def enter(uow: UnitOfWork, _officer: Officer, round_id: UUID, form: EnterForm) -> Round:
    """The teams go in: all of them, or those of one batch. Later batches follow while the round is on site.

    Raises:
        RoundNotReady: the batch named does not exist, went in already, or is not fully peopled.
    """
    row = await queries.get_round(uow, round_id, lock=True)
    first = row.status == "authorised"
    if not first and (row.status not in domain.ON_SITE or form.batch_number is None):
        raise StepNotAllowed(domain.ROUND.label(row.status), "进驻")
    check_done_on(uow, "进驻", form.on, earliest=await _last_day(uow, row) if first else row.entered_on)
    check_done_on(uow, "进驻通知", form.notified_on)
    await _enter_tasks(uow, row, form)
    latest_notice = uow.node.deadlines.due("inspection.entry_notice", form.on)
    if form.notified_on > latest_notice.on:
        uow.notes.append(f"提示:进驻通知晚于{latest_notice.on}。{latest_notice.why}")
    dates = [f"{label}{day}" for label, day in (("通知", form.notified_on), ("公告", form.announced_on), ("动员会", form.mobilised_on)) if day]
    note = "、".join([*([f"第{domain.chinese_number(form.batch_number)}批"] if form.batch_number else []), *dates, *([form.note] if form.note else [])])
    if not first:
        _add_phase(uow, row, "entered", form, note)
        await uow.log(row, "batch_entered", "批次进驻", note=note)
        return row
    return await _finish(uow, row, "entered", "进驻", form, note, entered_on=form.on)


async def review_midterm(uow: UnitOfWork, _officer: Officer, round_id: UUID, form: MidtermForm) -> Round:
    """The leading group hears every team and comments (T1)."""
    return await _step(uow, round_id, "midterm_reviewed", "中期点评", form, f"点评问题{form.comments}个")


async def end_onsite(uow: UnitOfWork, _officer: Officer, round_id: UUID, form: EndOnsiteForm) -> Round:
    """The work on site is done; from this day the report and the secretaries' meeting are due."""
    row = await queries.get_round(uow, round_id, lock=True)
    waiting = [batch for batch in await queries.list_batches(uow, round_id) if batch.entered_on is None]
    if waiting:
        raise RoundNotReady("结束现场", [f"第{domain.chinese_number(batch.number)}批尚未进驻" for batch in waiting])
    await _begin(uow, row, "onsite_ended", "结束现场", form.on)
    villages = max(form.villages_extended, row.villages_extended)
    for team in await queries.list_teams(uow, round_id=row.id):
        if team.status == "authorised":
            await uow.move(team, domain.TEAM, "disbanded", "未进驻撤组")
    days = (form.on - row.entered_on).days + 1 if row.entered_on else 0
    return await _finish(uow, row, "onsite_ended", "结束现场", form, f"现场{days}天;延伸村(社区){villages}个", onsite_ended_on=form.on, villages_extended=villages)


async def submit_report(uow: UnitOfWork, _officer: Officer, round_id: UUID, form: ReportForm) -> Round:
    """The teams hand in report, working papers and the papers on principals."""
    counts = f"专题报告{form.thematic}份、“一把手”情况反映材料{form.principal_profiles}份"
    return await _step(uow, round_id, "reported", "提交报告", form, counts)


async def hear_in_leading_group(uow: UnitOfWork, officer: Officer, round_id: UUID, form: HearForm) -> Round:
    row = await _step(uow, round_id, "heard_by_leading_group", "领导小组听取", form)
    await _record_hearing(uow, officer, row, MeetingKind.LEADING_GROUP, form)
    return row


async def hear_in_secretary_meeting(uow: UnitOfWork, officer: Officer, round_id: UUID, form: HearForm) -> Round:
    row = await _step(uow, round_id, "heard_by_secretary_meeting", "书记专题会听取", form)
    await _record_hearing(uow, officer, row, MeetingKind.SECRETARY_MEETING, form)
    return row


async def feed_back(uow: UnitOfWork, _officer: Officer, round_id: UUID, form: FeedBackForm) -> Round:
    """Opinions are delivered; every confirmed finding goes with them and rectification begins to run.

    Raises:
        FindingsOpen: findings of the round are neither confirmed nor voided.
    """
    row = await queries.get_round(uow, round_id, lock=True)
    await _begin(uow, row, "fed_back", "反馈", form.on)
    findings = await queries.list_findings(uow, round_id=row.id)
    if left := sum(finding.status in domain.FINDING_OPEN for finding in findings):
        raise FindingsOpen(left)
    confirmed = [finding for finding in findings if finding.status == "confirmed"]
    for finding in confirmed:
        finding.fed_back_on = form.on
        await uow.move(finding, domain.FINDING, "fed_back", "反馈", note=form.document)
    for team in await queries.list_teams(uow, round_id=row.id):
        if team.status in {"authorised", "on_site"}:
            await uow.move(team, domain.TEAM, "disbanded", "反馈后撤组")
    await _finish(uow, row, "fed_back", "反馈", form, form.manner, fed_back_on=form.on)
    fed_back = RoundFedBack(round_id=row.id, name=row.name, fed_back_on=form.on, document=form.document, findings=len(confirmed))
    await uow.publish(fed_back, to=uow.office)
    return row


async def begin_rectification(uow: UnitOfWork, _officer: Officer, round_id: UUID, form: StepForm) -> Round:
    """The inspected organisations' plans are in and work begins; findings fed back follow."""
    row = await _step(uow, round_id, "rectifying", "进入整改", form)
    for finding in await queries.list_findings(uow, round_id=row.id, statuses={"fed_back"}):
        await uow.move(finding, domain.FINDING, "rectifying", "进入整改")
    return row


async def evaluate(uow: UnitOfWork, _officer: Officer, round_id: UUID, form: EvaluateForm) -> Round:
    return await _step(uow, round_id, "evaluated", "整改评估", form)


async def archive(uow: UnitOfWork, _officer: Officer, round_id: UUID, form: ArchiveForm) -> Round:
    """Over. Slices that issued something for this round hear of it."""
    row = await _step(uow, round_id, "archived", "归档", form)
    await uow.publish(RoundArchived(round_id=row.id, name=row.name, archived_on=form.on), to=uow.office)
    return row


async def _step(uow: UnitOfWork, round_id: UUID, to: str, label: str, form: StepForm, facts: str = "") -> Round:
    row = await queries.get_round(uow, round_id, lock=True)
    await _begin(uow, row, to, label, form.on)
    return await _finish(uow, row, to, label, form, facts)


async def _begin(uow: UnitOfWork, row: Round, to: str, label: str, on: date) -> None:
    """Refuse a step the machine does not have here, or a day that cannot be true, before anything is changed."""
    if not domain.ROUND.allows(row.status, to):
        raise StepNotAllowed(domain.ROUND.label(row.status), label, state=row.status, wanted=to)
    check_done_on(uow, label, on, earliest=await _last_day(uow, row))


async def _finish(uow: UnitOfWork, row: Round, to: str, label: str, form: StepForm, facts: str = "", **columns: object) -> Round:
    """Take the step. `columns` change together with the state: a CHECK of the table ties them to it."""
    note = facts if form.note in facts else ";".join(part for part in (facts, form.note) if part)
    _add_phase(uow, row, to, form, note)
    for column, value in columns.items():
        setattr(row, column, value)
    await uow.move(row, domain.ROUND, to, label, note=f"{form.document} {note}".strip())
    set_due(uow, row)
    return row


def _add_phase(uow: UnitOfWork, row: Round, state: str, form: StepForm, note: str) -> None:
    uow.session.add(
        Phase(
            id=uow.new_id(), round_id=row.id, state=state, on=form.on, document=form.document, note=note,
            officer_name=uow.officer.name if uow.officer else "系统", recorded_at=uow.now,
        )
    )


async def _last_day(uow: UnitOfWork, row: Round) -> date | None:
    """Day of the latest step on record, but for the filing: the node dates it by when it was sent, which may be entered late."""
    return max((phase.on for phase in await queries.list_phases(uow, row.id) if phase.state != "scheme_filed"), default=None)


async def _unassigned(uow: UnitOfWork, round_id: UUID, batch_number: int | None) -> list[str]:
    """What is missing before teams may go in: organisations at all, and a team for each."""
    tasks = await queries.list_tasks(uow, round_id=round_id)
    if batch_number is not None:
        tasks = [task for task in tasks if task.batch_number == batch_number]
    if not tasks:
        return ["尚未确定巡察对象"]
    names = await queries.target_names(uow, [task.target_id for task in tasks if task.team_id is None])
    return [f"“{name}”未分配巡察组" for name in names.values()]


async def _enter_tasks(uow: UnitOfWork, row: Round, form: EnterForm) -> None:
    batches = {batch.number: batch for batch in await queries.list_batches(uow, row.id)}
    if batches and form.batch_number is None:
        raise RoundNotReady("进驻", ["本轮分批进行,请填写进驻批次"])
    if form.batch_number is not None and (form.batch_number not in batches or batches[form.batch_number].entered_on):
        raise RoundNotReady("进驻", [f"第{form.batch_number}批不存在或已进驻"])
    reasons = await _unassigned(uow, row.id, form.batch_number)
    teams = {team.id: team for team in await queries.list_teams(uow, round_id=row.id)}
    tasks = [task for task in await queries.list_tasks(uow, round_id=row.id) if form.batch_number in (None, task.batch_number)]
    going = [teams[team_id] for team_id in dict.fromkeys(task.team_id for task in tasks if task.team_id)]
    for team in going:
        wrong = ["未授权"] if team.status == "forming" else await missing_for_entry(uow, team)
        reasons += [f"{team.name}:{reason}" for reason in wrong]
    if reasons:
        raise RoundNotReady("进驻", reasons)
    if form.batch_number is not None:
        batches[form.batch_number].entered_on = form.on
    for task in tasks:
        task.entered_on = form.on
    for team in going:
        if team.status == "authorised":
            await uow.move(team, domain.TEAM, "on_site", "进驻")


async def _record_hearing(uow: UnitOfWork, officer: Officer, row: Round, kind: MeetingKind, form: HearForm) -> None:
    """The meeting that heard the round counts among the term's meetings."""
    meeting = MeetingForm(kind=kind, held_on=form.on, document=form.document, subject=f"听取{row.name}情况汇报", instructions=form.instructions)
    await record_meeting(uow, officer, meeting, row.id)
