"""People: asked of contributors, checked for recusal, chosen, lettered, joined, sent home with an appraisal."""

from datetime import date
from typing import Any
from uuid import UUID

from capabilities.lifted_inspection.common.forms import ExplainForm
from capabilities.lifted_inspection.common.numbering import LETTER, PEOPLE
from capabilities.lifted_inspection.domain import recusal
from capabilities.lifted_inspection.domain.machines import CANDIDATE, SECONDMENT, TASK
from capabilities.lifted_inspection.organiser import forms, queries
from capabilities.lifted_inspection.organiser.errors import DatesReversed, NotAContributor, NothingChosen, RecusalHit
from capabilities.lifted_inspection.organiser.models import Candidate, Secondment, Task
from capabilities.lifted_inspection.organiser.options import OrganiserOptions
from nodekit.identity.officer import Officer
from nodekit.numbering import take
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.lifted_inspection import secondment as v1


async def request_people(uow: UnitOfWork, officer: Officer, task_id: UUID, form: forms.PeopleForm) -> Task:
    """Ask one contributor for people.

    Raises:
        NotAContributor: the decision does not name it.
    """
    task = await queries.get_task(uow, task_id)
    if form.contributor not in task.contributors:
        raise NotAContributor
    if form.ends_on < form.begins_on:
        raise DatesReversed
    due = uow.node.deadlines.due("lifted_inspection.secondment_reply", uow.today)
    row = Secondment(
        id=uow.new_id(), status=SECONDMENT.initial, version=0, created_at=uow.now, updated_at=uow.now, task_id=task.id, target_name=task.target_name,
        contributor=form.contributor, document_number=await take(uow, PEOPLE), skills=[str(code) for code in dict.fromkeys(form.skills)],
        wanted=form.wanted, begins_on=form.begins_on, ends_on=form.ends_on, note=form.note, reply_due_on=due.on, reply_why=due.why,
    )
    row.sent_event_id = await uow.publish(
        v1.LiftedSecondmentRequested(
            secondment_id=row.id, task_id=task.id, document_number=row.document_number, target_name=task.target_name, skills=row.skills, number=row.wanted,
            begins_on=row.begins_on, ends_on=row.ends_on, reply_due_on=due.on, note=row.note, requested_by=officer.name,
        ),
        to=row.contributor,
    )
    uow.session.add(row)
    await uow.session.flush()
    await uow.log(row, "requested", "提出抽调需求", note=f"{row.wanted}名", event_id=row.sent_event_id)
    note = f"{uow.node.directory.name(row.contributor)} {row.wanted}名"
    if TASK.allows(task.status, "staffing"):
        await uow.move(task, TASK, "staffing", "提出抽调需求", note=note)
    else:
        await uow.log(task, "people_requested", "提出抽调需求", before=task.status, note=note)
    return task


async def issue_letter(uow: UnitOfWork, _officer: Officer, secondment_id: UUID, form: forms.LetterForm) -> Secondment:
    """抽调函 naming those chosen.

    Raises:
        NothingChosen: somebody is undecided, or fewer are chosen than wanted.
    """
    row = await queries.locked(uow, Secondment, secondment_id)
    people = await queries.offered(uow, row.id)
    chosen = [person for person in people if person.status == "chosen"]
    on_board = [person for person in people if person.status in {"chosen", "released", "joined"}]
    if not chosen or len(on_board) < row.wanted or any(person.status in {"offered", "conflicted"} for person in people):
        raise NothingChosen
    due = uow.node.deadlines.due("lifted_inspection.sign", uow.today)
    row.letter_number, row.report_on, row.report_at = await take(uow, LETTER), form.report_on, form.report_at
    said = v1.LiftedSecondmentLettered(
        secondment_id=row.id, document_number=row.letter_number, candidate_ids=[person.candidate_id for person in chosen], report_on=form.report_on,
        report_at=form.report_at, sign_due_on=due.on,
    )
    event_id = await uow.publish(said, to=row.contributor)
    await uow.move(row, SECONDMENT, "lettered", "发出抽调函", note=f"{row.letter_number},{len(chosen)}名", event_id=event_id)
    return row


async def join(uow: UnitOfWork, _officer: Officer, secondment_id: UUID, form: forms.JoinForm) -> Secondment:
    """They have reported for work."""
    row = await queries.locked(uow, Secondment, secondment_id)
    event_id = await uow.publish(v1.LiftedCandidatesJoined(secondment_id=row.id, joined_on=form.joined_on), to=row.contributor)
    row.joined_on = form.joined_on
    await uow.move(row, SECONDMENT, "joined", "人员到岗", event_id=event_id)
    for person in await queries.offered(uow, row.id):
        if person.status == "released":
            await uow.move(person, CANDIDATE, "joined", "到岗")
    return row


