"""The chain's arithmetic: what is hashed, and how. Pure; a verifier in any language needs this page and no more.

hash = SHA-256("aud1" 0x00 JCS(entry without hash)), JCS = RFC 8785. `prev` of the first entry is GENESIS.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import rfc8785

TAG = b"aud1\x00"
GENESIS = "0" * 64
_INT_MAX = 2**53 - 1


def entry_hash(fields: Mapping[str, Any]) -> str:
    """Hash of one entry.

    Args:
        fields: seq, at (datetime), officer_id (UUID or None), officer_name, action, subject, reason, facts (plain), prev.
    """
    at: datetime = fields["at"]
    document = dict(fields) | {
        "at": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "officer_id": str(fields["officer_id"]) if fields["officer_id"] else None,
    }
    return hashlib.sha256(TAG + rfc8785.dumps(document)).hexdigest()


def plain(value: Any) -> Any:  # noqa: PLR0911 - one line per type
    """A fact as the database will give it back: strings, small integers, booleans, None, lists, dicts. No floats."""
    match value:
        case None | bool():
            return value
        case Enum():
            return plain(value.value)
        case str():
            return clean(value)
        case int():
            return value if abs(value) <= _INT_MAX else str(value)
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date() | UUID() | Decimal() | float():
            return str(value)
        case Mapping():
            return {clean(str(key)): plain(item) for key, item in value.items()}
        case set() | frozenset():
            return sorted(plain(item) for item in value)
        case list() | tuple():
            return [plain(item) for item in value]
        case _:
            return clean(str(value))


def clean(text: str, chars_max: int = 2000) -> str:
    """Text that PostgreSQL stores and gives back unchanged: no NUL, no lone surrogates, bounded."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "�")[:chars_max]
