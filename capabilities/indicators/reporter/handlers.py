"""The office above lost something and asks."""

from capabilities.indicators.reporter.commands import report_changes
from capabilities.indicators.reporter.errors import NotAbove
from nodekit.handlers import Handlers
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.event import Message
from shared_schemas.indicators.v1 import SnapshotRequested

handlers = Handlers("indicators.reporter")


@handlers.on(SnapshotRequested)
async def send_everything(uow: UnitOfWork, message: Message[SnapshotRequested]) -> None:
    """Twice is harmless: the second snapshot says the same under newer versions."""
    if message.origin != uow.node.office.parent:
        raise NotAbove
    await report_changes(uow, everything=True)
