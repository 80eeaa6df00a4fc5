"""What becomes of it: the host's reports reviewed, reminders, more time."""

from uuid import UUID

from capabilities.lifted_inspection.domain import words
from capabilities.lifted_inspection.domain.machines import REPORT, TASK
from capabilities.lifted_inspection.organiser import forms, queries
from capabilities.lifted_inspection.organiser.errors import NothingToReview
from capabilities.lifted_inspection.organiser.models import Task
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.lifted_inspection import v1


async def review(uow: UnitOfWork, _officer: Officer, task_id: UUID, form: forms.ReviewForm) -> Task:
    """Accept a report or ask for it again. An evaluation to be done again puts the task back under local supervision.

    Raises:
        NothingToReview: the report is not of this task, or was reviewed.
    """
    task = await queries.get_task(uow, task_id)
    row = next((row for row in await queries.reports(uow, task.id) if row.number == form.report), None)
    if row is None or row.status != "sent":
        raise NothingToReview
    said = v1.LiftedReportReviewed(task_id=task.id, number=row.number, accepted=form.accepted, explanation=form.explanation)
    event_id = await uow.publish(said, to=task.host or "", in_reply_to=row.event_id)
    label = f"{words.Step.label_of(row.step)}{'认可' if form.accepted else '退回补充'}"
    await uow.move(row, REPORT, "accepted" if form.accepted else "redo", label, note=form.explanation, event_id=event_id)
    if not form.accepted and row.step == words.Step.EVALUATION and task.status == "result_reported_up":
        await uow.move(task, TASK, "rectification_supervised_locally", label, note=form.explanation, event_id=event_id)
    else:
        await uow.log(task, "reviewed", label, before=task.status, note=form.explanation, event_id=event_id)
    return task


async def urge(uow: UnitOfWork, _officer: Officer, task_id: UUID, form: forms.UrgeForm) -> Task:
    """催办 or 督办 of the host; counted."""
    task = await queries.get_task(uow, task_id)
    task.result_urged += 1
    task.supervised = task.supervised or form.step == "supervise"
    said = v1.LiftedResultUrged(task_id=task.id, count=task.result_urged, supervised=task.supervised, text=form.text)
    event_id = await uow.publish(said, to=task.host or "")
    await uow.log(task, form.step, "督办" if form.step == "supervise" else "催办", before=task.status, note=f"第{task.result_urged}次 {form.text}".strip(), event_id=event_id)
    return task


async def decide_extension(uow: UnitOfWork, _officer: Officer, task_id: UUID, form: forms.ExtensionForm) -> Task:
    """Answer a host that needs more time.

    Raises:
        NothingToReview: it did not ask.
    """
    task = await queries.get_task(uow, task_id)
    if task.extension != "requested" or task.result_due_on is None:
        raise NothingToReview
    until = (form.until or task.extension_until or task.result_due_on) if form.granted else task.result_due_on
    task.extension, task.extension_until, task.result_due_on = "granted" if form.granted else "refused", until, until
    if form.granted:
        task.result_why = f"同意延期至{until.isoformat()}。"
    event_id = await uow.publish(v1.LiftedExtensionDecided(task_id=task.id, granted=form.granted, until=until), to=task.host or "")
    await uow.log(task, "extension", "同意延期" if form.granted else "不同意延期", before=task.status, note=until.isoformat(), event_id=event_id)
    return task
