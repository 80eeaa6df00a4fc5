"""Papers about keys: what grants an office a new key or revokes one, as bytes to sign and to read. succession.py believes them.

A paper is a canonical document with signatures beside it. `rotate` is signed by the key before, by the new key and by the office's parent;
`renew` (after a key was lost or stolen) by the parent alone; `revoke` by the parent: nothing is valid under that key beyond a number per
channel. The province's own papers are signed by the root key. Numbers of generations only grow; the first key an office was ever known by,
which anchors its chains, is generation 1.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from nodekit.delivery.core import canonical
from nodekit.delivery.core.canonical import INTEGER_MAX, Reject
from nodekit.delivery.core.limits import REVOKED_CHANNELS_MAX
from nodekit.delivery.core.link import CHANNEL, KEY_ID
from nodekit.delivery.core.suite import INTL_1, from_text, to_text

TAG_KEY = b"key1\0"
ROTATE, RENEW, REVOKE = "rotate", "renew", "revoke"
OLD, NEW, BY = "old", "new", "by"
"""Who signed: the key before, the key granted, the parent (or the root)."""
ROOT = "root"
PAPER_VERSION = 1
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
KEY_BYTES = 32
DOCUMENT_BYTES_MAX = 16 * 1024

Signer = Callable[[bytes], tuple[str, bytes]]
"""Data -> (key id, signature)."""


@dataclass(frozen=True, slots=True)
class KeyPaper:
    """A document and its signatures as (role, key id, base64url)."""

    document: bytes
    sigs: tuple[tuple[str, str, str], ...]

    @property
    def dh(self) -> str:
        """Its name: hash of the document, whoever signed it."""
        return INTL_1.digest(TAG_KEY + self.document)

    def signed(self, role: str, sign: Signer) -> KeyPaper:
        """With one more signature, or another one in that role."""
        kid, signature = sign(TAG_KEY + self.document)
        others = tuple(item for item in self.sigs if item[0] != role)
        return replace(self, sigs=(*others, (role, kid, to_text(signature))))

    def as_json(self) -> dict[str, Any]:
        return {"doc": self.document.decode(), "sigs": [list(item) for item in self.sigs]}

    def signature(self, role: str) -> tuple[str, bytes]:
        """(key id, signature). Raises Reject if nobody signed in that role."""
        for name, kid, sig in self.sigs:
            if name == role:
                return kid, from_text(sig)
        raise Reject("keys.not_signed", role)


@dataclass(frozen=True, slots=True)
class Grant:
    """A new pair of keys for an office. `n` counts its generations, `prev` names the key before (rotate)."""

    kind: str
    office: str
    n: int
    signing: bytes
    sealing: bytes
    by: str
    at: str
    prev: str = ""

    @property
    def kid(self) -> str:
        return kid_of(self.signing)


@dataclass(frozen=True, slots=True)
class Revocation:
    """Nothing is valid under key `kid` beyond number `last[channel]`; in a channel that is not listed, nothing is. A higher serial replaces."""

    office: str
    kid: str
    serial: int
    last: Mapping[str, int]
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Generation:
    """A pair of public keys an office has or had. `kind` is how it came: `first`, `rotate`, `renew`."""

    n: int
    signing: bytes
    sealing: bytes
    kind: str = "first"
    since: str = ""
    kid: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "kid", kid_of(self.signing))


def kid_of(public: bytes) -> str:
    """Short name of a key: first 16 hex digits of its SHA-256."""
    return INTL_1.digest(public)[:16]


def grant_document(grant: Grant) -> bytes:
    """Canonical bytes to be signed."""
    fields: dict[str, Any] = {
        "v": PAPER_VERSION, "kind": grant.kind, "office": grant.office, "n": grant.n, "signing": to_text(grant.signing),
        "sealing": to_text(grant.sealing), "by": grant.by, "at": grant.at,
    }
    return canonical.encode(fields | ({"prev": grant.prev} if grant.kind == ROTATE else {}))


def revocation_document(revocation: Revocation) -> bytes:
    """Canonical bytes to be signed."""
    return canonical.encode({
        "v": PAPER_VERSION, "kind": REVOKE, "office": revocation.office, "kid": revocation.kid, "serial": revocation.serial,
        "last": [[channel, seq] for channel, seq in sorted(revocation.last.items())], "by": revocation.by, "at": revocation.at,
    })


@lru_cache(256)
def read_document(document: bytes) -> Grant | Revocation:
    """What a paper says; no signature is looked at.

    Raises:
        Reject: and nothing else.
    """
    fields = canonical.parse_object(document, size_max=DOCUMENT_BYTES_MAX)
    if not canonical.has_version(fields, PAPER_VERSION):
        raise Reject("keys.version_unknown")
    kind, office, by, at = (_text(fields, name) for name in ("kind", "office", "by", "at"))
    if not NAME.fullmatch(office) or not NAME.fullmatch(by) or len(at) > 40:  # noqa: PLR2004 - an instant with room
        raise Reject("keys.field")
    if kind == REVOKE:
        kid = _text(fields, "kid")
        if not KEY_ID.fullmatch(kid):
            raise Reject("keys.field", "kid")
        return Revocation(office, kid, _number(fields.get("serial")), _last(fields.get("last"), office), by, at)
    if kind not in {ROTATE, RENEW}:
        raise Reject("keys.kind_unknown")
    signing, sealing = from_text(_text(fields, "signing")), from_text(_text(fields, "sealing"))
    if len(signing) != KEY_BYTES or len(sealing) != KEY_BYTES:
        raise Reject("keys.field", "length")
    prev = _text(fields, "prev") if kind == ROTATE else ""
    return Grant(kind, office, _number(fields.get("n"), 2), signing, sealing, by, at, prev)


def paper_of(value: Any) -> KeyPaper:
    """A paper out of its JSON form.

    Raises:
        Reject: and nothing else.
    """
    if not isinstance(value, dict) or not isinstance(value.get("doc"), str) or not isinstance(value.get("sigs"), list) or len(value["sigs"]) > 3:  # noqa: PLR2004 - one per role
        raise Reject("keys.malformed")
    sigs = []
    for item in value["sigs"]:
        if not isinstance(item, list) or len(item) != 3 or not all(isinstance(part, str) and len(part) <= 512 for part in item):  # noqa: PLR2004 - role, key, signature
            raise Reject("keys.malformed")
        sigs.append((item[0], item[1], item[2]))
    try:
        document = value["doc"].encode()
    except UnicodeEncodeError as error:
        raise Reject("keys.malformed") from error
    if len(document) > DOCUMENT_BYTES_MAX:
        raise Reject("keys.too_large")
    return KeyPaper(document, tuple(sigs))


def _last(value: Any, office: str) -> dict[str, int]:
    if not isinstance(value, list) or len(value) > REVOKED_CHANNELS_MAX:
        raise Reject("keys.field", "last")
    last: dict[str, int] = {}
    for item in value:
        if not isinstance(item, list) or len(item) != 2 or not isinstance(item[0], str) or not CHANNEL.fullmatch(item[0]):  # noqa: PLR2004 - channel, number
            raise Reject("keys.field", "last")
        if office not in item[0].split(">"):
            raise Reject("keys.field", "last")
        last[item[0]] = _number(item[1], 0)
    return last


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise Reject("keys.field", name)
    return value


def _number(value: Any, least: int = 1) -> int:
    if type(value) is not int or not least <= value <= INTEGER_MAX:
        raise Reject("keys.field")
    return value