async def cancel(uow: UnitOfWork, _officer: Officer, secondment_id: UUID, form: ExplainForm) -> Secondment:
    """Not needed after all."""
    row = await queries.locked(uow, Secondment, secondment_id)
    event_id = await uow.publish(v1.LiftedSecondmentCancelled(secondment_id=row.id, explanation=form.explanation), to=row.contributor)
    await uow.move(row, SECONDMENT, "cancelled", "取消抽调", note=form.explanation, event_id=event_id)
    for person in await queries.offered(uow, row.id):
        if CANDIDATE.allows(person.status, "rejected"):
            person.reject_reason = form.explanation
            await uow.move(person, CANDIDATE, "rejected", "取消抽调")
    return row


async def choose(uow: UnitOfWork, _officer: Officer, record_id: UUID) -> Candidate:
    """Take this person; checked once more, because declarations grow.

    Raises:
        RecusalHit: he must keep away.
    """
    person = await queries.locked(uow, Candidate, record_id)
    if hits := check(uow, person):
        raise RecusalHit(hits)
    await uow.move(person, CANDIDATE, "chosen", "选用", note="回避核查通过")
    return person


async def replace(uow: UnitOfWork, _officer: Officer, record_id: UUID, form: forms.ReplaceForm) -> Candidate:
    """Strike a person out; the contributor is asked for somebody else unless enough are there."""
    person = await queries.locked(uow, Candidate, record_id)
    row = await queries.locked(uow, Secondment, person.secondment_id)
    event_id = await uow.publish(
        v1.LiftedCandidateRejected(
            secondment_id=row.id, candidate_id=person.candidate_id, recusal=bool(person.hits), replacement=form.replacement, explanation=form.explanation
        ),
        to=row.contributor,
    )
    person.reject_reason = form.explanation
    await uow.move(person, CANDIDATE, "rejected", "更换人选" if form.replacement else "不予选用", note=form.explanation, event_id=event_id)
    if form.replacement and SECONDMENT.allows(row.status, "replacing"):
        await uow.move(row, SECONDMENT, "replacing", "请对方更换人选", note=person.name, event_id=event_id)
    await back_to_staffing(uow, person)
    return person


async def declare(uow: UnitOfWork, _officer: Officer, record_id: UUID, form: forms.DeclareForm) -> Candidate:
    """Add a line to the person's declaration. A hit takes him off the board at once, and the team is a team no more until he is replaced."""
    person = await queries.locked(uow, Candidate, record_id)
    line = {"kind": str(form.kind), "place": form.place, "until": form.until.isoformat() if form.until else None}
    person.interests = [*person.interests, line]
    person.hits, person.checked_at = check(uow, person), uow.now
    if person.hits and CANDIDATE.allows(person.status, "conflicted"):
        await uow.move(person, CANDIDATE, "conflicted", "回避核查命中", note=";".join(person.hits))
        await back_to_staffing(uow, person)
    else:
        await uow.log(person, "declared", "补充申报", before=person.status, note=f"{form.kind.label} {form.place}")
    return person


async def back_to_staffing(uow: UnitOfWork, person: Candidate) -> None:
    """A formed team that loses somebody has to be formed again."""
    task = await queries.get_task(uow, person.task_id)
    if task.status == "team_formed":
        await uow.move(task, TASK, "staffing", "人员变动,重新组队", note=person.name)


async def appraise(uow: UnitOfWork, _officer: Officer, record_id: UUID, form: forms.AppraiseForm) -> Candidate:
    """Home again, with an appraisal; the last one ends the secondment."""
    person = await queries.locked(uow, Candidate, record_id)
    row = await queries.locked(uow, Secondment, person.secondment_id)
    said = v1.LiftedCandidateReturned(secondment_id=row.id, candidate_id=person.candidate_id, returned_on=form.returned_on, appraisal=form.appraisal)
    event_id = await uow.publish(said, to=row.contributor)
    person.returned_on, person.appraisal = form.returned_on, form.appraisal
    await uow.move(person, CANDIDATE, "returned", "返回原单位", note="已作鉴定", event_id=event_id)
    others = await queries.offered(uow, row.id)
    if row.status == "joined" and all(other.status in {"returned", "rejected"} for other in others if other.id != person.id):
        await uow.move(row, SECONDMENT, "returned", "全部返回")
    return person


def check(uow: UnitOfWork, person: Any) -> list[str]:
    """Sentences of the recusal check, today, by this office's rule."""
    declared = [recusal.Declared(line["kind"], line["place"], _day(line.get("until"))) for line in person.interests]
    return recusal.hits(person.unit, declared, person.target_name, uow.today, uow.options(OrganiserOptions).former_unit_years)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
