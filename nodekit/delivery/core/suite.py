"""Cryptographic suites and the keyring the protocol is given.

A suite is a name on the wire plus three functions; `intl-1` is the only one now, a suite of national algorithms takes
the same three. The protocol itself never sees a private key: it asks a `Keyring`.
"""

from __future__ import annotations

import base64
import binascii
from hashlib import sha256
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from nodekit.delivery.core.canonical import Reject

TAG_EVENT, TAG_LINK, TAG_WIRE, TAG_GENESIS, TAG_RECEIPT = b"evt1\0", b"lnk1\0", b"wir1\0", b"gen1\0", b"rct1\0"
TAG_CHUNK, TAG_BLOB = b"chk1\0", b"blb1\0"
"""Domain tags: a signature or hash of one kind can never serve as another."""


class Suite(Protocol):
    """Algorithms behind one name."""

    name: str

    def digest(self, data: bytes) -> str:
        """Hash of `data`, lower-case hex."""
        ...

    def sign(self, private_key: bytes, data: bytes) -> bytes: ...

    def verify(self, public_key: bytes, data: bytes, signature: bytes) -> bool: ...


class Intl1:
    """`intl-1`: SHA-256 and Ed25519; keys are the 32 raw bytes."""

    name = "intl-1"

    def digest(self, data: bytes) -> str:
        return sha256(data).hexdigest()

    def sign(self, private_key: bytes, data: bytes) -> bytes:
        return Ed25519PrivateKey.from_private_bytes(private_key).sign(data)

    def verify(self, public_key: bytes, data: bytes, signature: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(public_key).verify(signature, data)
        except (InvalidSignature, ValueError):
            return False
        return True


INTL_1 = Intl1()


class Keyring(Protocol):
    """The node's signing key and the pinned public keys of its peers."""

    def sign(self, data: bytes) -> tuple[str, bytes]:
        """Sign with the node's current key; returns (kid, signature)."""
        ...

    def verify(self, office: str, kid: str, data: bytes, signature: bytes) -> bool:
        """True only if `kid` is a known, unrevoked key of `office` and the signature is its."""
        ...

    def fingerprint(self, office: str) -> str:
        """Stable fingerprint of the office's first signing key; anchors the chain. Raises KeyError for a stranger."""
        ...


def to_text(raw: bytes) -> str:
    """Signature bytes as unpadded base64url."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def from_text(text: str) -> bytes:
    """Signature bytes from unpadded base64url, one spelling only."""
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (ValueError, binascii.Error) as error:
        raise Reject("signature.malformed") from error
    if to_text(raw) != text:
        raise Reject("signature.malformed")
    return raw
