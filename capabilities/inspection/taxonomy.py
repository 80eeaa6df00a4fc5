"""The two-level classification of findings (三个聚焦) and its mapping to 四个落实, as versioned data.

A version is never edited after use: re-wording makes a new version, and statistics of both stay comparable through `implementation_of`.
"""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

CROSS_TAGS = ("民生", "一把手", "意识形态", "生态环保", "粮食安全", "教育", "医疗", "养老", "供水", "工程", "营商环境")


@dataclass(frozen=True)
class Category:
    """One line of the classification. Groups have no parent; findings are filed under categories, not groups."""

    code: str
    name: str
    parent: str = ""
    implementation: str = ""
    """Code of the 四个落实 item this counts under."""

    @property
    def label(self) -> str:
        return f"{self.code} {self.name}"


@dataclass(frozen=True)
class Taxonomy:
    """One version of the classification."""

    code: str
    title: str
    effective_from: date
    entries: dict[str, Category]
    implementations: dict[str, str]

    def groups(self) -> list[Category]:
        return [entry for entry in self.entries.values() if not entry.parent]

    def categories(self, group: str | None = None) -> list[Category]:
        """Second-level lines, of one group or of all."""
        return [entry for entry in self.entries.values() if entry.parent and group in (None, entry.parent)]

    def is_category(self, code: str) -> bool:
        return code in self.entries and bool(self.entries[code].parent)

    def group_of(self, code: str) -> str:
        """Code of the first-level line; the code itself when it is one or is unknown."""
        entry = self.entries.get(code)
        return entry.parent if entry and entry.parent else code

    def label(self, code: str) -> str:
        """`F2.4 财务与资产`; an unknown code (a newer office's) is shown as it is."""
        entry = self.entries.get(code)
        return entry.label if entry else code

    def implementation_of(self, code: str) -> str:
        """Code of the 四个落实 item, or "" for an unknown category."""
        entry = self.entries.get(code)
        return entry.implementation if entry else ""

    def match(self, text: str) -> str | None:
        """The category meant by what somebody typed or pasted: code, name or both; None when it is not clear."""
        wanted = text.strip()
        found = [entry.code for entry in self.categories() if wanted in (entry.code, entry.name, entry.label)]
        if not found:
            found = [entry.code for entry in self.categories() if wanted.partition(" ")[0].upper() == entry.code]
        return found[0] if len(found) == 1 else None


@cache
def versions() -> tuple[Taxonomy, ...]:
    """Every version, oldest first."""
    data = tomllib.loads((Path(__file__).parent / "taxonomy.toml").read_text(encoding="utf-8"))
    read = [_taxonomy(entry) for entry in data["version"]]
    return tuple(sorted(read, key=lambda version: version.effective_from))


def current(on: date | None = None) -> Taxonomy:
    """The version in force on a day (default: the newest). Before the first version, the first is used."""
    in_force = [version for version in versions() if on is None or version.effective_from <= on]
    return in_force[-1] if in_force else versions()[0]


def version(code: str) -> Taxonomy:
    """The version a finding was filed under; the newest when the code is unknown here."""
    return next((entry for entry in versions() if entry.code == code), versions()[-1])


def _taxonomy(data: dict[str, Any]) -> Taxonomy:
    entries: dict[str, Category] = {}
    for group in data["group"]:
        entries[group["code"]] = Category(group["code"], group["name"], implementation=group["maps_to"])
        for code, name in group["categories"]:
            entries[code] = Category(code, name, parent=group["code"], implementation=group["maps_to"])
    return Taxonomy(data["code"], data["title"], data["effective_from"], entries, dict(data["implementations"]))
