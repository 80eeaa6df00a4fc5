"""Who works at the demo's offices: accounts by kind of office, from roster.toml. Fictional, and for the demo only."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nodekit.bus.topology import Office

FILE = Path(__file__).with_name("roster.toml")
PASSWORD = "Liandong-demo-2026"  # noqa: S105 - printed on the screen, valid on nodes that listen on loopback only
ADMINISTRATIVE = frozenset({"sys_admin", "security_officer", "audit_officer"})


@dataclass(frozen=True)
class Account:
    """One demo account of one kind of office."""

    username: str
    name: str
    posts: tuple[str, ...]
    kinds: frozenset[str]

    @property
    def is_administrative(self) -> bool:
        return ADMINISTRATIVE.issuperset(self.posts)


class Roster:
    """All demo accounts."""

    def __init__(self, accounts: list[Account]) -> None:
        self._accounts = accounts

    @classmethod
    def load(cls, file: Path = FILE) -> Roster:
        document: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))
        return cls([Account(row["username"], row["name"], tuple(row["posts"]), frozenset(row["kinds"])) for row in document["account"]])

    def accounts(self, office: Office) -> list[Account]:
        """Accounts of an office, the one to start with first."""
        kind = "sector" if office.kind.startswith("sector-") else office.kind
        return [account for account in self._accounts if kind in account.kinds]

    def holder(self, office: Office, post: str) -> Account:
        """The account of an office that holds a post.

        Raises:
            LookupError: nobody does; add it to roster.toml.
        """
        found = next((account for account in self.accounts(office) if post in account.posts), None)
        if found is None:
            raise LookupError(f"no demo account of {office.id} holds the post {post}: see deploy/demo/roster.toml")
        return found


def fingerprint(file: Path = FILE) -> str:
    """Changes whenever accounts would have to be created again."""
    return hashlib.sha256(file.read_bytes() + PASSWORD.encode()).hexdigest()
