"""Every bounded SELECT on rounds, teams, targets and findings that both the office's pages and `register` need."""

from collections.abc import Collection, Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import delete, func, select

from capabilities.inspection.domain import BEFORE_ENTRY, ON_SITE
from capabilities.inspection.office.models import (
    Batch,
    DeclaredInterest,
    Filing,
    Finding,
    Member,
    Phase,
    Round,
    Succession,
    Target,
    Task,
    Team,
    Term,
    with_counts,
)
from capabilities.inspection.office.people_models import MappingRule, Person, PersonTie
from nodekit.errors import NotFound
from nodekit.unit_of_work import UnitOfWork

RowT = TypeVar("RowT", Term, Target, Round, Team, Finding, Filing)

ROWS_MAX = 5_000
"""No list is longer; an office with more targets or findings in one round than this does not exist."""


async def get_target(uow: UnitOfWork, target_id: UUID, *, lock: bool = False) -> Target:
    return await _get(uow, Target, target_id, "该巡察对象", lock=lock)


async def get_term(uow: UnitOfWork, term_id: UUID, *, lock: bool = False) -> Term:
    return await _get(uow, Term, term_id, "该届次", lock=lock)


async def get_round(uow: UnitOfWork, round_id: UUID, *, lock: bool = False) -> Round:
    return await _get(uow, Round, round_id, "该轮次", lock=lock)


async def get_team(uow: UnitOfWork, team_id: UUID, *, lock: bool = False) -> Team:
    return await _get(uow, Team, team_id, "该巡察组", lock=lock)


async def get_finding(uow: UnitOfWork, finding_id: UUID, *, lock: bool = False) -> Finding:
    return await _get(uow, Finding, finding_id, "该问题", lock=lock)


async def get_filing(uow: UnitOfWork, filing_id: UUID, *, lock: bool = False) -> Filing:
    return await _get(uow, Filing, filing_id, "该报备", lock=lock)


async def current_term(uow: UnitOfWork) -> Term | None:
    return (await uow.session.scalars(select(Term).where(Term.status == "current"))).one_or_none()


async def list_terms(uow: UnitOfWork) -> Sequence[Term]:
    return (await uow.session.scalars(select(Term).order_by(Term.number.desc()).limit(ROWS_MAX))).all()


async def list_targets(uow: UnitOfWork, *, active_only: bool = True, ids: Collection[UUID] | None = None, counts: bool = False) -> Sequence[Target]:
    wanted = select(Target).order_by(Target.sector, Target.name).limit(ROWS_MAX)
    if counts:
        wanted = with_counts(wanted)
    if active_only:
        wanted = wanted.where(Target.status == "active")
    if ids is not None:
        wanted = wanted.where(Target.id.in_(ids))
    return (await uow.session.scalars(wanted)).all()


async def find_active_target(uow: UnitOfWork, name: str) -> Target | None:
    return (await uow.session.scalars(select(Target).where(Target.name == name, Target.status == "active"))).one_or_none()


async def find_round_waiting_for(uow: UnitOfWork, target_id: UUID) -> Round | None:
    """A round not yet entered that has the organisation on its list."""
    waiting = select(Round).join(Task, Task.round_id == Round.id).where(
        Task.target_id == target_id, Task.removed_on.is_(None), Task.entered_on.is_(None), Round.status.in_(BEFORE_ENTRY | ON_SITE)
    )
    return (await uow.session.scalars(waiting.limit(1))).one_or_none()


async def target_names(uow: UnitOfWork, ids: Collection[UUID]) -> dict[UUID, str]:
    """Names in the order of `ids`; unknown ids are left out."""
    rows = await uow.session.execute(select(Target.id, Target.name).where(Target.id.in_(ids)))
    names: dict[UUID, str] = dict(rows.all())
    return {target_id: names[target_id] for target_id in ids if target_id in names}


async def list_successions(uow: UnitOfWork) -> Sequence[Succession]:
    return (await uow.session.scalars(select(Succession).limit(ROWS_MAX))).all()


