"""What the upper office's messages cause here. A list is accepted only from an office above this one."""

from typing import Any

from capabilities.shared_list.domain.states import EXTENSION, LOCAL, PROPOSAL, SOLICITATION, URGE_LEVELS, Local
from capabilities.shared_list.receiver import queries
from capabilities.shared_list.receiver.models import AdaptedItem, BasisPaper, ReceivedComment, ReceivedList, ReceivedSolicitation, SubmittedProposal
from nodekit.errors import Refused
from nodekit.handlers import Handlers
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.event import Message
from shared_schemas.shared_list.v1 import (
    ExtensionDecided,
    FilingCommented,
    ListItem,
    ListPublished,
    ListRetired,
    ListSolicited,
    ListUrged,
    ListWithdrawn,
    ProposalDecided,
)

handlers = Handlers("shared_list.receiver")


@handlers.on(ListSolicited)
async def register_solicitation(uow: UnitOfWork, message: Message[ListSolicited]) -> None:
    """Enter the request; asked again, the day and the note are brought up to date."""
    _must_be_above(uow, message.origin)
    said = message.data
    asked = await queries.find_solicitation(uow, message.origin, said.list_id, said.number)
    if asked is None:
        asked = ReceivedSolicitation(
            id=uow.new_id(),
            status="open",
            version=0,
            created_at=uow.now,
            updated_at=uow.now,
            origin=message.origin,
            list_id=said.list_id,
            number=said.number,
            title=said.title,
            kind_title=said.kind_title,
            round_label=said.round_label,
            note=said.note,
            due_on=said.due_on,
            message_id=message.id,
            replied_at=None,
            replied_by="",
            proposals=0,
        )
        uow.session.add(asked)
        await uow.log(asked, "received", "收到征求意见")
    elif message.id != asked.message_id and said.due_on > asked.due_on:
        asked.due_on, asked.note = said.due_on, said.note
        await uow.log(asked, "asked_again", f"再次征求意见,{said.due_on.isoformat()}前回复")


@handlers.on(ListPublished)
async def register_list(uow: UnitOfWork, message: Message[ListPublished]) -> None:
    """Enter a version page by page. Complete, it waits for a signature and makes older copies stale.

    Twice is harmless: pages already seen are skipped, and (origin, list, number) is unique.
    """
    _must_be_above(uow, message.origin)
    said = message.data
    versions = await queries.list_versions(uow, message.origin, said.list_id)
    record = next((version for version in versions if version.number == said.number), None) or await _open_copy(uow, message)
    if record.status != Local.INCOMING or said.page in record.pages_seen or said.page > record.pages:
        return
    known = {item.item_key for item in await queries.list_items(uow, record.id)}
    for offset, item in enumerate(said.items):
        if item.key not in known:
            known.add(item.key)
            uow.session.add(_new_item(uow, record, item, said.first_position + offset))
    await uow.session.flush()
    record.decided, record.total = await queries.progress_of(uow, record.id)
    record.pages_seen = sorted({*record.pages_seen, said.page})
    if len(record.pages_seen) < record.pages:
        return
    await uow.move(record, LOCAL, Local.RECEIVED, "收到清单", note=f"{record.total}条")
    newest = max((version.number for version in versions), default=0)
    if newest > said.number:
        await _end(uow, record, Local.STALE, f"上级已发布 v{newest}")
        return
    await _close_solicitations(uow, record)
    for older in versions:
        if older.number < said.number and LOCAL.allows(older.status, Local.STALE):
            await _end(uow, older, Local.STALE, f"上级已发布 v{said.number}")


@handlers.on(ProposalDecided)
async def note_fate(uow: UnitOfWork, message: Message[ProposalDecided]) -> None:
    """Show what became of a proposal: adopted in version N, or declined and why."""
    said = message.data
    proposal = await uow.session.get(SubmittedProposal, said.proposal_id, with_for_update=True)
    if proposal is None or proposal.recipient != message.origin:
        raise Refused("本单位没有向你单位提出过这条建议。", hint="请核对意见建议编号。")
    adopted = said.outcome == "adopted" and said.adopted_in is not None
    outcome = "adopted" if adopted else "declined"
    if not PROPOSAL.allows(proposal.status, outcome):
        return
    proposal.adopted_in, proposal.decline_reason, proposal.decided_on = (said.adopted_in if adopted else None), said.reason, said.decided_on
    await uow.move(proposal, PROPOSAL, outcome, f"采纳于 v{said.adopted_in}" if adopted else "未采纳", note=said.reason)


@handlers.on(FilingCommented)
async def note_comment(uow: UnitOfWork, message: Message[FilingCommented]) -> None:
    """Keep the upper office's comment beside the adaptation. It changes no state: comments do not block."""
    said, record = message.data, await _copy_of(uow, message)
    if await uow.session.get(ReceivedComment, said.comment_id):
        return
    uow.session.add(
        ReceivedComment(
            comment_id=said.comment_id,
            received_list_id=record.id,
            revision=said.revision,
            at=uow.now,
            commented_by=said.commented_by,
            text=said.text,
        )
    )
    await uow.log(record, "commented", "上级提出意见", note=said.text[:200])


@handlers.on(ListUrged)
async def note_urge(uow: UnitOfWork, message: Message[ListUrged]) -> None:
    """Show the reminder; the number is the issuer's count."""
    said, record = message.data, await _copy_of(uow, message)
    if said.times <= record.urged_times:
        return
    record.urged_times, record.urge_note = said.times, said.note
    await uow.log(record, "urged", f"上级{URGE_LEVELS.get(said.level, '催办')}(第{said.times}次)", note=said.note)


