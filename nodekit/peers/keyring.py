"""Whose signature is whose: the node's own key, the pinned first keys of the others and what followed from them. What the delivery core calls `Keyring`.

First keys come from pins; papers (delivery/core/succession.py) say which key followed which and which is revoked. A key in dispute (the
directory shows one that neither is pinned nor follows from the pin) is settled towards the pin: signatures of the new key do not verify,
and nothing is sealed to either until people have decided (pins.py).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from nodekit.delivery.core.key_paper import Generation, KeyPaper, kid_of
from nodekit.delivery.core.succession import KeyBook
from nodekit.peers.errors import PeerKeyChanged, PeerKeyRevoked, UnknownOffice
from nodekit.peers.introduction import read_file
from nodekit.peers.keyfiles import fingerprint, key_id
from nodekit.peers.papers import read_folder_papers
from nodekit.peers.published import OfficeKeys, read_published

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from nodekit.peers.keyfiles import OfficeSecrets


@lru_cache(8192)
def _public(raw: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(raw)


@lru_cache(8192)
def keys_of(generation: Generation) -> OfficeKeys:
    """A generation as key objects."""
    return OfficeKeys(_public(generation.signing), X25519PublicKey.from_public_bytes(generation.sealing))


def verify_raw(public: bytes, data: bytes, signature: bytes) -> bool:
    """Ed25519 over raw keys."""
    try:
        _public(public).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


def _nobody(_office: str) -> None:
    return None


class FileBeliever:
    """What files alone say of keys: first keys of a directory, papers, and introductions as they are read."""

    def __init__(self, published: Mapping[str, OfficeKeys], papers: Sequence[KeyPaper], parent_of: Callable[[str], str | None], root: bytes) -> None:
        self.book, self._papers = KeyBook(verify_raw, parent_of, root), papers
        for office, keys in published.items():
            self.book.begin(office, *keys.raw)
        self.book.learn(papers)

    def verify(self, office: str, kid: str, data: bytes, signature: bytes) -> bool:
        return self.book.ever(office, kid, data, signature)

    def include(self, office: str, keys: OfficeKeys) -> None:
        if not self.book.generations(office):
            self.book.begin(office, *keys.raw)
            self.book.learn(self._papers)

    def newest(self, office: str) -> OfficeKeys | None:
        generation = self.book.newest(office)
        return keys_of(generation) if generation else None


class Keyring:
    """Keys by office. Knows nothing of the database; `joining.membership.recall` fills it from there at start.

    Args:
        office: this office's id.
        signing: its first private signing key.
        published: first keys of all offices, from the signed directory.
        parent_of: the office above on the bus; only it signs papers about an office's keys.
        root: raw public key of the province's root, which signs the province's papers.
        later: further private signing keys of this office by key id; which one is used, its papers say.
    """

    def __init__(
        self, office: str, signing: Ed25519PrivateKey, published: Mapping[str, OfficeKeys], *,
        parent_of: Callable[[str], str | None] = _nobody, root: bytes = b"", later: Mapping[str, Ed25519PrivateKey] | None = None,
    ) -> None:
        self.office, self.offered = office, dict(published)
        self.book = KeyBook(verify_raw, parent_of, root)
        for name, keys in published.items():
            self.book.begin(name, *keys.raw)
        self._first = key_id(signing.public_key())
        self._private = {self._first: signing} | dict(later or {})
        self._anchors: dict[str, str] = {}
        self._disputed: dict[str, PeerKeyChanged] = {}

    @classmethod
    def load(
        cls, office: str, secrets: OfficeSecrets, directory_file: Path, folder: Path | None = None, *, parent_of: Callable[[str], str | None] = _nobody,
    ) -> Keyring:
        """From the office's secrets, the signed directory, and what its key folder holds of introductions and papers.

        Raises:
            DirectoryNotTrusted: the directory is not signed by the root this office was given.
            UnknownOffice: the directory does not list this office with the key it holds.
        """
        published, papers = read_published(directory_file, secrets.root), read_folder_papers(folder) if folder else []
        if folder is not None:
            published |= read_file(folder, published, FileBeliever(published, papers, parent_of, secrets.root.public_bytes_raw()))
        own = published.get(office)
        if own is None or own.signing_kid != key_id(secrets.signing.public_key()):
            raise UnknownOffice(office)
        later = {kid: pair.signing for kid, pair in secrets.later.items()}
        keyring = cls(office, secrets.signing, published, parent_of=parent_of, root=secrets.root.public_bytes_raw(), later=later)
        keyring.learn(papers)
        return keyring

    @property
    def known(self) -> dict[str, OfficeKeys]:
        """The newest keys by office."""
        return {office: keys_of(newest) for office in self.book.offices() if (newest := self.book.newest(office))}

    @property
    def kid(self) -> str:
        """Name of the key this office signs with: the newest granted one that it holds."""
        return next((gen.kid for gen in reversed(self.book.generations(self.office)) if gen.kid in self._private), self._first)

    @property
    def generation(self) -> int:
        return next((gen.n for gen in self.book.generations(self.office) if gen.kid == self.kid), 1)

    def sign(self, data: bytes) -> tuple[str, bytes]:
        """(key id, Ed25519 signature) of this office."""
        kid = self.kid
        return kid, self._private[kid].sign(data)

    def sign_with(self, kid: str, data: bytes) -> tuple[str, bytes]:
        """The same with a key that may not be in use yet. Raises KeyError if this office does not hold it."""
        return kid, self._private[kid].sign(data)

    def hold(self, later: Mapping[str, Ed25519PrivateKey]) -> None:
        """Private keys made since the start."""
        self._private |= later

    def verify(self, office: str, kid: str, data: bytes, signature: bytes) -> bool:
        """True only if `kid` is the key in use of `office` and the signature is its."""
        return self.book.says(office, kid, data, signature)

    def verify_record(self, office: str, kid: str, data: bytes, signature: bytes, place: tuple[str, int]) -> bool:
        """True if `kid` is or was a key of `office` and good for this number of this channel."""
        return self.book.wrote(office, kid, data, signature, place)

    def proof(self) -> Sequence[KeyPaper]:
        return self.book.proof(self.office)

    def learn(self, papers: Sequence[KeyPaper]) -> list[KeyPaper]:
        return self.book.learn(papers)

    def fingerprint(self, office: str) -> str:
        """Fingerprint of the office's first signing key, which anchors its channels' chains.

        Raises:
            KeyError: a stranger.
        """
        return self._anchors.get(office) or fingerprint(self.first(office).signing)

    def first(self, office: str) -> OfficeKeys:
        """The first keys of an office. Raises KeyError for a stranger."""
        generations = self.book.generations(office)
        if not generations:
            raise KeyError(office)
        return keys_of(generations[0])

    def has(self, office: str, keys: OfficeKeys) -> bool:
        """True if these are or were its keys."""
        return any((gen.signing, gen.sealing) == keys.raw for gen in self.book.generations(office))

    def sealing_key(self, office: str) -> tuple[str, X25519PublicKey]:
        """Key id and public key to seal for an office.

        Raises:
            UnknownOffice: a stranger. PeerKeyChanged: people must settle which key is true first. PeerKeyRevoked: it has no key at present.
        """
        if office in self._disputed:
            raise self._disputed[office]
        newest = self.book.newest(office)
        if newest is None:
            raise UnknownOffice(office)
        if office != self.office and self.book.revocation(office, newest.kid):
            raise PeerKeyRevoked(office)
        return kid_of(newest.sealing), keys_of(newest).sealing

    def introduce(self, office: str, keys: OfficeKeys) -> None:
        """Know a stranger its parent has vouched for. Never changes a key that is known."""
        if not self.book.generations(office):
            self.offered[office] = keys
            self.book.begin(office, *keys.raw)

    def use(self, office: str, keys: OfficeKeys, *, anchor: str, former: Sequence[OfficeKeys] = (), dispute: PeerKeyChanged | None = None) -> None:
        """Take the pinned keys of an office into use; what was pinned before stays good for what was written under it. Only pins.py calls this."""
        self.book.begin(office, *keys.raw)
        for old in former:
            self.book.keep_former(office, old.raw[0])
        self._anchors[office] = anchor
        if dispute:
            self._disputed[office] = dispute
        else:
            self._disputed.pop(office, None)
