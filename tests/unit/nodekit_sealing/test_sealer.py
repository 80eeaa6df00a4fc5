"""Sealing: one office reads, and no byte of the message is free to change."""

import base64
import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from nodekit.sealing import CannotOpen, Sealer, TooLargeToSeal
from nodekit.sealing.sealer import PADDED_BYTES, PLAINTEXT_BYTES_MAX

COUNTY, DESK, HUB = "990121-inspection", "990121-discipline", "990100-inspection"
KEYS = {office: X25519PrivateKey.generate() for office in (COUNTY, DESK, HUB)}
INFO = b'{"dst":"990121-discipline","id":"1","src":"990121-inspection"}'
CLUE = "问题线索:示例".encode()


def sealer(office: str) -> Sealer:
    return Sealer(office, {f"kid-{office}": KEYS[office]}, lambda other: (f"kid-{other}", KEYS[other].public_key()))


@pytest.fixture(scope="module")
def sealed() -> dict[str, Any]:
    return sealer(COUNTY).seal(CLUE, INFO, DESK)


def test_the_addressee_and_the_sender_read_it(sealed: dict[str, Any]) -> None:
    through_the_wire = json.loads(json.dumps(sealed))
    assert sealer(DESK).open(through_the_wire, INFO) == CLUE
    assert sealer(COUNTY).open(through_the_wire, INFO) == CLUE


def test_nobody_else_reads_it(sealed: dict[str, Any]) -> None:
    with pytest.raises(CannotOpen):
        sealer(HUB).open(sealed, INFO)


def test_it_cannot_be_moved_to_another_event(sealed: dict[str, Any]) -> None:
    with pytest.raises(CannotOpen) as caught:
        sealer(DESK).open(sealed, INFO.replace(b"1", b"2", 1))
    assert caught.value.hint
    assert "线索" not in str(caught.value.as_json())


def mutations(sealed: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every field dropped, replaced, and one bit of every binary field's first, middle and last character changed."""
    for field in sealed:
        yield f"without {field}", {key: value for key, value in sealed.items() if key != field}
        for value in (None, "", 7, [], {}, "AAAA"):
            yield f"{field}={value!r}", sealed | {field: value}
    yield "extra field", sealed | {"note": "x"}
    for field in ("nonce", "ct"):
        text = sealed[field]
        for at in (0, len(text) // 2, len(text) - 1):
            yield f"{field}[{at}]", sealed | {field: text[:at] + ("B" if text[at] != "B" else "C") + text[at + 1 :]}
        yield f"{field} padded", sealed | {field: text + "="}
        yield f"{field} shortened", sealed | {field: text[:-4]}
    for slot in range(len(sealed["to"])):
        for key, value in (("office", HUB), ("kid", "kid-x"), ("enc", sealed["to"][1 - slot]["enc"])):
            changed = copy.deepcopy(sealed)
            changed["to"][slot][key] = value
            yield f"to[{slot}].{key}", changed
        dropped = copy.deepcopy(sealed)
        del dropped["to"][slot]
        yield f"without to[{slot}]", dropped
    yield "slots swapped", sealed | {"to": sealed["to"][::-1]}
    yield "slot doubled", sealed | {"to": [*sealed["to"], sealed["to"][0]]}


def test_every_mutation_is_refused_cleanly(sealed: dict[str, Any]) -> None:
    tried = list(mutations(sealed))
    assert len(tried) > 45
    for what, changed in tried:
        with pytest.raises(CannotOpen):
            sealer(DESK).open(changed, INFO)
            pytest.fail(f"opened although changed: {what}")


@given(position=st.integers(0, 10_000), bit=st.integers(0, 7))
@settings(max_examples=150, deadline=None)
def test_every_flipped_bit_of_the_ciphertext_is_noticed(position: int, bit: int) -> None:
    message = sealer(COUNTY).seal(CLUE, INFO, DESK)
    raw = bytearray(base64.urlsafe_b64decode(message["ct"] + "=" * (-len(message["ct"]) % 4)))
    raw[position % len(raw)] ^= 1 << bit
    message["ct"] = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
    with pytest.raises(CannotOpen):
        sealer(DESK).open(message, INFO)


@given(
    junk=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8
    )
)
@settings(max_examples=150, deadline=None)
def test_junk_is_refused_cleanly(junk: Any) -> None:
    for message in ({"suite": "intl-1", "to": junk, "nonce": junk, "ct": junk}, junk):
        with pytest.raises(CannotOpen):
            sealer(DESK).open(message, INFO)


@pytest.mark.parametrize("length", [0, 1, 1020, 1021, 4092, 4093, 65_532, PLAINTEXT_BYTES_MAX])
def test_length_is_hidden_in_five_classes(length: int) -> None:
    message = sealer(COUNTY).seal(b"x" * length, INFO, DESK)
    size = len(base64.urlsafe_b64decode(message["ct"] + "=" * (-len(message["ct"]) % 4))) - 16
    assert size == min(padded for padded in PADDED_BYTES if padded >= length + 4)
    assert sealer(DESK).open(message, INFO) == b"x" * length
    assert len(json.dumps(message)) < 256 * 1024


def test_too_long_a_text_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(TooLargeToSeal):
        sealer(COUNTY).seal(b"x" * (PLAINTEXT_BYTES_MAX + 1), INFO, DESK)


def test_the_same_text_never_looks_the_same() -> None:
    first, second = (sealer(COUNTY).seal(CLUE, INFO, DESK) for _ in range(2))
    assert first["ct"] != second["ct"]
    assert first["nonce"] != second["nonce"]


def test_an_event_to_oneself_has_one_slot() -> None:
    message = sealer(COUNTY).seal(CLUE, INFO, COUNTY)
    assert len(message["to"]) == 1
    assert sealer(COUNTY).open(message, INFO) == CLUE
