"""What lower offices' messages cause here. Every handler checks that the sender is the office the record belongs to."""

from typing import Any

from capabilities.shared_list.domain.counting import compose
from capabilities.shared_list.domain.states import COPY, FILING, REPORTED, Change, Copy, Decision
from capabilities.shared_list.issuer import queries
from capabilities.shared_list.issuer.models import AskedExtension, CollectedProposal, FiledItem, Filing, IssuedCopy, Solicited
from nodekit.clock import local_date
from nodekit.errors import Refused
from nodekit.handlers import Handlers
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.event import Message
from shared_schemas.shared_list.v1 import AdaptationFiled, ExtensionRequested, ListProgressed, ListSigned, ProposalsSubmitted

handlers = Handlers("shared_list.issuer")


@handlers.on(ProposalsSubmitted)
async def collect_proposals(uow: UnitOfWork, message: Message[ProposalsSubmitted]) -> None:
    """Enter every proposal once, and note that the office answered ("no comment" is an answer too)."""
    said = message.data
    version = await queries.find_version(uow, said.list_id, said.number)
    if version is None:
        raise Refused("本单位没有这份清单,不能接收意见建议。", hint="请核对清单后重新提出。")
    asked = await uow.session.get(Solicited, (version.id, message.origin), with_for_update=True)
    if asked is None and await queries.find_copy(uow, said.list_id, said.number, message.origin) is None:
        raise Refused("该清单未征求你单位意见,也未下发你单位。", hint="如需参与,请与清单发布单位联系。")
    for proposal in said.proposals:
        if await queries.find_proposal(uow, message.origin, proposal.proposal_id):
            continue
        row = CollectedProposal(
            id=uow.new_id(),
            status="received",
            version=0,
            created_at=uow.now,
            updated_at=uow.now,
            list_id=said.list_id,
            number=said.number,
            list_name=version.name,
            office=message.origin,
            proposal_id=proposal.proposal_id,
            change=Change.of(proposal.change),
            item_key=proposal.item_key,
            item_number=proposal.item_number,
            content=proposal.content,
            reason=proposal.reason,
            adopted_in=None,
            decline_reason="",
            decided_by="",
        )
        uow.session.add(row)
        await uow.log(row, "received", "收到意见建议", note=said.replied_by)
    if said.solicited and asked is not None and asked.replied_at is None:
        asked.replied_at, asked.replied_by, asked.proposals = uow.now, said.replied_by, len(said.proposals)
        outcome = f"{len(said.proposals)}条建议" if said.proposals else "无意见"
        await uow.log(version, "replied", f"{uow.node.directory.name(message.origin)}回复:{outcome}")


@handlers.on(ListSigned)
async def note_signature(uow: UnitOfWork, message: Message[ListSigned]) -> None:
    """Note who signed and when. The day is the signer's; a repeat changes nothing."""
    copy = await _copy_of(uow, message)
    if copy.signed_on is not None or not COPY.allows(copy.status, Copy.SIGNED):
        return
    copy.signed_on, copy.signed_by = min(local_date(message.data.signed_at), uow.today), message.data.signed_by
    if copy.adapt_due_on is None:
        copy.adapt_due_on = uow.node.deadlines.due("shared_list.adapt", copy.signed_on).on
    await uow.move(copy, COPY, Copy.SIGNED, "签收", note=message.data.signed_by)


@handlers.on(ListProgressed)
async def note_progress(uow: UnitOfWork, message: Message[ListProgressed]) -> None:
    """Follow a lower office's progress: every count, but only changes of state enter the time line.

    A state only newer releases know is ignored.
    """
    said, copy = message.data, await _copy_of(uow, message)
    if said.status not in REPORTED or copy.signed_on is None:
        return
    copy.revision, copy.decided, copy.total = said.revision, min(said.decided, said.total), said.total
    if COPY.allows(copy.status, said.status):
        await uow.move(copy, COPY, said.status, COPY.label(said.status), note=f"{copy.decided}/{copy.total} 已定")


