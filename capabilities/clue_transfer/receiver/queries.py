"""Every SELECT of a desk's side."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from capabilities.clue_transfer import domain
from capabilities.clue_transfer.receiver.errors import UnknownTransfer
from capabilities.clue_transfer.receiver.models import Clue, Stub
from nodekit.errors import NotFound
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.event import Message


async def clue(uow: UnitOfWork, clue_id: UUID) -> Clue:
    """One clue, locked. Who may see it was decided by the ledger's scope before.

    Raises:
        NotFound: no such clue.
    """
    found = await uow.session.get(Clue, clue_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound
    return found


async def stub(uow: UnitOfWork, stub_id: UUID) -> Stub:
    found = await uow.session.get(Stub, stub_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound
    return found


async def find(uow: UnitOfWork, origin: str, transfer_id: UUID) -> Clue | None:
    """The clue a sender means, locked. The sender is part of the key: nobody can speak of another's clue."""
    return await uow.session.scalar(sa.select(Clue).where(Clue.origin == origin, Clue.transfer_id == transfer_id).with_for_update())


async def clue_of(uow: UnitOfWork, message: Message[Any]) -> Clue:
    """The clue an issuer's event speaks of.

    Raises:
        UnknownTransfer: there is none from this sender.
    """
    found = await find(uow, message.origin, message.data.transfer_id)
    if found is None:
        raise UnknownTransfer
    return found


async def find_stub(uow: UnitOfWork, origin: str, stub_id: UUID) -> Stub | None:
    return await uow.session.scalar(sa.select(Stub).where(Stub.origin == origin, Stub.stub_id == stub_id).with_for_update())


async def counted(uow: UnitOfWork, year: int) -> list[domain.Counted]:
    """Contribution of every clue handed over in a year; what was taken back does not count."""
    rows = await uow.session.scalars(sa.select(Clue).where(sa.extract("year", Clue.sent_on) == year, Clue.status != "withdrawn"))
    return [contribution(row) for row in rows]


def contribution(row: Clue) -> domain.Counted:
    """What one clue counts for, by this desk's own dates."""
    return domain.Counted(
        signed=row.signed_on is not None,
        signed_on_time=row.signed_on is not None and row.signed_on <= row.sign_due_on,
        returned=row.return_reason is not None,
        disposition=row.disposition or "",
        disposed_on_time=row.disposed_on is not None and row.dispose_due_on is not None and row.disposed_on <= row.dispose_due_on,
        fed_back=row.first_fed_back_on is not None,
        fed_back_on_time=row.first_fed_back_on is not None and row.first_feedback_due_on is not None and row.first_fed_back_on <= row.first_feedback_due_on,
        closed=row.status == "closed",
    )
