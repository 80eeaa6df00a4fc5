"""Recusal (回避): does what a candidate declared touch the organisation to be inspected?

Four kinds: 任职 (worked there), 地域 (from there), 公务 (deals with it), 亲属 (a relative works there). A hit keeps a person from the
team until he is replaced. Source: docs/domain, B.2 no. 7; the three years for a former unit are a default, no public rule was found.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from capabilities.lifted_inspection.domain.words import InterestKind

FORMER_UNIT_YEARS_DEFAULT = 3
SHORTEST_NAME = 3
"""Shorter fragments match too much to mean anything."""
_SUFFIX = re.compile(r"(党组|党委|党工委|党总支|党支部|委员会|机关|办公室)$")
_PLACE = re.compile(r"^(.{2,4}?[省市县区州旗])")


@dataclass(frozen=True)
class Declared:
    """One line of a declaration. `kind` is a code: one of a newer release is compared like a unit, to be safe."""

    kind: str
    place: str
    until: date | None = None


def folded(name: str) -> str:
    """A unit's name without what varies from paper to paper."""
    plain = "".join(unicodedata.normalize("NFKC", name).split())
    while (shorter := _SUFFIX.sub("", plain)) != plain and len(shorter) >= SHORTEST_NAME:
        plain = shorter
    return plain


def same_unit(first: str, second: str) -> bool:
    """True when one name contains the other after folding, e.g. 样例县供销社 and 样例县供销社党组."""
    one, other = folded(first), folded(second)
    if min(len(one), len(other)) < SHORTEST_NAME:
        return one == other
    return one in other or other in one


def place_of(target: str) -> str:
    """The place an organisation's name begins with: 样例县供销社党组 -> 样例县; "" when it names none."""
    found = _PLACE.match(folded(target))
    return found[1] if found else ""


def lapsed(item: Declared, on: date, years: int) -> bool:
    """A former post so long ago that it no longer counts. Everything else never lapses."""
    if item.kind != InterestKind.FORMER_UNIT or item.until is None:
        return False
    last = item.until
    day = 28 if (last.month, last.day) == (2, 29) else last.day
    return on >= date(last.year + years, last.month, day)


def hits(unit: str, declared: Iterable[Declared], target: str, on: date, years: int = FORMER_UNIT_YEARS_DEFAULT) -> list[str]:
    """Sentences, one per conflict; empty when the person may take part. The present unit counts like a former one."""
    found = []
    for item in [Declared(InterestKind.FORMER_UNIT, unit), *declared]:
        if lapsed(item, on, years):
            continue
        if item.kind == InterestKind.HOME:
            touches = bool(place_of(target)) and same_unit(item.place, place_of(target))
        else:
            touches = same_unit(item.place, target)
        if touches:
            found.append(f"{InterestKind.label_of(item.kind)}:申报“{item.place}”与被巡察党组织“{target}”相关")
    return list(dict.fromkeys(found))
