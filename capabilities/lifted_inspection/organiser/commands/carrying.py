"""From the task book to the close."""

from typing import Any
from uuid import UUID

from capabilities.inspection import register
from capabilities.lifted_inspection.common.forms import ExplainForm
from capabilities.lifted_inspection.common.numbering import ENTRY, FEEDBACK, HAND_OVER, REPORT, TASK_BOOK
from capabilities.lifted_inspection.domain import rules, words
from capabilities.lifted_inspection.domain.machines import CANDIDATE, PAPER, SECONDMENT, SECONDMENT_OPEN, TASK
from capabilities.lifted_inspection.organiser import forms, queries
from capabilities.lifted_inspection.organiser.commands.papers import issue
from capabilities.lifted_inspection.organiser.commands.telling import take_back_above, tell_stage
from capabilities.lifted_inspection.organiser.errors import DatesReversed, FindingsDiffer, ResultNotAccepted, TeamIncomplete
from capabilities.lifted_inspection.organiser.models import Finding, Task
from nodekit.errors import InvalidInput
from nodekit.identity.officer import Officer
from nodekit.numbering import take
from nodekit.numbering import void as void_number
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.lifted_inspection import secondment, v1

A, P = words.Addressee, words.PaperKind


async def issue_task(uow: UnitOfWork, _officer: Officer, task_id: UUID, form: forms.TaskBookForm) -> Task:
    """Task book to the host and every contributor.

    Raises:
        DatesReversed: it would end before it begins.
    """
    row = await queries.get_task(uow, task_id)
    if form.planned_end_on < form.planned_entry_on:
        raise DatesReversed
    row.task_number, row.task_text = await take(uow, TASK_BOOK), form.text
    row.planned_entry_on, row.planned_end_on = form.planned_entry_on, form.planned_end_on
    addressees = [(A.HOST, _host(row)), *((A.CONTRIBUTOR, office) for office in row.contributors)]
    await uow.move(row, TASK, "tasked", "下达任务书", note=row.task_number)
    await issue(uow, row, P.TASK_BOOK, addressees, row.task_number, form.text)
    return row


async def form_team(uow: UnitOfWork, _officer: Officer, task_id: UUID, form: forms.TeamForm) -> Task:
    """The team stands: everybody released, nobody to recuse.

    Raises:
        TeamIncomplete: says everything that is missing.
    """
    row = await queries.get_task(uow, task_id)
    if gaps := rules.staffing_gaps(row.kind, await queries.lent(uow, row.id), form.own_members):
        raise TeamIncomplete(gaps)
    row.team_name, row.team_leader, row.own_members, row.formed_on = form.team_name, form.team_leader, form.own_members, form.formed_on
    await uow.move(row, TASK, "team_formed", "组队", note=f"{form.team_name},组长{form.team_leader},回避核查通过")
    return row


async def enter(uow: UnitOfWork, _officer: Officer, task_id: UUID, form: forms.EnterForm) -> Task:
    """The team goes in; host and inspected organisation each get a notice.

    Raises:
        TeamIncomplete: somebody was struck out since the team was formed.
    """
    row = await queries.get_task(uow, task_id)
    if form.ends_on < form.entered_on:
        raise DatesReversed
    if gaps := rules.staffing_gaps(row.kind, await queries.lent(uow, row.id), row.own_members):
        raise TeamIncomplete(gaps)
    row.entry_number, row.entered_on, row.ends_on = await take(uow, ENTRY), form.entered_on, form.ends_on
    await uow.move(row, TASK, "entered", "进驻", note=row.entry_number)
    await issue(uow, row, P.ENTRY_NOTICE, [(A.HOST, _host(row)), (A.INSPECTED_ORG, _host(row))], row.entry_number, form.text)
    return row


async def report(uow: UnitOfWork, _officer: Officer, task_id: UUID, form: forms.ReportForm) -> Task:
    """The report with its findings; clues by count.

    Raises:
        FindingsDiffer: one number for two findings.
        InvalidInput: a category is not in the taxonomy in force.
    """
    row = await queries.get_task(uow, task_id)
    numbers = [finding.number for finding in form.findings]
    if twice := sorted({number for number in numbers if numbers.count(number) > 1}):
        raise FindingsDiffer(twice)
    known = {code for code, _label in register.category_choices()}
    if unknown := [at for at, finding in enumerate(form.findings) if finding.category not in known]:
        raise InvalidInput([{"path": f"findings.{at}.category", "message": "问题分类表中没有这个类别,请按现行分类填写,如 F2.4"} for at in unknown])
    row.report_number, row.reported_on = await take(uow, REPORT), form.reported_on
    row.findings, row.clues = len(numbers), form.clues
    uow.session.add_all(
        Finding(id=uow.new_id(), task_id=row.id, number=finding.number, category=finding.category, statement=finding.statement) for finding in form.findings
    )
    await uow.move(row, TASK, "reported", "提交报告", note=f"{row.report_number},问题{row.findings}个,线索{row.clues}件")
    return row


