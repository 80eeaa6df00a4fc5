"""All outgoing channels of this process: where each stands, which have stopped, and how one stops with its evidence.

Volatile like the flows themselves: after a crash, or a transaction that failed, everything here is read again from the store.
"""

from __future__ import annotations

from collections.abc import Iterator

from nodekit.delivery.core.dispute import CLONED, COPIES_TO_STOP, our_links
from nodekit.delivery.core.flow import Flow
from nodekit.delivery.core.ground import Ground
from nodekit.delivery.core.limits import PACKET_BYTES_MAX, RUN_EVENTS_MAX
from nodekit.delivery.core.link import channel_name, genesis
from nodekit.delivery.core.reading import HeardState
from nodekit.delivery.core.store import OutChannel, SendingStore


class Flows:
    """One flow per peer, made when it is first needed."""

    def __init__(self, ground: Ground) -> None:
        self.me, self._keyring, self._sessions, self._schedule = ground.me, ground.keyring, ground.sessions, ground.schedule
        self._flows: dict[str, Flow] = {}
        self.stopped: set[str] = set()
        self._copies: set[str] = set()
        """Peers that say another copy of this node is alive."""
        self._loaded = False

    @property
    def fenced(self) -> bool:
        """So many peers have seen another copy of this node that it must not go on before a person has decided."""
        return len(self._copies) >= COPIES_TO_STOP

    def forget(self) -> None:
        """Drop everything; the store knows the rest."""
        self._flows.clear()
        self.stopped.clear()
        self._copies.clear()
        self._loaded = False

    def all(self) -> list[tuple[str, Flow]]:
        return list(self._flows.items())

    def running(self) -> Iterator[tuple[str, Flow]]:
        """Those that have not stopped."""
        return ((peer, flow) for peer, flow in self.all() if peer not in self.stopped)

    def closed(self) -> set[str]:
        """Peers that have not opened in this session."""
        return {peer for peer, flow in self._flows.items() if not flow.open}

    async def load(self, store: SendingStore, now: float) -> None:
        if self._loaded:
            return
        for peer in await store.peers():
            await self.of(store, peer, now)
        self._loaded = True

    async def of(self, store: SendingStore, peer: str, now: float) -> Flow:
        flow = self._flows.get(peer)
        if flow is None:
            channel: OutChannel = await store.out_channel(peer)
            flow = self._flows[peer] = Flow(channel.peer_cursor)
            flow.receipted = channel.head  # a receipt may have come that did not move the cursor
            if channel.stopped:
                self.stopped.add(peer)
            if channel.stopped == CLONED:
                self._copies.add(peer)
            if flow.peer_cursor:
                flow.expect_receipts(now)
            self._schedule.know(peer, now)
        return flow

    async def hash_at(self, store: SendingStore, dst: str, seq: int) -> str | None:
        if seq == 0:
            return genesis(channel_name(self.me, dst), self._keyring)
        return (await store.out_hashes(dst, (seq,))).get(seq)

    async def stop(self, store: SendingStore, peer: str, reason: str, evidence: bytes, now: float, seq: int = 0) -> None:
        """Stand still and keep both sides of the contradiction; `seq` is where it shows."""
        if peer in self.stopped:
            return
        self.stopped.add(peer)
        ours = b""
        if seq:
            links = await store.sent_links(peer, seq, RUN_EVENTS_MAX, PACKET_BYTES_MAX)
            ours = our_links(channel_name(self.me, peer), await self.hash_at(store, peer, seq - 1), links)
        await store.quarantine(peer, f"stopped.{reason}", evidence, now)
        await store.dispute(peer, reason, evidence, ours, now)
        await store.stop_out(peer, reason, now)

    async def fence(self, store: SendingStore, peer: str, heard: HeardState, now: float) -> None:
        """The peer has seen this very process replaced by another copy: nothing more between us until a person has decided."""
        if peer in self._copies:
            return
        self._copies.add(peer)
        self._sessions.of(peer).opened = ""
        await self.stop(store, peer, CLONED, heard.data, now)
        await store.stop_in(peer, CLONED, now)

    async def look_for_resumed(self, store: SendingStore, now: float) -> None:
        """A person may have lifted a stop: meet the peer anew."""
        for peer in list(self.stopped):
            if not (await store.out_channel(peer)).stopped:
                self.stopped.discard(peer)
                self._copies.discard(peer)
                self._flows.pop(peer, None)
                self._sessions.leave(peer)
                await self.of(store, peer, now)
                self._schedule.hasten(peer, now)
