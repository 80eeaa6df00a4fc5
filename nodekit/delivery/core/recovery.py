"""A sender restored to an older backup gets its own past back from the peer: FETCH asks, BACK returns signed links and events.

Without this it would give numbers a second time. Nothing is taken that this node did not sign itself and that does not continue its
own chain; an event its business tables do not know any more is kept as *recovered* and shown until a person has settled it.
"""

from __future__ import annotations

from enum import Enum

from nodekit.delivery.core.blobs import Blobs
from nodekit.delivery.core.flow import Flow, cut
from nodekit.delivery.core.ground import Ground
from nodekit.delivery.core.limits import BACK_PACKETS_MAX, PACKET_BYTES_MAX, RUN_EVENTS_MAX
from nodekit.delivery.core.link import channel_name, genesis
from nodekit.delivery.core.reading import HeardBack, HeardFetch
from nodekit.delivery.core.store import SendingStore
from nodekit.delivery.core.suite import from_text
from nodekit.delivery.core.wire import BACK, FETCH, Out, Packet, mark_body, packet_wire, seal_wire


class Taken(Enum):
    """What became of a run of our own past."""

    NOTHING = "nothing"
    MOVED = "moved the head"
    OTHER_LINE = "other line"
    """We signed it, but not behind what this database holds: one of the two histories was abandoned."""


class Recovery:
    """Both ends of it, for one node."""

    def __init__(self, ground: Ground) -> None:
        self.me, self._keyring, self._sessions = ground.me, ground.keyring, ground.sessions
        self._blobs = Blobs(ground)

    def ask(self, dst: str, head: int) -> Out:
        """Ask for everything behind our head."""
        body = {**mark_body(self._sessions.mark(dst)), "after": head}
        return Out(dst, FETCH, seal_wire(FETCH, self.me, dst, body, [], self._keyring))

    async def answer(self, store: SendingStore, heard: HeardFetch) -> list[Out]:
        """The peer's own links as we hold them, from where it lost them; one burst, it asks again for more."""
        src, after = heard.src, heard.after
        if not self._sessions.speaks(src, heard.mark) or after >= (await store.in_channel(src)).cursor:
            return []
        prev = await store.in_hash(src, after) if after else genesis(channel_name(src, self.me), self._keyring)
        outs: list[Out] = []
        while prev is not None and len(outs) < BACK_PACKETS_MAX:
            run = cut(await store.held_run(src, after + 1, RUN_EVENTS_MAX, PACKET_BYTES_MAX))
            if not run:
                break
            last = run[-1].link
            packet = Packet(after + 1, prev, last.kid, last.suite, from_text(last.sig or ""), [item.raw for item in run])
            outs.append(Out(src, BACK, packet_wire(BACK, self.me, src, packet, self._keyring, self._sessions.mark(src))))
            after, prev = last.seq, last.lh
        return outs

    async def take(self, store: SendingStore, flow: Flow, heard: HeardBack, now: float) -> Taken:
        """Continue our own chain with what we once signed."""
        peer = heard.src
        if not flow.fetching or not self._sessions.speaks(peer, heard.mark):
            return Taken.NOTHING
        channel = await store.out_channel(peer)
        head_hash = channel.head_hash or genesis(channel_name(self.me, peer), self._keyring)
        if heard.links[0].seq != channel.head + 1:
            return Taken.NOTHING
        if heard.prev != head_hash:
            return Taken.OTHER_LINE
        await store.recover(peer, channel.head, heard.links, heard.events, now)
        await self._blobs.recovered(store, peer, [(link.seq, event) for link, event in zip(heard.links, heard.events, strict=True)], now)
        return Taken.MOVED
