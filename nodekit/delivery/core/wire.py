r"""One transmission: signed lines of text between two offices.

```
wir1 <suite> <kid> <signature>\n        signature over "wir1\0" + everything after this line
<head: canonical JSON {v,k,f,t,b}>\n
<payload line>\n<payload line> …        events of a packet, or receipt documents
```
Canonical JSON never holds a raw line feed, so lines cannot be confused; events travel and are hashed byte for byte.
Kinds: PKT (events), RCPT (receipts), STATE (where we stand); FETCH and BACK return to a restored sender what it had sent;
GETB and CHUNK bring attachments (blob_wire.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nodekit.delivery.core import canonical
from nodekit.delivery.core.canonical import INTEGER_MAX, WIRE_BYTES_MAX, Reject
from nodekit.delivery.core.limits import PRIORS_PER_PACKET_MAX, RECEIPTS_PER_WIRE_MAX, RETIRED_MAX, RUN_EVENTS_MAX, WANT_MAX
from nodekit.delivery.core.link import HASH, KEY_ID
from nodekit.delivery.core.suite import INTL_1, TAG_WIRE, Keyring, from_text, to_text

WIRE_VERSION = 1
PKT, RCPT, STATE, FETCH, BACK, GETB, CHUNK = "PKT", "RCPT", "STATE", "FETCH", "BACK", "GETB", "CHUNK"
KINDS = frozenset((PKT, RCPT, STATE, FETCH, BACK, GETB, CHUNK))
BOOT = re.compile(r"[0-9a-f]{32}")
BOOT_OR_NONE = re.compile(r"([0-9a-f]{32})?")
SIGNATURE = re.compile(r"[A-Za-z0-9_-]{1,512}")
REASON = re.compile(r"[a-z][a-z0-9_.]{0,63}")


@dataclass(frozen=True, slots=True)
class Out:
    """Bytes to hand to the bus after the transaction that caused them has committed. `tp` is the first event's trace."""

    dst: str
    kind: str
    data: bytes
    tp: str | None = None


@dataclass(frozen=True, slots=True)
class Wire:
    """An authentic transmission from `src` to this node; its body is checked by kind when it is read."""

    src: str
    kind: str
    body: dict[str, Any]
    lines: list[bytes]
    data: bytes


@dataclass(frozen=True, slots=True)
class Mark:
    """What binds a transmission to a session: the sender's boot, and the challenge the addressee last showed it."""

    boot: str
    echo: str


Document = tuple[bytes, str, str]
"""A signed receipt as it travels: (document, kid, signature)."""


@dataclass(frozen=True, slots=True)
class Packet:
    """A run of consecutive links: `events` are numbers `seq`, `seq + 1`, …; `sig` signs the last.

    `priors` are receipts the addressee signed for these very numbers and has forgotten since.
    """

    seq: int
    prev: str
    kid: str
    suite: str
    sig: bytes
    events: list[bytes]
    boot: str = ""
    priors: tuple[Document, ...] = ()

    @property
    def last(self) -> int:
        return self.seq + len(self.events) - 1


@dataclass(frozen=True, slots=True)
class State:
    """What a node says about its two channels with one peer: greeting, cumulative receipt, gap report, resend request.

    `cursor`/`hash` is what it holds of the peer's events (the *held* receipt), `head`/`head_hash` what it has numbered for the
    peer, `gap` the lowest number it had to drop since, `want` the numbers it lacks a decision for.

    Attributes:
        boot: name of the process that speaks. `chal`: its challenge to the addressee. `echo`: the addressee's challenge it knows.
        open: boot of the addressee whose packets it takes; empty, none.
        ask: please take my packets from behind this number and hash, which you said you hold.
        durable: number of the addressee's events that every backup of the speaker holds.
        retired: boots of the addressee it saw superseded and yet alive.
    """

    boot: str
    cursor: int
    hash: str
    head: int
    head_hash: str
    gap: int = 0
    want: tuple[int, ...] = ()
    undecided: int = 0
    quarantined: int = 0
    stop: str = ""
    chal: str = ""
    echo: str = ""
    open: str = ""
    ask: tuple[int, str] | None = None
    durable: int = 0
    retired: tuple[str, ...] = ()


def seal_wire(kind: str, src: str, dst: str, body: dict[str, Any], lines: Sequence[bytes], keyring: Keyring) -> bytes:
    """Sign one transmission."""
    head = canonical.encode({"v": WIRE_VERSION, "k": kind, "f": src, "t": dst, "b": body})
    content = b"\n".join((head, *lines))
    kid, signature = keyring.sign(TAG_WIRE + content)
    data = f"wir1 {INTL_1.name} {kid} {to_text(signature)}\n".encode() + content
    if len(data) > WIRE_BYTES_MAX:
        raise Reject("wire.too_large", f"{len(data)} bytes")
    return data


def open_wire(data: bytes, *, src: str, me: str, keyring: Keyring) -> Wire:
    """Verify, then read. `src` is the office the bus proved.

    Raises:
        Reject: anything is wrong; the caller quarantines and stays silent.
    """
    if len(data) > WIRE_BYTES_MAX:
        raise Reject("wire.too_large", f"{len(data)} bytes")
    first, _, content = data.partition(b"\n")
    try:
        tag, suite, kid, signature = first.decode("ascii").split(" ")
    except ValueError as error:
        raise Reject("wire.malformed") from error
    if tag != "wir1" or suite != INTL_1.name or not KEY_ID.fullmatch(kid):
        raise Reject("wire.malformed")
    if not keyring.verify(src, kid, TAG_WIRE + content, from_text(signature)):
        raise Reject("wire.not_authentic")
    head_line, *lines = content.split(b"\n")
    head = canonical.parse_object(head_line)
    if not canonical.has_version(head, WIRE_VERSION) or not isinstance(head.get("k"), str) or head["k"] not in KINDS:
        raise Reject("wire.version_unknown")
    if head.get("f") != src:
        raise Reject("wire.wrong_sender")
    if head.get("t") != me:
        raise Reject("wire.wrong_recipient")
    if not isinstance(head.get("b"), dict):
        raise Reject("wire.field", "b")
    return Wire(src, head["k"], head["b"], lines, data)


