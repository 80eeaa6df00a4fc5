"""GETB and CHUNK on the wire: a peer is asked for chunks by name, and gives each in a transmission of its own, or says it has them not.

The bytes of a chunk stand behind the head as they are: what the frame takes for lines is put together again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nodekit.delivery.core.canonical import Reject
from nodekit.delivery.core.limits import CHUNK_BYTES_MAX, CHUNKS_PER_GETB_MAX
from nodekit.delivery.core.link import HASH
from nodekit.delivery.core.suite import Keyring
from nodekit.delivery.core.wire import CHUNK, GETB, Mark, Out, Wire, mark_body, number_field, seal_wire, text_field


def ask_wire(me: str, peer: str, seq: int, names: Sequence[str], mark: Mark, keyring: Keyring, *, own: bool) -> Out:
    """Ask for chunks of number `seq` of the peer's channel to us, or, if `own`, of our channel to it (we were restored)."""
    body = {**mark_body(mark), "seq": seq, "own": own, "h": list(names)}
    return Out(peer, GETB, seal_wire(GETB, me, peer, body, [], keyring))


def chunk_wire(me: str, peer: str, name: str, data: bytes, keyring: Keyring) -> Out:
    return Out(peer, CHUNK, seal_wire(CHUNK, me, peer, {"h": name}, [data], keyring))


def gone_wire(me: str, peer: str, names: Sequence[str], mark: Mark, keyring: Keyring) -> Out:
    """Say that these chunks cannot be given: they are not here, or not what their names say."""
    return Out(peer, CHUNK, seal_wire(CHUNK, me, peer, {**mark_body(mark), "gone": list(names)}, [], keyring))


def read_ask(wire: Wire) -> tuple[bool, int, tuple[str, ...]]:
    """(own, seq, names) of a GETB."""
    own = wire.body.get("own")
    if not isinstance(own, bool):
        raise Reject("wire.field", "own")
    return own, number_field(wire.body, "seq", 1), _names(wire.body, "h")


def read_chunk(wire: Wire) -> tuple[str, bytes]:
    """Name and bytes; whether they match is judged by whoever keeps them."""
    data = b"\n".join(wire.lines)
    if not 0 < len(data) <= CHUNK_BYTES_MAX:
        raise Reject("chunk.size", f"{len(data)} bytes")
    return text_field(wire.body, "h", HASH), data


def read_gone(wire: Wire) -> tuple[str, ...]:
    return _names(wire.body, "gone")


def _names(body: dict[str, Any], field: str) -> tuple[str, ...]:
    names = body.get(field)
    if not isinstance(names, list) or not 0 < len(names) <= CHUNKS_PER_GETB_MAX:
        raise Reject("wire.field", field)
    if not all(isinstance(name, str) and HASH.fullmatch(name) for name in names):
        raise Reject("wire.field", field)
    return tuple(names)
