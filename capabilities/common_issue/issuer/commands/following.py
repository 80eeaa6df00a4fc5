"""A letter that is out: withdraw, void, urge, supervise, extend, assess, close."""

from uuid import UUID

from capabilities.common_issue.common.numbering import SUPERVISE
from capabilities.common_issue.domain import instruments, states, words
from capabilities.common_issue.issuer import forms, queries
from capabilities.common_issue.issuer.errors import NoExtensionAsked, NotHeard, TooEarlyToSupervise
from capabilities.common_issue.issuer.models import Copy, Instrument
from nodekit.errors import InvalidInput, StepNotAllowed
from nodekit.identity.officer import Officer
from nodekit.numbering import take
from nodekit.numbering import void as void_number
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.common_issue import v1


async def withdraw(uow: UnitOfWork, _officer: Officer, copy_id: UUID, form: forms.ReasonForm) -> Copy:
    """Ask for one copy back while nobody has signed; a signature given meanwhile wins. A returned copy is simply filed."""
    copy = await queries.get(uow, Copy, copy_id)
    event_id = await uow.publish(v1.InstrumentWithdrawn(copy_id=copy.id, explanation=form.explanation), to=copy.recipient)
    state = "withdrawn" if copy.status == "returned" else "withdrawing"
    await uow.move(copy, states.COPY, state, "撤回", note=form.explanation, event_id=event_id)
    await settle_instrument(uow, copy)
    return copy


async def void(uow: UnitOfWork, _officer: Officer, instrument_id: UUID, form: forms.VoidForm) -> Instrument:
    """Strike the letter out. After issue every addressee gets the correction notice; the number stays taken."""
    row = await queries.get(uow, Instrument, instrument_id)
    for copy in await queries.list_copies(uow, instrument_id=row.id, lock=True):
        if not states.COPY.states[copy.status].final:
            event_id = await uow.publish(v1.InstrumentVoided(copy_id=copy.id, notice=form.notice), to=copy.recipient)
            await uow.move(copy, states.COPY, "voided", "作废", note=form.notice, event_id=event_id)
    await uow.move(row, states.INSTRUMENT, "voided", "作废", note=form.notice)
    await void_number(uow, row.document_number, form.notice)
    row.notice = form.notice
    return row


async def urge(uow: UnitOfWork, _officer: Officer, copy_id: UUID, form: forms.UrgeForm) -> Copy:
    """Remind the addressee of what it owes now; counted."""
    copy = await queries.get(uow, Copy, copy_id)
    step = _owed(copy, "催办")
    copy.urged += 1
    event_id = await uow.publish(v1.InstrumentUrged(copy_id=copy.id, step=step, count=copy.urged, explanation=form.explanation), to=copy.recipient)
    await uow.log(copy, "urged", f"催办{words.STEPS[step]}", before=copy.status, note=f"第{copy.urged}次 {form.explanation}".strip(), event_id=event_id)
    return copy


async def supervise(uow: UnitOfWork, _officer: Officer, copy_id: UUID, form: forms.SuperviseForm) -> Copy:
    """督办 with a day of its own.

    Raises:
        TooEarlyToSupervise: neither urged before nor overdue.
    """
    copy = await queries.get(uow, Copy, copy_id)
    _owed(copy, "督办")
    if not instruments.may_supervise(urged=copy.urged, due_on=copy.due_on, today=uow.today):
        raise TooEarlyToSupervise(copy.due_on)
    if form.due_on < uow.today:
        raise InvalidInput([{"path": "due_on", "message": "督办期限不能早于今天"}])
    number = await take(uow, SUPERVISE)
    copy.supervised_until = form.due_on
    event = v1.InstrumentSupervised(copy_id=copy.id, document_number=number, requirement=form.requirement, due_on=form.due_on)
    event_id = await uow.publish(event, to=copy.recipient)
    await uow.log(copy, "supervised", "督办", before=copy.status, note=f"{number},期限 {form.due_on.isoformat()}:{form.requirement}", event_id=event_id)
    return copy


