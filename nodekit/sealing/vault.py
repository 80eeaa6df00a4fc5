"""Secrets at rest: columns encrypted under a key-encryption key (KEK) that lives outside the database.

A stolen database file or dump shows ciphertext. The context (table, column, record id) is authenticated, so a ciphertext cannot be
copied into another row. Never: the same nonce twice, the KEK in a message.
"""

import hashlib
import hmac
import os
import unicodedata
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from nodekit.sealing.errors import CannotOpen

_VERSION: Final = b"\x01"
_NONCE_BYTES: Final = 12


class Vault:
    """Encrypts text fields of this office.

    Args:
        kek: 32 secret bytes read from the office's key folder.
    """

    def __init__(self, kek: bytes) -> None:
        if len(kek) != 32:  # noqa: PLR2004 - AES-256
            raise ValueError("the key-encryption key must have 32 bytes")
        self._fields = AESGCM(_derive(kek, "fields"))
        self._hash_key = _derive(kek, "keyed-hash")

    def encrypt(self, text: str, context: str) -> bytes:
        """Ciphertext for one field; `context` names the place, e.g. `clue_transfer_issuer.clues.body:<id>`."""
        nonce = os.urandom(_NONCE_BYTES)
        return _VERSION + nonce + self._fields.encrypt(nonce, text.encode("utf-8", "strict"), _VERSION + context.encode())

    def decrypt(self, blob: bytes, context: str) -> str:
        """The text again.

        Raises:
            CannotOpen: another key, another place, or a changed byte.
        """
        if len(blob) <= 1 + _NONCE_BYTES or blob[:1] != _VERSION:
            raise CannotOpen
        nonce, body = blob[1 : 1 + _NONCE_BYTES], blob[1 + _NONCE_BYTES :]
        try:
            return self._fields.decrypt(nonce, body, _VERSION + context.encode()).decode("utf-8")
        except (InvalidTag, UnicodeDecodeError):
            raise CannotOpen from None

    def keyed_hash(self, text: str, purpose: str) -> str:
        """Hex digest to find duplicates without storing the text (same person, same matter).

        Equal within this office and purpose only: without the KEK nobody can test a guess. Spaces and letter width do not matter.
        """
        plain = "".join(unicodedata.normalize("NFKC", text).split()).casefold()
        return hmac.new(self._hash_key, purpose.encode() + b"\x00" + plain.encode(), hashlib.sha256).hexdigest()


def _derive(kek: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"liandong/vault/" + purpose.encode()).derive(kek)
