"""One text, one reading: canonical JSON, events, and what is refused."""

from __future__ import annotations

import uuid
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
import rfc8785
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nodekit.delivery.core.canonical import EVENT_BYTES_MAX, INTEGER_MAX, Reject, encode, parse
from nodekit.delivery.envelope import decode_event, decode_stored_event, encode_event

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
scalars = st.none() | st.booleans() | st.integers(-INTEGER_MAX, INTEGER_MAX) | texts
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4), max_leaves=12)


@given(values)
@example({"\ue000": 1, "\U00010000": 2})  # byte order and UTF-16 order differ here
@example({"a": '\x00\x1f\x7f\u2028"\\/', "b": [-0, 2**53 - 1]})
@settings(max_examples=500, deadline=None)
def test_the_fast_encoder_writes_exactly_rfc_8785(value):
    try:
        written = encode(value)
    except Reject as reject:
        assert reject.code == "json.too_deep"
        return
    assert written == rfc8785.dumps(value)
    assert parse(written) == value


@given(values, st.data())
@settings(max_examples=500, deadline=None)
def test_bytes_changed_anywhere_are_refused_or_still_canonical(value, data):
    try:
        written = bytearray(encode(value))
    except Reject:
        return
    position = data.draw(st.integers(0, len(written) - 1))
    written[position] ^= 1 << data.draw(st.integers(0, 7))
    with suppress(Reject):
        assert encode(parse(bytes(written))) == bytes(written)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'{"a":1,"a":2}', "json.not_canonical"),
        (b'{"b":1,"a":2}', "json.not_canonical"),
        (b'{"a": 1}', "json.not_canonical"),
        (b'{"a":"\\u0041"}', "json.not_canonical"),
        (b"-0", "json.not_canonical"),
        (b"1.5", "json.type_not_allowed"),
        (b"1e2", "json.type_not_allowed"),
        (b"9007199254740992", "json.integer_too_large"),
        (b"[[[[[[[[[1]]]]]]]]]", "json.too_deep"),
        (b"[" * 5000, "json.malformed"),
        (b'"\\ud800"', "json.malformed"),
        (b"\xff", "json.malformed"),
        (b"", "json.malformed"),
        (b'"' + b"x" * 300_000 + b'"', "json.too_large"),
    ],
)
def test_refused_with_a_reason(data, code):
    with pytest.raises(Reject) as refused:
        parse(data)
    assert refused.value.code == code


def make(**changes):
    fields = {
        "id": uuid.UUID(int=7), "src": "990121-inspection", "dst": "990100-inspection", "type": "clue_transfer.sealed.v1",
        "agg": "案件-1", "at": datetime(2026, 11, 22, 8, 30, tzinfo=timezone(timedelta(hours=8))), "body": {"题": "内容"},
    }
    return encode_event(**{**fields, **changes})


def test_an_event_reads_back_as_written():
    raw = make(re=uuid.UUID(int=9), tp="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
    doc = decode_event(raw)
    assert (doc.id, doc.src, doc.agg, doc.body, doc.sealed) == (str(uuid.UUID(int=7)), "990121-inspection", "案件-1", {"题": "内容"}, None)
    assert (doc.re, doc.at, doc.said_at) == (str(uuid.UUID(int=9)), "2026-11-22T00:30:00Z", datetime(2026, 11, 22, 0, 30, tzinfo=UTC))
    assert decode_stored_event(raw, doc.eh) == doc


def test_text_we_write_is_nfc():
    assert make(body={"e\u0301": "e\u0301"}) == make(body={"\u00e9": "\u00e9"})


def test_unknown_fields_survive_in_the_bytes():
    raw = make()
    extended = encode({**parse(raw), "later": {"field": 1}})
    assert decode_event(extended).raw == extended


@pytest.mark.parametrize(
    "changes",
    [
        {"src": "Not An Office"}, {"type": "x"}, {"agg": ""}, {"agg": "x" * 201}, {"agg": "a\0b"}, {"at": "2026-13-01T00:00:00Z"}, {"at": "yesterday"},
        {"at": datetime(2026, 1, 1)}, {"body": None}, {"sealed": {"c": "x"}}, {"id": "7"}, {"re": "7"}, {"tp": "00-1-2-3"},
        {"body": {"x": 1.5}}, {"body": {"x": "y" * EVENT_BYTES_MAX}},
    ],
)
def test_a_malformed_event_cannot_be_written(changes):
    with pytest.raises(Reject):
        make(**changes)


@given(st.binary(max_size=200))
@settings(max_examples=300, deadline=None)
def test_garbage_is_refused_cleanly(data):
    with pytest.raises(Reject):
        decode_event(data)


@given(st.data())
@settings(max_examples=500, deadline=None)
def test_a_mutated_event_is_refused_or_another_event(data):
    raw = bytearray(make())
    for _ in range(data.draw(st.integers(1, 3))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        doc = decode_event(bytes(raw))
    except Reject:
        return
    assert doc.raw == bytes(raw)