async def decide_extension(uow: UnitOfWork, _officer: Officer, copy_id: UUID, form: forms.ExtensionAnswerForm) -> Copy:
    """Grant or refuse the time the addressee has asked for.

    Raises:
        NoExtensionAsked: nothing waits for an answer.
    """
    copy = await queries.get(uow, Copy, copy_id)
    if copy.status not in states.AT_WORK:
        raise StepNotAllowed(states.COPY.label(copy.status), "答复延期", state=copy.status)
    if copy.extension != "requested" or copy.extension_until is None:
        raise NoExtensionAsked
    until = (form.until or copy.extension_until) if form.granted else copy.result_due_on
    if until < copy.result_due_on:
        raise InvalidInput([{"path": "until", "message": "延至日期不能早于原期限"}])
    copy.extension, copy.extension_until, copy.result_due_on = "granted" if form.granted else "refused", until, until
    event = v1.ExtensionDecided(copy_id=copy.id, granted=form.granted, until=until, explanation=form.explanation)
    event_id = await uow.publish(event, to=copy.recipient)
    label = "同意延期" if form.granted else "不同意延期"
    await uow.log(copy, "extension_decided", label, before=copy.status, note=f"结果期限 {until.isoformat()} {form.explanation}".strip(), event_id=event_id)
    return copy


async def accept(uow: UnitOfWork, _officer: Officer, copy_id: UUID, form: forms.OpinionForm) -> Copy:
    """The result is what was asked for."""
    copy = await queries.get(uow, Copy, copy_id)
    event_id = await uow.publish(v1.ResultAssessed(copy_id=copy.id, number=max(copy.replies, 1), accepted=True, opinion=form.opinion), to=copy.recipient)
    await uow.move(copy, states.COPY, "assessed", "评价通过", note=form.opinion, event_id=event_id)
    copy.opinion = form.opinion
    return copy


async def redo(uow: UnitOfWork, _officer: Officer, copy_id: UUID, form: forms.RedoForm) -> Copy:
    """Not good enough: again, by a new day."""
    copy = await queries.get(uow, Copy, copy_id)
    if form.due_on <= uow.today:
        raise InvalidInput([{"path": "due_on", "message": "重新办理期限应晚于今天"}])
    event = v1.ResultAssessed(copy_id=copy.id, number=max(copy.replies, 1), accepted=False, opinion=form.opinion, due_on=form.due_on)
    await uow.move(copy, states.COPY, "redo", "退回重办", note=form.opinion, event_id=await uow.publish(event, to=copy.recipient))
    copy.redone += 1
    copy.opinion, copy.result_due_on, copy.extension = form.opinion, form.due_on, "none"
    return copy


async def close(uow: UnitOfWork, _officer: Officer, copy_id: UUID, form: forms.CloseCopyForm) -> Copy:
    """Done with one addressee; with the last one the letter itself is closed.

    Raises:
        NotHeard: a lifted rectification is closed by a meeting.
    """
    copy = await queries.get(uow, Copy, copy_id)
    if instruments.KINDS[copy.kind].heard and (form.heard_on is None or not form.minutes):
        raise NotHeard
    if form.heard_on and form.heard_on > uow.today:
        raise InvalidInput([{"path": "heard_on", "message": "会议日期不能晚于今天"}])
    note = f"书记专题会议 {form.heard_on.isoformat()} {form.minutes}" if form.heard_on else ""
    event_id = await uow.publish(v1.InstrumentClosed(copy_id=copy.id, closed_on=uow.today, note=note), to=copy.recipient)
    await uow.move(copy, states.COPY, "closed", "办结", note=note, event_id=event_id)
    copy.closed_on = uow.today
    await settle_instrument(uow, copy)
    return copy


async def settle_instrument(uow: UnitOfWork, copy: Copy) -> None:
    """Close (or withdraw) the letter when its last copy is done."""
    await uow.session.flush()
    row = await queries.get(uow, Instrument, copy.instrument_id)
    state = instruments.state_of_instrument(other.status for other in await queries.list_copies(uow, instrument_id=row.id))
    if state != row.status and states.INSTRUMENT.allows(row.status, state):
        await uow.move(row, states.INSTRUMENT, state, "全部办结" if state == "closed" else "全部撤回")


def _owed(copy: Copy, act: str) -> str:
    step = instruments.owed(copy.status, plan_asked=copy.plan_due_on is not None)
    if copy.status not in states.COPY_OWED or not step:
        raise StepNotAllowed(states.COPY.label(copy.status), act, state=copy.status)
    return step
