"""One business row per event."""

from collections.abc import Sequence

from nodekit.db.bulk import copy_rows
from nodekit.handlers import Handlers
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.event import Message
from tests.bench.ledger.event import BenchNoted
from tests.bench.ledger.models import Noted

handlers = Handlers("bench.ledger")
COPIED = ("case_id", "serial", "title", "happened_on", "amount", "note")


@handlers.on_many(BenchNoted)
async def note(uow: UnitOfWork, messages: Sequence[Message[BenchNoted]]) -> None:
    rows = [(message.id, message.origin, *(getattr(message.data, name) for name in COPIED)) for message in messages]
    await copy_rows(uow.session, Noted.__table__, ("event_id", "origin", *COPIED), rows)
