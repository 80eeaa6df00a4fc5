"""Figures from offices below."""

from capabilities.indicators.published.commands import submit, take_version
from capabilities.indicators.published.errors import ForeignFigures
from nodekit.handlers import Handlers
from nodekit.peers.directory import Directory
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.event import Message
from shared_schemas.indicators.v1 import PublishedFiguresSubmitted

handlers = Handlers("indicators.published")


@handlers.on(PublishedFiguresSubmitted)
async def take_figures(uow: UnitOfWork, message: Message[PublishedFiguresSubmitted]) -> None:
    """Enter every version that is news, pass those on. A repeat or an old version changes nothing."""
    directory, said = uow.node.directory, message.data
    if message.origin not in directory or directory.office(message.origin).parent != uow.office or not _below(directory, said.submitter, message.origin):
        raise ForeignFigures
    news = [figure for figure in said.figures if await take_version(uow, said.submitter, figure)]
    await submit(uow, said.submitter, news)


def _below(directory: Directory, office: str, top: str) -> bool:
    """Whether `office` is `top` or hangs below it."""
    here: str | None = office
    while here is not None and here in directory:
        if here == top:
            return True
        here = directory.office(here).parent
    return False
