"""The same by command, with the node stopped: `node pack`, `node unpack`. Handlers run when the node is started again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from nodekit.delivery import crash
from nodekit.delivery.crash import CrashPoints
from nodekit.joining.membership import recall
from nodekit.opening import open_node
from nodekit.parcels.packing import Carrying, Packed, make_parcel
from nodekit.parcels.standing import exclusively
from nodekit.parcels.taking import Taken, take_parcel

if TYPE_CHECKING:
    from nodekit.delivery.pg_store import PgStore
    from nodekit.settings import Settings
    from nodekit.spec import NodeSpec
    from nodekit.unit_of_work import UnitOfWork

ResultT = TypeVar("ResultT")


async def pack(spec: NodeSpec, settings: Settings, peer: str, carrying: Carrying, *, again_from: int = 0) -> Packed:
    """See packing.make_parcel.

    Raises:
        RelayElsewhere: the node runs; use its page.
    """
    return await _alone(spec, settings, lambda uow, store: make_parcel(uow, store, peer, carrying, again_from=again_from))


async def unpack(spec: NodeSpec, settings: Settings, data: bytes, media: str) -> Taken:
    """See taking.take_parcel.

    Raises:
        RelayElsewhere: the node runs; use its page.
    """
    return await _alone(spec, settings, lambda uow, store: take_parcel(uow, store, data, media=media))


async def _alone(spec: NodeSpec, settings: Settings, work: Callable[[UnitOfWork, PgStore], Awaitable[ResultT]]) -> ResultT:
    node, points = open_node(spec, settings, bus_off=True), CrashPoints.from_environment()
    try:
        async with exclusively(node) as (uow, store):
            await recall(uow)  # whose key is whose is decided by the pins, here as in a serving node
            done = await work(uow, store)
            points.reach(crash.BEFORE_PARCEL_COMMIT)
        points.reach(crash.AFTER_PARCEL_COMMIT)
        return done
    finally:
        await node.engine.dispose()
