"""What other capabilities may read here: targets, terms, rounds, teams, findings. Read only; never the tables.

Every function takes the caller's unit of work and answers with frozen values, so nobody can change a row by accident.
Unknown ids raise NotFound.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from capabilities.inspection import domain, taxonomy
from capabilities.inspection.office import models, queries
from capabilities.inspection.vocabulary import Role, RoundKind, Sector
from nodekit.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Target:
    """An organisation that is inspected."""

    id: UUID
    name: str
    kind: str
    sector: str
    sector_label: str
    affiliation: str
    """Tier that manages it: province | city | county | township | village."""
    uscc: str | None
    tags: tuple[str, ...]
    in_scope: bool
    active: bool


@dataclass(frozen=True)
class Round:
    """One round; `label` is what officers call it."""

    id: UUID
    term_id: UUID
    number: int
    label: str
    kind: str
    kind_label: str
    topic: str
    status: str
    status_label: str
    counting_owner: str
    entered_on: date | None
    onsite_ended_on: date | None
    fed_back_on: date | None


@dataclass(frozen=True)
class Team:
    """One team of one round."""

    id: UUID
    round_id: UUID
    name: str
    code: str
    status: str


@dataclass(frozen=True)
class Member:
    """One person now in a team. Declared interests stay inside this capability."""

    id: UUID
    team_id: UUID
    name: str
    unit: str
    role: str
    role_label: str
    username: str | None


@dataclass(frozen=True)
class Finding:
    """One problem found. `deidentified` is the only wording that may leave the office toward another unit."""

    id: UUID
    round_id: UUID
    team_id: UUID
    target_id: UUID
    number: str
    title: str
    statement: str
    deidentified: str
    category: str
    category_label: str
    group: str
    implementation: str
    cross_tags: tuple[str, ...]
    level: str
    group_id: UUID | None
    amount_yuan: Decimal | None
    status: str
    status_label: str
    confirmed_on: date | None
    fed_back_on: date | None
    closed_on: date | None

    @property
    def confirmed(self) -> bool:
        """It stands: confirmed, and not voided since."""
        return self.status in domain.CONFIRMED_ON


async def get_target(uow: UnitOfWork, target_id: UUID) -> Target:
    return _target(await queries.get_target(uow, target_id))


async def list_targets(uow: UnitOfWork, *, active_only: bool = True, ids: Collection[UUID] | None = None) -> list[Target]:
    """Organisations by sector and name. With `ids`, pass `active_only=False` to see renamed and abolished ones too."""
    return [_target(row) for row in await queries.list_targets(uow, active_only=active_only, ids=ids)]


async def get_round(uow: UnitOfWork, round_id: UUID) -> Round:
    return _round(await queries.get_round(uow, round_id))


async def current_round(uow: UnitOfWork) -> Round | None:
    """The round in work: the newest one entered and not yet archived, else the newest planned one."""
    rows = await queries.list_rounds(uow)
    working = [row for row in rows if row.status not in {"planned", "scheme_drafted", "scheme_filed", "archived", "voided"}]
    planned = [row for row in rows if row.status in domain.BEFORE_ENTRY]
    return _round((working or planned)[0]) if working or planned else None


async def list_rounds(uow: UnitOfWork, *, term_id: UUID | None = None, statuses: Collection[str] | None = None) -> list[Round]:
    """Newest first. `statuses` are codes of `domain.ROUND`."""
    return [_round(row) for row in await queries.list_rounds(uow, term_id=term_id, statuses=statuses)]


async def get_team(uow: UnitOfWork, team_id: UUID) -> Team:
    return _team(await queries.get_team(uow, team_id))


async def list_teams(uow: UnitOfWork, *, round_id: UUID | None = None) -> list[Team]:
    return [_team(row) for row in await queries.list_teams(uow, round_id=round_id)]


async def team_members(uow: UnitOfWork, team_id: UUID) -> list[Member]:
    """Who is in the team today, in the order of joining."""
    rows = await queries.list_members(uow, [team_id])
    return [Member(row.id, row.team_id, row.name, row.unit, row.role, Role.label_of(row.role), row.username) for row in rows]


async def team_targets(uow: UnitOfWork, team_id: UUID) -> list[Target]:
    """Organisations the team inspects."""
    tasks = await queries.list_tasks(uow, team_id=team_id)
    return await list_targets(uow, active_only=False, ids=[task.target_id for task in tasks])


async def round_targets(uow: UnitOfWork, round_id: UUID) -> list[Target]:
    """Organisations inspected in the round."""
    tasks = await queries.list_tasks(uow, round_id=round_id)
    return await list_targets(uow, active_only=False, ids=[task.target_id for task in tasks])


async def get_finding(uow: UnitOfWork, finding_id: UUID) -> Finding:
    return _finding(await queries.get_finding(uow, finding_id))


async def list_findings(
    uow: UnitOfWork,
    *,
    round_id: UUID | None = None,
    target_id: UUID | None = None,
    category: str | None = None,
    confirmed: bool | None = None,
    ids: Collection[UUID] | None = None,
) -> list[Finding]:
    """Findings by number, at most `queries.ROWS_MAX`.

    `category` is one category (F2.4) or a whole group (F2). `confirmed`: True: only those that stand; False: only those that
    do not (yet); None: all.
    """
    statuses = None if confirmed is None else domain.CONFIRMED_ON if confirmed else frozenset(domain.FINDING.states) - domain.CONFIRMED_ON
    rows = await queries.list_findings(uow, round_id=round_id, target_id=target_id, category=category, statuses=statuses, ids=ids)
    return [_finding(row) for row in rows]


def category_label(code: str) -> str:
    """`F2.4 财务与资产`; the code itself when this release does not know it."""
    return taxonomy.current().label(code)


def sector_label(code: str) -> str:
    """农业农村; the code itself when this release does not know it."""
    return Sector.label_of(code)


def category_choices() -> list[tuple[str, str]]:
    """(code, label) of every category, for forms and filters."""
    return [(entry.code, entry.label) for entry in taxonomy.current().categories()]


def group_choices() -> list[tuple[str, str]]:
    """(code, label) of the first level (三个聚焦 and 整改落实)."""
    return [(entry.code, entry.label) for entry in taxonomy.current().groups()]


def _target(row: models.Target) -> Target:
    return Target(
        row.id, row.name, row.kind, row.sector, Sector.label_of(row.sector), row.affiliation,
        row.uscc, tuple(row.tags), row.in_scope, row.status == "active",
    )


def _round(row: models.Round) -> Round:
    return Round(
        row.id, row.term_id, row.number, row.name, row.kind, RoundKind.label_of(row.kind), row.topic,
        row.status, domain.ROUND.label(row.status), row.counting_owner, row.entered_on, row.onsite_ended_on, row.fed_back_on,
    )


def _team(row: models.Team) -> Team:
    return Team(row.id, row.round_id, row.name, row.code, row.status)


def _finding(row: models.Finding) -> Finding:
    version = taxonomy.version(row.taxonomy)
    return Finding(
        id=row.id, round_id=row.round_id, team_id=row.team_id, target_id=row.target_id, number=row.number, title=row.title,
        statement=row.statement, deidentified=row.deidentified, category=row.category, category_label=version.label(row.category),
        group=version.group_of(row.category), implementation=str(models.shown(row, "mapped_to") or version.implementation_of(row.category)), cross_tags=tuple(row.cross_tags),
        level=row.level, group_id=row.group_id, amount_yuan=row.amount_yuan, status=row.status, status_label=domain.FINDING.label(row.status),
        confirmed_on=row.confirmed_on, fed_back_on=row.fed_back_on, closed_on=row.closed_on,
    )
