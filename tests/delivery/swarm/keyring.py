"""Keys of simulated offices: keyed hashes for signatures, the shipped book for who believes what. A key folder outlives the database beside it."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from nodekit.delivery.core.key_paper import Generation, KeyPaper
from nodekit.delivery.core.rules import Rules
from nodekit.delivery.core.succession import KeyBook

PROVINCE = "990000-inspection"
ROOT_KEY = hashlib.sha256(b"root").digest()
OFFICES = tuple(f"99{index:04d}-inspection" for index in range(5))


def first_key(office: str) -> bytes:
    """Public and private in one: who holds it could forge, but the simulated bus does not."""
    return hashlib.sha256(b"key " + office.encode()).digest()


def mac(key: bytes, data: bytes) -> bytes:
    return hashlib.blake2b(data, key=key, digest_size=32).digest()


def verify(public: bytes, data: bytes, signature: bytes) -> bool:
    return hmac.compare_digest(signature, mac(public, data))


def parent_of(office: str) -> str | None:
    return None if office == PROVINCE else PROVINCE


@dataclass
class Folder:
    """Key files of one office, and the papers that lie beside them."""

    keys: dict[str, bytes] = field(default_factory=dict)
    papers: dict[str, KeyPaper] = field(default_factory=dict)

    def copy(self) -> Folder:
        return Folder(dict(self.keys), dict(self.papers))

    def add(self, papers: Iterable[KeyPaper]) -> None:
        self.papers.update((paper.dh, paper) for paper in papers)


class SwarmKeyring:
    """What one process believes: first keys, then every paper its folder and its database hold."""

    def __init__(self, office: str, folder: Folder, stored: Iterable[KeyPaper], rules: Rules) -> None:
        self._office, self._folder = office, folder
        self.book = KeyBook(verify, parent_of, ROOT_KEY, rules)
        for name in OFFICES:
            self.book.begin(name, first_key(name), first_key(name))
        self.learn([*folder.papers.values(), *stored])

    @property
    def generation(self) -> int:
        return self._present().n

    @property
    def kid(self) -> str:
        return self._present().kid

    def sign(self, data: bytes) -> tuple[str, bytes]:
        present = self._present()
        return present.kid, mac(present.signing, data)

    def verify(self, office: str, kid: str, data: bytes, signature: bytes) -> bool:
        return self.book.says(office, kid, data, signature)

    def verify_record(self, office: str, kid: str, data: bytes, signature: bytes, place: tuple[str, int]) -> bool:
        return self.book.wrote(office, kid, data, signature, place)

    def fingerprint(self, office: str) -> str:
        return hashlib.sha256(office.encode()).hexdigest()

    def proof(self) -> Sequence[KeyPaper]:
        return self.book.proof(self._office)

    def learn(self, papers: Sequence[KeyPaper]) -> list[KeyPaper]:
        return self.book.learn(papers)

    def _present(self) -> Generation:
        """The newest whose key is in the folder."""
        generations = self.book.generations(self._office)
        return next((gen for gen in reversed(generations) if gen.kid in self._folder.keys), generations[0])


class TrustingSwarmKeyring(SwarmKeyring):
    """Believes every signature; exists to show that the checks notice."""

    def verify(self, office: str, kid: str, data: bytes, signature: bytes) -> bool:
        return True

    def verify_record(self, office: str, kid: str, data: bytes, signature: bytes, place: tuple[str, int]) -> bool:
        return True
