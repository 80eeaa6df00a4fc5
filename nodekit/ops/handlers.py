"""What every node takes from others about the exchange itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodekit.delivery.reconciliations import told_settled
from nodekit.handlers import Handlers
from shared_schemas.delivery.v1 import ReconciliationSettled
from shared_schemas.event import Message

if TYPE_CHECKING:
    from nodekit.unit_of_work import UnitOfWork

handlers = Handlers("exchange.office")


@handlers.on(ReconciliationSettled)
async def take_settlement(uow: UnitOfWork, message: Message[ReconciliationSettled]) -> None:
    """The recipient of an event of ours says which of its receipts stands."""
    said = message.data
    if await told_settled(uow.session, message.origin, said.event, said.number, said.stands, note=said.note, at=uow.now):
        await uow.audit("exchange.reconciled_told", subject=str(said.event), reason=said.note, peer=message.origin, number=said.number, stands=said.stands)
