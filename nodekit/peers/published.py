"""directory.json: the public keys of every office, signed by the province's root key. Read once, at start."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from nodekit.peers.errors import DirectoryNotTrusted
from nodekit.peers.keyfiles import fingerprint, key_id

if TYPE_CHECKING:
    from pathlib import Path

TAG = b"dir1\x00"
FORMAT = 1


@dataclass(frozen=True)
class OfficeKeys:
    """The two public keys of an office."""

    signing: Ed25519PublicKey
    sealing: X25519PublicKey

    @property
    def signing_kid(self) -> str:
        return key_id(self.signing)

    @property
    def sealing_kid(self) -> str:
        return key_id(self.sealing)

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.signing)

    @property
    def raw(self) -> tuple[bytes, bytes]:
        """Signing and sealing key, 32 bytes each."""
        return self.signing.public_bytes_raw(), self.sealing.public_bytes_raw()

    def same_as(self, other: OfficeKeys) -> bool:
        return self.raw == other.raw


def publish(offices: Mapping[str, OfficeKeys], root: Ed25519PrivateKey) -> bytes:
    """directory.json for these offices; the same keys always give the same bytes."""
    body: dict[str, Any] = {
        "v": FORMAT,
        "offices": {
            office: {"signing": _text(keys.signing.public_bytes_raw()), "sealing": _text(keys.sealing.public_bytes_raw())}
            for office, keys in sorted(offices.items())
        },
    }
    signed = body | {"sig": _text(root.sign(TAG + rfc8785.dumps(body)))}
    return json.dumps(signed, indent=1, ensure_ascii=False, sort_keys=True).encode() + b"\n"


def read_published(file: Path, root: Ed25519PublicKey) -> dict[str, OfficeKeys]:
    """Keys by office id, after checking the root signature.

    Raises:
        DirectoryNotTrusted: unreadable, another format, or not signed by `root`.
    """
    try:
        document: dict[str, Any] = json.loads(file.read_bytes())
        body = {"v": document["v"], "offices": document["offices"]}
        if document["v"] != FORMAT or set(document) != {"v", "offices", "sig"}:
            raise DirectoryNotTrusted(f"{file.name} 的格式不是本版本能读的")
        root.verify(_bytes(document["sig"]), TAG + rfc8785.dumps(body))
        return {office: _keys(entry) for office, entry in document["offices"].items()}
    except InvalidSignature:
        raise DirectoryNotTrusted(f"{file.name} 的签名不是上级根密钥所签") from None
    except (OSError, KeyError, TypeError, ValueError, AttributeError):
        raise DirectoryNotTrusted(f"{file.name} 无法读取") from None


def _keys(entry: Mapping[str, str]) -> OfficeKeys:
    return OfficeKeys(Ed25519PublicKey.from_public_bytes(_bytes(entry["signing"])), X25519PublicKey.from_public_bytes(_bytes(entry["sealing"])))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
