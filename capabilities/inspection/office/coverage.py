"""Coverage of the term over this office's own rows: which organisations were inspected, by which round, and which were not."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from capabilities.inspection import domain
from capabilities.inspection.office import queries
from capabilities.inspection.office.models import Round, Target, Task, Term
from capabilities.inspection.vocabulary import Sector
from nodekit.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class SectorLine:
    """One system's share of the task."""

    code: str
    label: str
    done: int
    total: int


@dataclass(frozen=True)
class Covered:
    """An organisation and the round that covers it."""

    target: Target
    round: Round
    on: date
    own: bool


@dataclass(frozen=True)
class TermCoverage:
    """Everything the coverage page and the figures need."""

    term: Term
    coverage: domain.Coverage
    sectors: Sequence[SectorLine]
    covered: Sequence[Covered]
    uncovered: Sequence[Target]
    elapsed: float
    """Share of the term that has passed, 0..1."""

    @property
    def rate(self) -> float:
        return self.coverage.done / self.coverage.total if self.coverage.total else 0.0

    @property
    def behind(self) -> bool:
        """Less done than the time that has passed: the list of the uninspected is a warning."""
        return self.coverage.total > 0 and self.rate < self.elapsed


async def coverage_of(uow: UnitOfWork, term: Term) -> TermCoverage:
    """Coverage of one term, today."""
    targets = {target.id: target for target in await queries.list_targets(uow) if target.in_scope}
    rounds = {row.id: row for row in await queries.list_rounds(uow, term_id=term.id)}
    tasks = (await uow.session.scalars(select(Task).where(Task.round_id.in_(rounds), Task.entered_on.is_not(None)))).all()
    visits = [
        domain.Visit(task.target_id, task.round_id, task.entered_on, rounds[task.round_id].counting_owner == uow.office)
        for task in tasks if task.entered_on is not None
    ]
    came_from: dict[UUID, list[UUID]] = defaultdict(list)
    for link in await queries.list_successions(uow):
        came_from[link.successor_id].append(link.predecessor_id)
    found = domain.coverage(list(targets), visits, came_from)
    covered = [Covered(targets[target_id], rounds[visit.round_id], visit.on, visit.own) for target_id, visit in found.covered.items()]
    return TermCoverage(
        term, found, _by_sector(targets.values(), found), sorted(covered, key=lambda line: (line.on, line.target.name), reverse=True),
        sorted((targets[target_id] for target_id in found.uncovered), key=lambda target: (not target.key_target, target.sector, target.name)),
        _elapsed(term, uow.today),
    )


def _by_sector(targets: Iterable[Target], found: domain.Coverage) -> list[SectorLine]:
    totals: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for target in targets:
        totals[target.sector][1] += 1
        totals[target.sector][0] += target.id in found.covered
    return [SectorLine(sector.value, sector.label, *totals[sector.value]) for sector in Sector if sector.value in totals]


def _elapsed(term: Term, today: date) -> float:
    whole = (term.planned_end_on - term.started_on).days
    return min(1.0, max(0.0, (today - term.started_on).days / whole))
