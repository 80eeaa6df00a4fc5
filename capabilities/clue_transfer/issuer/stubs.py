"""What officers do with a stub: register, hand the paper over, void."""

from uuid import UUID

from capabilities.clue_transfer import domain
from capabilities.clue_transfer.common.numbering import CLUE, SLIP
from capabilities.clue_transfer.issuer import forms, queries
from capabilities.clue_transfer.issuer.errors import NoDesk
from capabilities.clue_transfer.issuer.models import Stub
from nodekit.errors import InvalidInput
from nodekit.identity.officer import Officer
from nodekit.numbering import take, void
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.clue_transfer.v1 import ClueTransferStubRegistered, ClueTransferStubVoided
from shared_schemas.offices import OfficeKind, Tier


async def register_stub(uow: UnitOfWork, officer: Officer, form: forms.StubForm) -> Stub:
    """Number the paper and tell the superior desk and office that it is on its way. No body is asked for, kept or sent.

    Raises:
        NoDesk: no superior discipline desk with this authority is connected.
    """
    managed_by = Tier(form.cadre_tier)
    if domain.TIER_RANK[managed_by] >= domain.TIER_RANK[uow.node.office.tier]:
        raise InvalidInput([{"path": "cadre_tier", "message": "该同志属本级管理,请在线索移交台账登记"}])
    due = uow.node.deadlines.due("clue_transfer.stub", uow.today)
    addressee = superior_desk(uow, managed_by)
    stub = Stub(
        id=uow.new_random_id(), status=domain.STUB.initial, version=0, created_at=uow.now, updated_at=uow.now,
        serial=await take(uow, CLUE, within=form.team), slip_number=await take(uow, SLIP), cadre_tier=form.cadre_tier, addressee=addressee,
        registered_on=uow.today, registered_by=officer.id, paper_due_on=due.on, paper_why=due.why,
    )
    uow.session.add(stub)
    await uow.session.flush()
    event = ClueTransferStubRegistered(
        stub_id=stub.id, serial=stub.serial, slip_number=stub.slip_number, registered_on=stub.registered_on, paper_due_on=due.on, addressee=addressee,
    )
    event_id = await uow.publish(event, to=addressee)
    if superior := uow.node.directory.parent_inspection(uow.office):
        await uow.publish(event, to=superior.id)
    await uow.log(stub, "registered", "登记存根", event_id=event_id)
    return stub


async def hand_over(uow: UnitOfWork, _officer: Officer, stub_id: UUID, form: forms.HandOverForm) -> Stub:
    """The paper has left the office, carried by a named person."""
    stub = await queries.stub(uow, stub_id)
    if form.handed_over_on > uow.today:
        raise InvalidInput([{"path": "handed_over_on", "message": "送出日期不能晚于今天"}])
    stub.handed_over_on, stub.handed_over_by = form.handed_over_on, form.handed_over_by
    await uow.move(stub, domain.STUB, "handed_over", "送出纸件", note=f"交接单 {stub.slip_number}")
    return stub


async def void_stub(uow: UnitOfWork, _officer: Officer, stub_id: UUID) -> Stub:
    """Struck out before the paper left. The number stays taken; those who were told are told again."""
    stub = await queries.stub(uow, stub_id)
    await uow.move(stub, domain.STUB, "voided", "作废存根")
    for number in (stub.serial, stub.slip_number):
        await void(uow, number, "作废存根")
    event = ClueTransferStubVoided(stub_id=stub.id, voided_on=uow.today)
    superior = uow.node.directory.parent_inspection(uow.office)
    for office in filter(None, (stub.addressee, superior.id if superior else None)):
        await uow.publish(event, to=office)
    return stub


def superior_desk(uow: UnitOfWork, managed_by: Tier) -> str:
    """The discipline desk of the nearest office above whose tier manages the person."""
    directory = uow.node.directory
    above = directory.parent_inspection(uow.office)
    while above is not None:
        desk = directory.desk(above.id, OfficeKind.DISCIPLINE)
        if desk is not None and domain.TIER_RANK[above.tier] <= domain.TIER_RANK[managed_by]:
            return desk.id
        above = directory.parent_inspection(above.id)
    raise NoDesk("上级纪检监察机关")
