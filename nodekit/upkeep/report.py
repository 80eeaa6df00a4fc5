"""The result of a verification: lines that count what was compared and keep a sentence for what is wrong. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

PROBLEMS_KEPT = 200
"""Per line; further ones are only counted, so that a ruined database does not fill the memory."""


@dataclass
class Line:
    """One thing that was verified."""

    name: str
    """Stable, for programs."""
    title: str
    count: int = 0
    wrong: int = 0
    problems: list[str] = field(default_factory=list)

    def expect(self, condition: object, problem: str) -> bool:
        """Count one comparison; keep `problem` unless it held."""
        self.count += 1
        if not condition:
            self.fail(problem)
        return bool(condition)

    def fail(self, problem: str) -> None:
        self.wrong += 1
        if len(self.problems) < PROBLEMS_KEPT:
            self.problems.append(problem)


@dataclass(frozen=True)
class Report:
    """All lines of one run, and facts worth printing beside them."""

    office: str
    lines: list[Line]
    facts: dict[str, Any]

    @property
    def is_clean(self) -> bool:
        return not any(line.wrong for line in self.lines)

    def document(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "office": self.office, "clean": self.is_clean, **self.facts,
            "lines": [
                {"name": line.name, "title": line.title, "compared": line.count, "wrong": line.wrong, "problems": line.problems}
                for line in self.lines
            ],
        }
