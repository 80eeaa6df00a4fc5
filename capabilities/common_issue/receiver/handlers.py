"""What the issuer's messages do here. A letter is known by its sender and its id together: nobody moves another's letter."""

from capabilities.common_issue.common.columns import COUNTERS, counts_of
from capabilities.common_issue.domain import states, words
from capabilities.common_issue.receiver import queries
from capabilities.common_issue.receiver.errors import NotOurIssuer
from capabilities.common_issue.receiver.models import Letter
from nodekit.handlers import Handlers
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.common_issue import v1
from shared_schemas.event import Message

handlers = Handlers("common_issue.receiver")


@handlers.on(v1.InstrumentIssued)
async def register_letter(uow: UnitOfWork, message: Message[v1.InstrumentIssued]) -> None:
    """Enter the letter in the register. Only the parent may write: counties never hear of each other."""
    if message.origin != uow.node.office.parent:
        raise NotOurIssuer
    said = message.data
    if await queries.find_letter(uow, message.origin, said.copy_id):
        return
    letter = Letter(
        id=uow.new_id(), status=states.RECEIVED.initial, version=0, created_at=uow.now, updated_at=uow.now, origin=message.origin, replies=0, redone=0, opinion="",
        urged=0, supervised_note="", extension="none", notice="", superseded_by="", passed_on_to="", **said.model_dump(), **counts_of(None),
    )
    before = await queries.find_letter(uow, message.origin, said.replaces) if said.replaces and said.carried_over else None
    if before is not None:
        for key, _, _ in COUNTERS:
            setattr(letter, key, getattr(before, key))
    uow.session.add(letter)
    await uow.session.flush()
    await uow.log(letter, "delivered", "送达", note=f"{said.document_number}{f',替代 {said.replaces_number}' if said.replaces_number else ''}", event_id=message.id)


@handlers.on(v1.InstrumentWithdrawn)
async def give_up_letter(uow: UnitOfWork, message: Message[v1.InstrumentWithdrawn]) -> None:
    """Confirm while nobody has signed. A signed letter stays: the signature is on its way and wins."""
    letter = await queries.letter_of(uow, message)
    if letter.status in {"delivered", "returned"}:
        await uow.move(letter, states.RECEIVED, "withdrawn", "来方撤回", note=message.data.explanation, event_id=message.id)
    if letter.status == "withdrawn":
        await uow.publish(v1.WithdrawalConfirmed(copy_id=letter.copy_id), to=message.origin, in_reply_to=message.id)


@handlers.on(v1.InstrumentVoided)
async def strike_letter(uow: UnitOfWork, message: Message[v1.InstrumentVoided]) -> None:
    letter = await queries.letter_of(uow, message)
    if not states.RECEIVED.states[letter.status].final:
        letter.notice = message.data.notice
        await uow.move(letter, states.RECEIVED, "voided", "作废更正", note=message.data.notice, event_id=message.id)


@handlers.on(v1.InstrumentSuperseded)
async def end_replaced(uow: UnitOfWork, message: Message[v1.InstrumentSuperseded]) -> None:
    """A newer letter takes this one's place, whichever of the two messages comes first. Nothing more is owed here."""
    letter, said = await queries.letter_of(uow, message), message.data
    if states.RECEIVED.states[letter.status].final:
        return
    letter.superseded_by = said.by_number
    letter.extension = "none" if letter.extension == "requested" else letter.extension
    fate = "已报情况带入新函件" if said.carried_over else "按新函件重新办理" if said.by_copy_id else "新函件不再主送本单位"
    await uow.move(letter, states.RECEIVED, "superseded", "被替代", note=f"{said.by_number} {fate}。{said.explanation}".strip(), event_id=message.id)


@handlers.on(v1.ResultAssessed)
async def note_assessment(uow: UnitOfWork, message: Message[v1.ResultAssessed]) -> None:
    """Only the latest result can be assessed."""
    letter, said = await queries.letter_of(uow, message), message.data
    if letter.status != "result_replied" or said.number != letter.replies:
        return
    letter.opinion = said.opinion
    if said.accepted:
        await uow.move(letter, states.RECEIVED, "accepted", "评价通过", note=said.opinion, event_id=message.id)
        return
    letter.redone += 1
    letter.result_due_on, letter.extension = said.due_on or letter.result_due_on, "none"
    await uow.move(letter, states.RECEIVED, "redo", "退回重办", note=said.opinion, event_id=message.id)


@handlers.on(v1.InstrumentClosed)
async def note_close(uow: UnitOfWork, message: Message[v1.InstrumentClosed]) -> None:
    letter = await queries.letter_of(uow, message)
    if letter.status == "accepted":
        letter.closed_on = message.data.closed_on
        await uow.move(letter, states.RECEIVED, "closed", "发函单位办结", note=message.data.note, event_id=message.id)


@handlers.on(v1.InstrumentUrged)
async def note_reminder(uow: UnitOfWork, message: Message[v1.InstrumentUrged]) -> None:
    """Counted; a late reminder about a finished letter changes nothing."""
    letter, said = await queries.letter_of(uow, message), message.data
    if states.RECEIVED.states[letter.status].final or said.count <= letter.urged:
        return
    letter.urged = said.count
    await uow.log(letter, "urged", f"收到催办:{words.label(words.STEPS, said.step)}", before=letter.status, note=f"第{said.count}次 {said.explanation}".strip(), event_id=message.id)


@handlers.on(v1.InstrumentSupervised)
async def note_supervision(uow: UnitOfWork, message: Message[v1.InstrumentSupervised]) -> None:
    letter, said = await queries.letter_of(uow, message), message.data
    if states.RECEIVED.states[letter.status].final:
        return
    letter.supervised_until, letter.supervised_note = said.due_on, f"{said.document_number}:{said.requirement}"
    await uow.log(letter, "supervised", "收到督办", before=letter.status, note=f"{letter.supervised_note},期限 {said.due_on.isoformat()}", event_id=message.id)


@handlers.on(v1.ExtensionDecided)
async def note_extension(uow: UnitOfWork, message: Message[v1.ExtensionDecided]) -> None:
    """The day that now holds. An answer nobody asked for changes nothing."""
    letter, said = await queries.letter_of(uow, message), message.data
    if letter.extension != "requested":
        return
    letter.extension, letter.extension_until, letter.result_due_on = "granted" if said.granted else "refused", said.until, said.until
    label = "同意延期" if said.granted else "不同意延期"
    await uow.log(letter, "extension_decided", label, before=letter.status, note=f"结果期限 {said.until.isoformat()} {said.explanation}".strip(), event_id=message.id)
