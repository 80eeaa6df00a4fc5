"""From the wish to the decision: sign, consult, approve, decline, defer, pass on upward."""

from typing import Any
from uuid import UUID

from capabilities.lifted_inspection.common.forms import ExplainForm, SignForm
from capabilities.lifted_inspection.common.numbering import APPLICATION, CONSULTING_LETTER, DECISION
from capabilities.lifted_inspection.domain import rules, words
from capabilities.lifted_inspection.domain.machines import CONSULTATION, TASK
from capabilities.lifted_inspection.organiser import forms, queries
from capabilities.lifted_inspection.organiser.commands.telling import came_from_below, take_back_above, tell_decision, tell_stage
from capabilities.lifted_inspection.organiser.errors import (
    AskedAlready,
    NobodyConsulted,
    NoSuperior,
    NothingToReview,
    OpinionsOutstanding,
    WrongOffices,
)
from capabilities.lifted_inspection.organiser.models import Consultation, Task
from nodekit.errors import StepNotAllowed
from nodekit.identity.officer import Officer
from nodekit.numbering import take
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.lifted_inspection import v1
from shared_schemas.lifted_inspection.common import ChainLink, TargetFacts

EMPTY: dict[str, Any] = {
    "consult_why": "", "opinions": 0, "decision_text": "", "contributors": [], "task_text": "", "own_members": 0, "findings": 0, "clues": 0, "result_why": "", "clues_note": "",
    "rectified": 0, "long_term": 0, "summary": "", "urged": 0, "result_urged": 0, "supervised": False, "extension": "none",
    "escalations": 0,
}
"""What a task starts with."""


async def initiate(uow: UnitOfWork, officer: Officer, form: forms.InitiateForm) -> Task:
    """The superior decides by itself to look into an organisation below."""
    consult = uow.node.deadlines.due("lifted_inspection.consult", uow.today)
    row = Task(
        id=uow.new_id(), status="signed", version=0, created_at=uow.now, updated_at=uow.now, origin=uow.office, proposal_id=uow.new_id(), revision=1,
        requester=uow.office, chain=[], target_name=form.target_name, wanted_kind=str(form.wanted_kind), kind=str(form.wanted_kind),
        reasons=[str(code) for code in dict.fromkeys(form.reasons)], explanation=form.explanation, facts=form.facts(), proposed_by=officer.name,
        proposed_on=uow.today, sign_due_on=uow.today, sign_why="本单位自主发起,无需签收。", signed_by=officer.name, signed_on=uow.today,
        counting_owner=uow.office, **EMPTY | {"consult_why": consult.why}, consult_due_on=consult.on,
    )
    uow.session.add(row)
    await uow.session.flush()
    await uow.log(row, "initiated", "自主发起", note=row.target_name)
    return row


async def sign(uow: UnitOfWork, _officer: Officer, task_id: UUID, form: SignForm) -> Task:
    """A named person takes the application; from now on it cannot be withdrawn."""
    row = await queries.get_task(uow, task_id)
    due = uow.node.deadlines.due("lifted_inspection.consult", form.signed_on)
    row.signed_by, row.signed_on, row.consult_due_on, row.consult_why = form.signed_by, form.signed_on, due.on, due.why
    said = v1.LiftedProposalSigned(
        proposal_id=row.proposal_id, passed_on=bool(row.chain), revision=row.revision, signed_by=form.signed_by, signed_on=form.signed_on, consult_due_on=due.on
    )
    event_id = await uow.publish(said, to=row.origin, in_reply_to=row.last_event_id)
    await uow.move(row, TASK, "signed", "签收申请", note=form.signed_by, event_id=event_id)
    return row


async def send_back(uow: UnitOfWork, officer: Officer, task_id: UUID, form: ExplainForm) -> Task:
    """Something is missing; the office below corrects and asks again."""
    row = await queries.get_task(uow, task_id)
    if not came_from_below(uow, row):
        raise StepNotAllowed("自主发起", "退回", state=row.status)
    said = v1.LiftedProposalReturned(
        proposal_id=row.proposal_id, passed_on=bool(row.chain), revision=row.revision, explanation=form.explanation, returned_by=officer.name
    )
    event_id = await uow.publish(said, to=row.origin, in_reply_to=row.last_event_id)
    row.return_reason = form.explanation
    await uow.move(row, TASK, "returned", "退回申请", note=form.explanation, event_id=event_id)
    return row


