"""`python -m tests.fuzz.worst`: time and memory the reading of one transmission takes at most; a report, not a test of this machine.

Inputs are as large as a transmission may be and signed by an authentic sender, so that nothing stops them early.
"""

from __future__ import annotations

import gc
import random
import time
import tracemalloc
from collections.abc import Iterator

from nodekit.delivery.core.canonical import TEXT_BYTES_MAX, WIRE_BYTES_MAX, Reject
from nodekit.delivery.core.reading import read
from nodekit.delivery.core.suite import TAG_WIRE, to_text
from tests.fuzz.corpus import CITY, COUNTY, STRANGER, converse
from tests.fuzz.mutate import spoiled
from tests.support.keyrings import TestKeyring, TrustingKeyring, keyrings

GOAL_MS, GOAL_MIB = 50, 16
ROUNDS = 5
HEAD = b'{"b":%s,"f":"990121-inspection","k":"%s","t":"990100-inspection","v":1}'
EVENT = (
    b'{"agg":"a","at":"2026-11-22T00:00:00Z","body":%s,"dst":"990100-inspection","id":"00000000-0000-4000-8000-000000000001",'
    b'"src":"990121-inspection","type":"test.happened.v1","v":1}'
)
PACKET_BODY = b'{"boot":"%s","kid":"k1","prev":"%s","seq":1,"sig":"AAAA","suite":"intl-1"}' % (b"0" * 32, b"0" * 64)


def largest() -> Iterator[tuple[str, bytes]]:
    """(name, content behind the signature line)."""
    room = WIRE_BYTES_MAX - 300
    for name, text in (("[", b"["), ("quotes", b'"'), ("backslashes", b"\\"), ("digits", b"1"), ("line feeds", b"\n"), ("NULs", b"\0"), ("[[1],", b"[[1],")):
        yield f"{room // 1024} KiB of {name}", (text * room)[:room]
    text = TEXT_BYTES_MAX - 200
    yield "head: one long text", HEAD % (b'{"a":"' + b"x" * (text - 20) + b'"}', b"STATE")
    yield "head: one long text, 3 bytes a character", HEAD % (b'{"a":"' + "检".encode() * (text // 3 - 20) + b'"}', b"STATE")
    yield "head: small numbers", HEAD % (b'{"a":[' + b",".join([b"1"] * (text // 2 - 20)) + b"]}", b"STATE")
    yield "head: empty objects", HEAD % (b'{"a":[' + b",".join([b"{}"] * (text // 3 - 20)) + b"]}", b"STATE")
    yield "head: sorted keys", HEAD % (b"{" + b",".join(b'"%06d":1' % n for n in range(text // 11 - 20)) + b"}", b"STATE")
    yield "head: keys beyond ASCII", HEAD % (b"{" + b",".join(f'"检{n:06d}":1'.encode() for n in range(text // 14 - 20)) + b"}", b"STATE")
    small = EVENT % b"{}"
    yield "packet: as many small events as fit", b"\n".join([HEAD % (PACKET_BODY, b"PKT"), *[small] * 512])
    wide = EVENT % (b"{" + b",".join(b'"%05d":[1,[],{}]' % n for n in range(11_000)) + b"}")
    yield "packet: one wide event", b"\n".join([HEAD % (PACKET_BODY, b"PKT"), wide])


def spoiled_ones(count: int) -> Iterator[tuple[str, bytes]]:
    rng, said = random.Random(7), converse(TrustingKeyring).said
    for _ in range(count):
        how, data = spoiled(rng, rng.choice(said), said)
        yield f"spoiled: {how}", data.partition(b"\n")[2]


def measure(content: bytes, rings: dict[str, TestKeyring]) -> tuple[float, float, str]:
    """(milliseconds, the best of ROUNDS; MiB at the peak; what came of it)."""
    kid, signature = rings[COUNTY].sign(TAG_WIRE + content)
    data = f"wir1 intl-1 {kid} {to_text(signature)}\n".encode() + content
    best, came = float("inf"), ""
    for _ in range(ROUNDS):
        started = time.perf_counter()
        came = _outcome(data, rings)
        best = min(best, time.perf_counter() - started)
    gc.collect()
    tracemalloc.start()
    _outcome(data, rings)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return best * 1000, peak / 2**20, came


def _outcome(data: bytes, rings: dict[str, TestKeyring]) -> str:
    try:
        return type(read(data, src=COUNTY, me=CITY, keyring=rings[CITY])).__name__
    except Reject as reject:
        return reject.code


def main() -> None:
    rings = keyrings(COUNTY, CITY, STRANGER)
    print(f"{'ms':>8} {'MiB':>7}  input, what came of it      (goal: {GOAL_MS} ms, {GOAL_MIB} MiB)")
    for name, content in largest():
        took, peak, came = measure(content, rings)
        print(f"{took:8.2f} {peak:7.2f}  {name}: {came}")
    worst = max((measure(content, rings)[:2] for _, content in spoiled_ones(2_000)), key=lambda each: each[0])
    print(f"{worst[0]:8.2f} {worst[1]:7.2f}  slowest of 2,000 spoiled transmissions")


if __name__ == "__main__":
    main()
