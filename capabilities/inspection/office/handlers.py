"""What the superior office's answers do to our filings. Late and repeated answers change nothing."""

from typing import TypeVar

from capabilities.inspection import domain
from capabilities.inspection.office import queries
from capabilities.inspection.office.models import Filing
from capabilities.inspection.vocabulary import FilingKind
from nodekit.errors import Refused
from nodekit.handlers import Handlers
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.event import Message
from shared_schemas.inspection.v1 import (
    FilingAcknowledged,
    FilingReturned,
    FilingSigned,
    FindingConfirmed,
    FindingVoided,
    ReportUrged,
    RoundArchived,
    RoundFedBack,
)

Answer = TypeVar("Answer", FilingSigned, FilingAcknowledged, FilingReturned, ReportUrged)

handlers = Handlers("inspection.office")


@handlers.on(FilingSigned)
async def record_signature(uow: UnitOfWork, message: Message[FilingSigned]) -> None:
    """The superior office took the filing. It also wins over a withdrawal that was still on its way."""
    filing = await _ours(uow, message, message.data.revision)
    if filing is None or filing.status not in {"sent", "withdrawn"}:
        return
    if filing.status == "withdrawn" and await queries.find_filing_of(uow, filing.round_id, filing.kind):
        return  # filed anew meanwhile: that one counts
    filing.signed_at, filing.signed_by = message.at, message.data.signed_by
    await uow.move(filing, domain.FILING, "signed", "上级签收", note=message.data.signed_by, event_id=message.id)
    row = await queries.get_round(uow, filing.round_id, lock=True)
    if filing.kind == FilingKind.SCHEME and row.status == "scheme_drafted":
        await uow.move(row, domain.ROUND, "scheme_filed", "上级先已签收,撤回未成", event_id=message.id)


@handlers.on(FilingAcknowledged)
async def record_acknowledgement(uow: UnitOfWork, message: Message[FilingAcknowledged]) -> None:
    """The filing is on record above; remarks are guidance for the round."""
    filing = await _ours(uow, message, message.data.revision)
    if filing is None or filing.status != "signed":
        return
    filing.acknowledged_at, filing.remarks = message.at, message.data.remarks
    await uow.move(filing, domain.FILING, "acknowledged", "上级备案", note=f"{message.data.number} {message.data.remarks}".strip(), event_id=message.id)


@handlers.on(FilingReturned)
async def record_return(uow: UnitOfWork, message: Message[FilingReturned]) -> None:
    """Sent back for correction: a scheme whose round has not gone on is a draft again."""
    filing = await _ours(uow, message, message.data.revision)
    if filing is None or filing.status != "signed":
        return
    filing.remarks = message.data.reason
    await uow.move(filing, domain.FILING, "returned", "上级退回补正", note=message.data.reason, event_id=message.id)
    row = await queries.get_round(uow, filing.round_id, lock=True)
    if filing.kind == FilingKind.SCHEME and row.status == "scheme_filed":
        await uow.move(row, domain.ROUND, "scheme_drafted", "报备被退回", note=message.data.reason, event_id=message.id)


@handlers.on(ReportUrged)
async def record_urging(uow: UnitOfWork, message: Message[ReportUrged]) -> None:
    """The superior office asks for the report on a round; shown as a to-do until it is filed."""
    filing = await _ours(uow, message, None)
    if filing is None:
        return
    row = await queries.get_round(uow, filing.round_id, lock=True)
    if message.data.times <= row.report_urged:
        return
    row.report_urged = message.data.times
    await uow.log(row, "report_urged", "上级催报综合报告", note=message.data.note, event_id=message.id)


@handlers.on(FindingConfirmed)
async def accept_own_finding(uow: UnitOfWork, message: Message[FindingConfirmed]) -> None:
    """Facts of this office are for its other slices; what matters here is that nobody else may state them."""
    _must_be_own(uow, message.origin)


@handlers.on(RoundFedBack)
async def accept_own_feedback(uow: UnitOfWork, message: Message[RoundFedBack]) -> None:
    """See `accept_own_finding`."""
    _must_be_own(uow, message.origin)


@handlers.on(FindingVoided)
async def accept_own_voiding(uow: UnitOfWork, message: Message[FindingVoided]) -> None:
    """See `accept_own_finding`."""
    _must_be_own(uow, message.origin)


@handlers.on(RoundArchived)
async def accept_own_archiving(uow: UnitOfWork, message: Message[RoundArchived]) -> None:
    """See `accept_own_finding`."""
    _must_be_own(uow, message.origin)


def _must_be_own(uow: UnitOfWork, origin: str) -> None:
    if origin != uow.office:
        raise Refused("该类事项只在本单位内部流转,不受理其他单位报送。", origin=origin)


async def _ours(uow: UnitOfWork, message: Message[Answer], revision: int | None) -> Filing | None:
    """Our filing this answer is about; None when it answers an older revision.

    Raises:
        Refused: no such filing here, or the sender is not the office it was filed with.
    """
    filing = await queries.find_filing(uow, message.data.filing_id)
    if filing is None or filing.recipient != message.origin:
        raise Refused("没有报送贵单位的该件报备。", filing_id=str(message.data.filing_id))
    return filing if revision in (None, filing.revision) else None
