"""Administrative divisions of the country down to counties (GB/T 2260), with the parent each one reports to.

The parent is a column of the data: 118 counties (省直管县, districts of municipalities, 兵团 cities) report to a province directly,
and nothing here guesses a parent from the digits of a code.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from nodekit.peers.errors import UnknownDivision
from shared_schemas.offices import Tier

COUNTRY = "000000"


@dataclass(frozen=True)
class Division:
    code: str
    name: str
    tier: Tier
    parent: str
    """Code of the division it reports to; COUNTRY for a province."""


@cache
def _table() -> dict[str, Division]:
    with (files("nodekit.peers.data") / "divisions.csv").open(encoding="utf-8") as file:
        return {row["code"]: Division(row["code"], row["name"], Tier(row["tier"]), row["parent_code"]) for row in csv.DictReader(file)}


@cache
def _children() -> dict[str, tuple[Division, ...]]:
    below: defaultdict[str, list[Division]] = defaultdict(list)
    for entry in _table().values():
        below[entry.parent].append(entry)
    return {code: tuple(entries) for code, entries in below.items()}


def division(code: str) -> Division:
    """The division with this code.

    Raises:
        UnknownDivision: not in GB/T 2260 (demo codes 99xxxx are not).
    """
    try:
        return _table()[code]
    except KeyError:
        raise UnknownDivision(code) from None


def children(code: str = COUNTRY) -> tuple[Division, ...]:
    """Divisions that report to this one, in code order; the provinces by default."""
    return _children().get(code, ())


def all_divisions(tier: Tier | None = None) -> tuple[Division, ...]:
    return tuple(entry for entry in _table().values() if tier is None or entry.tier is tier)


def full_name(code: str) -> str:
    """Name with all parents, as printed on an envelope: 湖北省咸宁市通城县."""
    names, here = [], code
    while here != COUNTRY:
        entry = division(here)
        names.append(entry.name)
        here = entry.parent
    return "".join(reversed(names))