async def list_rounds(uow: UnitOfWork, *, term_id: UUID | None = None, statuses: Collection[str] | None = None) -> Sequence[Round]:
    """Rounds, newest term and number first."""
    wanted = select(Round).join(Term, Term.id == Round.term_id).order_by(Term.number.desc(), Round.number.desc(), Round.created_at.desc()).limit(ROWS_MAX)
    if term_id is not None:
        wanted = wanted.where(Round.term_id == term_id)
    if statuses is not None:
        wanted = wanted.where(Round.status.in_(statuses))
    return (await uow.session.scalars(wanted)).all()


async def list_phases(uow: UnitOfWork, round_id: UUID) -> Sequence[Phase]:
    return (await uow.session.scalars(select(Phase).where(Phase.round_id == round_id).order_by(Phase.recorded_at).limit(ROWS_MAX))).all()


async def list_batches(uow: UnitOfWork, round_id: UUID) -> Sequence[Batch]:
    return (await uow.session.scalars(select(Batch).where(Batch.round_id == round_id).order_by(Batch.number).limit(ROWS_MAX))).all()


async def list_teams(uow: UnitOfWork, *, round_id: UUID | None = None) -> Sequence[Team]:
    wanted = select(Team).order_by(Team.created_at.desc(), Team.number).limit(ROWS_MAX)
    if round_id is not None:
        wanted = with_counts(select(Team)).where(Team.round_id == round_id).order_by(Team.number).limit(ROWS_MAX)
    return (await uow.session.scalars(wanted)).all()


async def list_members(uow: UnitOfWork, team_ids: Collection[UUID], *, present_only: bool = True) -> Sequence[Member]:
    """Members in the order they joined; those who left only when asked for."""
    wanted = select(Member).where(Member.team_id.in_(team_ids)).order_by(Member.joined_on, Member.id).limit(ROWS_MAX)
    if present_only:
        wanted = wanted.where(Member.left_on.is_(None))
    return (await uow.session.scalars(wanted)).all()


async def list_tasks(uow: UnitOfWork, *, round_id: UUID | None = None, team_id: UUID | None = None, present_only: bool = True) -> Sequence[Task]:
    """Organisations of a round or team; those taken out again only when asked for."""
    wanted = select(Task).order_by(Task.batch_number, Task.id).limit(ROWS_MAX)
    if present_only:
        wanted = wanted.where(Task.removed_on.is_(None))
    if round_id is not None:
        wanted = wanted.where(Task.round_id == round_id)
    if team_id is not None:
        wanted = wanted.where(Task.team_id == team_id)
    return (await uow.session.scalars(wanted)).all()


async def list_findings(
    uow: UnitOfWork,
    *,
    round_id: UUID | None = None,
    target_id: UUID | None = None,
    category: str | None = None,
    statuses: Collection[str] | None = None,
    ids: Collection[UUID] | None = None,
) -> Sequence[Finding]:
    """Findings by number. `category` may be a group (F2): then all its categories."""
    wanted = select(Finding).order_by(Finding.number, Finding.id).limit(ROWS_MAX)
    if round_id is not None:
        wanted = wanted.where(Finding.round_id == round_id)
    if target_id is not None:
        wanted = wanted.where(Finding.target_id == target_id)
    if category is not None:
        wanted = wanted.where((Finding.category == category) | Finding.category.startswith(f"{category}.", autoescape=True))
    if statuses is not None:
        wanted = wanted.where(Finding.status.in_(statuses))
    if ids is not None:
        wanted = wanted.where(Finding.id.in_(ids))
    return (await uow.session.scalars(wanted)).all()


async def finding_numbers(uow: UnitOfWork, round_id: UUID) -> set[str]:
    """Every number used in a round, voided ones included: none is used twice."""
    return set(await uow.session.scalars(select(Finding.number).where(Finding.round_id == round_id)))


