"""An attachment as the envelope names it: ciphertext cut into chunks, each named by its hash. What the bytes say is nobody's business here.

An event lists the chunks of everything that belongs to it; it is decided only when all of them are held and match. Names, types and
content keys stand in the event's body, sealed with it where it is sealed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nodekit.delivery.core.canonical import Reject
from nodekit.delivery.core.limits import BLOB_CHUNKS_MAX, BLOBS_PER_EVENT_MAX, CHUNK_BYTES_MAX, EVENT_CHUNKS_MAX
from nodekit.delivery.core.link import HASH
from nodekit.delivery.core.suite import INTL_1, TAG_BLOB, TAG_CHUNK

BLOB_MISSING = "blob_missing"
"""Why an event is held whose chunks are not all here."""
BLOB_GONE = "blob_gone"
"""Why one was refused by a person: the sender does not have them any more either."""


@dataclass(frozen=True, slots=True)
class Blob:
    """One attachment. `size` is that of its ciphertext in bytes; every chunk but the last has CHUNK_BYTES_MAX."""

    chunks: tuple[str, ...]
    size: int

    @property
    def hash(self) -> str:
        """Name of the whole, by which the body refers to it."""
        return INTL_1.digest(TAG_BLOB + "\n".join(self.chunks).encode())


def chunk_hash(data: bytes) -> str:
    """Name of a chunk."""
    return INTL_1.digest(TAG_CHUNK + data)


def chunks_of(blobs: Sequence[Blob]) -> list[str]:
    """Every chunk of an event once, in order."""
    return list(dict.fromkeys(name for blob in blobs for name in blob.chunks))


def blob_fields(blobs: Sequence[Blob]) -> list[dict[str, Any]]:
    """As the envelope writes them."""
    return [{"chunks": list(blob.chunks), "size": blob.size} for blob in blobs]


def read_blobs(fields: Mapping[str, Any]) -> tuple[Blob, ...]:
    """The attachments of an event; none if it does not speak of any.

    Raises:
        Reject: malformed, or beyond the limits.
    """
    listed = fields.get("blobs", [])
    if not isinstance(listed, list) or len(listed) > BLOBS_PER_EVENT_MAX or ("blobs" in fields and not listed):
        raise Reject("event.field", "blobs")
    blobs = tuple(_read_blob(entry) for entry in listed)
    if sum(len(blob.chunks) for blob in blobs) > EVENT_CHUNKS_MAX:
        raise Reject("event.field", "blobs")
    return blobs


def stored_blobs(fields: Mapping[str, Any]) -> tuple[Blob, ...]:
    """As `read_blobs`, for an event that was checked before it was stored."""
    return tuple(Blob(tuple(entry["chunks"]), entry["size"]) for entry in fields.get("blobs", ()))


def _read_blob(entry: Any) -> Blob:
    if not isinstance(entry, dict):
        raise Reject("event.field", "blobs")
    chunks, size = entry.get("chunks"), entry.get("size")
    if not isinstance(chunks, list) or not 0 < len(chunks) <= BLOB_CHUNKS_MAX:
        raise Reject("event.field", "blobs.chunks")
    if not all(isinstance(name, str) and HASH.fullmatch(name) for name in chunks):
        raise Reject("event.field", "blobs.chunks")
    if type(size) is not int or not (len(chunks) - 1) * CHUNK_BYTES_MAX < size <= len(chunks) * CHUNK_BYTES_MAX:
        raise Reject("event.field", "blobs.size")
    return Blob(tuple(chunks), size)
