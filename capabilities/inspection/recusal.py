"""Recusal (回避): does what a member declared touch an organisation the team will inspect?

Four kinds: 任职 (worked there), 地域 (from there), 公务 (deals with it), 亲属 (relatives work there). A declaration that names an
organisation of the registry is compared by identity, through renamings and mergers. What is declared in words only is compared by
name, after folding spaces, full-width forms and the suffixes by which one unit is written in several ways: that is a suspicion. Either
is a question for a person, never a decision.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from capabilities.inspection.vocabulary import InterestKind

FORMER_UNIT_YEARS_DEFAULT = 3
"""How long a former post keeps one away. No public rule was found: a default to be set by the office."""
SUFFIXES = re.compile(r"(党组|党委|党工委|党总支|党支部|委员会|机关|办公室)$")
SHORTEST_PLACE = 2
SHORTEST_NAME = 3
"""Shorter fragments match too much to mean anything."""


@dataclass(frozen=True)
class Interest:
    """One line of a declaration form: `place` is a unit's name, for HOME the name of a place."""

    kind: InterestKind
    place: str
    until: date | None = None
    """Last day in a former unit; None: still, or not known."""
    target: UUID | None = None
    """The organisation itself, when the declaration names one of the registry."""
    relation: str = ""
    """What the tie is, e.g. 配偶."""


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
    def certain(self) -> bool:
        """Found by identity, not by a likeness of names."""
        return self.interest.target is not None

    @property
    def sentence(self) -> str:
        tie = f"({self.interest.relation})" if self.interest.relation else ""
        if self.certain:
            return f"{self.interest.kind.label}:申报{tie or '单位'}即巡察对象“{self.subject.name}”"
        return f"{self.interest.kind.label}:申报“{self.interest.place}”{tie}与巡察对象“{self.subject.name}”相关"


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


def same_place(first: str, second: str) -> bool:
    """True when one place is the other, or the other with what it lies in before it: 青山镇 and 样例县青山镇, never 青山镇 and 青山镇河西村."""
    one, other = ("".join(unicodedata.normalize("NFKC", name).split()) for name in (first, second))
    return min(len(one), len(other)) >= SHORTEST_PLACE and (one.endswith(other) or other.endswith(one))


def lineages(successions: Iterable[tuple[UUID, UUID]]) -> dict[UUID, UUID]:
    """Organisation -> one id that stands for all it was and became: a renamed or merged organisation is still the same matter.

    Args:
        successions: (predecessor, successor) pairs in any order.
    """
    root: dict[UUID, UUID] = {}

    def top(one: UUID) -> UUID:
        while root.setdefault(one, one) != one:
            one = root[one]
        return one

    for before, after in successions:
        root[top(before)] = top(after)
    return {one: top(one) for one in list(root)}


def lapsed(interest: Interest, on: date, years: int) -> bool:
    """A former post so long ago that it no longer counts. Everything else never lapses."""
    if interest.kind is not InterestKind.FORMER_UNIT or interest.until is None:
        return False
    last = interest.until
    day = 28 if (last.month, last.day) == (2, 29) else last.day
    return on >= date(last.year + years, last.month, day)


def conflicts(
    interests: Iterable[Interest], subjects: Sequence[Subject], on: date, years: int = FORMER_UNIT_YEARS_DEFAULT, kin: Mapping[UUID, UUID] | None = None
) -> list[Conflict]:
    """Every declared interest that touches a subject on the day the team starts. `kin`: see `lineages`."""
    return [
        Conflict(subject, interest) for interest in interests if not lapsed(interest, on, years) for subject in subjects if _touches(interest, subject, kin or {})
    ]


def _touches(interest: Interest, subject: Subject, kin: Mapping[UUID, UUID]) -> bool:
    if interest.kind is InterestKind.HOME:
        return bool(subject.place) and same_place(interest.place, subject.place)
    if interest.target is not None:
        return kin.get(interest.target, interest.target) == kin.get(subject.id, subject.id)
    return same_unit(interest.place, subject.name)
