"""What a node asks of the bus, and nothing more: carry bytes to another office, hand over what arrived.

The bus may drop, repeat, delay and forget (delivery.md 2.1): safety is the delivery protocol's job. It promises three things:
`source` is proved by the servers' permissions, a wire is acknowledged only after it was handled, order per pair is kept at rest.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from nodekit.bus.topology import Topology

WIRE_BYTES_MAX = 1024 * 1024
"""The servers' max_payload; the delivery protocol stays under 256 KiB per event run."""

ParentLink = Literal["up", "down", "none"]


@dataclass(frozen=True, slots=True)
class WireIn:
    """One message as it arrived. `src` is the office id pinned by the servers, not a claim of the sender."""

    src: str
    data: bytes
    headers: Mapping[str, str]


OnWire = Callable[[list[WireIn]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class BusStatus:
    """What the operator's page shows. `since` is when `connected` last changed."""

    connected: bool
    parent_link: ParentLink
    last_error: str | None
    since: datetime


class BusUnavailable(Exception):
    """The wire was not taken over by the local bus: keep it and try again later."""


class BusFull(BusUnavailable):
    """The queue towards this one office is full: slow down for it, others are not concerned."""


class RouteRefused(BusUnavailable):
    """The routing policy has no way from this office to that one; trying again will not help until the directory changes."""


class Bus(Protocol):
    """One office's end of the bus."""

    async def start(self, on_wire: OnWire) -> None:
        """Begin handing over. Returns at once, also with the server down; connects for ever in the background.

        `on_wire` gets a batch in order, never two at a time. When it returns the batch is acknowledged; when it raises
        the batch comes again after a pause, so it must bear repeats.
        """

    async def send(self, dst: str, data: bytes, headers: Mapping[str, str] | None = None) -> None:
        """Hand one wire to the bus; returns once a stream holds it: the local one, or the next one on the way.

        Raises:
            BusUnavailable: not taken over. BusFull and RouteRefused say more.
        """

    async def stop(self) -> None:
        """Stop handing over and close. What was not acknowledged comes again after the next start."""

    def adopt(self, topology: "Topology") -> None:
        """Take over a changed tree (an office was added) without a restart."""

    def status(self) -> BusStatus: ...
