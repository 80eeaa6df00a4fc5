"""introductions.json is read before there is a keyring: only what a known superior signed adds an office."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from nodekit.peers.introduction import NotIntroduced, introduce, read_file, write_file
from nodekit.peers.published import OfficeKeys

PARENT, CHILD = "990100-inspection", "990199-inspection"
OFFICE = {"id": CHILD, "parent": PARENT}


class Signer:
    """An office with keys of its own."""

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.generate()
        self.keys = OfficeKeys(self._key.public_key(), X25519PrivateKey.generate().public_key())

    def sign(self, data: bytes) -> tuple[str, bytes]:
        return self.keys.signing_kid, self._key.sign(data)


class Impostor(Signer):
    """Signs with a key of its own under the name of another's key."""

    def __init__(self, victim: Signer) -> None:
        super().__init__()
        self._victim = victim

    def sign(self, data: bytes) -> tuple[str, bytes]:
        return self._victim.keys.signing_kid, super().sign(data)[1]


def written(folder: Path, signer: Signer, child: Signer) -> Path:
    write_file(folder, [introduce(OFFICE, child.keys, by=PARENT, at="2026-03-02T08:00:00Z", keyring=signer)])
    return folder


def test_what_the_superior_signed_adds_the_office(tmp_path: Path) -> None:
    parent, child = Signer(), Signer()
    found = read_file(written(tmp_path, parent, child), {PARENT: parent.keys})
    assert {office: keys.raw for office, keys in found.items()} == {CHILD: child.keys.raw}


def test_a_signature_of_somebody_else_is_refused(tmp_path: Path) -> None:
    parent = Signer()
    with pytest.raises(NotIntroduced):
        read_file(written(tmp_path, Impostor(parent), Signer()), {PARENT: parent.keys})


def test_an_unknown_superior_introduces_nobody(tmp_path: Path) -> None:
    with pytest.raises(NotIntroduced):
        read_file(written(tmp_path, Signer(), Signer()), {})


def test_a_known_key_is_not_replaced(tmp_path: Path) -> None:
    parent, child = Signer(), Signer()
    assert read_file(written(tmp_path, parent, Signer()), {PARENT: parent.keys, CHILD: child.keys}) == {}
