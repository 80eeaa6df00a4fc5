r"""A parcel as bytes: made, signed and sealed for one office; verified, opened and read by it. Pure: no database, no clock.

```
parcel1 <suite> <kid> <signature>\n     signature over "pkg1\0" + everything after this line
<head: canonical JSON {v,f,t,line,n,at,key,nonce}>\n     key: the content key, sealed for the addressee and the sender
<AES-256-GCM of the content, the head as additional data>
```
Content: one canonical JSON line that describes runs, receipts and the statement, then one line per event, then one per receipt document.
Events, links and receipts are byte for byte those of the wire, with the sender's own signatures; the parcel adds no trust to them.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from nodekit.delivery.core import canonical
from nodekit.delivery.core.canonical import Reject
from nodekit.delivery.core.link import HASH, KEY_ID, Link, channel_name, extend, signed_data
from nodekit.delivery.core.receipt import Receipt, read_receipt
from nodekit.delivery.core.suite import INTL_1, Keyring, from_text, to_text
from nodekit.delivery.core.wire import BOOT, number_field, text_field
from nodekit.delivery.envelope import INSTANT, OFFICE, EventDoc, decode_event
from nodekit.sealing import CannotOpen

if TYPE_CHECKING:
    from nodekit.sealing import Sealer

TAG = b"pkg1\0"
VERSION = 1
FILE_BYTES_MAX = 64 * 1024 * 1024
INDEX_BYTES_MAX = 8 * 1024 * 1024
EVENTS_MAX = 5000
EVENT_BYTES_MAX = 32 * 1024 * 1024
RECEIPTS_MAX = 5000
WANTED_SPANS_MAX = 2000
HEAD_BYTES_MAX = 16 * 1024


@dataclass(frozen=True, slots=True)
class Head:
    """Who says what to whom: readable by the carrier, so nothing of a case stands here."""

    src: str
    dst: str
    line: str
    number: int
    at: str


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive links of the sender; only the last is signed."""

    prev: str
    links: list[Link]
    events: list[EventDoc]

    @property
    def first(self) -> int:
        return self.links[0].seq

    @property
    def last(self) -> int:
        return self.links[-1].seq


@dataclass(frozen=True, slots=True)
class Statement:
    """Where the sender stands: what it holds of the addressee's events, what it numbered, which line and parcel it took last, what it lacks."""

    cursor: int
    hash: str
    head: int
    head_hash: str
    line: str
    taken: int
    want: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Parcel:
    """Everything in one file, verified."""

    head: Head
    runs: list[Run]
    receipts: list[Receipt]
    statement: Statement


def seal_parcel(head: Head, runs: Sequence[Run], receipts: Sequence[tuple[bytes, str, str]], statement: Statement, *, keyring: Keyring, sealer: Sealer) -> bytes:
    """The file's bytes."""
    index = canonical.encode({
        "runs": [
            {"seq": run.first, "prev": run.prev, "kid": run.links[-1].kid, "suite": run.links[-1].suite, "sig": run.links[-1].sig, "n": len(run.links)}
            for run in runs
        ],
        "receipts": [{"kid": kid, "sig": sig} for _, kid, sig in receipts],
        "state": {
            "cursor": statement.cursor, "hash": statement.hash, "head": statement.head, "hhash": statement.head_hash, "line": statement.line,
            "taken": statement.taken, "want": [list(span) for span in statement.want],
        },
    })
    content = b"\n".join((index, *(event.raw for run in runs for event in run.events), *(document for document, _, _ in receipts)))
    key, nonce = AESGCM.generate_key(256), os.urandom(12)
    fields = _head_fields(head)
    sealed = fields | {"key": sealer.seal(key, canonical.encode(fields), head.dst), "nonce": to_text(nonce)}
    head_line = canonical.encode(sealed)
    rest = head_line + b"\n" + AESGCM(key).encrypt(nonce, content, head_line)
    kid, signature = keyring.sign(TAG + rest)
    return f"parcel1 {INTL_1.name} {kid} {to_text(signature)}\n".encode() + rest


def read_head(data: bytes) -> Head:
    """Who it claims to be from and for; nothing is verified yet.

    Raises:
        Reject: not a parcel.
    """
    if len(data) > FILE_BYTES_MAX:
        raise Reject("parcel.too_large")
    lines = data[: 2 * HEAD_BYTES_MAX].split(b"\n", 2)
    if len(lines) < 3 or not lines[0].startswith(b"parcel1 "):  # noqa: PLR2004 - signature, head, content
        raise Reject("parcel.malformed")
    fields = canonical.parse_object(lines[1], size_max=HEAD_BYTES_MAX)
    if not canonical.has_version(fields, VERSION):
        raise Reject("parcel.version_unknown")
    return Head(
        text_field(fields, "f", OFFICE), text_field(fields, "t", OFFICE), text_field(fields, "line", BOOT), number_field(fields, "n", 1),
        text_field(fields, "at", INSTANT),
    )


