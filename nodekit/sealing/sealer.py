"""Seal a message to one office so that everybody on the way, brokers and hubs included, sees only its size class.

Suite `intl-1`: a random content key encrypts the body (AES-256-GCM); the content key is HPKE-sealed (X25519, HKDF-SHA256, AES-256-GCM,
RFC 9180) to the recipient's sealing key and to the sender's own, so that a restored sender can read what it sent.
`info` binds the event header: a sealed body cannot be moved to another event, sender or recipient. Never: log or return plaintext in an error.
"""

from __future__ import annotations

import base64
import binascii
import os
import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import rfc8785
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from nodekit.sealing.errors import CannotOpen, TooLargeToSeal

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

SUITE: Final = "intl-1"
PADDED_BYTES: Final = tuple(kib * 1024 for kib in (1, 4, 16, 64, 128))
"""Size classes seen from outside. The last is 128 KiB, not 256: in base64 the event must still fit one 256 KiB packet."""
PLAINTEXT_BYTES_MAX: Final = PADDED_BYTES[-1] - 4
_HPKE: Final = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
_NONCE_BYTES, _KEY_BYTES = 12, 32

SealingKeyOf = Callable[[str], "tuple[str, X25519PublicKey]"]
"""Office id -> (key id, public sealing key); raises UnknownOffice or PeerKeyChanged."""


class Sealer:
    """Seals for other offices and opens what was sealed for this one.

    Args:
        office: this office's id.
        private_keys: own sealing keys by key id; old ones are kept so that old messages stay readable.
        key_of: finds the pinned public sealing key of an office.
    """

    def __init__(self, office: str, private_keys: dict[str, X25519PrivateKey], key_of: SealingKeyOf) -> None:
        self.office, self._private_keys, self._key_of = office, private_keys, key_of

    def hold(self, private_keys: dict[str, X25519PrivateKey]) -> None:
        """Open with these too: keys made since the start."""
        self._private_keys |= private_keys

    def seal(self, plaintext: bytes, info: bytes, to: str) -> dict[str, Any]:
        """Seal for `to` and for this office itself.

        Args:
            plaintext: at most PLAINTEXT_BYTES_MAX bytes.
            info: canonical bytes of the event header without `sealed`.
            to: office id of the only addressee.

        Returns:
            JSON form {suite, to: [{office, kid, enc}], nonce, ct}; binary fields in unpadded base64url.

        Raises:
            TooLargeToSeal: over the largest size class.
            UnknownOffice: no such office. PeerKeyChanged: its key is in dispute.
        """
        content_key, nonce = os.urandom(_KEY_BYTES), os.urandom(_NONCE_BYTES)
        slots = []
        for office in dict.fromkeys((to, self.office)):
            kid, public = self._key_of(office)
            enc = _HPKE.encrypt(content_key, public, info=_slot_info(office, kid, info))
            slots.append({"office": office, "kid": kid, "enc": _b64(enc)})
        body = AESGCM(content_key).encrypt(nonce, _pad(plaintext), _body_context(slots, info))
        return {"suite": SUITE, "to": slots, "nonce": _b64(nonce), "ct": _b64(body)}

    def open(self, sealed: dict[str, Any], info: bytes) -> bytes:
        """Plaintext of something sealed to this office, or by it.

        Raises:
            CannotOpen: not for this office, wrong `info`, unknown suite, or any changed byte.
        """
        try:
            return self._open(sealed, info)
        except (InvalidTag, KeyError, TypeError, ValueError, struct.error, binascii.Error, rfc8785.CanonicalizationError):
            raise CannotOpen from None

    def _open(self, sealed: dict[str, Any], info: bytes) -> bytes:
        if set(sealed) != {"suite", "to", "nonce", "ct"} or sealed["suite"] != SUITE:
            raise CannotOpen
        slots = sealed["to"]
        slot = next((s for s in slots if s["office"] == self.office and s["kid"] in self._private_keys), None)
        if slot is None:
            raise CannotOpen
        content_key = _HPKE.decrypt(_unb64(slot["enc"]), self._private_keys[slot["kid"]], info=_slot_info(self.office, slot["kid"], info))
        return _unpad(AESGCM(content_key).decrypt(_unb64(sealed["nonce"]), _unb64(sealed["ct"]), _body_context(slots, info)))


def _slot_info(office: str, kid: str, info: bytes) -> bytes:
    return b"\x00".join((b"liandong/slot/intl-1", office.encode(), kid.encode(), info))


def _body_context(slots: list[dict[str, str]], info: bytes) -> bytes:
    """Everything outside the ciphertext is authenticated with it: dropping or renaming a slot is noticed."""
    return b"\x00".join((b"liandong/body/intl-1", rfc8785.dumps(slots), info))


def _pad(plaintext: bytes) -> bytes:
    framed = struct.pack(">I", len(plaintext)) + plaintext
    for size in PADDED_BYTES:
        if len(framed) <= size:
            return framed.ljust(size, b"\x00")
    raise TooLargeToSeal(len(plaintext), PLAINTEXT_BYTES_MAX)


def _unpad(padded: bytes) -> bytes:
    (length,) = struct.unpack_from(">I", padded)
    if len(padded) not in PADDED_BYTES or length > len(padded) - 4 or any(padded[4 + length :]):
        raise CannotOpen
    return padded[4 : 4 + length]


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _unb64(text: str) -> bytes:
    """Strict: a second spelling of the same bytes is refused, so that no bit of a message is free to change."""
    data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if _b64(data) != text:
        raise CannotOpen
    return data
