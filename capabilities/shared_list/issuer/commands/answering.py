"""Answering what lower offices filed or asked for. The upper office comments and guides; it cannot block."""

from uuid import UUID

from capabilities.shared_list.domain.states import EXTENSION, FILING
from capabilities.shared_list.issuer import forms, queries
from capabilities.shared_list.issuer.models import AskedExtension, Filing, FilingComment, IssuedCopy
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.shared_list.v1 import ExtensionDecided, FilingCommented


async def comment(uow: UnitOfWork, officer: Officer, record_id: UUID, form: forms.CommentForm) -> Filing:
    """Comment on a filed adaptation; the lower office reads it and decides for itself."""
    filing = await queries.get(uow, Filing, record_id)
    note = FilingComment(id=uow.new_id(), filing_id=filing.id, at=uow.now, officer_name=officer.name, text=form.text)
    uow.session.add(note)
    event = FilingCommented(
        list_id=filing.list_id,
        number=filing.number,
        revision=filing.revision,
        comment_id=note.id,
        text=form.text,
        commented_by=officer.name,
    )
    event_id = await uow.publish(event, to=filing.office, in_reply_to=filing.message_id)
    if filing.status == "filed":
        await uow.move(filing, FILING, "commented", "提出意见", note=form.text[:200], event_id=event_id)
    else:
        await uow.log(filing, "commented", "再次提出意见", note=form.text[:200], event_id=event_id)
    return filing


async def grant_extension(uow: UnitOfWork, _officer: Officer, record_id: UUID, form: forms.ExtensionAnswerForm) -> AskedExtension:
    """Grant more time: the copy's day moves, the lower office is told."""
    asked = await queries.get(uow, AskedExtension, record_id)
    copy = await queries.get(uow, IssuedCopy, asked.copy_id)
    event_id = await _answer(uow, asked, form, granted=True)
    await uow.move(asked, EXTENSION, "granted", "同意延期", note=form.reason, event_id=event_id)
    copy.adapt_due_on = asked.until
    await uow.log(copy, "extended", f"报备期限延至 {asked.until.isoformat()}", note=form.reason)
    return asked


async def refuse_extension(uow: UnitOfWork, _officer: Officer, record_id: UUID, form: forms.ReasonForm) -> AskedExtension:
    """Refuse more time, with the reason."""
    asked = await queries.get(uow, AskedExtension, record_id)
    event_id = await _answer(uow, asked, form, granted=False)
    await uow.move(asked, EXTENSION, "refused", "不同意延期", note=form.reason, event_id=event_id)
    return asked


async def _answer(uow: UnitOfWork, asked: AskedExtension, form: forms.ExtensionAnswerForm | forms.ReasonForm, *, granted: bool) -> UUID:
    asked.answer = form.reason
    event = ExtensionDecided(
        list_id=asked.list_id,
        number=asked.number,
        granted=granted,
        adapt_due_on=asked.until if granted else None,
        reason=form.reason,
    )
    return await uow.publish(event, to=asked.office, in_reply_to=asked.message_id)
