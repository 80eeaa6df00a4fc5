"""Transmissions, receipts, parcels and sealed bodies: what is said is what is heard, and one changed byte is nothing at all."""

from __future__ import annotations

import copy

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import assume, given
from hypothesis import strategies as st

from nodekit.delivery.core.canonical import Reject, encode
from nodekit.delivery.core.limits import SPANS_PER_RECEIPT_MAX
from nodekit.delivery.core.link import Link, channel_name, genesis, sign_run
from nodekit.delivery.core.reading import HeardFetch, HeardPacket, HeardReceipts, HeardState, read
from nodekit.delivery.core.receipt import Span, read_receipt, sign_receipts, spans_of
from nodekit.delivery.core.statement import receipt_wires
from nodekit.delivery.core.suite import from_text
from nodekit.delivery.core.wire import FETCH, PKT, STATE, Mark, Packet, mark_body, open_wire, packet_wire, seal_wire, state_body
from nodekit.delivery.envelope import decode_event
from nodekit.parcels.form import Head, Run, Statement, open_parcel, seal_parcel
from nodekit.sealing import CannotOpen, Sealer
from nodekit.sealing.sealer import PADDED_BYTES, PLAINTEXT_BYTES_MAX
from tests.properties.strategies import AT, CITY, COUNTY, STRANGER, boots, changed, decided, events, hashes, numbers, objects, positions, states
from tests.support.keyrings import TrustingKeyring, keyrings

RINGS = keyrings(COUNTY, CITY, STRANGER)
THERE, BACK = channel_name(COUNTY, CITY), channel_name(CITY, COUNTY)
KEYS = {office: X25519PrivateKey.generate() for office in (COUNTY, CITY, STRANGER)}
bytes_changed = st.tuples(positions, st.integers(0, 254))


def sealer(office: str) -> Sealer:
    return Sealer(office, {"k": KEYS[office]}, lambda other: ("k", KEYS[other].public_key()))


def hear(data: bytes, src: str = COUNTY, me: str = CITY):
    return read(data, src=src, me=me, keyring=RINGS[me])


def never_read(data: bytes, at: int, by: int) -> None:
    with pytest.raises(Reject):
        hear(changed(data, at, by))
    with pytest.raises(Reject):
        hear(data, src=STRANGER)
    with pytest.raises(Reject):
        hear(data, me=STRANGER)


def run_of(raws: list[bytes], head: int, start: str) -> list[Link]:
    documents = [decode_event(raw) for raw in raws]
    return sign_run(THERE, head, start, [(event.id, event.eh) for event in documents], RINGS[COUNTY])


@given(states, bytes_changed)
def test_a_state_says_what_it_says(state, change):
    data = seal_wire(STATE, COUNTY, CITY, state_body(state), [], RINGS[COUNTY])
    heard = hear(data)
    assert isinstance(heard, HeardState)
    assert heard.state == state
    never_read(data, *change)