def open_parcel(data: bytes, *, keyring: Keyring, sealer: Sealer) -> Parcel:
    """Verify the parcel's signature, open it, verify every link and receipt in it.

    Raises:
        Reject: anything is wrong; nothing of it may be used.
    """
    head = read_head(data)
    first, _, rest = data.partition(b"\n")
    head_line, _, sealed = rest.partition(b"\n")
    try:
        _, suite, kid, signature = first.decode("ascii").split(" ")
    except ValueError as error:
        raise Reject("parcel.malformed") from error
    if suite != INTL_1.name or not KEY_ID.fullmatch(kid) or not keyring.verify(head.src, kid, TAG + rest, from_text(signature)):
        raise Reject("parcel.not_authentic")
    fields = canonical.parse_object(head_line, size_max=HEAD_BYTES_MAX)
    try:
        key = sealer.open(fields["key"], canonical.encode(_head_fields(head)))
        content = AESGCM(key).decrypt(from_text(fields["nonce"]), sealed, head_line)
    except (CannotOpen, InvalidTag, KeyError, TypeError, ValueError) as error:
        raise Reject("parcel.cannot_open") from error
    return _read_content(head, content, keyring)


def _head_fields(head: Head) -> dict[str, Any]:
    return {"v": VERSION, "f": head.src, "t": head.dst, "line": head.line, "n": head.number, "at": head.at}


def _read_content(head: Head, content: bytes, keyring: Keyring) -> Parcel:
    index_line, *lines = content.split(b"\n")
    index = canonical.parse_object(index_line, size_max=INDEX_BYTES_MAX)
    described, documents, state = index.get("runs"), index.get("receipts"), index.get("state")
    if not isinstance(described, list) or not isinstance(documents, list) or not isinstance(state, dict) or len(documents) > RECEIPTS_MAX:
        raise Reject("parcel.field")
    runs, used = [], 0
    for entry in described:
        if not isinstance(entry, dict):
            raise Reject("parcel.field", "runs")
        count = number_field(entry, "n", 1)
        runs.append(_read_run(head, entry, lines[used : used + count], keyring))
        used += count
    if used > EVENTS_MAX or len(lines) != used + len(documents):
        raise Reject("parcel.field", "lines")
    return Parcel(head, runs, [_read_receipt(head, entry, line, keyring) for entry, line in zip(documents, lines[used:], strict=True)], _read_statement(state))


def _read_run(head: Head, entry: dict[str, Any], lines: Sequence[bytes], keyring: Keyring) -> Run:
    first, prev, kid = number_field(entry, "seq", 1), text_field(entry, "prev", HASH), text_field(entry, "kid", KEY_ID)
    events = [decode_event(line) for line in lines]
    if len(events) != entry["n"] or entry.get("suite") != INTL_1.name or not isinstance(entry.get("sig"), str):
        raise Reject("parcel.field", "run")
    if any((event.src, event.dst) != (head.src, head.dst) for event in events):
        raise Reject("parcel.event_elsewhere")
    channel = channel_name(head.src, head.dst)
    hashes = extend(channel, first - 1, prev, [event.eh for event in events], kid)
    before_last = hashes[-2] if len(hashes) > 1 else prev
    signed = signed_data(channel, first + len(events) - 1, before_last, events[-1].eh, kid, INTL_1.name)
    if not keyring.verify(head.src, kid, signed, from_text(entry["sig"])):
        raise Reject("parcel.link_not_authentic")
    links = [
        Link(seq, event.eh, lh, kid, INTL_1.name, entry["sig"] if event is events[-1] else None, event.id)
        for seq, (event, lh) in enumerate(zip(events, hashes, strict=True), start=first)
    ]
    return Run(prev, links, events)


def _read_receipt(head: Head, entry: Any, document: bytes, keyring: Keyring) -> Receipt:
    if not isinstance(entry, dict) or not isinstance(entry.get("sig"), str):
        raise Reject("parcel.field", "receipts")
    kid = text_field(entry, "kid", KEY_ID)
    return read_receipt(document, issuer=head.src, channel=channel_name(head.dst, head.src), kid=kid, sig=from_text(entry["sig"]), keyring=keyring)


def _read_statement(fields: dict[str, Any]) -> Statement:
    want = fields.get("want")
    if not isinstance(want, list) or len(want) > WANTED_SPANS_MAX or not all(_is_span(span) for span in want):
        raise Reject("parcel.field", "want")
    line = fields.get("line")
    if line != "" and not (isinstance(line, str) and BOOT.fullmatch(line)):
        raise Reject("parcel.field", "line")
    return Statement(
        number_field(fields, "cursor"), text_field(fields, "hash", HASH), number_field(fields, "head"), text_field(fields, "hhash", HASH), line,
        number_field(fields, "taken"), tuple((span[0], span[1]) for span in want),
    )


def _is_span(span: Any) -> bool:
    return isinstance(span, list) and len(span) == 2 and all(type(end) is int for end in span) and 0 < span[0] <= span[1]  # noqa: PLR2004 - first and last
