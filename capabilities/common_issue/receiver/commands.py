"""What officers do with a letter they got: sign or return, report plan, progress and result, ask for time."""

from typing import Any
from uuid import UUID

from capabilities.common_issue.common.columns import counts_of, counts_text
from capabilities.common_issue.common.identifying import refuse_names
from capabilities.common_issue.domain import states, words
from capabilities.common_issue.receiver import forms, queries
from capabilities.common_issue.receiver.errors import CountsMissing, MoreRectifiedThanFound, TooLateToExtend
from capabilities.common_issue.receiver.models import Letter, Reply
from nodekit.errors import InvalidInput, StepNotAllowed
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.common_issue import v1


async def sign(uow: UnitOfWork, _officer: Officer, letter_id: UUID, form: forms.SignForm) -> Letter:
    """A named officer signs. From now on the issuer cannot withdraw."""
    letter = await queries.get_letter(uow, letter_id)
    event_id = await uow.publish(v1.InstrumentSigned(copy_id=letter.copy_id, signed_by=form.signed_by, signed_on=uow.today), to=letter.origin)
    letter.signed_by, letter.signed_on = form.signed_by, uow.today
    await uow.move(letter, states.RECEIVED, "signed", "签收", note=form.signed_by, event_id=event_id)
    return letter


async def give_back(uow: UnitOfWork, officer: Officer, letter_id: UUID, form: forms.ReturnForm) -> Letter:
    """It does not belong here."""
    letter = await queries.get_letter(uow, letter_id)
    event = v1.InstrumentReturned(copy_id=letter.copy_id, reason=form.reason, explanation=form.explanation, returned_by=officer.name)
    letter.return_reason = form.reason
    note = f"{words.label(words.RETURN_REASONS, form.reason)}:{form.explanation}"
    await uow.move(letter, states.RECEIVED, "returned", "退回", note=note, event_id=await uow.publish(event, to=letter.origin))
    return letter


async def report_plan(uow: UnitOfWork, _officer: Officer, letter_id: UUID, form: forms.PlanForm) -> Letter:
    """首报."""
    letter = await queries.get_letter(uow, letter_id)
    _must_allow(letter, "plan_replied", "首次报告")
    event = v1.PlanReplied(**await _said(uow, letter, form))
    event_id = await _keep(uow, letter, "plan", event)
    letter.plan_on = uow.today
    await uow.move(letter, states.RECEIVED, "plan_replied", "首次报告", note=form.text, event_id=event_id)
    return letter


async def report_progress(uow: UnitOfWork, _officer: Officer, letter_id: UUID, form: forms.ProgressForm) -> Letter:
    """How far it is; the totals so far."""
    letter = await queries.get_letter(uow, letter_id)
    if letter.status not in states.AT_WORK:
        raise StepNotAllowed(states.RECEIVED.label(letter.status), "治理进展", state=letter.status)
    _check_counts(form, required=False)
    event_id = await _keep(uow, letter, "progress", v1.GovernanceProgressed(**await _said(uow, letter, form), counts=form.counts))
    note = f"{counts_text(letter)} {form.text}".strip()
    if states.RECEIVED.allows(letter.status, "in_governance"):
        await uow.move(letter, states.RECEIVED, "in_governance", "治理进展", note=note, event_id=event_id)
    else:
        await uow.log(letter, "progressed", "治理进展", before=letter.status, note=note, event_id=event_id)
    return letter


async def report_result(uow: UnitOfWork, _officer: Officer, letter_id: UUID, form: forms.ResultForm) -> Letter:
    """终报: the report that answers the letter.

    Raises:
        CountsMissing: the letter asks for self-check counts. NamesSomebody: the report tells who is meant.
    """
    letter = await queries.get_letter(uow, letter_id)
    _must_allow(letter, "result_replied", "报送结果")
    _check_counts(form, required=letter.counts_required)
    event = v1.ResultReplied(**await _said(uow, letter, form), counts=form.counts, document_number=form.document_number)
    event_id = await _keep(uow, letter, "result", event)
    letter.result_on = uow.today
    await uow.move(letter, states.RECEIVED, "result_replied", "报送结果", note=f"{form.document_number} {counts_text(letter)}".strip(), event_id=event_id)
    return letter


async def ask_extension(uow: UnitOfWork, _officer: Officer, letter_id: UUID, form: forms.ExtensionForm) -> Letter:
    """Ask for more time while there is some.

    Raises:
        TooLateToExtend: the day is past.
    """
    letter = await queries.get_letter(uow, letter_id)
    if letter.status not in states.AT_WORK or letter.extension == "requested":
        raise StepNotAllowed(states.RECEIVED.label(letter.status), "申请延期", state=letter.status)
    if letter.result_due_on < uow.today:
        raise TooLateToExtend(letter.result_due_on)
    if form.until <= letter.result_due_on:
        raise InvalidInput([{"path": "until", "message": "应晚于现期限"}])
    letter.extension, letter.extension_until = "requested", form.until
    event_id = await uow.publish(v1.ExtensionRequested(copy_id=letter.copy_id, until=form.until, explanation=form.explanation), to=letter.origin)
    await uow.log(letter, "extension_requested", "申请延期", before=letter.status, note=f"至 {form.until.isoformat()}:{form.explanation}", event_id=event_id)
    return letter


async def _said(uow: UnitOfWork, letter: Letter, form: Any) -> dict[str, Any]:
    """What every reply says; the text names nobody, it may be used in the next circular."""
    await refuse_names(uow, 报告内容=form.text)
    letter.replies += 1
    return {"copy_id": letter.copy_id, "number": letter.replies, "text": form.text, "replied_by": form.replied_by, "replied_on": uow.today}


async def _keep(uow: UnitOfWork, letter: Letter, kind: str, event: v1.Replied) -> UUID:
    """Send the reply and file it here."""
    event_id = await uow.publish(event, to=letter.origin)
    counts = counts_of(getattr(event, "counts", None))
    uow.session.add(
        Reply(
            id=uow.new_id(), letter_id=letter.id, number=event.number, kind=kind, text=event.text, document_number=getattr(event, "document_number", ""),
            replied_by=event.replied_by, replied_on=event.replied_on, event_id=event_id, **counts,
        )
    )
    if kind != "plan":
        for key, value in counts.items():
            setattr(letter, key, value)
    return event_id


def _check_counts(form: Any, *, required: bool) -> None:
    if required and not form.units_checked:
        raise CountsMissing
    if form.rectified > form.found:
        raise MoreRectifiedThanFound


def _must_allow(letter: Letter, state: str, act: str) -> None:
    if not states.RECEIVED.allows(letter.status, state):
        raise StepNotAllowed(states.RECEIVED.label(letter.status), act, state=letter.status)
