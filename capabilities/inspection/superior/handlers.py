"""Filings as they arrive. A filing belongs to its sender: nobody else can replace, withdraw or urge it."""

from collections.abc import Mapping

from capabilities.inspection import domain
from capabilities.inspection.superior import queries
from capabilities.inspection.superior.models import ReceivedFiling
from capabilities.inspection.superior.options import SuperiorOptions
from capabilities.inspection.vocabulary import FilingKind
from nodekit.errors import Refused
from nodekit.handlers import Handlers
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.event import Message
from shared_schemas.inspection.v1 import FilingUrged, FilingWithdrawn, ReportFiled, SchemeFiled

handlers = Handlers("inspection.superior")


@handlers.on(SchemeFiled)
async def receive_scheme(uow: UnitOfWork, message: Message[SchemeFiled]) -> None:
    """Enter the scheme of a lower office's round, or its corrected revision."""
    extra = {"basis_documents": [basis[:200] for basis in message.data.basis_documents], "fed_back_on": None, "findings": None}
    await _receive(uow, message, FilingKind.SCHEME, extra)


@handlers.on(ReportFiled)
async def receive_report(uow: UnitOfWork, message: Message[ReportFiled]) -> None:
    """Enter speech and general report on a lower office's round."""
    extra = {"basis_documents": [], "fed_back_on": message.data.fed_back_on, "findings": message.data.findings}
    await _receive(uow, message, FilingKind.REPORT, extra)


@handlers.on(FilingWithdrawn)
async def withdraw(uow: UnitOfWork, message: Message[FilingWithdrawn]) -> None:
    """The sender takes it back, unless somebody here signed first: then the sender learns that it did not succeed."""
    row = await _known(uow, message.origin, message)
    if row.status == "withdrawn" or message.data.revision < row.revision:
        return
    if row.status not in {"sent", "returned"}:
        raise Refused("该件已签收,不能撤回。", hint="请联系上级巡视巡察机构退回。", status=row.status)
    await uow.move(row, domain.FILING, "withdrawn", "报送单位撤回", note=message.data.reason, event_id=message.id)


@handlers.on(FilingUrged)
async def note_urging(uow: UnitOfWork, message: Message[FilingUrged]) -> None:
    """The sender waits for our answer."""
    row = await _known(uow, message.origin, message)
    if message.data.times <= row.urged:
        return
    row.urged = message.data.times
    await uow.log(row, "urged", "报送单位催办", note=f"第{row.urged}次", event_id=message.id)


async def _receive(uow: UnitOfWork, message: Message[SchemeFiled] | Message[ReportFiled], kind: FilingKind, extra: Mapping[str, object]) -> None:
    """Insert, or replace a returned revision by the next. A repeat of what is here changes nothing.

    Raises:
        Refused: the sender is not below this office, or the earlier revision was not sent back.
    """
    lower = {office.id for office in uow.node.directory.children(uow.office)}
    if message.origin not in lower:
        raise Refused("贵单位不由本单位受理报备。", hint="请报送上级巡视巡察机构。")
    row = await queries.find_received(uow, message.origin, message.data.filing_id)
    if row is not None and message.data.revision <= row.revision:
        return
    if row is not None and (row.status != "returned" or row.kind != kind):
        raise Refused("上一稿尚未退回,不能重报。", hint="请等待上级签收办理。", status=row.status)
    due = uow.node.deadlines.due(uow.options(SuperiorOptions).sign_due_item, uow.today)
    columns = _columns(message) | dict(extra) | {"received_at": uow.now, "sign_due_on": due.on, "sign_due_why": due.why, "last_event_id": message.id}
    if row is None:
        row = ReceivedFiling(
            id=uow.new_id(), status=domain.FILING.initial, version=0, created_at=uow.now, updated_at=uow.now, origin=message.origin,
            filing_id=message.data.filing_id, kind=kind, **columns, signed_at=None, signed_by="", record_number=None, remarks="", urged=0, report_urged=0,
        )
        uow.session.add(row)
        await uow.log(row, "received", "收到报备", note=message.data.document, event_id=message.id)
        return
    for column, value in {**columns, "signed_at": None, "signed_by": ""}.items():
        setattr(row, column, value)
    await uow.move(row, domain.FILING, "sent", "收到补正稿", note=f"第{row.revision}次 {row.document}", event_id=message.id)


def _columns(message: Message[SchemeFiled] | Message[ReportFiled]) -> dict[str, object]:
    data = message.data
    return {
        "revision": data.revision, "title": data.title, "document": data.document, "content": data.content, "round_id": data.round.round_id,
        "round_name": data.round.name, "round_kind": data.round.kind, "topic": data.round.topic, "planned_entry_on": data.round.planned_entry_on,
        "planned_end_on": data.round.planned_end_on, "teams": data.round.teams, "targets": [name[:80] for name in data.round.targets],
    }


async def _known(uow: UnitOfWork, origin: str, message: Message[FilingWithdrawn] | Message[FilingUrged]) -> ReceivedFiling:
    row = await queries.find_received(uow, origin, message.data.filing_id)
    if row is None:
        raise Refused("本单位没有收到贵单位的该件报备。", filing_id=str(message.data.filing_id))
    return row
