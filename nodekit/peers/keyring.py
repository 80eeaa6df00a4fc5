"""Whose signature is whose: the node's own key and the pinned keys of the others. What the delivery core calls `Keyring`.

A key in dispute (the directory shows another than the one pinned) is settled towards the pin: signatures of the new key do not verify,
and nothing is sealed to either until people have decided (pins.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature

from nodekit.peers.errors import PeerKeyChanged, UnknownOffice
from nodekit.peers.introduction import read_file
from nodekit.peers.keyfiles import key_id
from nodekit.peers.published import OfficeKeys, read_published

if TYPE_CHECKING:
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

    from nodekit.peers.keyfiles import OfficeSecrets


class Keyring:
    """Keys by office. Knows nothing of the database; `pins.pin_peers` corrects it from there at start.

    Args:
        office: this office's id.
        signing: its private signing key.
        published: keys of the signed directory.
    """

    def __init__(self, office: str, signing: Ed25519PrivateKey, published: dict[str, OfficeKeys]) -> None:
        self.office, self._signing, self._kid = office, signing, key_id(signing.public_key())
        self._keys = dict(published)
        self._anchors: dict[str, str] = {}
        self._disputed: dict[str, PeerKeyChanged] = {}

    @classmethod
    def load(cls, office: str, secrets: OfficeSecrets, directory_file: Path, introductions: Path | None = None) -> Keyring:
        """From the office's secrets, the signed directory, and what a folder holds of introductions made since.

        Raises:
            DirectoryNotTrusted: the directory is not signed by the root this office was given.
            UnknownOffice: the directory does not list this office with the key it holds.
        """
        published = read_published(directory_file, secrets.root)
        if introductions is not None:
            published |= read_file(introductions, published)
        own = published.get(office)
        if own is None or own.signing_kid != key_id(secrets.signing.public_key()):
            raise UnknownOffice(office)
        return cls(office, secrets.signing, published)

    @property
    def known(self) -> dict[str, OfficeKeys]:
        """The keys in use, by office."""
        return dict(self._keys)

    def sign(self, data: bytes) -> tuple[str, bytes]:
        """(key id, Ed25519 signature) of this office."""
        return self._kid, self._signing.sign(data)

    def verify(self, office: str, kid: str, data: bytes, signature: bytes) -> bool:
        """True only if `kid` is the key in use of `office` and the signature is its."""
        keys = self._keys.get(office)
        if keys is None or keys.signing_kid != kid:
            return False
        try:
            keys.signing.verify(signature, data)
        except InvalidSignature:
            return False
        return True

    def fingerprint(self, office: str) -> str:
        """Fingerprint of the office's first signing key, which anchors its channels' chains.

        Raises:
            KeyError: a stranger.
        """
        return self._anchors.get(office) or self._keys[office].fingerprint

    def sealing_key(self, office: str) -> tuple[str, X25519PublicKey]:
        """Key id and public key to seal for an office.

        Raises:
            UnknownOffice: a stranger. PeerKeyChanged: people must settle which key is true first.
        """
        if office in self._disputed:
            raise self._disputed[office]
        keys = self._keys.get(office)
        if keys is None:
            raise UnknownOffice(office)
        return keys.sealing_kid, keys.sealing

    def introduce(self, office: str, keys: OfficeKeys) -> None:
        """Know a stranger its parent has vouched for. Never changes a key that is known."""
        self._keys.setdefault(office, keys)

    def use(self, office: str, keys: OfficeKeys, *, anchor: str, dispute: PeerKeyChanged | None = None) -> None:
        """Take the pinned keys of an office into use. Only pins.py calls this."""
        self._keys[office], self._anchors[office] = keys, anchor
        if dispute:
            self._disputed[office] = dispute
        else:
            self._disputed.pop(office, None)
