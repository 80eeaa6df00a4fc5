"""Numbers from this office itself and from the nodes below."""

from capabilities.indicators.collector.commands import keep, pass_on
from capabilities.indicators.collector.errors import ForeignNumbers, NotBelow
from nodekit.handlers import Handlers
from nodekit.peers.directory import Directory
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.event import Message
from shared_schemas.indicators.v1 import CellsChanged

handlers = Handlers("indicators.collector")


@handlers.on(CellsChanged)
async def take_cells(uow: UnitOfWork, message: Message[CellsChanged]) -> None:
    """Absolute values with versions: late and repeated cells change nothing and are not passed on."""
    directory, said = uow.node.directory, message.data
    if message.origin != uow.office and (message.origin not in directory or directory.office(message.origin).parent != uow.office):
        raise NotBelow
    if not speaks_for(directory, message.origin, said.node):
        raise ForeignNumbers
    await pass_on(uow, said.node, await keep(uow, said.node, said.cells))


def speaks_for(directory: Directory, speaker: str, node: str) -> bool:
    """Whether `node` is the speaker or hangs below it in the tree of nodes. An office tells itself only its own numbers."""
    here: str | None = node
    while here is not None and here in directory:
        if here == speaker:
            return True
        here = directory.office(here).parent
    return False
