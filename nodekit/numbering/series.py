"""Series as data: what is numbered, and how the number is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nodekit.spec import NodeSpec

DOCUMENT = "{office}{code}〔{year}〕{number}号"
"""发文字号: 机关代字, year in hexagonal brackets, running number without leading zeros, no 第. Source: docs/domain, F.3."""


@dataclass(frozen=True)
class Series:
    """One sequence of numbers of an office. Slices that write the same 代字 name the same series and so never give a number twice."""

    code: str
    """代字 after the first character of the office's name, e.g. `巡移`; for numbers that are no documents any short code."""
    title: str
    """What carries the number, as the register calls it."""
    pattern: str = DOCUMENT
    """`{office}` first character of the office's name, `{code}`, `{within}` part of the series (a team), `{year}`, `{number}`."""
    yearly: bool = True
    """Starts again at 1 with each year."""
    confidential: bool = False
    """How many there are is itself need to know: left out of the register's page."""

    def key(self, within: str = "") -> str:
        """Name of the counter."""
        return f"{self.code}:{within}" if within else self.code

    def written(self, number: int, *, office_name: str, year: int, within: str = "") -> str:
        """The number as printed: 演巡移〔2026〕5号."""
        return self.pattern.format(office=office_name[:1], code=self.code, within=within, year=year, number=number)


def series_of(spec: NodeSpec) -> dict[str, Series]:
    """Every series of a kind of office, by code.

    Raises:
        ValueError: two slices mean different things by one code.
    """
    found: dict[str, Series] = {}
    for part in spec.slices:
        for series in part.series:
            if found.setdefault(series.code, series) != series:
                raise ValueError(f"{part.name} declares series {series.code} differently from another slice of {spec.service}")
    return found
