"""Links, packets, receipts and STATE: what is signed is what is read, and nothing else is."""

from __future__ import annotations

import uuid
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nodekit.delivery.core.canonical import Reject, parse
from nodekit.delivery.core.link import channel_name, genesis, link_bytes, sign_run
from nodekit.delivery.core.reading import HeardPacket, HeardReceipts, HeardState, read
from nodekit.delivery.core.receipt import Decided, Span, sign_receipts, spans_of
from nodekit.delivery.core.statement import receipt_wires
from nodekit.delivery.core.suite import from_text, to_text
from nodekit.delivery.core.wire import BACK, FETCH, PKT, STATE, Mark, Packet, State, mark_body, packet_wire, seal_wire, state_body
from nodekit.delivery.envelope import decode_event, encode_event
from tests.support.keyrings import FirstKeys, keyrings

A, B, C = "990121-inspection", "990100-inspection", "990122-inspection"
RINGS = keyrings(A, B, C)
HASH = "ab" * 32
BOOT, CHAL = "0" * 32, "1" * 32
MARK = Mark(BOOT, CHAL)


def events(count: int, *, src: str = A, dst: str = B) -> list[bytes]:
    return [
        encode_event(
            id=uuid.UUID(int=n + 1, version=4), src=src, dst=dst, type="test.happened.v1", agg="case", at="2026-11-22T00:00:00Z", body={"n": n}
        )
        for n in range(count)
    ]


def packet(
    raws: list[bytes], *, head: int = 0, signer: str = A, src: str = A, dst: str = B, inner: list[bytes] | None = None, priors: tuple = ()
) -> bytes:
    name = channel_name(src, dst)
    prev = genesis(name, RINGS[src])
    links = sign_run(name, head, prev, [(decode_event(raw).id, decode_event(raw).eh) for raw in raws], RINGS[signer])
    sent = Packet(head + 1, prev, links[-1].kid, "intl-1", from_text(links[-1].sig or ""), inner or raws, BOOT, priors)
    return packet_wire(PKT, src, dst, sent, RINGS[src])


def own_past(raws: list[bytes], signer: str = B) -> bytes:
    """A returns to B what B had sent."""
    name = channel_name(B, A)
    prev = genesis(name, RINGS[A])
    links = sign_run(name, 0, prev, [(decode_event(raw).id, decode_event(raw).eh) for raw in raws], RINGS[signer])
    return packet_wire(BACK, A, B, Packet(1, prev, links[-1].kid, "intl-1", from_text(links[-1].sig or ""), raws), RINGS[A], MARK)


def prior_of(first: int, last: int, signer: str = B) -> tuple[bytes, str, str]:
    document = sign_receipts(channel_name(A, B), [Span(first, last, HASH, "accepted")], "2026-11-22T00:00:00Z", RINGS[signer])[0]
    return document.document, document.kid, document.sig


def test_link_bytes_are_canonical():
    written = link_bytes(channel_name(A, B), 7, HASH, HASH, "k.1", "intl-1")
    assert parse(written)["seq"] == 7


def test_a_run_is_read_back_with_one_signature_at_its_end():
    raws = events(5)
    heard = read(packet(raws, head=3), src=A, me=B, keyring=RINGS[B])
    assert isinstance(heard, HeardPacket)
    assert (heard.first, heard.last, [event.raw for event in heard.events]) == (4, 8, raws)
    assert [link.sig is not None for link in heard.links] == [False] * 4 + [True]


@pytest.mark.parametrize(
    ("data", "me", "src", "code"),
    [
        (packet(events(2)), C, A, "wire.wrong_recipient"),
        (packet(events(2)), B, C, "wire.not_authentic"),
        (packet(events(2, src=C)), B, A, "packet.event_elsewhere"),
        (packet(events(2, dst=C)), B, A, "packet.event_elsewhere"),
        (packet(events(3), inner=events(2)), B, A, "packet.link_not_authentic"),
        (packet(events(2), signer=C), B, A, "packet.link_not_authentic"),
        (seal_wire("GOSSIP", A, B, {}, [], RINGS[A]), B, A, "wire.version_unknown"),
        (seal_wire(FETCH, A, B, {"after": 3}, [], RINGS[A]), B, A, "wire.field"),
        (own_past(events(2, src=B, dst=A), signer=A), B, A, "packet.link_not_authentic"),
        (own_past(events(2)), B, A, "packet.event_elsewhere"),
        (seal_wire(PKT, A, B, {}, [], RINGS[A]), B, A, "packet.size"),
        (seal_wire(STATE, C, B, {}, [], RINGS[A]), B, A, "wire.wrong_sender"),
        (seal_wire(STATE, A, B, {}, [], RINGS[A]), B, A, "state.field"),
        (b"", B, A, "wire.malformed"),
        (b"wir1 intl-1 k1 AAAA\n", B, A, "wire.not_authentic"),
        (b"wir1 gm-1 k1 AAAA\n", B, A, "wire.malformed"),
        (b"x" * 500_000, B, A, "wire.too_large"),
    ],
)
def test_what_is_not_addressed_signed_and_chained_properly_is_rejected(data, me, src, code):
    with pytest.raises(Reject) as rejected:
        read(data, src=src, me=me, keyring=RINGS[me])
    assert rejected.value.code == code


