"""One way to break the core."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutation:
    """`old` stands exactly once in the file; `new` takes its place. `rule` says what no longer holds."""

    name: str
    file: str
    """Below nodekit/delivery/core/."""
    old: str
    new: str
    rule: str

    @property
    def module(self) -> str:
        return f"nodekit.delivery.core.{self.file.removesuffix('.py')}"

    @property
    def path(self) -> str:
        return f"nodekit/delivery/core/{self.file}"

    def broken(self, source: str) -> str:
        """Raises ValueError if the source has changed so that this mutation says nothing any more."""
        if source.count(self.old) != 1:
            raise ValueError(f"{self.name}: found {source.count(self.old)} times in {self.path}: {self.old!r}")
        return source.replace(self.old, self.new)
