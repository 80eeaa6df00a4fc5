"""Every SELECT of the organising side."""

from collections.abc import Collection, Sequence
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa

from capabilities.lifted_inspection.domain.rules import Lent
from capabilities.lifted_inspection.organiser.errors import UnknownTask
from capabilities.lifted_inspection.organiser.models import Candidate, Consultation, Copy, Finding, Report, Secondment, Task
from nodekit.errors import NotFound
from nodekit.unit_of_work import UnitOfWork

RowT = TypeVar("RowT")


async def locked(uow: UnitOfWork, model: type[RowT], record_id: UUID) -> RowT:
    """One record, locked for the transaction.

    Raises:
        NotFound: there is none.
    """
    row = await uow.session.get(model, record_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    return row


async def get_task(uow: UnitOfWork, task_id: UUID) -> Task:
    return await locked(uow, Task, task_id)


async def get_task_or_none(uow: UnitOfWork, task_id: UUID) -> Task | None:
    """The locked task, if there is one."""
    return await uow.session.get(Task, task_id, with_for_update=True, populate_existing=True)


async def find_task(uow: UnitOfWork, origin: str, proposal_id: UUID) -> Task | None:
    """The locked task an office's application became."""
    wanted = sa.select(Task).where(Task.origin == origin, Task.proposal_id == proposal_id).with_for_update()
    return (await uow.session.scalars(wanted)).one_or_none()


async def told(uow: UnitOfWork, model: type[RowT], record_id: UUID, column: str, origin: str) -> RowT:
    """The locked record an event speaks of, if its sender is the one in `column`.

    Raises:
        UnknownTask: there is none, or the sender has nothing to do with it.
    """
    row = await uow.session.get(model, record_id, with_for_update=True, populate_existing=True)
    if row is None or getattr(row, column) != origin:
        raise UnknownTask
    return row


async def of_task(uow: UnitOfWork, model: type[Any], task_id: UUID) -> Sequence[Any]:
    """Dependent records of one task, oldest first."""
    return (await uow.session.scalars(sa.select(model).where(model.task_id == task_id).order_by(model.created_at, model.id))).all()


async def consultations(uow: UnitOfWork, task_id: UUID) -> Sequence[Consultation]:
    return await of_task(uow, Consultation, task_id)


async def copies(uow: UnitOfWork, task_id: UUID) -> Sequence[Copy]:
    return await of_task(uow, Copy, task_id)


async def secondments(uow: UnitOfWork, task_id: UUID) -> Sequence[Secondment]:
    return await of_task(uow, Secondment, task_id)


async def candidates(uow: UnitOfWork, task_id: UUID) -> Sequence[Candidate]:
    return await of_task(uow, Candidate, task_id)


async def reports(uow: UnitOfWork, task_id: UUID) -> Sequence[Report]:
    return await of_task(uow, Report, task_id)


async def findings(uow: UnitOfWork, task_id: UUID) -> Sequence[Finding]:
    return (await uow.session.scalars(sa.select(Finding).where(Finding.task_id == task_id).order_by(Finding.number))).all()


async def offered(uow: UnitOfWork, secondment_id: UUID) -> Sequence[Candidate]:
    """Everybody offered for one request, locked."""
    wanted = sa.select(Candidate).where(Candidate.secondment_id == secondment_id).order_by(Candidate.created_at, Candidate.id)
    return (await uow.session.scalars(wanted.with_for_update().execution_options(populate_existing=True))).all()


async def lent(uow: UnitOfWork, task_id: UUID) -> list[Lent]:
    """How the staffing of a task stands."""
    people = await candidates(uow, task_id)
    return [
        Lent(row.status, row.wanted, tuple(person.status for person in people if person.secondment_id == row.id)) for row in await secondments(uow, task_id)
    ]


async def tasks_in(uow: UnitOfWork, statuses: Collection[str]) -> Sequence[Task]:
    return (await uow.session.scalars(sa.select(Task).where(Task.status.in_(sorted(statuses))).order_by(Task.created_at))).all()