async def team_ids_of(uow: UnitOfWork, username: str) -> set[UUID]:
    """Teams an account's holder is a member of now."""
    return set(await uow.session.scalars(select(Member.team_id).where(Member.username == username, Member.left_on.is_(None))))


async def drop_interests(uow: UnitOfWork, member_id: UUID) -> None:
    """Forget a declaration that a newer signed one replaces; the time line says that it was replaced."""
    await uow.session.execute(delete(DeclaredInterest).where(DeclaredInterest.member_id == member_id))


async def _get(uow: UnitOfWork, model: type[RowT], record_id: UUID, what: str, *, lock: bool) -> RowT:
    wanted = select(model).where(model.id == record_id)
    if lock:  # the row alone, not what is joined to it
        wanted = wanted.with_for_update(of=model).execution_options(populate_existing=True)
    row = (await uow.session.scalars(wanted)).unique().one_or_none()
    if row is None:
        raise NotFound(what)
    return row


async def find_filing_of(uow: UnitOfWork, round_id: UUID, kind: str) -> Filing | None:
    """The filing of a round that was not withdrawn."""
    wanted = select(Filing).where(Filing.round_id == round_id, Filing.kind == kind, Filing.status != "withdrawn")
    return (await uow.session.scalars(wanted)).one_or_none()


async def find_filing(uow: UnitOfWork, filing_id: UUID) -> Filing | None:
    wanted = select(Filing).where(Filing.id == filing_id).with_for_update(of=Filing).execution_options(populate_existing=True)
    return (await uow.session.scalars(wanted)).one_or_none()


async def successions_of(uow: UnitOfWork, target_id: UUID) -> list[dict[str, Any]]:
    """What the organisation came from and what became of it."""
    words = {"renamed": ("原名", "更名为"), "merged": ("并入本组织", "并入")}
    found: list[dict[str, Any]] = []
    rows = await uow.session.scalars(
        select(Succession).where((Succession.successor_id == target_id) | (Succession.predecessor_id == target_id)).order_by(Succession.on)
    )
    for row in rows.all():
        other = row.predecessor_id if row.successor_id == target_id else row.successor_id
        names = await target_names(uow, [other])
        relation = words[row.kind][0 if row.successor_id == target_id else 1]
        found.append({"id": other, "name": names[other], "relation": relation, "on": row.on, "document": row.document})
    return found


async def inspections_of(uow: UnitOfWork, target_id: UUID) -> list[dict[str, Any]]:
    """Rounds in which the organisation was or will be inspected, newest first."""
    findings = (
        select(func.count()).where(Finding.round_id == Task.round_id, Finding.target_id == Task.target_id, Finding.status != "voided")
        .correlate(Task).scalar_subquery()
    )
    wanted = (
        select(Round.id, Round.name, Team.name, Task.entered_on, findings)
        .join_from(Task, Round, Task.round_id == Round.id).outerjoin(Team, Team.id == Task.team_id)
        .where(Task.target_id == target_id, Task.removed_on.is_(None)).order_by(Round.created_at.desc())
    )
    rows = await uow.session.execute(wanted)
    return [
        {"round_id": round_id, "round": name, "team": team or "", "entered_on": entered, "findings": count}
        for round_id, name, team, entered, count in rows
    ]


async def tasks_of_round(uow: UnitOfWork, round_id: UUID) -> list[dict[str, Any]]:
    """Organisations of a round with team, batch, entry and number of findings."""
    findings = (
        select(func.count()).where(Finding.round_id == Task.round_id, Finding.target_id == Task.target_id, Finding.status != "voided")
        .correlate(Task).scalar_subquery()
    )
    wanted = (
        select(Task.target_id, Target.name, Task.team_id, Team.name, Task.batch_number, Task.entered_on, findings)
        .join_from(Task, Target, Target.id == Task.target_id).outerjoin(Team, Team.id == Task.team_id)
        .where(Task.round_id == round_id, Task.removed_on.is_(None)).order_by(Task.batch_number, Team.number, Target.name).limit(ROWS_MAX)
    )
    names = ("target_id", "target", "team_id", "team", "batch", "entered_on", "findings")
    return [dict(zip(names, row, strict=True)) for row in await uow.session.execute(wanted)]


