"""Who belongs, beyond the files: introductions in the database, taken into the running node's directory, keyring and bus."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from nodekit.bus.topology import Topology, TopologyInvalid
from nodekit.joining.tables import introduction
from nodekit.peers.directory import Office, office_of
from nodekit.peers.introduction import Introduction, NotIntroduced, read_introduction
from nodekit.peers.pins import pin_introduced

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from nodekit.node import Node
    from nodekit.unit_of_work import UnitOfWork


async def list_introductions(session: AsyncSession, node: Node) -> list[Introduction]:
    """Those taken so far, oldest first; each verified again with the keys the node holds by then."""
    rows = (await session.execute(select(introduction).order_by(introduction.c.taken_at))).all()
    found = []
    for row in rows:
        found.append(read_introduction(row.document, row.kid, row.sig, keyring=node.keyring))
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
    known = node.keyring.known.get(new.id)
    if known is not None and not known.same_as(new.keys):
        raise NotIntroduced("本单位已登记该单位的另一密钥")
    if new.id not in node.directory:
        topology = tree_with(node.directory.all(), new.office)
        node.directory.include(office_of(new.office))
        node.bus.adopt(topology)
    if known is None:
        node.keyring.introduce(new.id, new.keys)


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
