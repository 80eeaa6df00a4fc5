"""Opinions, signatures, people and results. Every record is found by id and the office it was sent to: nobody else can move it."""

from typing import Any

from capabilities.lifted_inspection.common.errors import OutOfStep
from capabilities.lifted_inspection.domain.machines import CANDIDATE, CONSULTATION, PAPER, REPORT, SECONDMENT, TASK
from capabilities.lifted_inspection.domain.words import Opinion as OpinionWord
from capabilities.lifted_inspection.domain.words import PaperKind, Step
from capabilities.lifted_inspection.organiser import queries
from capabilities.lifted_inspection.organiser.commands.staffing import back_to_staffing, check
from capabilities.lifted_inspection.organiser.models import Candidate, Consultation, Copy, Report, Secondment, Task
from nodekit.handlers import Handlers
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.event import Message
from shared_schemas.lifted_inspection import secondment, v1

handlers = Handlers("lifted_inspection.organiser")
SUPERVISED = frozenset({"rectification_supervised_locally", "result_reported_up"})


@handlers.on(v1.LiftedConsultSigned)
async def note_consult_signature(uow: UnitOfWork, message: Message[v1.LiftedConsultSigned]) -> None:
    row = await queries.told(uow, Consultation, message.data.consultation_id, "office", message.origin)
    if row.status != "sent":
        return
    row.signed_by = message.data.signed_by
    await uow.move(row, CONSULTATION, "signed", "会商函已签收", note=message.data.signed_by, event_id=message.id)


@handlers.on(v1.LiftedConsultReplied)
async def note_opinion(uow: UnitOfWork, message: Message[v1.LiftedConsultReplied]) -> None:
    """Kept even when the decision went ahead without it."""
    row, said = await queries.told(uow, Consultation, message.data.consultation_id, "office", message.origin), message.data
    if row.status == "replied":
        return
    row.opinion, row.text, row.replied_by, row.replied_on = said.opinion, said.text, said.replied_by, said.replied_on
    await uow.move(row, CONSULTATION, "replied", "收到会商意见", note=OpinionWord.label_of(said.opinion), event_id=message.id)
    task = await queries.get_task(uow, row.task_id)
    task.opinions += 1
    note = f"{uow.node.directory.name(row.office)}:{OpinionWord.label_of(said.opinion)}"
    await uow.log(task, "opinion", "收到会商意见", before=task.status, note=note, event_id=message.id)


@handlers.on(v1.LiftedPaperSigned)
async def note_paper_signature(uow: UnitOfWork, message: Message[v1.LiftedPaperSigned]) -> None:
    """The host's signature under the hand-over list starts its supervision."""
    copy, said = await queries.told(uow, Copy, message.data.paper_id, "recipient", message.origin), message.data
    if said.revision != copy.revision or copy.status != "sent":
        return
    copy.signed_by, copy.signed_on = said.signed_by, said.signed_on
    await uow.move(copy, PAPER, "signed", "已签收", note=said.signed_by, event_id=message.id)
    task = await queries.get_task(uow, copy.task_id)
    if copy.kind == PaperKind.HAND_OVER and task.status == "handed_over":
        await uow.move(task, TASK, "rectification_supervised_locally", "属地签收移交清单", note=said.signed_by, event_id=message.id)


@handlers.on(v1.LiftedPaperReturned)
async def note_paper_return(uow: UnitOfWork, message: Message[v1.LiftedPaperReturned]) -> None:
    copy, said = await queries.told(uow, Copy, message.data.paper_id, "recipient", message.origin), message.data
    if said.revision != copy.revision or copy.status != "sent":
        return
    copy.return_reason = said.explanation
    await uow.move(copy, PAPER, "returned", "对方退回", note=said.explanation, event_id=message.id)


@handlers.on(secondment.LiftedSecondmentSigned)
async def note_secondment_signature(uow: UnitOfWork, message: Message[secondment.LiftedSecondmentSigned]) -> None:
    row, said = await _lent(uow, message), message.data
    if row.status != "requested":
        return
    row.signed_by, row.signed_on = said.signed_by, said.signed_on
    await uow.move(row, SECONDMENT, "signed", "对方签收", note=said.signed_by, event_id=message.id)


@handlers.on(secondment.LiftedSecondmentDeclined)
async def note_decline(uow: UnitOfWork, message: Message[secondment.LiftedSecondmentDeclined]) -> None:
    row = await _lent(uow, message)
    if row.status == "declined":
        return
    if not SECONDMENT.allows(row.status, "declined"):
        raise OutOfStep(SECONDMENT.label(row.status))
    row.decline_reason = message.data.explanation
    await uow.move(row, SECONDMENT, "declined", "对方不能满足", note=message.data.explanation, event_id=message.id)


