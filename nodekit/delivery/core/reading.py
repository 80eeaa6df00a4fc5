"""From bytes to something the two halves may act on; everything that can be checked without the database is checked here.

Never: answer, store or log what failed. The caller puts the bytes into the bounded quarantine and stays silent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nodekit.delivery.core.canonical import Reject
from nodekit.delivery.core.fin import OUT, FinWords, read_words
from nodekit.delivery.core.key_paper import KeyPaper
from nodekit.delivery.core.link import Link, channel_name, extend, signature_text, signed_data
from nodekit.delivery.core.receipt import Receipt, read_receipt
from nodekit.delivery.core.suite import Keyring, from_text
from nodekit.delivery.core.wire import (
    BACK,
    FETCH,
    FIN,
    KEYS_START,
    PKT,
    RCPT,
    Document,
    Mark,
    Packet,
    State,
    Wire,
    open_wire,
    read_documents,
    read_fetch,
    read_keys,
    read_mark,
    read_packet,
    read_state,
)
from nodekit.delivery.envelope import EventDoc, decode_event


@dataclass(frozen=True, slots=True)
class HeardPacket:
    """A run whose chain and signature hold, starting behind `prev`. `priors` are receipts of ours for some of its numbers, `void` numbers
    the sender takes back."""

    src: str
    prev: str
    links: list[Link]
    events: list[EventDoc]
    data: bytes
    boot: str
    priors: tuple[Receipt, ...] = ()
    echo: str = ""
    void: tuple[int, ...] = ()

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
class HeardKeys:
    """Papers about keys, not yet judged; `src` is who the bus says brought them, which proves nothing."""

    src: str
    papers: list[KeyPaper]


@dataclass(frozen=True, slots=True)
class HeardFin:
    """The speaker looks for what we and it decided differently; `receipts` are of the channel `words` is about."""

    src: str
    words: FinWords
    receipts: list[Receipt]
    mark: Mark


Words = HeardState | HeardReceipts | HeardFetch | HeardBack | HeardFin | HeardKeys
"""What the sending half hears."""
Heard = HeardPacket | Words


def read(data: bytes, *, src: str, me: str, keyring: Keyring) -> Heard:
    """Verify and read one transmission from `src`.

    Raises:
        Reject: and nothing else, whatever the bytes are.
    """
    if data.startswith(KEYS_START):
        return HeardKeys(src, read_keys(data))
    return _read_signed(open_wire(data, src=src, me=me, keyring=keyring), me, keyring)


def _read_signed(wire: Wire, me: str, keyring: Keyring) -> Heard:
    src, data = wire.src, wire.data
    if wire.kind == PKT:
        packet = read_packet(wire)
        links, events = _read_run(packet, src, me, keyring)
        priors = tuple(_read_priors(packet.priors, src, me, keyring))
        return HeardPacket(src, packet.prev, links, events, data, packet.boot, priors, packet.echo, packet.void)
    if wire.kind == RCPT:
        return HeardReceipts(src, _read_receipts(read_documents(wire), me, src, src, keyring), data, read_mark(wire))
    if wire.kind == FETCH:
        return HeardFetch(src, read_fetch(wire), read_mark(wire))
    if wire.kind == BACK:
        packet = read_packet(wire)
        links, events = _read_run(packet, me, src, keyring)
        return HeardBack(src, packet.prev, links, events, data, read_mark(wire))
    if wire.kind == FIN:
        return _read_fin(wire, src, me, keyring)
    return HeardState(src, read_state(wire), data)


def _read_fin(wire: Wire, src: str, me: str, keyring: Keyring) -> HeardFin:
    words = read_words(wire.body)
    sender, receiver = (src, me) if words.way == OUT else (me, src)
    documents = read_documents(wire) if wire.lines else []
    return HeardFin(src, words, _read_receipts(documents, sender, receiver, receiver, keyring), read_mark(wire))


def _read_receipts(documents: Sequence[Document], sender: str, receiver: str, issuer: str, keyring: Keyring) -> list[Receipt]:
    channel = channel_name(sender, receiver)
    return [
        read_receipt(document, issuer=issuer, channel=channel, kid=kid, sig=from_text(sig), keyring=keyring)
        for document, kid, sig in documents
    ]


def _read_priors(documents: Sequence[Document], sender: str, me: str, keyring: Keyring) -> list[Receipt]:
    """Decisions of ours; what is not signed by a key of ours that was good for it is no decision, and the number is decided anew."""
    found = []
    for document in documents:
        try:
            found += _read_receipts([document], sender, me, me, keyring)
        except Reject as reject:
            if reject.code != "receipt.not_authentic":
                raise
    return found


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
    by = packet.by or packet.kid
    if not keyring.verify_record(sender, by, signed, packet.sig, (channel, packet.last)):
        raise Reject("packet.link_not_authentic")
    links = [
        Link(seq, event.eh, lh, packet.kid, packet.suite, None, event.id)
        for seq, (event, lh) in enumerate(zip(events, hashes, strict=True), start=packet.seq)
    ]
    last = links[-1]
    links[-1] = Link(last.seq, last.eh, last.lh, last.kid, last.suite, signature_text(packet.kid, by, packet.sig), last.event_id)
    return links, events
