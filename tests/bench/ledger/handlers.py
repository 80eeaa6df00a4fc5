"""One business row per event."""

from nodekit.handlers import Handlers
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.event import Message
from tests.bench.ledger.event import BenchNoted
from tests.bench.ledger.models import Noted

handlers = Handlers("bench.ledger")


@handlers.on(BenchNoted)
async def note(uow: UnitOfWork, message: Message[BenchNoted]) -> None:
    said = message.data
    uow.session.add(
        Noted(
            event_id=message.id, origin=message.origin, case_id=said.case_id, serial=said.serial, title=said.title,
            happened_on=said.happened_on, amount=said.amount, note=said.note,
        )
    )