async def list_filings(uow: UnitOfWork, round_id: UUID) -> Sequence[Filing]:
    return (await uow.session.scalars(select(Filing).where(Filing.round_id == round_id).order_by(Filing.sent_at))).all()


async def list_instances(uow: UnitOfWork, group_id: UUID) -> Sequence[Finding]:
    return (await uow.session.scalars(select(Finding).where(Finding.group_id == group_id).order_by(Finding.number).limit(ROWS_MAX))).all()


async def interests_of(uow: UnitOfWork, team_id: UUID) -> list[dict[str, Any]]:
    """What the members now present declared."""
    wanted = (
        select(Member.name, DeclaredInterest.kind, DeclaredInterest.place, DeclaredInterest.until_on)
        .join(DeclaredInterest, DeclaredInterest.member_id == Member.id).where(Member.team_id == team_id, Member.left_on.is_(None)).order_by(Member.joined_on)
    )
    return [dict(zip(("member", "kind", "place", "until_on"), row, strict=True)) for row in await uow.session.execute(wanted)]


async def get_person(uow: UnitOfWork, person_id: UUID) -> Person:
    """One person, locked for the transaction."""
    found = await uow.session.get(Person, person_id, with_for_update=True)
    if found is None:
        raise NotFound
    return found


async def find_person(uow: UnitOfWork, name: str, unit: str) -> Person | None:
    return (await uow.session.scalars(select(Person).where(Person.name == name, Person.unit == unit, Person.status == "listed"))).one_or_none()


async def list_people(uow: UnitOfWork, ids: Collection[UUID] | None = None) -> Sequence[Person]:
    """People listed now, or those with these ids whatever became of them."""
    wanted = select(Person).order_by(Person.name).limit(ROWS_MAX)
    return (await uow.session.scalars(wanted.where(Person.status == "listed") if ids is None else wanted.where(Person.id.in_(ids)))).all()


async def list_ties(uow: UnitOfWork, person_ids: Collection[UUID]) -> Sequence[PersonTie]:
    return (await uow.session.scalars(select(PersonTie).where(PersonTie.person_id.in_(person_ids)).order_by(PersonTie.id))).all()


async def ties_of(uow: UnitOfWork, person_id: UUID) -> list[dict[str, Any]]:
    """What a person declared, with the names of organisations."""
    names = ("kind", "target_id", "target", "place", "relation", "until_on")
    wanted = (
        select(PersonTie.kind, PersonTie.target_id, Target.name, PersonTie.place, PersonTie.relation, PersonTie.until_on)
        .outerjoin(Target, Target.id == PersonTie.target_id).where(PersonTie.person_id == person_id).order_by(PersonTie.kind, PersonTie.id)
    )
    return [dict(zip(names, row, strict=True)) for row in await uow.session.execute(wanted)]


async def find_mapping(uow: UnitOfWork, taxonomy: str, code: str) -> MappingRule | None:
    """The rule in force for a group or category, locked."""
    wanted = select(MappingRule).where(MappingRule.taxonomy == taxonomy, MappingRule.code == code, MappingRule.status == "in_force")
    return (await uow.session.scalars(wanted.with_for_update())).one_or_none()


async def round_choices(uow: UnitOfWork) -> list[tuple[str, str]]:
    """Rounds for a filter bar."""
    return [(str(row.id), row.name) for row in await list_rounds(uow)]


async def list_standing_teams(uow: UnitOfWork) -> Sequence[Team]:
    """Teams not yet dissolved."""
    return (await uow.session.scalars(select(Team).where(Team.status != "disbanded").order_by(Team.created_at).limit(ROWS_MAX))).all()
