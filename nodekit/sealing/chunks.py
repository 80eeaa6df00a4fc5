"""An attachment as ciphertext, chunk by chunk: AES-256-GCM under a key of its own, used once.

Each chunk is sealed with its number and whether it is the last, so that none can be swapped, repeated or cut off. The last one is padded:
from outside only a size class is seen.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from nodekit.sealing.errors import CannotOpen

CIPHERTEXT_BYTES: Final = 256 * 1024
"""Of every chunk but the last."""
CONTENT_BYTES: Final = CIPHERTEXT_BYTES - 16
LAST_BYTES: Final = tuple(kib * 1024 - 16 for kib in (4, 16, 64, 256))
"""Size classes of the last chunk before encryption."""
KEY_BYTES: Final = 32
_CONTEXT: Final = b"liandong/chunk/intl-1"


def new_content_key() -> bytes:
    return os.urandom(KEY_BYTES)


def seal_chunks(key: bytes, contents: bytes | memoryview) -> Iterator[bytes]:
    """Ciphertext chunks of a file. `key` must be new: a second file under it would repeat nonces."""
    cipher, view = AESGCM(key), memoryview(contents)
    last = max(0, len(view) - 1) // CONTENT_BYTES
    for number in range(last + 1):
        part = bytes(view[number * CONTENT_BYTES : (number + 1) * CONTENT_BYTES])
        if number == last:
            part = part.ljust(next(size for size in LAST_BYTES if len(part) <= size), b"\x00")
        yield cipher.encrypt(_nonce(number, last=number == last), part, _CONTEXT)


def open_chunk(key: bytes, data: bytes, number: int, *, size: int) -> bytes:
    """Contents of chunk `number` (from 0) of a file of `size` bytes.

    Raises:
        CannotOpen: another key, another place, or a changed byte.
    """
    start = number * CONTENT_BYTES
    last = start + CONTENT_BYTES >= size
    try:
        part = AESGCM(key).decrypt(_nonce(number, last=last), data, _CONTEXT)
    except (InvalidTag, ValueError):
        raise CannotOpen from None
    return part[: size - start] if last else part


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if last else b"\x00")
