"""Recusal over the rows of a team: what those present declared against the organisations assigned, less what was ruled on."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from capabilities.inspection import recusal
from capabilities.inspection.office import queries
from capabilities.inspection.office.models import DeclaredInterest, Member, Ruling, Team
from capabilities.inspection.office.options import OfficeOptions
from capabilities.inspection.office.people_models import Person, PersonTie
from capabilities.inspection.vocabulary import InterestKind
from nodekit.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class OpenConflict:
    """A hit nobody has ruled on yet. `certain`: found by identity, not by a likeness of names."""

    member_id: UUID
    member_name: str
    target_id: UUID
    target_name: str
    kind_label: str
    sentence: str
    certain: bool


async def open_conflicts(uow: UnitOfWork, team: Team) -> list[OpenConflict]:
    """Hits of one team. Home places are compared with the target's township and, failing that, with its name."""
    members = {member.id: member for member in await queries.list_members(uow, [team.id])}
    if not members:
        return []
    tasks = await queries.list_tasks(uow, team_id=team.id)
    targets = await queries.list_targets(uow, active_only=False, ids=[task.target_id for task in tasks])
    subjects = [recusal.Subject(target.id, target.name, target.place or target.name) for target in targets]
    declared = await _declared(uow, list(members.values()))
    rulings = await uow.session.execute(select(Ruling.member_id, Ruling.target_id).where(Ruling.member_id.in_(members)))
    ruled = {(member_id, target_id) for member_id, target_id in rulings}
    kin = recusal.lineages((row.predecessor_id, row.successor_id) for row in await queries.list_successions(uow))
    years = uow.options(OfficeOptions).former_unit_years
    hits = [
        OpenConflict(member.id, member.name, hit.subject.id, hit.subject.name, hit.interest.kind.label, hit.sentence, hit.certain)
        for member in members.values() for hit in recusal.conflicts(declared[member.id], subjects, uow.today, years, kin)
    ]
    return list(dict.fromkeys(hit for hit in hits if (hit.member_id, hit.target_id) not in ruled))


async def certain_hits(uow: UnitOfWork, team: Team, *, member_id: UUID | None = None, target_ids: Collection[UUID] | None = None) -> list[OpenConflict]:
    """Hits that stop the forming of a team, of one member or of some targets only."""
    return [
        hit for hit in await open_conflicts(uow, team)
        if hit.certain and member_id in (None, hit.member_id) and (target_ids is None or hit.target_id in target_ids)
    ]


async def _declared(uow: UnitOfWork, members: Sequence[Member]) -> dict[UUID, list[recusal.Interest]]:
    """Every member's own unit, the declaration entered with the team, and the recusal record."""
    rows = (await uow.session.scalars(select(DeclaredInterest).where(DeclaredInterest.member_id.in_([member.id for member in members])))).all()
    ids = [member.person_id for member in members if member.person_id]
    people = {person.id: person for person in await queries.list_people(uow, ids)}
    ties = await queries.list_ties(uow, ids)
    return {member.id: _interests(member, rows, people, ties) for member in members}


def _interests(member: Member, rows: Sequence[DeclaredInterest], people: Mapping[UUID, Person], ties: Sequence[PersonTie]) -> list[recusal.Interest]:
    person = people.get(member.person_id) if member.person_id else None
    own_unit = recusal.Interest(InterestKind.FORMER_UNIT, member.unit, target=person.unit_target_id if person else None, relation="现工作单位")
    found = [own_unit] + [recusal.Interest(InterestKind.of(row.kind), row.place, row.until_on) for row in rows if row.member_id == member.id]
    if person is None:
        return found
    if person.native_place:
        found.append(recusal.Interest(InterestKind.HOME, person.native_place, relation="籍贯"))
    return found + [
        recusal.Interest(InterestKind.of(tie.kind), tie.place, tie.until_on, tie.target_id, tie.relation) for tie in ties if tie.person_id == person.id
    ]
