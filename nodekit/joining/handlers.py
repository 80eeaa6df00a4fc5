"""Take an introduction and pass it on, from neighbour to neighbour through the whole tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodekit.handlers import Handlers
from nodekit.joining.membership import Standing, neighbours, remember
from nodekit.peers.introduction import NotIntroduced, read_introduction
from shared_schemas.event import Message
from shared_schemas.joining.v1 import OfficeIntroduced

if TYPE_CHECKING:
    from nodekit.unit_of_work import UnitOfWork

handlers = Handlers("joining.office")


@handlers.on(OfficeIntroduced)
async def take_introduction(uow: UnitOfWork, message: Message[OfficeIntroduced]) -> None:
    """Twice is harmless: what is known is not passed on again, so the word stops when everybody has it."""
    said = message.data
    new = read_introduction(said.document.encode(), said.kid, said.sig, keyring=Standing(uow.node.keyring.book.vouches))
    if new.id != said.office:
        raise NotIntroduced("单位代码前后不一致")
    if await remember(uow, new):
        for neighbour in neighbours(uow.node):
            if neighbour not in {message.origin, new.id}:
                await uow.publish(OfficeIntroduced(office=said.office, document=said.document, kid=said.kid, sig=said.sig), to=neighbour)
