"""Recusal (回避): does what a member declared touch an organisation the team will inspect?

Four kinds: 任职 (worked there), 地域 (from there), 公务 (deals with it), 亲属 (relatives work there). Names are compared
after folding spaces, full-width forms and the suffixes by which one unit is written in several ways; a hit is a question
for a person, never a decision.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from capabilities.inspection.vocabulary import InterestKind

FORMER_UNIT_YEARS_DEFAULT = 3
"""How long a former post keeps one away. No public rule was found: a default to be set by the office."""
SUFFIXES = re.compile(r"(党组|党委|党工委|党总支|党支部|委员会|机关|办公室)$")
SHORTEST_NAME = 3
"""Shorter fragments match too much to mean anything."""


@dataclass(frozen=True)
class Interest:
    """One line of a declaration form: `place` is a unit's name, for HOME the name of a place."""

    kind: InterestKind
    place: str
    until: date | None = None
    """Last day in a former unit; None: still, or not known."""


@dataclass(frozen=True)
class Subject:
    """An organisation to be inspected, as far as recusal looks at it."""

    id: UUID
    name: str
    place: str = ""


@dataclass(frozen=True)
class Conflict:
    """A declared interest that touches a subject."""

    subject: Subject
    interest: Interest

    @property
    def sentence(self) -> str:
        return f"{self.interest.kind.label}:申报“{self.interest.place}”与巡察对象“{self.subject.name}”相关"


def folded(name: str) -> str:
    """A unit's name without what varies from paper to paper."""
    plain = "".join(unicodedata.normalize("NFKC", name).split())
    while (shorter := SUFFIXES.sub("", plain)) != plain and len(shorter) >= SHORTEST_NAME:
        plain = shorter
    return plain


def same_unit(first: str, second: str) -> bool:
    """True when one name contains the other after folding, e.g. 样例县供销社 and 样例县供销社党组."""
    one, other = folded(first), folded(second)
    if min(len(one), len(other)) < SHORTEST_NAME:
        return one == other
    return one in other or other in one


def lapsed(interest: Interest, on: date, years: int) -> bool:
    """A former post so long ago that it no longer counts. Everything else never lapses."""
    if interest.kind is not InterestKind.FORMER_UNIT or interest.until is None:
        return False
    last = interest.until
    day = 28 if (last.month, last.day) == (2, 29) else last.day
    return on >= date(last.year + years, last.month, day)


def conflicts(interests: Iterable[Interest], subjects: Sequence[Subject], on: date, years: int = FORMER_UNIT_YEARS_DEFAULT) -> list[Conflict]:
    """Every declared interest that touches a subject on the day the team starts."""
    found = []
    for interest in interests:
        if lapsed(interest, on, years):
            continue
        for subject in subjects:
            touches = subject.place and same_unit(interest.place, subject.place) if interest.kind is InterestKind.HOME else same_unit(interest.place, subject.name)
            if touches:
                found.append(Conflict(subject, interest))
    return found
