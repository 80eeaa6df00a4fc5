"""What reaches a participating office. Every record is found by sender and id: nobody can move another's."""

from typing import Any

from capabilities.lifted_inspection.common import papers
from capabilities.lifted_inspection.common.errors import NotAbove, OutOfStep
from capabilities.lifted_inspection.domain.machines import ASSIGNMENT, CANDIDATE, PAPER, REPORT, SECONDMENT
from capabilities.lifted_inspection.domain.words import Addressee, Step
from capabilities.lifted_inspection.participant import queries
from capabilities.lifted_inspection.participant.models import Assignment, Finding, Lending, Paper
from nodekit.handlers import Handlers
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.event import Message
from shared_schemas.lifted_inspection import secondment, v1

handlers = Handlers("lifted_inspection.participant")


@handlers.on(v1.LiftedTasked)
async def take_task(uow: UnitOfWork, message: Message[v1.LiftedTasked]) -> None:
    """Enter the task book and the task. An office that hosts and lends gets two copies and one task, as host."""
    said = message.data
    if await papers.keep(uow, Paper, message) is None:
        return
    row = await queries.find_assignment(uow, message.origin, said.task_id)
    if row is not None:
        row.role = "host" if said.host == uow.office else row.role
        row.task_text = said.text if said.revision > 1 else row.task_text
        return
    row = Assignment(
        id=uow.new_id(), status=ASSIGNMENT.initial, version=0, created_at=uow.now, updated_at=uow.now, origin=message.origin, task_id=said.task_id,
        role="host" if said.host == uow.office else "contributor", kind=said.kind, target_name=said.target_name, task_number=said.document_number,
        task_text=said.text, host=said.host, contributors=list(said.contributors), counting_owner=said.counting_owner, proposal_id=said.proposal_id,
        planned_entry_on=said.planned_entry_on, planned_end_on=said.planned_end_on, findings=0, clues=0, clues_note="", rectified=0, long_term=0, urged=0,
        supervised=False, urged_text="", extension="none", summary="",
    )
    uow.session.add(row)
    await uow.session.flush()
    await uow.log(row, "tasked", "收到任务书", note=said.document_number, event_id=message.id)


@handlers.on(v1.LiftedEntryNoticed)
async def note_entry(uow: UnitOfWork, message: Message[v1.LiftedEntryNoticed]) -> None:
    row = await queries.assignment_of(uow, message.origin, message.data.task_id)
    if await papers.keep(uow, Paper, message) is None:
        return
    row.entered_on = message.data.entered_on
    await _step(uow, row, "entered", "进驻", message)


@handlers.on(v1.LiftedFedBack)
async def note_feedback(uow: UnitOfWork, message: Message[v1.LiftedFedBack]) -> None:
    """Copies for the organisation and the committee come to the host's office; a department's copy brings no task."""
    said = message.data
    row = await queries.find_assignment(uow, message.origin, said.task_id)
    if await papers.keep(uow, Paper, message) is None or row is None or said.addressee == Addressee.DEPARTMENT:
        return
    row.fed_back_on, row.findings, row.result_due_on = said.fed_back_on, said.findings, said.result_due_on
    await _step(uow, row, "fed_back", "收到反馈", message)


@handlers.on(v1.LiftedHandedOver)
async def note_hand_over(uow: UnitOfWork, message: Message[v1.LiftedHandedOver]) -> None:
    """The findings are entered with the list; the signature under it starts the supervision."""
    said = message.data
    row = await queries.assignment_of(uow, message.origin, said.task_id)
    if row.role != "host":
        raise OutOfStep("不是属地")
    if await papers.keep(uow, Paper, message) is None:
        return
    known = {finding.number for finding in await queries.findings(uow, row.id)}
    lines = {line.number: line for line in said.findings if line.number not in known}
    uow.session.add_all(
        Finding(id=uow.new_id(), assignment_id=row.id, number=line.number, category=line.category, statement=line.statement) for line in lines.values()
    )
    row.handed_over_on, row.clues, row.clues_note, row.findings = said.handed_over_on, said.clues, said.clues_note, len(known) + len(lines)
    await _step(uow, row, "handed_over", "收到移交清单", message)


@handlers.on(v1.LiftedPaperUrged)
async def note_paper_urging(uow: UnitOfWork, message: Message[v1.LiftedPaperUrged]) -> None:
    await papers.note_urging(uow, Paper, message)


