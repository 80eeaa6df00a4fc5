"""Keyrings for tests: real Ed25519, and a fast keyed hash for simulations of many thousand messages."""

from __future__ import annotations

import hashlib
import hmac
from abc import ABC, abstractmethod
from collections.abc import Sequence

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nodekit.delivery.core.key_paper import KeyPaper
from nodekit.delivery.core.suite import INTL_1


class FirstKeys(ABC):
    """For keyrings of offices that never change their keys."""

    generation = 1

    @abstractmethod
    def verify(self, office: str, kid: str, data: bytes, signature: bytes) -> bool: ...

    def verify_record(self, office: str, kid: str, data: bytes, signature: bytes, place: tuple[str, int]) -> bool:
        return self.verify(office, kid, data, signature)

    def proof(self) -> Sequence[KeyPaper]:
        return ()

    def learn(self, papers: Sequence[KeyPaper]) -> list[KeyPaper]:
        return []


class TestKeyring(FirstKeys):
    """Ed25519 keys of a few offices; everybody's public key is pinned by everybody."""

    __test__ = False

    def __init__(self, office: str, private: dict[str, Ed25519PrivateKey]) -> None:
        raw = serialization.Encoding.Raw
        self._private = private[office].private_bytes(raw, serialization.PrivateFormat.Raw, serialization.NoEncryption())
        self._public = {name: key.public_key().public_bytes(raw, serialization.PublicFormat.Raw) for name, key in private.items()}
        self.kid = f"{office}.1"

    def sign(self, data: bytes) -> tuple[str, bytes]:
        return self.kid, INTL_1.sign(self._private, data)

    def verify(self, office: str, kid: str, data: bytes, signature: bytes) -> bool:
        return office in self._public and kid == f"{office}.1" and INTL_1.verify(self._public[office], data, signature)

    def fingerprint(self, office: str) -> str:
        return hashlib.sha256(self._public[office]).hexdigest()


def keyrings(*offices: str) -> dict[str, TestKeyring]:
    """One keyring per office, all knowing each other."""
    private = {office: Ed25519PrivateKey.generate() for office in offices}
    return {office: TestKeyring(office, private) for office in offices}


class HashKeyring(FirstKeys):
    """Keyed hashes instead of signatures: every office could forge, but the simulated bus cannot."""

    kid = "k1"

    def __init__(self, office: str) -> None:
        self._office = office

    def sign(self, data: bytes) -> tuple[str, bytes]:
        return "k1", self._mac(self._office, data)

    def verify(self, office: str, kid: str, data: bytes, signature: bytes) -> bool:
        return kid == "k1" and hmac.compare_digest(signature, self._mac(office, data))

    def fingerprint(self, office: str) -> str:
        return hashlib.sha256(office.encode()).hexdigest()

    def _mac(self, office: str, data: bytes) -> bytes:
        return hashlib.blake2b(data, key=office.encode(), digest_size=32).digest()


class TrustingKeyring(HashKeyring):
    """Believes every signature; exists to show that the checks notice."""

    def verify(self, office: str, kid: str, data: bytes, signature: bytes) -> bool:
        return True
