"""From bytes to something the two halves may act on; everything that can be checked without the database is checked here.

Never: answer, store or log what failed. The caller puts the bytes into the bounded quarantine and stays silent.
"""

from __future__ import annotations

from dataclasses import dataclass

from nodekit.delivery.core.canonical import Reject
from nodekit.delivery.core.link import Link, channel_name, extend, signed_data
from nodekit.delivery.core.receipt import Receipt, read_receipt
from nodekit.delivery.core.suite import Keyring, to_text
from nodekit.delivery.core.wire import PKT, RCPT, Packet, State, Wire, open_wire, read_documents, read_packet, read_state
from nodekit.delivery.envelope import EventDoc, decode_event


@dataclass(frozen=True, slots=True)
class HeardPacket:
    """A run whose chain and signature hold, starting behind `prev`."""

    src: str
    prev: str
    links: list[Link]
    events: list[EventDoc]
    data: bytes

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


Heard = HeardPacket | HeardState | HeardReceipts


def read(data: bytes, *, src: str, me: str, keyring: Keyring) -> Heard:
    """Verify and read one transmission from `src`.

    Raises:
        Reject: and nothing else, whatever the bytes are.
    """
    wire = open_wire(data, src=src, me=me, keyring=keyring)
    if wire.kind == PKT:
        return _read_run(wire, read_packet(wire), me, keyring)
    if wire.kind == RCPT:
        channel = channel_name(me, src)
        receipts = [
            read_receipt(document, issuer=src, channel=channel, kid=kid, sig=sig, keyring=keyring)
            for document, kid, sig in read_documents(wire)
        ]
        return HeardReceipts(src, receipts, data)
    return HeardState(src, read_state(wire), data)


def _read_run(wire: Wire, packet: Packet, me: str, keyring: Keyring) -> HeardPacket:
    events = [decode_event(line) for line in packet.events]
    for event in events:
        if event.src != wire.src or event.dst != me:
            raise Reject("packet.event_elsewhere")
    channel = channel_name(wire.src, me)
    hashes = extend(channel, packet.seq - 1, packet.prev, [event.eh for event in events], packet.kid, packet.suite)
    before_last = hashes[-2] if len(hashes) > 1 else packet.prev
    signed = signed_data(channel, packet.last, before_last, events[-1].eh, packet.kid, packet.suite)
    if not keyring.verify(wire.src, packet.kid, signed, packet.sig):
        raise Reject("packet.link_not_authentic")
    links = [
        Link(seq, event.eh, lh, packet.kid, packet.suite, None, event.id)
        for seq, (event, lh) in enumerate(zip(events, hashes, strict=True), start=packet.seq)
    ]
    last = links[-1]
    links[-1] = Link(last.seq, last.eh, last.lh, last.kid, last.suite, to_text(packet.sig), last.event_id)
    return HeardPacket(wire.src, packet.prev, links, events, wire.data)
