"""The files of an enrolment as texts."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nodekit.joining.papers import PaperRefused, entry_of, same_fingerprint
from nodekit.peers.keyfiles import fingerprint

ENTRY = {"id": "990123-inspection", "name": "新设县委巡察办", "tier": "county", "kind": "inspection", "division": "990123", "parent": "990100-inspection"}
TEXT = "[[office]]\n" + "".join(f'{key} = "{value}"\n' for key, value in ENTRY.items())


def test_one_office_is_read_as_in_the_list_of_offices() -> None:
    assert entry_of(TEXT) == ENTRY


@pytest.mark.parametrize("text", ["", "x", "office = 3", TEXT * 2, TEXT.replace("name", "nome"), TEXT.replace('"county"', "3"), TEXT + 'colour = "red"\n'])
def test_anything_else_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(PaperRefused, match="新单位登记表"):
        entry_of(text)


def test_a_fingerprint_read_out_counts_from_sixteen_right_digits() -> None:
    key = Ed25519PrivateKey.generate().public_key()
    digits = fingerprint(key)
    assert same_fingerprint(key, digits) and same_fingerprint(key, f"{digits[:4]} {digits[4:16].upper()}")
    assert not same_fingerprint(key, digits[:15]) and not same_fingerprint(key, "") and not same_fingerprint(key, digits[1:] + "0")
