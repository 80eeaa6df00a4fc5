"""Whose signature was whose, for somebody who only verifies: public keys from the signed directory and from the pins, no private key.

Retired keys verify too, because what was said under them stands for ever. Never: signs, seals or opens anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from nodekit.peers.keyfiles import fingerprint, key_id, read_root
from nodekit.peers.published import read_published

if TYPE_CHECKING:
    import asyncpg

    from nodekit.settings import Settings

PINS = "SELECT office, signing, status FROM nodekit.peers WHERE status <> 'refused' ORDER BY office, first_seen_at, status DESC"


class WitnessCannotSign(Exception):
    """A verifier was asked for a signature: a mistake in the program."""


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A public signing key and how this office came to believe in it."""

    office: str
    public: Ed25519PublicKey
    introduced: str
    """`directory` (signed by the root key), `pinned` (in use), `retired` (in use once)."""

    @property
    def kid(self) -> str:
        return key_id(self.public)

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.public)


class WitnessKeyring:
    """The delivery core's `Keyring` as far as verifying goes. Keys of one office are given oldest first: the first anchors its chains."""

    def __init__(self, keys: list[KnownKey]) -> None:
        self._keys: dict[tuple[str, str], KnownKey] = {}
        self._anchors: dict[str, str] = {}
        for key in keys:
            self._keys.setdefault((key.office, key.kid), key)
            self._anchors.setdefault(key.office, key.fingerprint)

    def of(self, office: str) -> list[KnownKey]:
        """All keys known of one office."""
        return [key for key in self._keys.values() if key.office == office]

    def sign(self, _data: bytes) -> tuple[str, bytes]:
        """Never."""
        raise WitnessCannotSign

    def verify(self, office: str, kid: str, data: bytes, signature: bytes) -> bool:
        """True only if `kid` is or was a key of `office` and the signature is its."""
        key = self._keys.get((office, kid))
        if key is None:
            return False
        try:
            key.public.verify(signature, data)
        except InvalidSignature:
            return False
        return True

    def fingerprint(self, office: str) -> str:
        """Fingerprint of the office's first key. Raises KeyError for a stranger."""
        return self._anchors[office]


async def witness(connection: asyncpg.Connection, settings: Settings) -> WitnessKeyring:
    """Keys as the node itself would believe them: what is pinned, then what the directory adds. Reads no private key.

    Raises:
        KeysMissing: root.pub is not there. DirectoryNotTrusted: the directory is not signed by it.
    """
    pinned = [KnownKey(row["office"], Ed25519PublicKey.from_public_bytes(row["signing"]), row["status"]) for row in await connection.fetch(PINS)]
    seen = {key.office for key in pinned}
    listed = read_published(settings.directory_file, read_root(settings.keys_dir))
    return WitnessKeyring([*pinned, *(KnownKey(office, keys.signing, "directory") for office, keys in listed.items() if office not in seen)])