def packet_wire(kind: str, src: str, dst: str, packet: Packet, keyring: Keyring, mark: Mark | None = None) -> bytes:
    """The transmission of a packet; in a BACK the mark binds it to the session instead of the sender's boot alone."""
    body: dict[str, Any] = {"seq": packet.seq, "prev": packet.prev, "kid": packet.kid, "suite": packet.suite, "sig": to_text(packet.sig)}
    body |= mark_body(mark) if mark else {"boot": packet.boot}
    if packet.priors:
        body["prior"] = [{"kid": kid, "sig": sig} for _, kid, sig in packet.priors]
    return seal_wire(kind, src, dst, body, [*packet.events, *(document for document, _, _ in packet.priors)], keyring)


def read_packet(wire: Wire) -> Packet:
    body = wire.body
    signatures = body.get("prior", [])
    if not isinstance(signatures, list) or len(signatures) > PRIORS_PER_PACKET_MAX:
        raise Reject("packet.size")
    count = len(wire.lines) - len(signatures)
    if not 1 <= count <= RUN_EVENTS_MAX:
        raise Reject("packet.size")
    if body.get("suite") != INTL_1.name:
        raise Reject("packet.suite_unknown")
    return Packet(
        number_field(body, "seq", 1), text_field(body, "prev", HASH), text_field(body, "kid", KEY_ID), INTL_1.name,
        from_text(text_field(body, "sig", SIGNATURE)), wire.lines[:count], text_field(body, "boot", BOOT),
        tuple(_documents(wire.lines[count:], signatures)),
    )


def mark_body(mark: Mark) -> dict[str, Any]:
    return {"boot": mark.boot, "echo": mark.echo}


def read_mark(wire: Wire) -> Mark:
    return Mark(text_field(wire.body, "boot", BOOT), text_field(wire.body, "echo", BOOT_OR_NONE))


def read_fetch(wire: Wire) -> int:
    """The number behind which the speaker has lost what it sent us."""
    return number_field(wire.body, "after")


def state_body(state: State) -> dict[str, Any]:
    ask = {"ask": {"base": state.ask[0], "hash": state.ask[1]}} if state.ask else {}
    return ask | {
        "boot": state.boot, "chal": state.chal, "echo": state.echo, "open": state.open, "durable": state.durable,
        "retired": list(state.retired), "cursor": state.cursor, "hash": state.hash, "head": state.head, "hhash": state.head_hash,
        "gap": state.gap, "want": list(state.want), "undecided": state.undecided, "quarantined": state.quarantined, "stop": state.stop,
    }


def read_state(wire: Wire) -> State:
    body = wire.body
    want = body.get("want", [])
    if not isinstance(want, list) or len(want) > WANT_MAX or not all(type(seq) is int and seq > 0 for seq in want):
        raise Reject("state.field", "want")
    stop = body.get("stop", "")
    if stop != "" and not (isinstance(stop, str) and REASON.fullmatch(stop)):
        raise Reject("state.field", "stop")
    retired = body.get("retired")
    if not isinstance(retired, list) or len(retired) > RETIRED_MAX or not all(isinstance(boot, str) and BOOT.fullmatch(boot) for boot in retired):
        raise Reject("state.field", "retired")
    return State(
        chal=text_field(body, "chal", BOOT), echo=text_field(body, "echo", BOOT_OR_NONE), open=text_field(body, "open", BOOT_OR_NONE),
        ask=_read_ask(body), durable=number_field(body, "durable"), retired=tuple(retired),
        boot=text_field(body, "boot", BOOT), cursor=number_field(body, "cursor"), hash=text_field(body, "hash", HASH),
        head=number_field(body, "head"), head_hash=text_field(body, "hhash", HASH), gap=number_field(body, "gap"),
        want=tuple(want), undecided=number_field(body, "undecided"), quarantined=number_field(body, "quarantined"), stop=stop,
    )


def _read_ask(body: dict[str, Any]) -> tuple[int, str] | None:
    ask = body.get("ask")
    if ask is None:
        return None
    if not isinstance(ask, dict):
        raise Reject("state.field", "ask")
    return number_field(ask, "base"), text_field(ask, "hash", HASH)


def read_documents(wire: Wire) -> list[Document]:
    """Receipt documents of an RCPT."""
    signatures = wire.body.get("sigs")
    if not isinstance(signatures, list) or not 1 <= len(signatures) == len(wire.lines) <= RECEIPTS_PER_WIRE_MAX:
        raise Reject("receipt.size")
    return _documents(wire.lines, signatures)


def _documents(lines: Sequence[bytes], signatures: Sequence[Any]) -> list[Document]:
    documents = []
    for line, entry in zip(lines, signatures, strict=True):
        if not isinstance(entry, dict):
            raise Reject("receipt.field", "sigs")
        documents.append((line, text_field(entry, "kid", KEY_ID), text_field(entry, "sig", SIGNATURE)))
    return documents


def text_field(body: dict[str, Any], name: str, pattern: re.Pattern[str]) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise Reject("wire.field", name)
    return value


def number_field(body: dict[str, Any], name: str, least: int = 0) -> int:
    value = body.get(name)
    if type(value) is not int or not least <= value <= INTEGER_MAX:
        raise Reject("wire.field", name)
    return value