SAID = State(
    BOOT, 1, HASH, 2, HASH, want=(1, 2), chal=CHAL, echo=CHAL, open=BOOT, ask=(3, HASH), durable=1, retired=("2" * 32,),
)
WIRES = {
    "packet": packet(events(3)),
    "state": seal_wire(STATE, A, B, state_body(SAID), [], RINGS[A]),
    "fetch": seal_wire(FETCH, A, B, {**mark_body(MARK), "after": 7}, [], RINGS[A]),
    "back": own_past(events(3, src=B, dst=A)),
    "packet with receipts": packet(events(2), priors=(prior_of(1, 2),)),
    "receipt": receipt_wires(
        A, B,
        [(item.document, item.kid, item.sig) for item in sign_receipts(channel_name(B, A), [Span(1, 3, HASH, "accepted")], "2026-11-22T00:00:00Z", RINGS[A])],
        RINGS[A], MARK,
    )[0].data,
}


@pytest.mark.parametrize("name", WIRES)
@given(data=st.data())
@settings(max_examples=300, deadline=None)
def test_any_changed_byte_is_rejected(name, data):
    wire = bytearray(WIRES[name])
    position = data.draw(st.integers(0, len(wire) - 1))
    wire[position] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Reject):
        read(bytes(wire), src=A, me=B, keyring=RINGS[B])


class Gullible(FirstKeys):
    """Accepts every signature, so that a fuzzed body gets past it."""

    kid = "k"

    def sign(self, data):
        return "k", b""

    def verify(self, office, kid, data, signature):
        return True

    def fingerprint(self, office):
        return office


@pytest.mark.parametrize("name", WIRES)
@given(data=st.data())
@settings(max_examples=400, deadline=None)
def test_even_an_authentic_sender_of_nonsense_only_gets_rejected(name, data):
    wire = bytearray(WIRES[name])
    start = wire.index(b"\n") + 1
    for _ in range(data.draw(st.integers(1, 4))):
        wire[data.draw(st.integers(start, len(wire) - 1))] = data.draw(st.sampled_from(b'0"{}[],:azZ\n\\-\xff'))
    with suppress(Reject):
        read(bytes(wire), src=A, me=B, keyring=Gullible())


def test_a_decision_given_back_that_is_not_ours_is_no_decision():
    """The packet is good all the same: its sender may hold what we signed under a key that was revoked since."""
    heard = read(packet(events(2), priors=(prior_of(1, 2, signer=A),)), src=A, me=B, keyring=RINGS[B])
    assert isinstance(heard, HeardPacket)
    assert (heard.priors, heard.last) == ((), 2)


def test_state_and_receipts_read_back():
    state = read(WIRES["state"], src=A, me=B, keyring=RINGS[B])
    assert isinstance(state, HeardState)
    assert state.state == SAID
    receipts = read(WIRES["receipt"], src=A, me=B, keyring=RINGS[B])
    assert isinstance(receipts, HeardReceipts)
    assert receipts.receipts[0].spans == (Span(1, 3, HASH, "accepted"),)


def test_a_receipt_for_another_channel_is_rejected():
    document = sign_receipts(channel_name(C, A), [Span(1, 1, HASH, "accepted")], "2026-11-22T00:00:00Z", RINGS[A])[0]
    wire = receipt_wires(A, B, [(document.document, document.kid, document.sig)], RINGS[A], MARK)[0]
    with pytest.raises(Reject):
        read(wire.data, src=A, me=B, keyring=RINGS[B])


def test_neighbours_decided_alike_share_a_span():
    decided = [Decided(1, "h1", "accepted"), Decided(2, "h2", "accepted"), Decided(3, "h3", "refused", "x"), Decided(5, "h5", "accepted")]
    assert spans_of(reversed(decided)) == [Span(1, 2, "h2", "accepted"), Span(3, 3, "h3", "refused", "x"), Span(5, 5, "h5", "accepted")]


def test_the_same_decision_always_signs_to_the_same_bytes():
    spans = [Span(1, 3, HASH, "accepted")]
    first, second = (sign_receipts(channel_name(B, A), spans, "2026-11-22T00:00:00Z", RINGS[A]) for _ in range(2))
    assert first == second


def test_a_signature_has_one_spelling():
    assert from_text(to_text(b"\xff" * 64)) == b"\xff" * 64
    for spelled in ("AB", "AA==", "A", "A A"):
        with pytest.raises(Reject):
            from_text(spelled)