@handlers.on(AdaptationFiled)
async def register_filing(uow: UnitOfWork, message: Message[AdaptationFiled]) -> None:
    """Register a filed adaptation page by page; complete, it replaces the earlier ones of the same copy."""
    said, copy = message.data, await _copy_of(uow, message)
    if copy.signed_on is None:
        raise Refused("该清单尚未签收,不能报备。", hint="请先签收清单,完成改编后再报备。")
    filing = await queries.find_filing(uow, copy.id, said.revision) or await _open_filing(uow, message, copy)
    if said.page in filing.pages_seen or said.page > filing.pages:
        return
    known = await queries.items_by_key(uow, copy.issued_list_id)
    departures = {item.key: item for item in said.departures}
    if bent := [known[key].number for key in departures if key in known and known[key].locked]:
        raise Refused(f"条目{'、'.join(bent[:10])}已锁定,只能采用。", hint="请将锁定的条目改为采用后重新报备。")
    for key, item in departures.items():
        await uow.session.merge(
            FiledItem(
                filing_id=filing.id,
                item_key=key,
                decision=Decision.of(item.decision),
                number=item.number,
                section=item.section,
                content=item.content,
                basis=item.basis,
                reason=item.reason,
            )
        )
    adopted = {key for key in said.adopted if key in known}
    counted = compose([*((Decision.ADOPT, True) for _ in adopted), *((item.decision, key in known) for key, item in departures.items())])
    filing.adopted, filing.modified = filing.adopted + counted.adopted, filing.modified + counted.modified
    filing.dropped, filing.added = filing.dropped + counted.dropped, filing.added + counted.added
    filing.pages_seen = sorted({*filing.pages_seen, said.page})
    if len(filing.pages_seen) == filing.pages:
        await _complete_filing(uow, copy, filing)


@handlers.on(ExtensionRequested)
async def register_extension(uow: UnitOfWork, message: Message[ExtensionRequested]) -> None:
    """Enter a request for more time; one open request per copy."""
    said, copy = message.data, await _copy_of(uow, message)
    if await queries.find_extension(uow, message.id):
        return
    if await queries.find_open_extension(uow, copy.id):
        raise Refused("该清单已有一份待答复的延期申请。", hint="请等待上级答复后再申请。")
    row = AskedExtension(
        id=uow.new_id(),
        status="requested",
        version=0,
        created_at=uow.now,
        updated_at=uow.now,
        copy_id=copy.id,
        list_id=said.list_id,
        number=said.number,
        list_name=copy.list_name,
        office=message.origin,
        message_id=message.id,
        until=said.until,
        reason=said.reason,
        answer="",
    )
    uow.session.add(row)
    await uow.log(row, "received", "收到延期申请", note=said.reason)


async def _copy_of(uow: UnitOfWork, message: Message[Any]) -> IssuedCopy:
    """The sender's own copy: nobody can speak for another office's.

    Raises:
        Refused: this version was never sent to the sender.
    """
    copy = await queries.find_copy(uow, message.data.list_id, message.data.number, message.origin)
    if copy is None:
        raise Refused("本单位未向你单位下发这一版清单。", hint="请核对清单名称和版本。")
    return copy


async def _open_filing(uow: UnitOfWork, message: Message[AdaptationFiled], copy: IssuedCopy) -> Filing:
    said = message.data
    filing = Filing(
        id=uow.new_id(),
        status="incoming",
        version=0,
        created_at=uow.now,
        updated_at=uow.now,
        issued_list_id=copy.issued_list_id,
        copy_id=copy.id,
        list_id=copy.list_id,
        number=copy.number,
        revision=said.revision,
        list_name=copy.list_name,
        office=message.origin,
        message_id=message.id,
        filed_on=uow.today,
        filed_by=said.filed_by,
        confirmed_on=said.confirmed_on,
        meeting=said.meeting,
        pages=said.pages,
        pages_seen=[],
        adopted=0,
        modified=0,
        dropped=0,
        added=0,
    )
    uow.session.add(filing)
    await uow.session.flush()
    return filing


async def _complete_filing(uow: UnitOfWork, copy: IssuedCopy, filing: Filing) -> None:
    await uow.move(filing, FILING, "filed", "收到报备", note=f"{filing.local_version},{filing.filed_by}")
    for earlier in await queries.list_filings(uow, copy.id):
        if earlier.revision < filing.revision and FILING.allows(earlier.status, "replaced"):
            await uow.move(earlier, FILING, "replaced", f"被 {filing.local_version} 替代")
    copy.revision, copy.filed_on = filing.revision, filing.filed_on
    copy.adopted, copy.modified, copy.dropped, copy.added = filing.adopted, filing.modified, filing.dropped, filing.added
    copy.decided = copy.total
    if COPY.allows(copy.status, Copy.FILED_BACK):
        await uow.move(copy, COPY, Copy.FILED_BACK, "改编报备", note=filing.local_version)
    else:
        await uow.log(copy, "filed_again", "再次报备", note=filing.local_version)
