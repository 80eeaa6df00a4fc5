"""The event as bytes: what is said, never changed afterwards, whatever number it gets in a channel.

`{v, id, src, dst, type, agg, at, re?, tp?, blobs?, body | sealed}` in canonical JSON. Unknown extra fields survive because the
raw bytes are what is stored, hashed and handed on. Pure: no clock, no ids are made here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson

from nodekit.delivery.core import canonical
from nodekit.delivery.core.blob import Blob, blob_fields, read_blobs, stored_blobs
from nodekit.delivery.core.canonical import EVENT_BYTES_MAX, Reject
from nodekit.delivery.core.suite import INTL_1, TAG_EVENT

EVENT_VERSION = 1
OFFICE = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
EVENT_TYPE = re.compile(r"[a-z][a-z0-9_]{0,63}(\.[a-z0-9_]{1,64}){1,3}")
EVENT_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
INSTANT = re.compile(r"[0-9]{4}(-[0-9]{2}){2}T[0-9]{2}(:[0-9]{2}){2}(\.[0-9]{1,6})?Z")
TRACEPARENT = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
AGG_CHARS_MAX = 200


@dataclass(frozen=True, slots=True)
class EventDoc:
    """One event, read. `raw` is the truth, `eh` its hash; exactly one of `body` and `sealed` is set."""

    id: str
    src: str
    dst: str
    type: str
    agg: str
    at: str
    re: str | None
    tp: str | None
    body: dict[str, Any] | None
    sealed: dict[str, Any] | None
    raw: bytes
    eh: str
    blobs: tuple[Blob, ...] = ()

    @property
    def said_at(self) -> datetime:
        """`at` as an aware instant."""
        return datetime.fromisoformat(self.at)


def event_hash(raw: bytes) -> str:
    return INTL_1.digest(TAG_EVENT + raw)


def encode_event(
    *, id: UUID | str, src: str, dst: str, type: str, agg: str, at: datetime | str,  # noqa: A002  wire names
    body: Mapping[str, Any] | None = None, sealed: Mapping[str, Any] | None = None,
    re: UUID | str | None = None, tp: str | None = None, blobs: Sequence[Blob] = (),
) -> bytes:
    """Canonical bytes of a new event; text is normalised to NFC.

    `at` is when the officer acted (an aware datetime or an RFC 3339 text ending in Z), `re` the id of the event this one
    answers, `tp` the W3C traceparent of the act that caused it, `blobs` the attachments without which it must not be decided.

    Raises:
        Reject: a field is malformed, or the event is over EVENT_BYTES_MAX.
    """
    fields: dict[str, Any] = {
        "v": EVENT_VERSION, "id": str(id), "src": src, "dst": dst, "type": type, "agg": agg, "at": instant_text(at),
        "re": str(re) if re else None, "tp": tp, "body": body, "sealed": sealed,
        "blobs": blob_fields(blobs) or None,
    }
    raw = canonical.encode(canonical.normalised({key: value for key, value in fields.items() if value is not None}))
    decode_event(raw)  # what we write, everybody must be able to read
    return raw


def decode_event(raw: bytes) -> EventDoc:
    """Read an event that came from outside.

    Raises:
        Reject: anything at all is wrong with it; nothing else is ever raised.
    """
    fields = canonical.parse_object(raw, size_max=EVENT_BYTES_MAX)
    if not canonical.has_version(fields, EVENT_VERSION):
        raise Reject("event.version_unknown")
    _require(fields, "id", EVENT_ID)
    _require(fields, "src", OFFICE)
    _require(fields, "dst", OFFICE)
    _require(fields, "type", EVENT_TYPE)
    _require(fields, "at", INSTANT)
    try:
        datetime.fromisoformat(fields["at"])
    except ValueError as error:
        raise Reject("event.field", "at") from error
    if "re" in fields:
        _require(fields, "re", EVENT_ID)
    if "tp" in fields:
        _require(fields, "tp", TRACEPARENT)
    agg = fields.get("agg")
    if not isinstance(agg, str) or not 0 < len(agg) <= AGG_CHARS_MAX or "\0" in agg:
        raise Reject("event.field", "agg")
    contents = [fields[key] for key in ("body", "sealed") if key in fields]
    if len(contents) != 1 or not isinstance(contents[0], dict):
        raise Reject("event.field", "body or sealed")
    read_blobs(fields)
    return _doc(fields, raw, event_hash(raw))


def decode_stored_event(raw: bytes, eh: str) -> EventDoc:
    """Read an event from our own tables, where it stands only after `decode_event` accepted it."""
    return _doc(orjson.loads(raw), raw, eh)


def instant_text(at: datetime | str) -> str:
    """RFC 3339 in UTC with a Z, as the wire writes instants."""
    if isinstance(at, str):
        return at
    if at.tzinfo is None:
        raise Reject("event.field", "at has no time zone")
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def instant_of(now: float) -> str:
    """The same for seconds since 1970."""
    return instant_text(datetime.fromtimestamp(now, UTC))


def _doc(fields: dict[str, Any], raw: bytes, eh: str) -> EventDoc:
    return EventDoc(
        fields["id"], fields["src"], fields["dst"], fields["type"], fields["agg"], fields["at"],
        fields.get("re"), fields.get("tp"), fields.get("body"), fields.get("sealed"), raw, eh,
        stored_blobs(fields) if "blobs" in fields else (),
    )


def _require(fields: dict[str, Any], name: str, pattern: re.Pattern[str]) -> None:
    value = fields.get(name)
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise Reject("event.field", name)
