"""One row per event. A file `poison` in the node's state folder makes the handler misbehave for every third event of a case."""

import asyncio
import hashlib
import time

from nodekit.errors import Refused
from nodekit.handlers import Handlers
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.event import Message
from tests.fault.ledger.event import FaultNoted, FaultNotedNewer
from tests.fault.ledger.models import Noted

POISONED_EVERY = 3
SLOW_S = 0.5

handlers, newer_handlers = Handlers("fault.ledger"), Handlers("fault.ledger")


class NotForUs(Refused):
    code = "fault.not_for_us"


async def _note(uow: UnitOfWork, message: Message[FaultNoted]) -> None:
    data = message.data
    uow.session.add(
        Noted(event_id=message.id, case_id=data.case_id, mark=data.mark, n=data.n, text_hash=hashlib.sha256(data.text.encode()).hexdigest(), origin=message.origin)
    )
    await uow.session.flush()
    await _suffer(uow, data)
    if data.refusable:
        raise NotForUs("不属于本单位办理范围。", hint="请核对收件单位。")


async def _suffer(uow: UnitOfWork, data: FaultNoted) -> None:
    file = uow.node.settings.state_dir / "poison"
    if data.n % POISONED_EVERY or not file.exists():
        return
    kind = file.read_text(encoding="utf-8")
    if kind == "slow":
        await asyncio.sleep(SLOW_S)
    elif kind == "hog":
        time.sleep(SLOW_S)
    else:
        raise RuntimeError(kind)


@handlers.on(FaultNoted)
async def note(uow: UnitOfWork, message: Message[FaultNoted]) -> None:
    await _note(uow, message)


@newer_handlers.on(FaultNotedNewer)
async def note_newer(uow: UnitOfWork, message: Message[FaultNotedNewer]) -> None:
    await _note(uow, message)


newer_handlers.on(FaultNoted)(note)
