"""Every SELECT of the participating side."""

from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa

from capabilities.lifted_inspection.participant.errors import UnknownAssignment
from capabilities.lifted_inspection.participant.models import Assignment, Finding, Lending, LentPerson, Paper, Report
from nodekit.errors import NotFound
from nodekit.unit_of_work import UnitOfWork

RowT = TypeVar("RowT")


async def locked(uow: UnitOfWork, model: type[RowT], record_id: UUID) -> RowT:
    row = await uow.session.get(model, record_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    return row


async def find_assignment(uow: UnitOfWork, origin: str, task_id: UUID) -> Assignment | None:
    """The locked task of one organiser."""
    wanted = sa.select(Assignment).where(Assignment.origin == origin, Assignment.task_id == task_id).with_for_update()
    return (await uow.session.scalars(wanted)).one_or_none()


async def assignment_of(uow: UnitOfWork, origin: str, task_id: UUID) -> Assignment:
    """As `find_assignment`.

    Raises:
        UnknownAssignment: there is none of this sender.
    """
    row = await find_assignment(uow, origin, task_id)
    if row is None:
        raise UnknownAssignment
    return row


async def find_lending(uow: UnitOfWork, origin: str, secondment_id: UUID) -> Lending | None:
    wanted = sa.select(Lending).where(Lending.origin == origin, Lending.secondment_id == secondment_id).with_for_update()
    return (await uow.session.scalars(wanted)).one_or_none()


async def lending_of(uow: UnitOfWork, origin: str, secondment_id: UUID) -> Lending:
    row = await find_lending(uow, origin, secondment_id)
    if row is None:
        raise UnknownAssignment
    return row


async def people(uow: UnitOfWork, lending_id: UUID) -> Sequence[LentPerson]:
    """Everybody offered for one request, locked."""
    wanted = sa.select(LentPerson).where(LentPerson.lending_id == lending_id).order_by(LentPerson.created_at, LentPerson.id)
    return (await uow.session.scalars(wanted.with_for_update().execution_options(populate_existing=True))).all()


async def papers_of(uow: UnitOfWork, origin: str, task_id: UUID) -> Sequence[Paper]:
    """Every copy of one organiser's task, locked."""
    return (await uow.session.scalars(sa.select(Paper).where(Paper.origin == origin, Paper.task_id == task_id).with_for_update())).all()


async def reports(uow: UnitOfWork, assignment_id: UUID) -> Sequence[Report]:
    return (await uow.session.scalars(sa.select(Report).where(Report.assignment_id == assignment_id).order_by(Report.number))).all()


async def findings(uow: UnitOfWork, assignment_id: UUID) -> Sequence[Finding]:
    return (await uow.session.scalars(sa.select(Finding).where(Finding.assignment_id == assignment_id).order_by(Finding.number))).all()


async def unsigned_people(uow: UnitOfWork) -> Sequence[Any]:
    """Lendings that wait for this office."""
    wanted = sa.select(Lending).where(Lending.status.in_(("requested", "signed", "replacing", "lettered"))).order_by(Lending.created_at).limit(100)
    return (await uow.session.scalars(wanted)).all()