async def consult(uow: UnitOfWork, officer: Officer, task_id: UUID, form: forms.ConsultForm) -> Task:
    """Ask the desks beside this office. A desk asked before is asked again only after it answered.

    Raises:
        AskedAlready: all of them still have the last letter.
    """
    row = await queries.get_task(uow, task_id)
    open_at = {entry.office for entry in await queries.consultations(uow, row.id) if entry.status != "replied"}
    due = uow.node.deadlines.due("lifted_inspection.consult", uow.today)
    asked = [office for office in dict.fromkeys(form.offices) if office not in open_at]
    if not asked:
        raise AskedAlready
    number = await take(uow, CONSULTING_LETTER)
    for office in asked:
        entry = _consultation(uow, row, office, number)
        entry.due_on = due.on
        entry.request_event_id = await uow.publish(
            v1.LiftedConsultRequested(
                consultation_id=entry.id, document_number=number, target_name=row.target_name, wanted_kind=row.wanted_kind, reasons=row.reasons,
                facts=TargetFacts(**row.facts), question=form.question, due_on=due.on, requested_by=officer.name,
            ),
            to=office,
        )
        uow.session.add(entry)
    names = "、".join(uow.node.directory.name(office) for office in asked)
    if row.status == "consulting":
        await uow.log(row, "consulting", "增加会商", before=row.status, note=f"{number} {names}")
        return row
    row.consult_due_on, row.consult_why = due.on, due.why
    await uow.move(row, TASK, "consulting", "发起会商", note=f"{number} {names}")
    await tell_stage(uow, row, words.Stage.CONSULTING, names)
    return row


async def record_opinion(uow: UnitOfWork, _officer: Officer, task_id: UUID, form: forms.RecordOpinionForm) -> Task:
    """Enter an opinion given on paper, for a desk that has no node or answered in a meeting."""
    row = await queries.get_task(uow, task_id)
    if row.status != "consulting":
        raise StepNotAllowed(TASK.label(row.status), "录入会商意见", state=row.status)
    entry = next((entry for entry in await queries.consultations(uow, row.id) if entry.office == form.office and entry.status != "replied"), None)
    if entry is None:
        entry = _consultation(uow, row, form.office, "纸质")
        uow.session.add(entry)
        await uow.session.flush()
    entry.opinion, entry.text, entry.replied_by, entry.replied_on = str(form.opinion), form.text, form.replied_by, form.replied_on
    await uow.move(entry, CONSULTATION, "replied", "录入会商意见", note=form.opinion.label)
    row.opinions += 1
    await uow.log(row, "opinion", "录入会商意见", before=row.status, note=f"{uow.node.directory.name(form.office)}:{form.opinion.label}")
    return row


async def conclude(uow: UnitOfWork, _officer: Officer, task_id: UUID, form: forms.ConcludeForm) -> Task:
    """The opinions are in; the leading group may decide.

    Raises:
        NobodyConsulted: no opinion at all. OpinionsOutstanding: some are missing and nobody said why that is all right.
    """
    row = await queries.get_task(uow, task_id)
    entries = await queries.consultations(uow, row.id)
    if not any(entry.status == "replied" for entry in entries) and not form.missing_reason:
        raise NobodyConsulted
    missing = [uow.node.directory.name(entry.office) for entry in entries if entry.status != "replied"]
    if missing and not form.missing_reason:
        raise OpinionsOutstanding(missing)
    row.consulted_on = uow.today
    await uow.move(row, TASK, "consulted", "完成会商", note=f"{form.summary} {form.missing_reason}".strip())
    await tell_stage(uow, row, words.Stage.CONSULTED)
    return row


async def approve(uow: UnitOfWork, _officer: Officer, task_id: UUID, form: forms.ApproveForm) -> Task:
    """批复: who organises, who hosts, who lends people, who counts.

    Raises:
        WrongOffices: they do not fit the kind.
    """
    row = await queries.get_task(uow, task_id)
    contributors = list(dict.fromkeys(form.contributors))
    if form.host in contributors and form.kind is words.Kind.CROSS:
        raise WrongOffices("交叉巡察不能由属地抽调人员。")
    if form.kind in rules.NEEDS_CONTRIBUTORS and not contributors:
        raise WrongOffices("交叉、联动、一体巡察须确定抽调单位。")
    row.kind, row.host, row.contributors, row.counting_owner = str(form.kind), form.host, contributors, form.counting_owner
    await _decide(uow, row, words.Outcome.APPROVED, form.decided_on, form.explanation)
    return row


