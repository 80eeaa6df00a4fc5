"""Key material of one office on disk: a folder outside the database, every secret file mode 0600.

Files: signing.key and sealing.key (PKCS#8 PEM, Ed25519 and X25519), the same two in later/<key id>/ for every later generation, kek.key (32 bytes, base64), root.pub (the province's public
key, brought by hand: the only thing an office must be told out of band). Never: a private key in a log, an error or the database.
"""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from nodekit.errors import NodeError

if TYPE_CHECKING:
    from pathlib import Path

PrivateKey = Ed25519PrivateKey | X25519PrivateKey
PublicKey = Ed25519PublicKey | X25519PublicKey
KEK_BYTES = 32
LATER = "later"


class KeysMissing(NodeError):
    """A key file is absent, unreadable or of the wrong kind; the node does not start."""

    code = "peers.keys_missing"

    def __init__(self, file: str) -> None:
        super().__init__(f"密钥文件 {file} 缺失或无法读取。", hint="请从密钥备份恢复该文件;切勿重新生成,否则其他单位将拒收。", file=file)


@dataclass(frozen=True, repr=False)
class KeyPair:
    """The private keys of one generation."""

    signing: Ed25519PrivateKey
    sealing: X25519PrivateKey

    @property
    def sealing_kid(self) -> str:
        return key_id(self.sealing.public_key())


@dataclass(frozen=True, repr=False)
class OfficeSecrets:
    """Everything secret of one office; `later` by key id of the signing key."""

    signing: Ed25519PrivateKey
    sealing: X25519PrivateKey
    kek: bytes
    root: Ed25519PublicKey
    later: dict[str, KeyPair] = field(default_factory=dict)


def key_id(public: PublicKey) -> str:
    """Short stable name of a key on the wire: the first 16 hex digits of its fingerprint."""
    return fingerprint(public)[:16]


def fingerprint(public: PublicKey) -> str:
    """SHA-256 of the raw public key, hex: what two officers compare over the telephone."""
    return hashlib.sha256(public.public_bytes_raw()).hexdigest()


def read_secrets(folder: Path) -> OfficeSecrets:
    """Read an office's keys.

    Raises:
        KeysMissing: a file is absent or not what it should be.
    """
    signing, sealing = _read_private(folder / "signing.key"), _read_private(folder / "sealing.key")
    if not isinstance(signing, Ed25519PrivateKey):
        raise KeysMissing("signing.key")
    if not isinstance(sealing, X25519PrivateKey):
        raise KeysMissing("sealing.key")
    return OfficeSecrets(signing, sealing, _read_raw(folder / "kek.key"), read_root(folder), read_later(folder))


def read_later(folder: Path) -> dict[str, KeyPair]:
    """Key pairs made after the first, by key id; which of them is in use, papers say.

    Raises:
        KeysMissing: half a pair, or damaged.
    """
    found = {}
    for place in sorted((folder / LATER).iterdir()) if (folder / LATER).exists() else ():
        signing, sealing = _read_private(place / "signing.key"), _read_private(place / "sealing.key")
        if not isinstance(signing, Ed25519PrivateKey) or not isinstance(sealing, X25519PrivateKey) or key_id(signing.public_key()) != place.name:
            raise KeysMissing(f"{LATER}/{place.name}")
        found[place.name] = KeyPair(signing, sealing)
    return found


def make_later(folder: Path) -> str:
    """A new key pair for a coming generation; returns its key id. It appears under its name only when it is whole."""
    draft = folder / f"{LATER}.new"
    if draft.exists():
        shutil.rmtree(draft)
    signing = ensure_private(draft / "signing.key", Ed25519PrivateKey)
    ensure_private(draft / "sealing.key", X25519PrivateKey)
    kid = key_id(signing.public_key())
    (folder / LATER).mkdir(mode=0o700, exist_ok=True)
    draft.rename(folder / LATER / kid)
    return kid


def read_signing(file: Path) -> Ed25519PrivateKey:
    """One signing key out of a file.

    Raises:
        KeysMissing: absent, or another kind of key.
    """
    key = _read_private(file)
    if not isinstance(key, Ed25519PrivateKey):
        raise KeysMissing(file.name)
    return key


def read_root(folder: Path) -> Ed25519PublicKey:
    """The province's public key, which introduces all others.

    Raises:
        KeysMissing: root.pub is absent or damaged.
    """
    return Ed25519PublicKey.from_public_bytes(_read_raw(folder / "root.pub"))


def ensure_private(file: Path, kind: type[PrivateKey]) -> PrivateKey:
    """The private key in `file`; made there (mode 0600) if there is none yet."""
    if not file.exists():
        pem = kind.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        write_secret(file, pem)
    key = _read_private(file)
    if not isinstance(key, kind):
        raise KeysMissing(file.name)
    return key


def ensure_kek(file: Path) -> None:
    if not file.exists():
        write_secret(file, base64.b64encode(os.urandom(KEK_BYTES)) + b"\n")


def write_secret(file: Path, data: bytes) -> None:
    """Write a new file that nobody but its owner can read, even for a moment."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as target:
        target.write(data)


def _read_private(file: Path) -> PrivateKey:
    try:
        key = load_pem_private_key(file.read_bytes(), password=None)
    except (OSError, ValueError):
        raise KeysMissing(file.name) from None
    if not isinstance(key, PrivateKey):
        raise KeysMissing(file.name)
    return key


def _read_raw(file: Path) -> bytes:
    try:
        data = base64.b64decode(file.read_bytes(), validate=False)
    except (OSError, ValueError):
        raise KeysMissing(file.name) from None
    if len(data) != KEK_BYTES:
        raise KeysMissing(file.name)
    return data