@handlers.on(v1.LiftedReportReviewed)
async def note_review(uow: UnitOfWork, message: Message[v1.LiftedReportReviewed]) -> None:
    """An evaluation to be done again puts the task back under supervision."""
    said = message.data
    row = await queries.assignment_of(uow, message.origin, said.task_id)
    report = next((report for report in await queries.reports(uow, row.id) if report.number == said.number), None)
    if report is None or report.status != "sent":
        return
    report.review = said.explanation
    label = f"{Step.label_of(report.step)}{'已认可' if said.accepted else '需补充'}"
    await uow.move(report, REPORT, "accepted" if said.accepted else "redo", label, note=said.explanation, event_id=message.id)
    if not said.accepted and report.step == Step.EVALUATION and row.status == "result_reported":
        await uow.move(row, ASSIGNMENT, "supervising", label, note=said.explanation, event_id=message.id)
    else:
        await uow.log(row, "reviewed", label, before=row.status, note=said.explanation, event_id=message.id)


@handlers.on(v1.LiftedResultUrged)
async def note_result_urging(uow: UnitOfWork, message: Message[v1.LiftedResultUrged]) -> None:
    row, said = await queries.assignment_of(uow, message.origin, message.data.task_id), message.data
    if said.count <= row.urged:
        return
    row.urged, row.supervised, row.urged_text = said.count, said.supervised, said.text
    await uow.log(row, "urged", "列入督办" if said.supervised else "收到催办", before=row.status, note=f"第{said.count}次 {said.text}".strip(), event_id=message.id)


@handlers.on(v1.LiftedExtensionDecided)
async def note_extension(uow: UnitOfWork, message: Message[v1.LiftedExtensionDecided]) -> None:
    row, said = await queries.assignment_of(uow, message.origin, message.data.task_id), message.data
    if row.extension != "requested":
        return
    row.extension, row.extension_until, row.result_due_on = "granted" if said.granted else "refused", said.until, said.until
    await uow.log(row, "extension", "同意延期" if said.granted else "不同意延期", before=row.status, note=said.until.isoformat(), event_id=message.id)


@handlers.on(v1.LiftedClosed)
async def note_close(uow: UnitOfWork, message: Message[v1.LiftedClosed]) -> None:
    row, said = await queries.assignment_of(uow, message.origin, message.data.task_id), message.data
    if row.status == "closed":
        return
    if not ASSIGNMENT.allows(row.status, "closed"):
        raise OutOfStep(ASSIGNMENT.label(row.status))
    row.closed_on, row.summary = said.closed_on, said.summary
    await uow.move(row, ASSIGNMENT, "closed", "任务办结", note=said.summary, event_id=message.id)


@handlers.on(v1.LiftedVoided)
async def note_void(uow: UnitOfWork, message: Message[v1.LiftedVoided]) -> None:
    row = await queries.assignment_of(uow, message.origin, message.data.task_id)
    if row.status == "voided":
        return
    if not ASSIGNMENT.allows(row.status, "voided"):
        raise OutOfStep(ASSIGNMENT.label(row.status))
    row.summary = message.data.explanation
    await uow.move(row, ASSIGNMENT, "voided", "任务作废", note=message.data.explanation, event_id=message.id)
    for paper in await queries.papers_of(uow, row.origin, row.task_id):
        if PAPER.allows(paper.status, "voided"):
            await uow.move(paper, PAPER, "voided", "任务作废", note=message.data.explanation, event_id=message.id)


@handlers.on(secondment.LiftedSecondmentRequested)
async def register_request(uow: UnitOfWork, message: Message[secondment.LiftedSecondmentRequested]) -> None:
    said = message.data
    if message.origin not in papers.above(uow.node.directory, uow.office):
        raise NotAbove
    if await queries.find_lending(uow, message.origin, said.secondment_id):
        return
    row = Lending(
        id=uow.new_id(), status=SECONDMENT.initial, version=0, created_at=uow.now, updated_at=uow.now, origin=message.origin, secondment_id=said.secondment_id,
        task_id=said.task_id, document_number=said.document_number, target_name=said.target_name, skills=list(said.skills), wanted=said.number,
        begins_on=said.begins_on, ends_on=said.ends_on, note=said.note, reply_due_on=said.reply_due_on, arrived_at=uow.now, request_event_id=message.id,
    )
    uow.session.add(row)
    await uow.session.flush()
    await uow.log(row, "requested", "收到抽调需求", note=f"{said.document_number},{said.number}名", event_id=message.id)