@handlers.on(ListWithdrawn)
async def close_withdrawn(uow: UnitOfWork, message: Message[ListWithdrawn]) -> None:
    """The upper office took the version back."""
    record = await _copy_of(uow, message)
    if LOCAL.allows(record.status, Local.WITHDRAWN):
        await _end(uow, record, Local.WITHDRAWN, message.data.reason)


@handlers.on(ListRetired)
async def close_retired(uow: UnitOfWork, message: Message[ListRetired]) -> None:
    """The round is over: the adaptation becomes read only."""
    record = await _copy_of(uow, message)
    if LOCAL.allows(record.status, Local.RETIRED):
        await _end(uow, record, Local.RETIRED, message.data.note or "本轮巡察结束")


@handlers.on(ExtensionDecided)
async def note_extension(uow: UnitOfWork, message: Message[ExtensionDecided]) -> None:
    """The answer to a request for more time; granted, the day moves."""
    said, record = message.data, await _copy_of(uow, message)
    asked = await queries.find_open_extension(uow, record.id)
    if asked is None:
        return
    asked.answer = said.reason
    await uow.move(asked, EXTENSION, "granted" if said.granted else "refused", "上级答复", note=said.reason)
    if said.granted and said.adapt_due_on is not None:
        record.adapt_due_on, record.adapt_due_why = said.adapt_due_on, "上级同意延期"
        await uow.log(record, "extended", f"上级同意延期至 {said.adapt_due_on.isoformat()}", note=said.reason)
    else:
        await uow.log(record, "extension_refused", "上级不同意延期", note=said.reason)


def _must_be_above(uow: UnitOfWork, origin: str) -> None:
    """Refuse lists from anybody but an inspection office above this one, however it signs.

    Raises:
        Refused: the sender is no superior.
    """
    above = uow.node.directory.parent_inspection(uow.office)
    while above is not None and above.id != origin:
        above = uow.node.directory.parent_inspection(above.id)
    if above is None:
        raise Refused("你单位不是本单位的上级巡视巡察机构,不能下发清单。", hint="同级单位之间请通过共同的上级转发。")


async def _copy_of(uow: UnitOfWork, message: Message[Any]) -> ReceivedList:
    """The copy of the sender's own list: nobody moves another office's.

    Raises:
        Refused: no such copy came from the sender.
    """
    record = await queries.find_list(uow, message.origin, message.data.list_id, message.data.number)
    if record is None:
        raise Refused("本单位没有收到过你单位的这一版清单。", hint="请核对清单名称和版本,必要时重新下发。")
    return record


async def _open_copy(uow: UnitOfWork, message: Message[ListPublished]) -> ReceivedList:
    said = message.data
    record = ReceivedList(
        id=uow.new_id(),
        status=Local.INCOMING,
        version=0,
        created_at=uow.now,
        updated_at=uow.now,
        origin=message.origin,
        list_id=said.list_id,
        number=said.number,
        title=said.title,
        kind=said.kind,
        kind_title=said.kind_title,
        round_label=said.round_label,
        serial=said.serial,
        note=said.note,
        published_on=said.published_on,
        sign_due_on=said.sign_due_on,
        adapt_due_on=said.adapt_due_on,
        adapt_due_why="上级规定的期限" if said.adapt_due_on else "",
        message_id=message.id,
        pages=said.pages,
        pages_seen=[],
        signed_at=None,
        signed_by=None,
        merged_from=None,
        revision=0,
        decided=0,
        total=0,
        confirmed_on=None,
        meeting=None,
        confirmed_by=None,
        filed_on=None,
        filed_by=None,
        filed_event_id=None,
        urged_times=0,
        urge_note="",
        ended_reason="",
    )
    uow.session.add(record)
    await uow.session.flush()
    uow.session.add_all(
        BasisPaper(received_list_id=record.id, position=position, title=paper.title, serial=paper.serial, issued_by=paper.issued_by)
        for position, paper in enumerate(said.basis)
    )
    return record


def _new_item(uow: UnitOfWork, record: ReceivedList, item: ListItem, position: int) -> AdaptedItem:
    return AdaptedItem(
        id=uow.new_id(),
        received_list_id=record.id,
        item_key=item.key,
        position=position,
        from_upstream=True,
        kind=item.kind,
        kind_title=item.kind_title,
        number=item.number,
        section=item.section,
        content=item.content,
        basis=item.basis,
        locked=item.locked,
        links=list(item.links),
        decision=None,
        local_section=None,
        local_content=None,
        local_basis=None,
        reason="",
        decided_at=None,
        decided_by=None,
        merge_outcome="",
        conflict=False,
    )


async def _close_solicitations(uow: UnitOfWork, record: ReceivedList) -> None:
    """A published version ends the solicitation for it."""
    asked = await queries.find_solicitation(uow, record.origin, record.list_id, record.number)
    if asked is not None and SOLICITATION.allows(asked.status, "closed"):
        await uow.move(asked, SOLICITATION, "closed", f"v{record.number} 已发布")


async def _end(uow: UnitOfWork, record: ReceivedList, state: Local, reason: str) -> None:
    record.ended_reason = reason
    await uow.move(record, LOCAL, state, LOCAL.label(state), note=reason)
