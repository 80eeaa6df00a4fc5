"""Values of every kind that travels."""

from __future__ import annotations

from hypothesis import strategies as st

from nodekit.delivery.core.canonical import INTEGER_MAX
from nodekit.delivery.core.limits import RETIRED_MAX, WANT_MAX
from nodekit.delivery.core.receipt import Decided
from nodekit.delivery.core.wire import State
from nodekit.delivery.envelope import encode_event

COUNTY, CITY, STRANGER = "990121-inspection", "990100-inspection", "990122-inspection"
AT = "2026-11-22T00:00:00Z"

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
scalars = st.none() | st.booleans() | st.integers(-INTEGER_MAX, INTEGER_MAX) | texts
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3), max_leaves=8)
objects = st.dictionaries(texts, values, max_size=4)
numbers = st.integers(0, INTEGER_MAX)
hashes = st.binary(min_size=32, max_size=32).map(bytes.hex)
boots = st.binary(min_size=16, max_size=16).map(bytes.hex)
key_ids = st.from_regex(r"\A[A-Za-z0-9._:-]{1,20}\Z")
positions = st.integers(0, 10**9)
"""Taken modulo a length."""

states = st.builds(
    State, boot=boots, cursor=numbers, hash=hashes, head=numbers, head_hash=hashes, gap=numbers, want=st.lists(st.integers(1, INTEGER_MAX), max_size=WANT_MAX).map(tuple),
    undecided=numbers, quarantined=numbers, stop=st.sampled_from(("", "fork", "cloned")), chal=boots, echo=boots | st.just(""), open=boots | st.just(""),
    ask=st.none() | st.tuples(numbers, hashes), durable=numbers, retired=st.lists(boots, max_size=RETIRED_MAX).map(tuple),
)


@st.composite
def events(draw: st.DrawFn, src: str = COUNTY, dst: str = CITY) -> bytes:
    content = draw(st.fixed_dictionaries({"body": objects}) | st.fixed_dictionaries({"sealed": objects}))
    return encode_event(
        id=draw(st.uuids(version=4)), src=src, dst=dst, type="test.happened.v1", agg=draw(texts.filter(lambda text: text and "\0" not in text)), at=AT,
        re=draw(st.none() | st.uuids(version=4)), **content,
    )


@st.composite
def decided(draw: st.DrawFn) -> list[Decided]:
    """Decisions for distinct numbers, neighbours often alike."""
    chosen = sorted(draw(st.sets(st.integers(1, 400), min_size=1, max_size=60)))
    ways = st.sampled_from((("accepted", "", ""), ("accepted", "", "officer-1"), ("refused", "not_ours", "")))
    return [Decided(seq, f"{seq:064x}", *draw(ways)) for seq in chosen]


def changed(data: bytes, at: int, by: int) -> bytes:
    """One byte made another."""
    at %= len(data)
    return data[:at] + bytes([data[at] ^ (by % 255 + 1)]) + data[at + 1 :]
