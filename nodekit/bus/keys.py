"""nkeys of the users of one office's server: a seed file (0600) for its owner, a .pub file to hand to others.

Roles: `app` the node, `prov` the provisioner, `relay` the link relay, `leaf` the link to the parent, `sys` the operator,
`subscriber` the commission's own systems. A parent needs only `leaf.pub` of a child.
"""

import os
import re
from pathlib import Path

import nkeys

ROLES = ("app", "prov", "relay", "leaf", "sys", "subscriber")


def write_private(path: Path, text: str) -> None:
    """Create or replace a file that only its owner may read, without a moment in which others could."""
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(path.name + ".new")
    scratch.unlink(missing_ok=True)
    handle = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    scratch.replace(path)


def new_seed() -> tuple[str, str]:
    """A fresh user nkey: (seed, public key)."""
    seed = nkeys.encode_seed(os.urandom(32), nkeys.PREFIX_BYTE_USER)
    public = nkeys.from_seed(bytearray(seed)).public_key
    return seed.decode(), public.decode()


class KeyFolder:
    """`keys/` of one office."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def ensure(self) -> None:
        """Make what is missing; never replace a key."""
        for role in ROLES:
            if not self._seed_path(role).exists():
                seed, public = new_seed()
                write_private(self._seed_path(role), seed)
                self._public_path(role).write_text(public + "\n", "utf-8")

    def seed(self, role: str) -> str:
        return self._seed_path(role).read_text("utf-8").strip()

    def public(self, role: str) -> str | None:
        path = self._public_path(role)
        return path.read_text("utf-8").strip() if path.exists() else None

    def put_public(self, role: str, public: str) -> None:
        """Keep another office's public key.

        Raises:
            ValueError: not the public nkey of a user.
        """
        if not re.fullmatch(r"U[A-Z2-7]{55}", public):
            raise ValueError("not a public nkey of a user")
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._public_path(role).write_text(public + "\n", "utf-8")

    def _seed_path(self, role: str) -> Path:
        return self.folder / f"{role}.nk"

    def _public_path(self, role: str) -> Path:
        return self.folder / f"{role}.pub"
