"""Canonical bytes, links and events: one value, one text, one hash."""

from __future__ import annotations

import json
import unicodedata
from contextlib import suppress

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nodekit.delivery.core.canonical import Reject, encode, normalised, parse
from nodekit.delivery.core.link import channel_name, extend, genesis, link_bytes, sign_run, signed_data
from nodekit.delivery.core.suite import from_text, to_text
from nodekit.delivery.envelope import decode_event, decode_stored_event, encode_event
from tests.properties.strategies import AT, CITY, COUNTY, STRANGER, changed, events, hashes, key_ids, numbers, objects, positions, texts, values
from tests.support.keyrings import keyrings

RINGS = keyrings(COUNTY, CITY, STRANGER)
CHANNEL = channel_name(COUNTY, CITY)


def written(value):
    try:
        return encode(value)
    except Reject as reject:
        assert reject.code == "json.too_deep"
        assume(False)


@given(values)
def test_what_is_written_reads_back_and_writes_the_same(value):
    text = written(value)
    assert parse(text) == value
    assert encode(parse(text)) == text


@given(objects, st.sampled_from((None, 1)), st.booleans(), st.sampled_from(((", ", ": "), (",", ": "), (" ,", ":"), (",", ":"))))
def test_any_other_text_of_the_same_value_is_refused(value, indent, ascii_only, separators):
    text = written(value)
    other = json.dumps(value, indent=indent, ensure_ascii=ascii_only, separators=separators).encode()
    assume(other != text)
    with pytest.raises(Reject):
        parse(other)


@given(values, values)
def test_different_values_have_different_texts(one, other):
    assert (written(one) == written(other)) == (json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True))


@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode(errors="surrogatepass")))
def test_garbage_is_refused_and_nothing_else(data):
    with suppress(Reject):
        assert encode(parse(data)) == data


@given(objects)
def test_normalising_is_done_once_and_for_all(value):
    once = normalised(value)
    assert normalised(once) == once
    assert all(unicodedata.is_normalized("NFC", key) for key in once)


@given(st.binary(max_size=80))
def test_a_signature_has_one_spelling(raw):
    text = to_text(raw)
    assert from_text(text) == raw
    for other in (text + "=", text + "A", text.replace("-", "+").replace("_", "/")):
        if other != text:
            with suppress(Reject):
                assert from_text(other) != raw


@given(st.lists(hashes, max_size=12), st.integers(0, 12), numbers.map(lambda n: n // 2), hashes, key_ids)
def test_a_chain_is_the_same_in_one_piece_or_in_two(ehs, cut, head, start, kid):
    first = extend(CHANNEL, head, start, ehs[:cut], kid)
    second = extend(CHANNEL, head + len(first), first[-1] if first else start, ehs[cut:], kid)
    assert first + second == extend(CHANNEL, head, start, ehs, kid)


@given(st.lists(hashes, min_size=1, max_size=12, unique=True), hashes, positions, hashes)
def test_the_last_hash_depends_on_every_event_their_order_and_the_start(ehs, start, at, other):
    last = extend(CHANNEL, 0, start, ehs, "k")[-1]
    at %= len(ehs)
    assume(other not in {*ehs, start})
    for events_, begun, head in (
        ([*ehs[:at], other, *ehs[at + 1:]], start, 0), (ehs[:at] + ehs[at + 1 :] + [other], start, 0), (ehs, other, 0), (ehs, start, 1),
    ):
        assert extend(CHANNEL, head, begun, events_, "k")[-1] != last
    assert extend(channel_name(CITY, COUNTY), 0, start, ehs, "k")[-1] != last


@given(numbers, hashes, hashes, key_ids)
def test_a_link_is_canonical_json(seq, prev, eh, kid):
    assert parse(link_bytes(CHANNEL, seq, prev, eh, kid, "intl-1")) == {
        "ch": CHANNEL, "eh": eh, "kid": kid, "prev": prev, "seq": seq, "suite": "intl-1", "v": 1,
    }


@given(st.lists(hashes, min_size=1, max_size=8))
def test_one_signature_at_the_end_of_a_run_stands_for_all_of_it(ehs):
    start = genesis(CHANNEL, RINGS[CITY])
    links = sign_run(CHANNEL, 0, start, [(str(n), eh) for n, eh in enumerate(ehs)], RINGS[COUNTY])
    before = links[-2].lh if len(links) > 1 else start
    data = signed_data(CHANNEL, len(ehs), before, ehs[-1], links[-1].kid, "intl-1")
    assert RINGS[CITY].verify(COUNTY, links[-1].kid, data, from_text(links[-1].sig))
    assert not RINGS[CITY].verify(STRANGER, links[-1].kid, data, from_text(links[-1].sig))
    assert [link.sig for link in links[:-1]] == [None] * (len(ehs) - 1)


@given(events())
def test_an_event_reads_back_and_is_stored_as_it_came(raw):
    event = decode_event(raw)
    assert event.raw == raw
    assert decode_stored_event(raw, event.eh) == event


@given(events(), positions, st.integers(0, 254))
def test_a_changed_event_is_refused_or_another_one(raw, at, by):
    with suppress(Reject):
        assert decode_event(changed(raw, at, by)).eh != decode_event(raw).eh


@given(st.uuids(version=4), texts.filter(lambda text: text and "\0" not in text), objects)
def test_text_we_write_is_nfc_whatever_was_typed(event_id, agg, body):
    forms = {encode_event(id=event_id, src=COUNTY, dst=CITY, type="test.happened.v1", agg=unicodedata.normalize(form, agg), at=AT, body=body) for form in ("NFC", "NFD")}
    assert len(forms) == 1