@handlers.on(secondment.LiftedCandidatesOffered)
async def check_candidates(uow: UnitOfWork, message: Message[secondment.LiftedCandidatesOffered]) -> None:
    """Everybody offered is checked for recusal at once; a hit waits red on the board. A repeat meets the same people."""
    row, said = await _lent(uow, message), message.data
    known = {person.candidate_id for person in await queries.offered(uow, row.id)}
    new = [offer for offer in said.candidates if offer.candidate_id not in known]
    if not new:
        return
    if not SECONDMENT.allows(row.status, "offered"):
        raise OutOfStep(SECONDMENT.label(row.status))
    await uow.move(row, SECONDMENT, "offered", "对方推荐人选", note=f"{len(new)}名", event_id=message.id)
    for offer in new:
        person = Candidate(
            id=uow.new_id(), status=CANDIDATE.initial, version=0, created_at=uow.now, updated_at=uow.now, secondment_id=row.id, task_id=row.task_id,
            candidate_id=offer.candidate_id, contributor=row.contributor, target_name=row.target_name, name=offer.name, unit=offer.unit, rank=offer.rank,
            skills=list(offer.skills), interests=[line.model_dump(mode="json") for line in offer.interests], hits=[], checked_at=uow.now,
        )
        person.hits = check(uow, person)
        uow.session.add(person)
        await uow.session.flush()
        await uow.log(person, "offered", "推荐", note=uow.node.directory.name(row.contributor), event_id=message.id)
        if person.hits:
            await uow.move(person, CANDIDATE, "conflicted", "回避核查命中", note=";".join(person.hits))
            await back_to_staffing(uow, person)


@handlers.on(secondment.LiftedCandidatesReleased)
async def note_release(uow: UnitOfWork, message: Message[secondment.LiftedCandidatesReleased]) -> None:
    row, said = await _lent(uow, message), message.data
    if said.document_number != row.letter_number or row.status != "lettered":
        return
    row.letter_signed_by, row.released_on = said.signed_by, said.released_on
    await uow.move(row, SECONDMENT, "released", "对方签收抽调函并放行", note=said.signed_by, event_id=message.id)
    for person in await queries.offered(uow, row.id):
        if person.status == "chosen":
            await uow.move(person, CANDIDATE, "released", "放行", event_id=message.id)


@handlers.on(v1.LiftedRectificationReported)
async def note_report(uow: UnitOfWork, message: Message[v1.LiftedRectificationReported]) -> None:
    """The host's report on the rectification; the evaluation is the result."""
    task, said = await queries.told(uow, Task, message.data.task_id, "host", message.origin), message.data
    if any(report.number == said.number for report in await queries.reports(uow, task.id)):
        return
    if task.status not in SUPERVISED or said.rectified + said.long_term > said.findings:
        raise OutOfStep(TASK.label(task.status))
    row = Report(
        id=uow.new_id(), status=REPORT.initial, version=0, created_at=uow.now, updated_at=uow.now, task_id=task.id, number=said.number, step=said.step,
        document_number=said.document_number, text=said.text, findings=said.findings, rectified=said.rectified, long_term=said.long_term,
        reported_by=said.reported_by, reported_on=said.reported_on, event_id=message.id,
    )
    uow.session.add(row)
    await uow.session.flush()
    await uow.log(row, "sent", f"收到{Step.label_of(said.step)}", note=said.document_number, event_id=message.id)
    task.rectified, task.long_term = said.rectified, said.long_term
    if said.step == Step.EVALUATION and task.extension == "requested":
        task.extension = "none"  # done before the answer: nothing is left to decide
    note = f"{said.findings}个问题,已整改{said.rectified}个,长期坚持{said.long_term}个"
    if said.step == Step.EVALUATION and task.status == "rectification_supervised_locally":
        await uow.move(task, TASK, "result_reported_up", "属地上报整改结果", note=note, event_id=message.id)
    else:
        await uow.log(task, "reported_up", f"收到{Step.label_of(said.step)}", before=task.status, note=note, event_id=message.id)


@handlers.on(v1.LiftedExtensionRequested)
async def note_extension(uow: UnitOfWork, message: Message[v1.LiftedExtensionRequested]) -> None:
    task, said = await queries.told(uow, Task, message.data.task_id, "host", message.origin), message.data
    if task.status != "rectification_supervised_locally":
        raise OutOfStep(TASK.label(task.status))
    if task.extension == "requested":
        return
    task.extension, task.extension_until = "requested", said.until
    await uow.log(task, "extension_requested", "属地申请延期", before=task.status, note=f"至{said.until.isoformat()}:{said.explanation}", event_id=message.id)


async def _lent(uow: UnitOfWork, message: Message[Any]) -> Secondment:
    return await queries.told(uow, Secondment, message.data.secondment_id, "contributor", message.origin)
