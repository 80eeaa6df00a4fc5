"""Recusal over the rows of a team: declared interests of those present against the organisations assigned, less what was ruled on."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from capabilities.inspection import recusal
from capabilities.inspection.office import queries
from capabilities.inspection.office.models import DeclaredInterest, Member, Ruling, Team
from capabilities.inspection.office.options import OfficeOptions
from capabilities.inspection.vocabulary import InterestKind
from nodekit.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class OpenConflict:
    """A hit nobody has ruled on yet."""

    member_id: UUID
    member_name: str
    target_id: UUID
    target_name: str
    kind_label: str
    sentence: str


async def open_conflicts(uow: UnitOfWork, team: Team) -> list[OpenConflict]:
    """Hits of one team. Home places are compared with the target's township and, failing that, with its name."""
    members = {member.id: member for member in await queries.list_members(uow, [team.id])}
    if not members:
        return []
    tasks = await queries.list_tasks(uow, team_id=team.id)
    targets = await queries.list_targets(uow, active_only=False, ids=[task.target_id for task in tasks])
    subjects = [recusal.Subject(target.id, target.name, target.place or target.name) for target in targets]
    rows = (await uow.session.scalars(select(DeclaredInterest).where(DeclaredInterest.member_id.in_(members)))).all()
    rulings = await uow.session.execute(select(Ruling.member_id, Ruling.target_id).where(Ruling.member_id.in_(members)))
    ruled = {(member_id, target_id) for member_id, target_id in rulings}
    years = uow.options(OfficeOptions).former_unit_years
    return [hit for member in members.values() for hit in _hits(uow, member, rows, subjects, years) if (member.id, hit.target_id) not in ruled]


def _hits(uow: UnitOfWork, member: Member, rows: Sequence[DeclaredInterest], subjects: list[recusal.Subject], years: int) -> list[OpenConflict]:
    declared = [recusal.Interest(InterestKind.of(row.kind), row.place, row.until_on) for row in rows if row.member_id == member.id]
    own_unit = recusal.Interest(InterestKind.FORMER_UNIT, member.unit)  # a person never inspects the unit he comes from
    return [
        OpenConflict(member.id, member.name, conflict.subject.id, conflict.subject.name, conflict.interest.kind.label, conflict.sentence)
        for conflict in recusal.conflicts([own_unit, *declared], subjects, uow.today, years)
    ]