@handlers.on(secondment.LiftedCandidateRejected)
async def note_rejection(uow: UnitOfWork, message: Message[secondment.LiftedCandidateRejected]) -> None:
    row, said = await queries.lending_of(uow, message.origin, message.data.secondment_id), message.data
    person = next((person for person in await queries.people(uow, row.id) if person.id == said.candidate_id), None)
    if person is None or not CANDIDATE.allows(person.status, "rejected"):
        return
    person.reject_reason = said.explanation
    await uow.move(person, CANDIDATE, "rejected", "回避更换" if said.recusal else "未选用", note=said.explanation, event_id=message.id)
    if said.replacement and SECONDMENT.allows(row.status, "replacing"):
        await uow.move(row, SECONDMENT, "replacing", "请更换人选", note=f"{person.name}:{said.explanation}", event_id=message.id)


@handlers.on(secondment.LiftedSecondmentLettered)
async def note_letter(uow: UnitOfWork, message: Message[secondment.LiftedSecondmentLettered]) -> None:
    row, said = await queries.lending_of(uow, message.origin, message.data.secondment_id), message.data
    if row.letter_number == said.document_number:
        return
    if not SECONDMENT.allows(row.status, "lettered"):
        raise OutOfStep(SECONDMENT.label(row.status))
    row.letter_number, row.letter_due_on, row.report_on, row.report_at = said.document_number, said.sign_due_on, said.report_on, said.report_at
    await uow.move(row, SECONDMENT, "lettered", "收到抽调函", note=said.document_number, event_id=message.id)
    for person in await queries.people(uow, row.id):
        if person.id in said.candidate_ids and person.status == "offered":
            await uow.move(person, CANDIDATE, "chosen", "选用", event_id=message.id)


@handlers.on(secondment.LiftedCandidatesJoined)
async def note_joining(uow: UnitOfWork, message: Message[secondment.LiftedCandidatesJoined]) -> None:
    row = await queries.lending_of(uow, message.origin, message.data.secondment_id)
    if row.status != "released":
        return
    row.joined_on = message.data.joined_on
    await uow.move(row, SECONDMENT, "joined", "人员到岗", event_id=message.id)
    for person in await queries.people(uow, row.id):
        if person.status == "released":
            await uow.move(person, CANDIDATE, "joined", "到岗", event_id=message.id)


@handlers.on(secondment.LiftedCandidateReturned)
async def note_home_coming(uow: UnitOfWork, message: Message[secondment.LiftedCandidateReturned]) -> None:
    row, said = await queries.lending_of(uow, message.origin, message.data.secondment_id), message.data
    people = await queries.people(uow, row.id)
    person = next((person for person in people if person.id == said.candidate_id), None)
    if person is None or person.status != "joined":
        return
    person.returned_on, person.appraisal = said.returned_on, said.appraisal
    await uow.move(person, CANDIDATE, "returned", "返回,附鉴定意见", event_id=message.id)
    if row.status == "joined" and all(other.status in {"returned", "rejected"} for other in people):
        await uow.move(row, SECONDMENT, "returned", "全部返回", event_id=message.id)


@handlers.on(secondment.LiftedSecondmentCancelled)
async def note_cancelling(uow: UnitOfWork, message: Message[secondment.LiftedSecondmentCancelled]) -> None:
    row = await queries.lending_of(uow, message.origin, message.data.secondment_id)
    if not SECONDMENT.allows(row.status, "cancelled"):
        return
    await uow.move(row, SECONDMENT, "cancelled", "抽调取消", note=message.data.explanation, event_id=message.id)
    for person in await queries.people(uow, row.id):
        if CANDIDATE.allows(person.status, "rejected"):
            person.reject_reason = message.data.explanation
            await uow.move(person, CANDIDATE, "rejected", "抽调取消", event_id=message.id)


async def _step(uow: UnitOfWork, row: Assignment, to: str, label: str, message: Message[Any]) -> None:
    """Move when it is a step; a second copy of the same paper is only noted."""
    if ASSIGNMENT.allows(row.status, to):
        await uow.move(row, ASSIGNMENT, to, label, note=message.data.document_number, event_id=message.id)
    else:
        await uow.log(row, "paper", label, before=row.status, note=message.data.document_number, event_id=message.id)
