"""The person who acts, as the rest of the node sees him."""

from dataclasses import dataclass
from uuid import UUID

from nodekit.errors import NotPermitted


@dataclass(frozen=True)
class Officer:
    """A signed-in officer. Built anew for every request, so a post taken away is gone with the next click."""

    id: UUID
    username: str
    name: str
    posts: frozenset[str]
    permissions: frozenset[str]
    office: str

    def may(self, code: str) -> bool:
        return code in self.permissions

    def must(self, code: str, title: str = "") -> None:
        """Refuse unless the officer holds a permission.

        Raises:
            NotPermitted: none of his posts carries `code`.
        """
        if code not in self.permissions:
            raise NotPermitted(code, title)
