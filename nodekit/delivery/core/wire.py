r"""One transmission: signed lines of text between two offices.

```
wir1 <suite> <kid> <signature>\n        signature over "wir1\0" + everything after this line
<head: canonical JSON {v,k,f,t,b}>\n
<payload line>\n<payload line> …        events of a packet, or receipt documents
```
Canonical JSON never holds a raw line feed, so lines cannot be confused; events travel and are hashed byte for byte.
Kinds now: PKT, RCPT, STATE. FETCH, BACK, GETB and CHUNK keep their names for recovery and attachments.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nodekit.delivery.core import canonical
from nodekit.delivery.core.canonical import INTEGER_MAX, WIRE_BYTES_MAX, Reject
from nodekit.delivery.core.limits import RECEIPTS_PER_WIRE_MAX, RUN_EVENTS_MAX, WANT_MAX
from nodekit.delivery.core.link import HASH, KEY_ID
from nodekit.delivery.core.suite import INTL_1, TAG_WIRE, Keyring, from_text, to_text

WIRE_VERSION = 1
PKT, RCPT, STATE = "PKT", "RCPT", "STATE"
KINDS = frozenset((PKT, RCPT, STATE))
BOOT = re.compile(r"[0-9a-f]{32}")
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
class Packet:
    """A run of consecutive links: `events` are numbers `seq`, `seq + 1`, …; `sig` signs the last."""

    seq: int
    prev: str
    kid: str
    suite: str
    sig: bytes
    events: list[bytes]

    @property
    def last(self) -> int:
        return self.seq + len(self.events) - 1


@dataclass(frozen=True, slots=True)
class State:
    """What a node says about its two channels with one peer: greeting, cumulative receipt, gap report, resend request.

    `cursor`/`hash` is what it holds of the peer's events (the *held* receipt), `head`/`head_hash` what it has numbered for the
    peer, `gap` the lowest number it had to drop since, `want` the numbers it lacks a decision for. Session fields
    (`boot` now; challenge, echo, retired later) ride along; unknown ones are ignored.
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
    if head.get("v") != WIRE_VERSION or head.get("k") not in KINDS:
        raise Reject("wire.version_unknown")
    if head.get("f") != src:
        raise Reject("wire.wrong_sender")
    if head.get("t") != me:
        raise Reject("wire.wrong_recipient")
    if not isinstance(head.get("b"), dict):
        raise Reject("wire.field", "b")
    return Wire(src, head["k"], head["b"], lines, data)


def packet_body(packet: Packet) -> dict[str, Any]:
    return {"seq": packet.seq, "prev": packet.prev, "kid": packet.kid, "suite": packet.suite, "sig": to_text(packet.sig)}


def read_packet(wire: Wire) -> Packet:
    body = wire.body
    if not 1 <= len(wire.lines) <= RUN_EVENTS_MAX:
        raise Reject("packet.size")
    signature = text_field(body, "sig", re.compile(r"[A-Za-z0-9_-]{1,512}"))
    if body.get("suite") != INTL_1.name:
        raise Reject("packet.suite_unknown")
    return Packet(
        number_field(body, "seq", 1), text_field(body, "prev", HASH), text_field(body, "kid", KEY_ID), INTL_1.name,
        from_text(signature), wire.lines,
    )


def state_body(state: State) -> dict[str, Any]:
    return {
        "boot": state.boot, "cursor": state.cursor, "hash": state.hash, "head": state.head, "hhash": state.head_hash,
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
    return State(
        boot=text_field(body, "boot", BOOT), cursor=number_field(body, "cursor"), hash=text_field(body, "hash", HASH),
        head=number_field(body, "head"), head_hash=text_field(body, "hhash", HASH), gap=number_field(body, "gap"),
        want=tuple(want), undecided=number_field(body, "undecided"), quarantined=number_field(body, "quarantined"), stop=stop,
    )


def read_documents(wire: Wire) -> list[tuple[bytes, str, bytes]]:
    """Receipt documents of an RCPT: (document, kid, signature) each."""
    signatures = wire.body.get("sigs")
    if not isinstance(signatures, list) or not 1 <= len(signatures) == len(wire.lines) <= RECEIPTS_PER_WIRE_MAX:
        raise Reject("receipt.size")
    documents = []
    for line, entry in zip(wire.lines, signatures, strict=True):
        if not isinstance(entry, dict):
            raise Reject("receipt.field", "sigs")
        signature = text_field(entry, "sig", re.compile(r"[A-Za-z0-9_-]{1,512}"))
        documents.append((line, text_field(entry, "kid", KEY_ID), from_text(signature)))
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
