"""When findings make a candidate: the same category, or much the same words, in enough units or enough offices.

Words are compared elsewhere (similarity.py); here groups become candidates, and what an officer decided before is respected.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Reported:
    """What counts of one finding in the pool."""

    id: UUID
    office: str
    unit: str
    """Pseudonym; two offices may use the same one for different units."""
    category: str
    text: str


@dataclass(frozen=True)
class Thresholds:
    """How widespread an issue must be: this many units, or this many offices; and how alike wordings must be to be one matter."""

    units_min: int
    offices_min: int
    similarity_min: float = 0.0

    def met(self, members: Collection[Reported]) -> bool:
        return count_units(members) >= self.units_min or count_offices(members) >= self.offices_min


@dataclass(frozen=True)
class TextGroup:
    """Findings with much the same wording. `similarity` is the mean cosine over all pairs, 0 to 1."""

    ids: frozenset[UUID]
    similarity: float


@dataclass(frozen=True)
class Proposal:
    """A candidate with its reason."""

    basis: str
    """category | text | both"""
    category: str
    members: frozenset[UUID]
    similarity: float | None
    offices: int
    units: int

    @property
    def why(self) -> str:
        """同类别 3个单位报送 11家 / 文本相似 0.86: as printed on the page."""
        spread = f"{self.offices}个地区(单位)报送,涉及{self.units}家"
        reasons = [f"同类别:{spread}"] if self.basis in {"category", "both"} else []
        if self.similarity is not None:
            reasons.append(f"文本相似{self.similarity:.2f}" + ("" if reasons else f":{spread}"))
        return ";".join(reasons)


def count_units(members: Iterable[Reported]) -> int:
    """Distinct units: a unit is known by its office and pseudonym together."""
    return len({(member.office, member.unit) for member in members})


def count_offices(members: Iterable[Reported]) -> int:
    return len({member.office for member in members})


def propose(findings: Sequence[Reported], groups: Iterable[TextGroup], thresholds: Thresholds) -> list[Proposal]:
    """Candidates, widest first: every category that is widespread, and every group of like wording that is not already one of them.

    A text group inside one category is that category's second reason when it holds most of it, and no candidate of its own when smaller.
    A group across categories is shown: the same defect is often filed differently by different teams.
    """
    by_id = {finding.id: finding for finding in findings}
    categories: dict[str, set[UUID]] = defaultdict(set)
    for finding in findings:
        categories[finding.category].add(finding.id)
    wide = {code: frozenset(ids) for code, ids in categories.items() if thresholds.met([by_id[one] for one in ids])}
    second: dict[str, float] = {}
    found: list[Proposal] = []
    for group in groups:
        members = [by_id[one] for one in group.ids if one in by_id]
        if not members or not thresholds.met(members):
            continue
        home = next((code for code, ids in wide.items() if group.ids <= ids), None)
        if home is None:
            found.append(_proposal("text", _commonest(members), members, group.similarity))
        elif 2 * len(members) > len(wide[home]):
            second[home] = group.similarity
        elif len(wide[home]) > len(members):
            found.append(_proposal("text", home, members, group.similarity))
    found += [_proposal("both" if code in second else "category", code, [by_id[one] for one in ids], second.get(code)) for code, ids in wide.items()]
    return sorted(found, key=lambda entry: (-entry.offices, -entry.units, entry.basis, entry.category, sorted(map(str, entry.members))))


def is_news(proposal: Proposal, dismissed: Iterable[frozenset[UUID]]) -> bool:
    """Whether an officer has not already said no to all of these findings together."""
    return not any(proposal.members <= earlier for earlier in dismissed)


def same_matter(proposal: Proposal, basis: str, category: str, members: frozenset[UUID]) -> bool:
    """Whether a candidate on file is this one, grown or shrunk: the same category, or a text group sharing most findings."""
    if (proposal.basis == "text") != (basis == "text"):
        return False
    if basis != "text":
        return proposal.category == category
    return 2 * len(proposal.members & members) > min(len(proposal.members), len(members))


def _proposal(basis: str, category: str, members: Sequence[Reported], similarity: float | None) -> Proposal:
    return Proposal(basis, category, frozenset(member.id for member in members), similarity, count_offices(members), count_units(members))


def _commonest(members: Sequence[Reported]) -> str:
    codes = [member.category for member in members]
    return max(sorted(set(codes)), key=codes.count)
