"""A link: the place of one event in one channel, written once per number and chained to the one before.

Link bytes are a pure function of six short fields, so they are rebuilt on both sides and never parsed: there is no
second reading of them. In a run of consecutive links only the last is signed; its hash covers the others. A later key of the office may
sign the same bytes anew when a run is sent again: the hash, which names the key of the day it was numbered, stays.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from nodekit.delivery.core.canonical import INTEGER_MAX, Reject
from nodekit.delivery.core.suite import INTL_1, TAG_GENESIS, TAG_LINK, Keyring, from_text, to_text

LINK_VERSION = 1
HASH = re.compile(r"[0-9a-f]{64}")
KEY_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
CHANNEL = re.compile(r"[a-z0-9][a-z0-9-]{0,62}>[a-z0-9][a-z0-9-]{0,62}")


@dataclass(frozen=True, slots=True)
class Link:
    """One number of one channel. `sig` is None inside a run, else base64url, behind `<key id>:` if a later key than `kid` signed."""

    seq: int
    eh: str
    lh: str
    kid: str
    suite: str
    sig: str | None
    event_id: str


def channel_name(src: str, dst: str) -> str:
    return f"{src}>{dst}"


def genesis(channel: str, keyring: Keyring) -> str:
    """`prev` of number 1: ties the chain to the two offices' pinned keys."""
    src, _, dst = channel.partition(">")
    return INTL_1.digest(TAG_GENESIS + f"{channel}\0{keyring.fingerprint(src)}\0{keyring.fingerprint(dst)}".encode())


def link_bytes(channel: str, seq: int, prev: str, eh: str, kid: str, suite: str) -> bytes:
    """RFC 8785 bytes of a link; every field is checked ASCII, so a template is exact (and a test proves it)."""
    return (
        f'{{"ch":"{channel}","eh":"{eh}","kid":"{kid}","prev":"{prev}","seq":{seq},"suite":"{suite}","v":{LINK_VERSION}}}'
    ).encode()


def link_hash(channel: str, seq: int, prev: str, eh: str, kid: str, suite: str) -> str:
    return INTL_1.digest(TAG_LINK + link_bytes(channel, seq, prev, eh, kid, suite))


def extend(channel: str, head: int, head_hash: str, ehs: Sequence[str], kid: str, suite: str = INTL_1.name) -> list[str]:
    """Hashes of the links that put events `ehs` behind `head`."""
    if not (CHANNEL.fullmatch(channel) and KEY_ID.fullmatch(kid) and HASH.fullmatch(head_hash) and 0 <= head < INTEGER_MAX):
        raise Reject("link.field")
    hashes = []
    for offset, eh in enumerate(ehs, start=1):
        head_hash = link_hash(channel, head + offset, head_hash, eh, kid, suite)
        hashes.append(head_hash)
    return hashes


def signed_data(channel: str, seq: int, prev: str, eh: str, kid: str, suite: str) -> bytes:
    """What a link signature signs."""
    return TAG_LINK + link_bytes(channel, seq, prev, eh, kid, suite)


def signature_of(kid: str, sig: str) -> tuple[str, bytes]:
    """(key that signed, signature) of a link numbered under `kid`. Raises Reject."""
    by, _, raw = sig.rpartition(":")
    return by or kid, from_text(raw)


def signature_text(kid: str, by: str, raw: bytes) -> str:
    """As a link keeps it."""
    return to_text(raw) if by == kid else f"{by}:{to_text(raw)}"


def vouch(channel: str, before: str, link: Link, keyring: Keyring) -> tuple[str, bytes]:
    """(key, signature) of a signed link: its own, or one by the key in use if it was numbered under a key this office had before. The peer need
    not know or trust that one any more; the link and its hash stay as they are. Raises Reject."""
    by, signature = signature_of(link.kid, link.sig or "")
    if by == keyring.kid:
        return by, signature
    return keyring.sign(signed_data(channel, link.seq, before, link.eh, link.kid, link.suite))


def sign_run(
    channel: str, head: int, head_hash: str, events: Sequence[tuple[str, str]], keyring: Keyring, kid: str = "unknown"
) -> list[Link]:
    """Number a run of (event id, event hash) behind `head` and sign its last link.

    `kid` is the key id last seen from the keyring; if the keyring has moved on, the run is chained again under the new one.
    """
    while True:
        hashes = extend(channel, head, head_hash, [eh for _, eh in events], kid)
        prev = hashes[-2] if len(hashes) > 1 else head_hash
        used, signature = keyring.sign(signed_data(channel, head + len(events), prev, events[-1][1], kid, INTL_1.name))
        if used == kid:
            break
        kid = used
    return [
        Link(head + offset, eh, lh, kid, INTL_1.name, None if offset < len(events) else to_text(signature), event_id)
        for offset, ((event_id, eh), lh) in enumerate(zip(events, hashes, strict=True), start=1)
    ]
