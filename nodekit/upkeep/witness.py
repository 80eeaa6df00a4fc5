"""Whose signature was whose, for somebody who only verifies: public keys from the signed directory, the pins and the papers, no private key.

Replaced keys verify too, because what was said under them stands for ever; under a revoked key only up to its last good numbers. Never: signs,
seals or opens anything.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from nodekit.delivery.core.key_paper import KeyPaper
from nodekit.delivery.core.succession import KeyBook
from nodekit.peers.directory import Directory
from nodekit.peers.keyfiles import fingerprint, key_id, read_root
from nodekit.peers.keyring import verify_raw
from nodekit.peers.published import read_published

if TYPE_CHECKING:
    import asyncpg

    from nodekit.settings import Settings

PINS = "SELECT office, signing, sealing, status FROM nodekit.peers WHERE status <> 'refused' ORDER BY office, first_seen_at, status DESC"
INTRODUCED = "SELECT office, convert_from(document, 'UTF8')::jsonb -> 'office' ->> 'parent' FROM nodekit.introduction"
PAPERS = "SELECT document, sigs::text AS sigs FROM nodekit.key_paper ORDER BY taken_at, n"


class WitnessCannotSign(Exception):
    """A verifier was asked for a signature: a mistake in the program."""


@dataclass(frozen=True, slots=True)
class KnownKey:
    """First keys of an office and how this office came to believe in them."""

    office: str
    public: Ed25519PublicKey
    introduced: str
    """`directory` (signed by the root key), `pinned` (in use), `retired` (in use once)."""
    sealing: bytes = bytes(32)

    @property
    def kid(self) -> str:
        return key_id(self.public)

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.public)


class WitnessKeyring:
    """The delivery core's `Keyring` as far as verifying goes. Keys of one office are given oldest first: the first anchors its chains.

    Attributes:
        unproven: papers in the database that do not hold.
    """

    kid, generation = "", 1

    def __init__(
        self, keys: list[KnownKey], papers: Sequence[KeyPaper] = (), parent_of: Callable[[str], str | None] = lambda _: None, root: bytes = b"",
    ) -> None:
        self.book = KeyBook(verify_raw, parent_of, root)
        self._keys: dict[tuple[str, str], KnownKey] = {}
        self._anchors: dict[str, str] = {}
        for key in keys:
            self._keys.setdefault((key.office, key.kid), key)
            self._anchors.setdefault(key.office, key.fingerprint)
            if key.introduced != "retired":
                self.book.begin(key.office, key.public.public_bytes_raw(), key.sealing)
        for key in keys:
            if key.introduced == "retired":
                self.book.keep_former(key.office, key.public.public_bytes_raw())
        held = {paper.dh for paper in self.learn(papers)}
        self.unproven = [paper for paper in papers if paper.dh not in held]

    def of(self, office: str) -> list[KnownKey]:
        """First keys known of one office, those replaced by hand included."""
        return [key for key in self._keys.values() if key.office == office]

    def sign(self, _data: bytes) -> tuple[str, bytes]:
        """Never."""
        raise WitnessCannotSign

    def verify(self, office: str, kid: str, data: bytes, signature: bytes) -> bool:
        """True only if `kid` is or was a key of `office` and the signature is its."""
        return self.book.ever(office, kid, data, signature)

    def verify_record(self, office: str, kid: str, data: bytes, signature: bytes, place: tuple[str, int]) -> bool:  # noqa: ARG002 - as the core asks
        """The same: what stands in the database was judged when it was taken. What lies beyond a cut-off is counted by a line of its own."""
        return self.verify(office, kid, data, signature)

    def proof(self) -> Sequence[KeyPaper]:
        return ()

    def learn(self, papers: Sequence[KeyPaper]) -> list[KeyPaper]:
        return self.book.learn(papers)

    def fingerprint(self, office: str) -> str:
        """Fingerprint of the office's first key. Raises KeyError for a stranger."""
        return self._anchors[office]


async def witness(connection: asyncpg.Connection, settings: Settings) -> WitnessKeyring:
    """Keys as the node itself would believe them: what is pinned, what the directory adds, and the papers that follow. Reads no private key.

    Raises:
        KeysMissing: root.pub is not there. DirectoryNotTrusted: the directory is not signed by it.
    """
    pinned = [
        KnownKey(row["office"], Ed25519PublicKey.from_public_bytes(row["signing"]), row["status"], row["sealing"]) for row in await connection.fetch(PINS)
    ]
    seen = {key.office for key in pinned}
    root = read_root(settings.keys_dir)
    listed = [
        KnownKey(office, keys.signing, "directory", keys.raw[1]) for office, keys in read_published(settings.directory_file, root).items() if office not in seen
    ]
    papers = [
        KeyPaper(row["document"], tuple((role, kid, sig) for role, kid, sig in json.loads(row["sigs"]))) for row in await _if_there(connection, "key_paper", PAPERS)
    ]
    parents = {office.id: office.parent for office in Directory.load(settings.offices_file).all()}
    parents |= {row[0]: row[1] for row in await _if_there(connection, "introduction", INTRODUCED)}
    return WitnessKeyring([*pinned, *listed], papers, parents.get, root.public_bytes_raw())


async def _if_there(connection: asyncpg.Connection, table: str, query: str) -> Sequence[asyncpg.Record]:
    """Rows; none in a database of an older release, whose structure is reported by its own line."""
    there = await connection.fetchval("SELECT to_regclass($1) IS NOT NULL", f"nodekit.{table}")
    rows: Sequence[asyncpg.Record] = await connection.fetch(query) if there else ()
    return rows
