"""An introduction: an office vouches for the keys of an office placed directly under it. Pure.

Who trusts the parent's pinned key learns the child's keys through it; who holds other keys for that office already keeps those (pins.py): an
introduction adds a stranger and never changes a key.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from nodekit.delivery.core import canonical
from nodekit.delivery.core.canonical import Reject
from nodekit.delivery.core.suite import from_text, to_text
from nodekit.errors import Refused
from nodekit.peers.published import OfficeKeys

if TYPE_CHECKING:
    from pathlib import Path

    from nodekit.delivery.core.suite import Keyring

TAG = b"int1\x00"
VERSION = 1
FIELDS = frozenset({"id", "name", "tier", "kind", "division", "parent", "superior"})
FILE = "introductions.json"


class NotIntroduced(Refused):
    """Not signed by the office the new one is placed under."""

    code = "joining.not_introduced"

    def __init__(self, why: str) -> None:
        super().__init__(f"新单位介绍无效:{why}。", hint="请由其直接上级重新办理加入手续,并电话核对密钥指纹。")


@dataclass(frozen=True)
class Introduction:
    """The office, its keys, and the signed bytes that say so."""

    office: dict[str, str]
    keys: OfficeKeys
    by: str
    document: bytes
    kid: str
    sig: str

    @property
    def id(self) -> str:
        return self.office["id"]

    def as_json(self) -> dict[str, str]:
        return {"document": self.document.decode(), "kid": self.kid, "sig": self.sig}


class Verifier(Protocol):
    """Whoever knows an office's key: the keyring, or what stands in for it before there is one."""

    def verify(self, office: str, kid: str, data: bytes, signature: bytes) -> bool: ...


def introduce(office: Mapping[str, str], keys: OfficeKeys, *, by: str, at: str, keyring: Keyring) -> Introduction:
    """Sign for an office under this one."""
    signing, sealing = keys.raw
    document = canonical.encode({
        "v": VERSION, "office": {key: value for key, value in office.items() if value}, "signing": to_text(signing), "sealing": to_text(sealing), "by": by, "at": at,
    })
    kid, signature = keyring.sign(TAG + document)
    return Introduction(dict(office), keys, by, document, kid, to_text(signature))


def read_introduction(document: bytes, kid: str, sig: str, *, keyring: Verifier) -> Introduction:
    """Verify with the key this office holds of the introducing one.

    Raises:
        NotIntroduced: and nothing else.
    """
    fields = _fields(document)
    office, by = fields["office"], fields["by"]
    try:
        authentic = keyring.verify(by, kid, TAG + document, from_text(sig))
        keys = OfficeKeys(Ed25519PublicKey.from_public_bytes(from_text(fields["signing"])), X25519PublicKey.from_public_bytes(from_text(fields["sealing"])))
    except (Reject, ValueError, TypeError, AttributeError):
        raise NotIntroduced("密钥或签名格式不符") from None
    if not authentic:
        raise NotIntroduced("不是其上级所签")
    return Introduction(office, keys, by, document, kid, sig)


class Believer(Verifier, Protocol):
    """A verifier that takes in whom it believes."""

    def include(self, office: str, keys: OfficeKeys) -> None: ...


def read_file(folder: Path, known: Mapping[str, OfficeKeys], believer: Believer | None = None) -> dict[str, OfficeKeys]:
    """Keys that `introductions.json` adds to those of the directory; each must be signed by an office known by then.

    Args:
        believer: knows more of those offices than their first keys; default: those alone.

    Raises:
        NotIntroduced: the file was altered.
    """
    file = folder / FILE
    if not file.exists():
        return {}
    found = dict(known)
    believer = believer or _Known(dict(known))
    for entry in json.loads(file.read_bytes()):
        introduction = read_introduction(entry["document"].encode(), entry["kid"], entry["sig"], keyring=believer)
        found.setdefault(introduction.id, introduction.keys)
        believer.include(introduction.id, introduction.keys)
    return {office: keys for office, keys in found.items() if office not in known}


def write_file(folder: Path, introductions: Iterable[Introduction]) -> None:
    data = json.dumps([introduction.as_json() for introduction in introductions], ensure_ascii=False, indent=1)
    (folder / FILE).write_text(data + "\n", encoding="utf-8")


def _fields(document: bytes) -> dict[str, Any]:
    try:
        fields = canonical.parse_object(document)
    except Reject:
        raise NotIntroduced("格式不符") from None
    office = fields.get("office")
    if fields.get("v") != VERSION or not isinstance(office, dict) or not office.keys() <= FIELDS or not all(isinstance(value, str) for value in office.values()):
        raise NotIntroduced("格式不符")
    if not isinstance(fields.get("by"), str) or office.get("parent") != fields["by"]:
        raise NotIntroduced("介绍单位不是其上级")
    return fields


class _Known:
    """Just enough of a keyring to read a file before there is one."""

    def __init__(self, keys: dict[str, OfficeKeys]) -> None:
        self._keys = keys

    def include(self, office: str, keys: OfficeKeys) -> None:
        self._keys.setdefault(office, keys)

    def verify(self, office: str, kid: str, data: bytes, signature: bytes) -> bool:
        keys = self._keys.get(office)
        if keys is None or keys.signing_kid != kid:
            return False
        try:
            keys.signing.verify(signature, data)
        except InvalidSignature:
            return False
        return True