async def feed_back(uow: UnitOfWork, _officer: Officer, task_id: UUID, form: forms.FeedBackForm) -> Task:
    """Dual feedback: to the organisation and to its committee, always; to departments as chosen. Every copy has its own receipt."""
    row = await queries.get_task(uow, task_id)
    due = uow.node.deadlines.due("lifted_inspection.result_report", form.fed_back_on)
    row.feedback_number, row.fed_back_on = await take(uow, FEEDBACK), form.fed_back_on
    row.result_due_on, row.result_why = due.on, due.why
    addressees = [(A.INSPECTED_ORG, _host(row)), (A.HOST_COMMITTEE, _host(row)), *((A.DEPARTMENT, office) for office in form.departments)]
    await uow.move(row, TASK, "fed_back", "双反馈", note=row.feedback_number)
    await issue(uow, row, P.FEEDBACK, addressees, row.feedback_number, form.text)
    return row


async def hand_over(uow: UnitOfWork, _officer: Officer, task_id: UUID, form: forms.HandOverForm) -> Task:
    """The findings go to the host, which supervises the rectification; its signature moves the task on."""
    row = await queries.get_task(uow, task_id)
    row.hand_over_number, row.handed_over_on = await take(uow, HAND_OVER), form.handed_over_on
    row.clues_note = form.clues_note
    await uow.move(row, TASK, "handed_over", "移交清单", note=f"{row.hand_over_number},问题{row.findings}个,线索{row.clues}件(另行移交)")
    await issue(uow, row, P.HAND_OVER, [(A.HOST, _host(row))], row.hand_over_number, form.clues_note)
    return row


async def close(uow: UnitOfWork, _officer: Officer, task_id: UUID, form: forms.CloseForm) -> Task:
    """办结, told to everybody concerned.

    Raises:
        ResultNotAccepted: the host's evaluation was not accepted.
    """
    row = await queries.get_task(uow, task_id)
    reports = await queries.reports(uow, row.id)
    if not any(entry.step == words.Step.EVALUATION and entry.status == "accepted" for entry in reports):
        raise ResultNotAccepted
    row.closed_on, row.summary = form.closed_on, form.summary
    await uow.move(row, TASK, "closed", "办结", note=form.summary)
    await _tell_all(uow, row, v1.LiftedClosed(task_id=row.id, closed_on=form.closed_on, summary=form.summary))
    await tell_stage(uow, row, words.Stage.CLOSED, form.summary)
    return row


async def void(uow: UnitOfWork, _officer: Officer, task_id: UUID, form: ExplainForm) -> Task:
    """It will not be carried out: everybody who was told of it is told. Who has already reported for work goes home the usual way."""
    row = await queries.get_task(uow, task_id)
    tasked, cancelled = row.task_number is not None, set()
    await uow.move(row, TASK, "voided", "作废", note=form.explanation)
    await void_number(uow, row.task_number, form.explanation)
    if row.outcome is None:
        await take_back_above(uow, row, form.explanation)
    for entry in await queries.secondments(uow, row.id):
        if entry.status in SECONDMENT_OPEN - {"joined"} and SECONDMENT.allows(entry.status, "cancelled"):
            said = secondment.LiftedSecondmentCancelled(secondment_id=entry.id, explanation=form.explanation)
            event_id = await uow.publish(said, to=entry.contributor)
            await uow.move(entry, SECONDMENT, "cancelled", "取消抽调", note=form.explanation, event_id=event_id)
            cancelled.add(entry.id)
    for person in await queries.candidates(uow, row.id):
        if person.secondment_id in cancelled and CANDIDATE.allows(person.status, "rejected"):
            person.reject_reason = form.explanation
            await uow.move(person, CANDIDATE, "rejected", "任务作废", note=form.explanation)
    for copy in await queries.copies(uow, row.id):
        if PAPER.allows(copy.status, "voided"):
            await uow.move(copy, PAPER, "voided", "任务作废", note=form.explanation)
    if tasked:
        await _tell_all(uow, row, v1.LiftedVoided(task_id=row.id, explanation=form.explanation))
    await tell_stage(uow, row, words.Stage.VOIDED, form.explanation)
    return row


async def _tell_all(uow: UnitOfWork, row: Task, said: Any) -> None:
    for office in dict.fromkeys((_host(row), *row.contributors)):
        await uow.publish(said, to=office)


def _host(row: Task) -> str:
    if row.host is None:
        raise ValueError(f"task {row.id} was approved without a host")
    return row.host
