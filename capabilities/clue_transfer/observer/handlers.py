"""Counts and stubs of the offices directly below."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from capabilities.clue_transfer import domain
from capabilities.clue_transfer.observer import queries
from capabilities.clue_transfer.observer.errors import NotBelow, UnknownStub
from capabilities.clue_transfer.observer.models import Stub, Tally, TallyCount
from nodekit.handlers import Handlers
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.clue_transfer import v1
from shared_schemas.event import Message

handlers = Handlers("clue_transfer.observer")


@handlers.on(v1.ClueTransferCounted)
async def take_counts(uow: UnitOfWork, message: Message[v1.ClueTransferCounted]) -> None:
    """Absolute values: a later version replaces all numbers of an earlier one, an earlier one says nothing."""
    _must_be_below(uow, message)
    said = message.data
    key = (Tally.origin == message.origin, Tally.role == said.role, Tally.year == said.year)
    fresh = insert(Tally).values(
        id=uow.new_id(), origin=message.origin, role=said.role, year=said.year, version=said.version, as_of=said.as_of, received_at=uow.now,
    )
    newer = {"version": said.version, "as_of": said.as_of, "received_at": uow.now}
    statement = fresh.on_conflict_do_update(index_elements=[Tally.origin, Tally.role, Tally.year], set_=newer, where=Tally.version < said.version)
    tally_id = await uow.session.scalar(statement.returning(Tally.id))
    if tally_id is None:
        return
    await uow.session.execute(sa.delete(TallyCount).where(TallyCount.tally_id.in_(sa.select(Tally.id).where(*key))))
    values = {count.measure: count.value for count in said.counts}
    uow.session.add_all(TallyCount(tally_id=tally_id, measure=measure, value=value) for measure, value in values.items())


@handlers.on(v1.ClueTransferStubRegistered)
async def note_stub(uow: UnitOfWork, message: Message[v1.ClueTransferStubRegistered]) -> None:
    _must_be_below(uow, message)
    said = message.data
    if await queries.stub(uow, message.origin, said.stub_id):
        return
    row = Stub(
        id=uow.new_id(), status=domain.ANNOUNCED.initial, version=0, created_at=uow.now, updated_at=uow.now, origin=message.origin, stub_id=said.stub_id,
        serial=said.serial, slip_number=said.slip_number, addressee=said.addressee, registered_on=said.registered_on, paper_due_on=said.paper_due_on,
    )
    uow.session.add(row)
    await uow.session.flush()
    await uow.log(row, "announced", "下级登记存根", event_id=message.id)


@handlers.on(v1.ClueTransferStubSettled)
async def note_paper(uow: UnitOfWork, message: Message[v1.ClueTransferStubSettled]) -> None:
    row = await _stub(uow, message)
    if row.status == "received":
        return
    row.received_on = message.data.received_on
    await uow.move(row, domain.ANNOUNCED, "received", "纸件收讫", event_id=message.id)


@handlers.on(v1.ClueTransferStubVoided)
async def drop_stub(uow: UnitOfWork, message: Message[v1.ClueTransferStubVoided]) -> None:
    row = await _stub(uow, message)
    if row.status == "announced":
        await uow.move(row, domain.ANNOUNCED, "voided", "来方作废", event_id=message.id)


async def _stub(uow: UnitOfWork, message: Message[Any]) -> Stub:
    row = await queries.stub(uow, message.origin, message.data.stub_id)
    if row is None:
        raise UnknownStub
    return row


def _must_be_below(uow: UnitOfWork, message: Message[Any]) -> None:
    superior = uow.node.directory.parent_inspection(message.origin)
    if superior is None or superior.id != uow.office:
        raise NotBelow