@given(st.lists(events(), min_size=1, max_size=4), numbers.map(lambda n: n // 2), hashes, boots, bytes_changed)
def test_a_packet_brings_its_events_in_their_places(raws, head, start, boot, change):
    links = run_of(raws, head, start)
    sent = Packet(head + 1, start, links[-1].kid, "intl-1", from_text(links[-1].sig), raws, boot)
    data = packet_wire(PKT, COUNTY, CITY, sent, RINGS[COUNTY])
    heard = hear(data)
    assert isinstance(heard, HeardPacket)
    assert ([event.raw for event in heard.events], [link.lh for link in heard.links], heard.first) == (raws, [link.lh for link in links], head + 1)
    never_read(data, *change)


@given(numbers, boots, boots, bytes_changed)
def test_a_fetch_asks_for_what_it_asks_for(after, boot, echo, change):
    data = seal_wire(FETCH, COUNTY, CITY, {**mark_body(Mark(boot, echo)), "after": after}, [], RINGS[COUNTY])
    heard = hear(data)
    assert isinstance(heard, HeardFetch)
    assert (heard.after, heard.mark) == (after, Mark(boot, echo))
    never_read(data, *change)


@given(objects, st.lists(st.binary(max_size=30).filter(lambda line: b"\n" not in line), max_size=4))
def test_lines_cannot_be_confused(body, lines):
    try:
        data = seal_wire(STATE, COUNTY, CITY, body, lines, RINGS[COUNTY])
    except Reject as reject:
        assert reject.code == "json.too_deep"
        return
    wire = open_wire(data, src=COUNTY, me=CITY, keyring=RINGS[CITY])
    assert (wire.body, wire.lines) == (body, lines)


@given(st.binary(max_size=300))
def test_whatever_an_authentic_sender_signs_is_read_or_rejected(content):
    for head in (b"", b'{"b":{},"f":"990121-inspection","k":"STATE","t":"990100-inspection","v":1}\n'):
        try:
            read(b"wir1 intl-1 k AAAA\n" + head + content, src=COUNTY, me=CITY, keyring=TrustingKeyring(CITY))
        except Reject:
            continue


@given(decided())
def test_spans_say_of_every_number_what_was_decided_and_of_no_other(decisions):
    spans = spans_of(decisions)
    said = {seq: (span.status, span.code, span.by) for span in spans for seq in range(span.first, span.last + 1)}
    assert said == {each.seq: (each.status, each.code, each.by) for each in decisions}
    assert sum(span.last - span.first + 1 for span in spans) == len(decisions)
    assert all(span.lh == f"{span.last:064x}" for span in spans)


@given(decided(), bytes_changed)
def test_receipts_read_back_for_their_channel_only(decisions, change):
    spans = spans_of(decisions)
    receipts = sign_receipts(BACK, spans, AT, RINGS[COUNTY])
    heard = hear(receipt_wires(COUNTY, CITY, [(each.document, each.kid, each.sig) for each in receipts], RINGS[COUNTY], Mark("0" * 32, ""))[0].data)
    assert isinstance(heard, HeardReceipts)
    assert [span for receipt in heard.receipts for span in receipt.spans] == spans
    for each in receipts:
        sig = from_text(each.sig)
        for channel, issuer, document in ((THERE, COUNTY, each.document), (BACK, STRANGER, each.document), (BACK, COUNTY, changed(each.document, *change))):
            with pytest.raises(Reject):
                read_receipt(document, issuer=issuer, channel=channel, kid=each.kid, sig=sig, keyring=RINGS[CITY])


@given(st.integers(1, 3 * SPANS_PER_RECEIPT_MAX))
def test_a_document_holds_as_many_spans_as_fit(count):
    receipts = sign_receipts(BACK, [Span(2 * n, 2 * n, "ab" * 32, "accepted") for n in range(1, count + 1)], AT, TrustingKeyring(COUNTY))
    assert len(receipts) == -(-count // SPANS_PER_RECEIPT_MAX)
    assert sum(len(receipt.spans) for receipt in receipts) == count


@given(st.lists(events(), max_size=3), decided(), numbers, hashes, bytes_changed)
def test_a_parcel_brings_what_was_packed_and_one_byte_spoils_it(raws, decisions, cursor, some_hash, change):
    start = genesis(THERE, RINGS[COUNTY])
    links = run_of(raws, 0, start) if raws else []
    runs = [Run(start, links, [decode_event(raw) for raw in raws])] if raws else []
    receipts = [(each.document, each.kid, each.sig) for each in sign_receipts(BACK, spans_of(decisions), AT, RINGS[COUNTY])]
    statement = Statement(cursor, some_hash, len(raws), some_hash, "", 0, ((1, 1),))
    data = seal_parcel(Head(COUNTY, CITY, "0" * 32, 1, AT), runs, receipts, statement, keyring=RINGS[COUNTY], sealer=sealer(COUNTY))
    parcel = open_parcel(data, keyring=RINGS[CITY], sealer=sealer(CITY))
    assert ([event.raw for run in parcel.runs for event in run.events], parcel.statement) == (raws, statement)
    assert [(each.document, each.kid, each.sig) for each in parcel.receipts] == receipts
    with pytest.raises(Reject):
        open_parcel(changed(data, *change), keyring=RINGS[CITY], sealer=sealer(CITY))
    with pytest.raises(Reject):
        open_parcel(data, keyring=RINGS[STRANGER], sealer=sealer(STRANGER))


@given(st.binary(max_size=2000), objects, bytes_changed)
def test_a_sealed_body_opens_under_its_own_header_only(plain, header, change):
    try:
        info = encode(header)
    except Reject:
        assume(False)
    sealed = sealer(COUNTY).seal(plain, info, CITY)
    assert sealer(CITY).open(sealed, info) == sealer(COUNTY).open(sealed, info) == plain
    for office, said, header_ in ((STRANGER, sealed, info), (CITY, sealed, changed(info, *change)), (CITY, spoiled(sealed, *change), info)):
        with pytest.raises(CannotOpen):
            sealer(office).open(said, header_)


@given(st.integers(0, PLAINTEXT_BYTES_MAX))
def test_from_outside_only_the_size_class_shows(length):
    sealed = sealer(COUNTY).seal(b"x" * length, b"{}", CITY)
    size = len(from_text(sealed["ct"])) - 16
    assert size in PADDED_BYTES
    assert size >= length + 4
    assert all(smaller < length + 4 for smaller in PADDED_BYTES if smaller < size)


def spoiled(sealed: dict, at: int, by: int) -> dict:
    """One character of one field of one slot, of the nonce or of the text made another."""
    again = copy.deepcopy(sealed)
    places = [(again, "ct"), (again, "nonce"), *((slot, name) for slot in again["to"] for name in ("enc", "kid", "office"))]
    where, name = places[at % len(places)]
    text = where[name]
    spot = at // len(places) % len(text)
    where[name] = text[:spot] + ("A" if text[spot] != "A" else "B") + text[spot + 1 :]
    return again
