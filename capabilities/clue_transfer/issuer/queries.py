"""Every SELECT of the issuing side."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from capabilities.clue_transfer import domain
from capabilities.clue_transfer.issuer.errors import UnknownTransfer
from capabilities.clue_transfer.issuer.models import Clue, Stub
from nodekit.errors import NotFound
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.event import Message


async def clue(uow: UnitOfWork, clue_id: UUID) -> Clue:
    """One clue, locked for the transaction. Who may see it was decided by the ledger's scope before.

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


async def clue_of(uow: UnitOfWork, message: Message[Any]) -> Clue:
    """The clue a desk's event speaks of, locked.

    Raises:
        UnknownTransfer: there is none, or it was not sent to this desk.
    """
    found = await uow.session.get(Clue, message.data.transfer_id, with_for_update=True)
    if found is None or found.recipient != message.origin or found.attempt == 0:
        raise UnknownTransfer
    return found


async def counted(uow: UnitOfWork, year: int) -> list[domain.Counted]:
    """Contribution of every clue handed over in a year."""
    rows = await uow.session.scalars(sa.select(Clue).where(sa.extract("year", Clue.sent_on) == year, Clue.status.not_in(("withdrawn", "voided"))))
    return [contribution(row) for row in rows]


def contribution(row: Clue) -> domain.Counted:
    """What one handed-over clue counts for."""
    return domain.Counted(
        signed=row.signed_on is not None,
        signed_on_time=row.signed_on is not None and row.sign_due_on is not None and row.signed_on <= row.sign_due_on,
        returned=row.returned_ever,
        disposition=row.disposition or "",
        disposed_on_time=row.disposed_on is not None and row.dispose_due_on is not None and row.disposed_on <= row.dispose_due_on,
        fed_back=row.first_fed_back_on is not None,
        fed_back_on_time=row.first_fed_back_on is not None and row.first_feedback_due_on is not None and row.first_fed_back_on <= row.first_feedback_due_on,
        closed=row.status == "closed",
    )


async def handed_over(uow: UnitOfWork) -> Sequence[Clue]:
    """All clues that left this office and were not taken back."""
    rows = await uow.session.scalars(sa.select(Clue).where(Clue.sent_on.is_not(None), Clue.status.not_in(("withdrawn", "voided"))).order_by(Clue.sent_on))
    return rows.all()
