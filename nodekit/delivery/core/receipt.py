"""Receipts: signed documents that say, for ever and in any session, how numbered events were decided.

One document decides spans of consecutive numbers. A span names the hash of its last link, and the chain makes that hash
cover every link and event before it, so one signature proves two hundred acceptances. Never changed once signed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nodekit.delivery.core import canonical
from nodekit.delivery.core.canonical import Reject
from nodekit.delivery.core.limits import SPANS_PER_RECEIPT_MAX
from nodekit.delivery.core.link import CHANNEL, HASH
from nodekit.delivery.core.suite import INTL_1, TAG_RECEIPT, Keyring, to_text
from nodekit.delivery.core.wire import REASON, number_field, text_field
from nodekit.delivery.envelope import INSTANT

RECEIPT_VERSION = 1
ACCEPTED, REFUSED = "accepted", "refused"
FINAL = frozenset((ACCEPTED, REFUSED))
OFFICER = re.compile(r"[A-Za-z0-9._:-]{1,64}")


@dataclass(frozen=True, slots=True)
class Decided:
    """One numbered event and how it was decided. `by` is an officer id, empty when the system decided."""

    seq: int
    lh: str
    status: str
    code: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """Numbers `first`…`last`, decided alike; `lh` is the hash of link `last`."""

    first: int
    last: int
    lh: str
    status: str
    code: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A signed document. `rh` (hash of the bytes) is its name."""

    rh: str
    channel: str
    at: str
    spans: tuple[Span, ...]
    document: bytes
    kid: str
    sig: str

    @property
    def at_seconds(self) -> float:
        """`at` in seconds since 1970."""
        return datetime.fromisoformat(self.at).timestamp()


def spans_of(decided: Iterable[Decided]) -> list[Span]:
    """Join neighbours that were decided alike."""
    spans: list[Span] = []
    for item in sorted(decided, key=lambda item: item.seq):
        last = spans[-1] if spans else None
        if last and last.last + 1 == item.seq and (last.status, last.code, last.by) == (item.status, item.code, item.by):
            spans[-1] = Span(last.first, item.seq, item.lh, item.status, item.code, item.by)
        else:
            spans.append(Span(item.seq, item.seq, item.lh, item.status, item.code, item.by))
    return spans


def sign_receipts(channel: str, spans: Sequence[Span], at: str, keyring: Keyring) -> list[Receipt]:
    """Signed documents for the spans, as few as the limits allow. Same decisions, same time: same bytes."""
    receipts = []
    for start in range(0, len(spans), SPANS_PER_RECEIPT_MAX):
        part = tuple(spans[start : start + SPANS_PER_RECEIPT_MAX])
        document = canonical.encode({"v": RECEIPT_VERSION, "ch": channel, "at": at, "spans": [_span_fields(span) for span in part]})
        kid, signature = keyring.sign(TAG_RECEIPT + document)
        receipts.append(Receipt(INTL_1.digest(TAG_RECEIPT + document), channel, at, part, document, kid, to_text(signature)))
    return receipts


def read_receipt(document: bytes, *, issuer: str, channel: str, kid: str, sig: bytes, keyring: Keyring) -> Receipt:
    """Verify and read one document.

    Raises:
        Reject: wrong signature, wrong channel or malformed.
    """
    if not keyring.verify(issuer, kid, TAG_RECEIPT + document, sig):
        raise Reject("receipt.not_authentic")
    fields = canonical.parse_object(document)
    if not canonical.has_version(fields, RECEIPT_VERSION):
        raise Reject("receipt.version_unknown")
    if text_field(fields, "ch", CHANNEL) != channel:
        raise Reject("receipt.wrong_channel")
    spans = fields.get("spans")
    if not isinstance(spans, list) or not 1 <= len(spans) <= SPANS_PER_RECEIPT_MAX:
        raise Reject("receipt.field", "spans")
    read = tuple(_read_span(span) for span in spans)
    at = text_field(fields, "at", INSTANT)
    try:
        datetime.fromisoformat(at)
    except ValueError as error:
        raise Reject("receipt.field", "at") from error
    return Receipt(INTL_1.digest(TAG_RECEIPT + document), channel, at, read, document, kid, to_text(sig))


def _span_fields(span: Span) -> dict[str, Any]:
    fields: dict[str, Any] = {"a": span.first, "z": span.last, "lh": span.lh, "st": span.status}
    if span.code:
        fields["code"] = span.code
    if span.by:
        fields["by"] = span.by
    return fields


def _read_span(fields: Any) -> Span:
    if not isinstance(fields, dict) or not isinstance(fields.get("st"), str) or fields["st"] not in FINAL:
        raise Reject("receipt.field", "st")
    first, last = number_field(fields, "a", 1), number_field(fields, "z", 1)
    if first > last:
        raise Reject("receipt.field", "a")
    code = text_field(fields, "code", REASON) if "code" in fields else ""
    by = text_field(fields, "by", OFFICER) if "by" in fields else ""
    return Span(first, last, text_field(fields, "lh", HASH), fields["st"], code, by)
