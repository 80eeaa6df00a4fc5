"""From bytes to something the two halves may act on; everything that can be checked without the database is checked here.

Never: answer, store or log what failed. The caller puts the bytes into the bounded quarantine and stays silent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from nodekit.delivery.core.blob_wire import read_ask, read_chunk, read_gone
from nodekit.delivery.core.canonical import Reject
from nodekit.delivery.core.link import Link, channel_name, extend, signed_data
from nodekit.delivery.core.receipt import Receipt, read_receipt
from nodekit.delivery.core.suite import Keyring, from_text, to_text
from nodekit.delivery.core.wire import (
    BACK,
    CHUNK,
    FETCH,
    GETB,
    PKT,
    RCPT,
    STATE,
    Document,
    Mark,
    Packet,
    State,
    Wire,
    open_wire,
    read_documents,
    read_fetch,
    read_mark,
    read_packet,
    read_state,
)
from nodekit.delivery.envelope import EventDoc, decode_event


@dataclass(frozen=True, slots=True)
class HeardPacket:
    """A run whose chain and signature hold, starting behind `prev`. `priors` are receipts of ours for some of its numbers."""

    src: str
    prev: str
    links: list[Link]
    events: list[EventDoc]
    data: bytes
    boot: str
    priors: tuple[Receipt, ...] = ()

    @property
    def first(self) -> int:
        return self.links[0].seq

    @property
    def last(self) -> int:
        return self.links[-1].seq


@dataclass(frozen=True, slots=True)
class HeardState:
    src: str
    state: State
    data: bytes


@dataclass(frozen=True, slots=True)
class HeardReceipts:
    src: str
    receipts: list[Receipt]
    data: bytes
    mark: Mark


@dataclass(frozen=True, slots=True)
class HeardFetch:
    """The speaker was restored and asks for what it had sent us behind number `after`."""

    src: str
    after: int
    mark: Mark


@dataclass(frozen=True, slots=True)
class HeardBack:
    """A run of our own links, signed by us before a restore, as the speaker holds it."""

    src: str
    prev: str
    links: list[Link]
    events: list[EventDoc]
    data: bytes
    mark: Mark


@dataclass(frozen=True, slots=True)
class HeardAsk:
    """The speaker lacks chunks of number `seq` of our channel to it; if `own`, of its channel to us."""

    src: str
    own: bool
    seq: int
    names: tuple[str, ...]
    mark: Mark


@dataclass(frozen=True, slots=True)
class HeardGone:
    """The speaker cannot give chunks it was asked for."""

    src: str
    names: tuple[str, ...]
    mark: Mark


@dataclass(frozen=True, slots=True)
class HeardChunk:
    """Bytes that say they are the chunk `name`."""

    src: str
    name: str
    data: bytes


Words = HeardState | HeardReceipts | HeardFetch | HeardBack | HeardAsk | HeardGone
"""What the sending half hears."""
Heard = HeardPacket | HeardChunk | Words


def read(data: bytes, *, src: str, me: str, keyring: Keyring) -> Heard:
    """Verify and read one transmission from `src`.

    Raises:
        Reject: and nothing else, whatever the bytes are.
    """
    wire = open_wire(data, src=src, me=me, keyring=keyring)
    return READERS[wire.kind](wire, me, keyring)


def _hear_packet(wire: Wire, me: str, keyring: Keyring) -> HeardPacket:
    packet = read_packet(wire)
    links, events = _read_run(packet, wire.src, me, keyring)
    return HeardPacket(wire.src, packet.prev, links, events, wire.data, packet.boot, tuple(_read_receipts(packet.priors, wire.src, me, me, keyring)))


def _hear_receipts(wire: Wire, me: str, keyring: Keyring) -> HeardReceipts:
    return HeardReceipts(wire.src, _read_receipts(read_documents(wire), me, wire.src, wire.src, keyring), wire.data, read_mark(wire))


def _hear_back(wire: Wire, me: str, keyring: Keyring) -> HeardBack:
    packet = read_packet(wire)
    links, events = _read_run(packet, me, wire.src, keyring)
    return HeardBack(wire.src, packet.prev, links, events, wire.data, read_mark(wire))


def _hear_chunk(wire: Wire, _me: str, _keyring: Keyring) -> HeardChunk | HeardGone:
    return HeardGone(wire.src, read_gone(wire), read_mark(wire)) if "gone" in wire.body else HeardChunk(wire.src, *read_chunk(wire))


READERS: Mapping[str, Callable[[Wire, str, Keyring], Heard]] = {
    PKT: _hear_packet, RCPT: _hear_receipts, BACK: _hear_back, CHUNK: _hear_chunk,
    STATE: lambda wire, _me, _keyring: HeardState(wire.src, read_state(wire), wire.data),
    FETCH: lambda wire, _me, _keyring: HeardFetch(wire.src, read_fetch(wire), read_mark(wire)),
    GETB: lambda wire, _me, _keyring: HeardAsk(wire.src, *read_ask(wire), read_mark(wire)),
}
"""One per kind; `open_wire` lets no other through."""


def _read_receipts(documents: Sequence[Document], sender: str, receiver: str, issuer: str, keyring: Keyring) -> list[Receipt]:
    channel = channel_name(sender, receiver)
    return [
        read_receipt(document, issuer=issuer, channel=channel, kid=kid, sig=from_text(sig), keyring=keyring)
        for document, kid, sig in documents
    ]


def _read_run(packet: Packet, sender: str, receiver: str, keyring: Keyring) -> tuple[list[Link], list[EventDoc]]:
    """The links of a packet of the channel sender>receiver; whoever transmits it, the sender signed its last link."""
    events = [decode_event(line) for line in packet.events]
    for event in events:
        if event.src != sender or event.dst != receiver:
            raise Reject("packet.event_elsewhere")
    channel = channel_name(sender, receiver)
    hashes = extend(channel, packet.seq - 1, packet.prev, [event.eh for event in events], packet.kid, packet.suite)
    before_last = hashes[-2] if len(hashes) > 1 else packet.prev
    signed = signed_data(channel, packet.last, before_last, events[-1].eh, packet.kid, packet.suite)
    if not keyring.verify(sender, packet.kid, signed, packet.sig):
        raise Reject("packet.link_not_authentic")
    links = [
        Link(seq, event.eh, lh, packet.kid, packet.suite, None, event.id)
        for seq, (event, lh) in enumerate(zip(events, hashes, strict=True), start=packet.seq)
    ]
    last = links[-1]
    links[-1] = Link(last.seq, last.eh, last.lh, last.kid, last.suite, to_text(packet.sig), last.event_id)
    return links, events