async def decline(uow: UnitOfWork, _officer: Officer, task_id: UUID, form: forms.DeclineForm) -> Task:
    row = await queries.get_task(uow, task_id)
    await _decide(uow, row, words.Outcome.DECLINED, form.decided_on, form.explanation)
    return row


async def defer(uow: UnitOfWork, _officer: Officer, task_id: UUID, form: forms.DeferForm) -> Task:
    """Not now; looked at again on a day that is said."""
    row = await queries.get_task(uow, task_id)
    row.revisit_on = form.revisit_on
    await _decide(uow, row, words.Outcome.DEFERRED, form.decided_on, form.explanation)
    return row


async def escalate(uow: UnitOfWork, officer: Officer, task_id: UUID, form: forms.EscalateForm) -> Task:
    """Too big for this office: to the superior, with the chain of who asked and what each said.

    Raises:
        NoSuperior: nobody above.
    """
    row = await queries.get_task(uow, task_id)
    superior = uow.node.directory.parent_inspection(uow.office)
    if superior is None:
        raise NoSuperior
    number = await take(uow, APPLICATION)
    here = ChainLink(office=uow.office, on=uow.today, document_number=number, opinion=form.opinion)
    event_id = await uow.publish(
        v1.LiftedProposed(
            proposal_id=row.id, revision=row.escalations + 1, document_number=number, requester=row.requester, target_name=row.target_name, wanted_kind=str(form.wanted_kind),
            reasons=row.reasons, explanation=row.explanation, facts=TargetFacts(**row.facts), chain=[*row.chain, here], proposed_by=officer.name,
            proposed_on=uow.today,
        ),
        to=superior.id,
    )
    row.escalated_to, row.escalated_on, row.escalations = superior.id, uow.today, row.escalations + 1
    await uow.move(row, TASK, "escalated", "提请上级", note=f"{number} {form.opinion}", event_id=event_id)
    await tell_stage(uow, row, words.Stage.ESCALATED, f"提请{superior.name}")
    return row


async def sign_above(uow: UnitOfWork, _officer: Officer, task_id: UUID, form: SignForm) -> Task:
    """Sign for the decision of the office above on what was passed on to it."""
    row = await queries.get_task(uow, task_id)
    if row.escalated_to is None or row.decision_number is None or row.above_signed_on is not None:
        raise NothingToReview
    row.above_signed_by, row.above_signed_on = form.signed_by, form.signed_on
    said = v1.LiftedDecisionSigned(proposal_id=row.id, document_number=row.decision_number, signed_by=form.signed_by, signed_on=form.signed_on)
    event_id = await uow.publish(said, to=row.escalated_to, in_reply_to=row.decision_event_id)
    await uow.log(row, "above_signed", "签收上级批复", before=row.status, note=form.signed_by, event_id=event_id)
    return row


async def _decide(uow: UnitOfWork, row: Task, outcome: words.Outcome, on: Any, explanation: str) -> None:
    row.outcome, row.decision_number, row.decided_on = str(outcome), await take(uow, DECISION), on
    row.decided_by, row.decision_text, row.decision_signed_by, row.decision_signed_on = uow.office, explanation, None, None
    with uow.session.no_autoflush:  # number, outcome and state go to the database together
        event_id = await tell_decision(uow, row)
    row.decision_event_id = event_id
    await uow.move(row, TASK, str(outcome), f"审批:{outcome.label}", note=f"{row.decision_number} {explanation}".strip(), event_id=event_id)
    if outcome is not words.Outcome.DEFERRED:  # what is deferred may still be passed on again
        await take_back_above(uow, row, f"已由本级作出决定:{outcome.label}。")


def _consultation(uow: UnitOfWork, row: Task, office: str, number: str) -> Consultation:
    return Consultation(
        id=uow.new_id(), status=CONSULTATION.initial, version=0, created_at=uow.now, updated_at=uow.now, task_id=row.id, office=office, document_number=number,
        due_on=uow.today, text="",
    )
