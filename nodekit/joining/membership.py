"""Who belongs, beyond the files: introductions in the database, taken into the running node's directory, keyring and bus."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from nodekit.bus.topology import Topology, TopologyInvalid
from nodekit.joining.tables import introduction
from nodekit.peers.directory import Office, office_of
from nodekit.peers.introduction import Introduction, NotIntroduced, read_introduction
from nodekit.peers.papers import file_papers, list_papers, read_folder_papers
from nodekit.peers.pins import PinReport, pin_introduced, pin_peers, recall_pins

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from nodekit.node import Node
    from nodekit.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Standing:
    """A verifier of documents that stand for ever, by one of the book's questions: `vouches` for a new one, `ever` for one taken long ago."""

    verify: Callable[[str, str, bytes, bytes], bool]


async def recall(uow: UnitOfWork) -> PinReport:
    """What this office knows of the others, out of its database and key folder, in the order in which one rests on the other: pinned keys,
    papers, introductions, and last the comparison with the signed directory. Call once, before anything is verified.

    Raises:
        PeerKeyChanged: this office's own key is not the pinned one.
    """
    keyring = uow.node.keyring
    await recall_pins(uow.session, keyring)
    beside = read_folder_papers(uow.node.settings.keys_dir)
    await file_papers(uow, keyring.learn([*await list_papers(uow.session), *beside]))
    await list_introductions(uow.session, uow.node)
    report = await pin_peers(uow, keyring)
    keyring.learn([*await list_papers(uow.session), *beside])
    return report


async def list_introductions(session: AsyncSession, node: Node) -> list[Introduction]:
    """Those taken so far, oldest first; each verified again with the keys the node holds by then."""
    rows = (await session.execute(select(introduction).order_by(introduction.c.taken_at))).all()
    found = []
    for row in rows:
        found.append(read_introduction(row.document, row.kid, row.sig, keyring=Standing(node.keyring.book.ever)))
        adopt(node, found[-1])
    return found


async def remember(uow: UnitOfWork, new: Introduction) -> bool:
    """Keep, pin and adopt; False if it is known already.

    Raises:
        NotIntroduced: the office is known under other keys, or has no place in the tree.
    """
    row = insert(introduction).values(office=new.id, document=new.document, kid=new.kid, sig=new.sig, taken_at=uow.now)
    taken = await uow.session.execute(row.on_conflict_do_nothing().returning(introduction.c.office))
    adopt(uow.node, new)
    if taken.first() is None:
        return False
    await pin_introduced(uow, new.id, new.keys)
    await uow.audit("joining.introduced", subject=new.id, by=new.by, fingerprint=new.keys.fingerprint)
    return True


def adopt(node: Node, new: Introduction) -> None:
    """Know the office from now on: address, keys, route. Nothing restarts; a repeat changes nothing.

    Raises:
        NotIntroduced: see remember.
    """
    known = bool(node.keyring.book.generations(new.id))
    if known and not node.keyring.has(new.id, new.keys):
        raise NotIntroduced("本单位已登记该单位的另一密钥")
    if new.id not in node.directory:
        topology = tree_with(node.directory.all(), new.office)
        node.directory.include(office_of(new.office))
        node.bus.adopt(topology)
    if not known:
        node.keyring.introduce(new.id, new.keys)


def neighbours(node: Node) -> list[str]:
    """The office above on the bus, and all directly below: the way of a word that everybody must hear."""
    below = [office.id for office in node.directory.all() if office.parent == node.office.id]
    return [*([node.office.parent] if node.office.parent else []), *below]


def tree_with(offices: tuple[Office, ...], entry: dict[str, str]) -> Topology:
    """The bus's view of the tree with one office more.

    Raises:
        NotIntroduced: it does not fit.
    """
    try:
        return Topology.from_records([*map(record, offices), entry])
    except TopologyInvalid as error:
        raise NotIntroduced(error.message) from None


def record(office: Office) -> dict[str, Any]:
    """An entry of offices.toml."""
    values = asdict(office)
    del values["short_name"]
    return {key: str(value) for key, value in values.items() if value is not None} | {"kind": office.id.removeprefix(f"{office.division}-")}
