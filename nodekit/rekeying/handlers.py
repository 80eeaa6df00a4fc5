"""Take a paper about keys and pass it on, from neighbour to neighbour through the whole tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodekit.delivery.core.canonical import Reject
from nodekit.delivery.core.key_paper import Grant, Revocation, paper_of, read_document
from nodekit.handlers import Handlers
from nodekit.joining.membership import neighbours
from nodekit.peers.keyfiles import read_later
from nodekit.peers.papers import first_told, write_folder_papers
from nodekit.rekeying.errors import KeyPaperRefused
from shared_schemas.event import Message
from shared_schemas.rekeying.v1 import KeyPaperIssued

if TYPE_CHECKING:
    from nodekit.node import Node
    from nodekit.unit_of_work import UnitOfWork

handlers = Handlers("rekeying.office")


@handlers.on(KeyPaperIssued)
async def take_paper(uow: UnitOfWork, message: Message[KeyPaperIssued]) -> None:
    """Twice is harmless: what was told is not passed on again, so the word stops when everybody has it. What a peer showed directly before the
    word came through the tree is passed on all the same."""
    said = message.data
    try:
        paper = paper_of({"doc": said.document, "sigs": said.sigs})
        read = read_document(paper.document)
        uow.node.keyring.book.take(paper)
    except Reject as reject:
        raise KeyPaperRefused(reject.code) from None
    if read.office != said.office:
        raise KeyPaperRefused("keys.field")
    if not await first_told(uow, paper):
        return
    await note(uow, read)
    if read.office == uow.office:
        take_up_own(uow.node)
    for neighbour in neighbours(uow.node):
        if neighbour != message.origin:
            await uow.publish(said, to=neighbour)


async def note(uow: UnitOfWork, read: Grant | Revocation) -> None:
    """On record in the audit log, whoever's key it is."""
    if isinstance(read, Grant):
        action = "rekeying.rotated" if read.kind == "rotate" else "rekeying.renewed"
        await uow.audit(action, subject=read.office, by=read.by, generation=read.n, kid=read.kid)
    else:
        await uow.audit("rekeying.revoked", subject=read.office, by=read.by, kid=read.kid, serial=read.serial)


def take_up_own(node: Node) -> None:
    """Sign with the new key from now on, and keep its proof beside it. Repeating changes nothing; a rollback leaves it so, for signatures decided."""
    folder, keyring = node.settings.keys_dir, node.keyring
    later = read_later(folder)
    keyring.hold({kid: pair.signing for kid, pair in later.items()})
    node.sealer.hold({pair.sealing_kid: pair.sealing for pair in later.values()})
    write_folder_papers(folder, keyring.proof())
