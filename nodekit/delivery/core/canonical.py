"""Canonical bytes (RFC 8785) in and out, with hard limits.

Promise: `parse(data)` returns only if re-encoding gives exactly `data`, so two implementations can never read one
signed text differently. Whatever arrives, the only exception that leaves here is `Reject`.
The encoder is orjson with sorted keys wherever that is provably the same bytes as RFC 8785 (ASCII keys, no floats,
integers up to 2^53); anything else goes through the reference encoder. A property test holds the two together.
"""

from __future__ import annotations

import unicodedata
from typing import Any

import orjson
import rfc8785

WIRE_BYTES_MAX = 448 * 1024
"""One transmission: a packet's events, and, after a restore, the receipts given back with them."""
TEXT_BYTES_MAX = 256 * 1024
"""One JSON text in it."""
EVENT_BYTES_MAX = 240 * 1024
"""Leaves room for the packet around a single event."""
DEPTH_MAX = 8
INTEGER_MAX = 2**53 - 1


class Reject(Exception):
    """Bytes from outside that are not acceptable. `code` is stable and short; the text never quotes a body."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code, self.detail = code, detail


def encode(value: Any) -> bytes:
    """RFC 8785 bytes of a JSON value made of dict, list, str, int, bool and None.

    Raises:
        Reject: floats, integers beyond 2^53, depth over 8, keys that are not text.
    """
    ascii_keys = _check(value, 1)
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS) if ascii_keys else rfc8785.dumps(value)
    except (TypeError, ValueError) as error:  # lone surrogates, subclasses orjson does not know
        raise Reject("json.unencodable", type(error).__name__) from error


def parse(data: bytes, *, size_max: int = TEXT_BYTES_MAX) -> Any:
    """The value written by `data`, if `data` is exactly how RFC 8785 writes it.

    Raises:
        Reject: too large, not JSON, too deep, floats, not canonical.
    """
    if len(data) > size_max:
        raise Reject("json.too_large", f"{len(data)} bytes")
    try:
        value = orjson.loads(data)
    except ValueError as error:
        raise Reject("json.malformed") from error
    if encode(value) != data:
        raise Reject("json.not_canonical")
    return value


def parse_object(data: bytes, *, size_max: int = TEXT_BYTES_MAX) -> dict[str, Any]:
    """`parse`, for texts that must be an object."""
    value = parse(data, size_max=size_max)
    if not isinstance(value, dict):
        raise Reject("json.not_an_object")
    return value


def has_version(fields: dict[str, Any], version: int) -> bool:
    """`v` is this very number: `true` equals 1 in Python, and in no other language that reads our texts."""
    return type(fields.get("v")) is int and fields["v"] == version


def normalised(value: Any) -> Any:
    """The same value with every text in Unicode NFC; used for what we write, never on what we received."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, dict):
        return {normalised(key): normalised(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [normalised(item) for item in value]
    return value


def _check(value: Any, depth: int) -> bool:
    """Enforce the limits; true if every key is ASCII (then byte order equals RFC 8785's UTF-16 order)."""
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return True
    if kind is int:
        if not -INTEGER_MAX <= value <= INTEGER_MAX:
            raise Reject("json.integer_too_large")
        return True
    if kind is dict:
        return _check_object(value, depth)
    if kind is list:
        _check_depth(depth)
        ascii_keys = True
        for item in value:
            if type(item) is not str:
                ascii_keys = _check(item, depth + 1) and ascii_keys
        return ascii_keys
    raise Reject("json.type_not_allowed", kind.__name__)


def _check_object(value: dict[Any, Any], depth: int) -> bool:
    _check_depth(depth)
    ascii_keys = True
    for key, item in value.items():
        if type(key) is not str:
            raise Reject("json.key_not_text")
        if not key.isascii():
            ascii_keys = False
        if type(item) is not str:
            ascii_keys = _check(item, depth + 1) and ascii_keys
    return ascii_keys


def _check_depth(depth: int) -> None:
    if depth > DEPTH_MAX:
        raise Reject("json.too_deep")
