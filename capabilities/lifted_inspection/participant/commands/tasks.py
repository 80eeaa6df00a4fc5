"""Hosting: sign for papers, supervise the rectification, report the result up."""

from uuid import UUID

from capabilities.lifted_inspection.common import papers
from capabilities.lifted_inspection.common.forms import ExplainForm, SignForm
from capabilities.lifted_inspection.domain.machines import ASSIGNMENT, REPORT
from capabilities.lifted_inspection.domain.words import PaperKind, Step
from capabilities.lifted_inspection.participant import forms, queries
from capabilities.lifted_inspection.participant.errors import ExtensionPending, MoreThanFound, PlanMissing, TooLateToExtend
from capabilities.lifted_inspection.participant.models import Assignment, Paper, Report
from nodekit.errors import StepNotAllowed
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.lifted_inspection import v1


async def sign_paper(uow: UnitOfWork, _officer: Officer, record_id: UUID, form: SignForm) -> Paper:
    """A named person takes the paper. Under a hand-over list the signature starts the local supervision."""
    row: Paper = await papers.sign(uow, Paper, record_id, form)
    if row.kind == PaperKind.HAND_OVER:
        task = await queries.find_assignment(uow, row.origin, row.task_id)
        if task is not None and task.status == "handed_over":
            task.supervising_since = form.signed_on
            await uow.move(task, ASSIGNMENT, "supervising", "签收移交清单,开始监督整改", note=form.signed_by)
    return row


async def return_paper(uow: UnitOfWork, _officer: Officer, record_id: UUID, form: ExplainForm) -> Paper:
    row: Paper = await papers.send_back(uow, Paper, record_id, form)
    return row


async def report(uow: UnitOfWork, officer: Officer, record_id: UUID, form: forms.ReportForm) -> Assignment:
    """Plan, progress, six-month report, evaluation: told the organiser. The evaluation is the result.

    Raises:
        MoreThanFound: the numbers do not add up. PlanMissing: an evaluation without a plan.
    """
    task = await queries.locked(uow, Assignment, record_id)
    if task.status != "supervising":
        raise StepNotAllowed(ASSIGNMENT.label(task.status), "上报整改情况", state=task.status)
    if form.rectified + form.long_term > task.findings:
        raise MoreThanFound(task.findings)
    earlier = await queries.reports(uow, task.id)
    if form.step is Step.EVALUATION and not any(row.step == Step.PLAN for row in earlier):
        raise PlanMissing
    number = len(earlier) + 1
    event_id = await uow.publish(
        v1.LiftedRectificationReported(
            task_id=task.task_id, number=number, step=str(form.step), document_number=form.document_number, text=form.text, findings=task.findings,
            rectified=form.rectified, long_term=form.long_term, reported_by=officer.name, reported_on=uow.today,
        ),
        to=task.origin,
    )
    row = Report(
        id=uow.new_id(), status=REPORT.initial, version=0, created_at=uow.now, updated_at=uow.now, assignment_id=task.id, number=number, step=str(form.step),
        document_number=form.document_number, text=form.text, findings=task.findings, rectified=form.rectified, long_term=form.long_term, reported_by=officer.name,
        reported_on=uow.today, event_id=event_id, review="",
    )
    uow.session.add(row)
    await uow.session.flush()
    await uow.log(row, "sent", f"上报{form.step.label}", event_id=event_id)
    task.rectified, task.long_term = form.rectified, form.long_term
    if form.step is Step.EVALUATION:
        task.extension = "none" if task.extension == "requested" else task.extension
        await uow.move(task, ASSIGNMENT, "result_reported", "上报整改结果", note=form.text, event_id=event_id)
    else:
        await uow.log(task, "reported", f"上报{form.step.label}", before=task.status, note=form.document_number, event_id=event_id)
    return task


async def request_extension(uow: UnitOfWork, _officer: Officer, record_id: UUID, form: forms.ExtensionForm) -> Assignment:
    """Ask for more time before the day.

    Raises:
        ExtensionPending: asked already. TooLateToExtend: the day is past, or the new one is no later.
    """
    task = await queries.locked(uow, Assignment, record_id)
    if task.extension == "requested":
        raise ExtensionPending
    if task.result_due_on is None or task.result_due_on < uow.today or form.until <= task.result_due_on:
        raise TooLateToExtend
    event_id = await uow.publish(v1.LiftedExtensionRequested(task_id=task.task_id, until=form.until, explanation=form.explanation), to=task.origin)
    task.extension, task.extension_until = "requested", form.until
    await uow.log(task, "extension_requested", "申请延期", before=task.status, note=f"至{form.until.isoformat()}", event_id=event_id)
    return task
