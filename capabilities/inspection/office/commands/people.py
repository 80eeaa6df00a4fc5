"""Recusal records of people: declared once, kept up to date, used whenever a team is formed."""

from uuid import UUID

from sqlalchemy import delete

from capabilities.inspection import domain
from capabilities.inspection.office import queries
from capabilities.inspection.office.commands.steps import check_done_on, fresh
from capabilities.inspection.office.errors import AlreadyThere
from capabilities.inspection.office.forms.people import LeaveForm, PersonForm
from capabilities.inspection.office.people_models import Person, PersonTie
from nodekit.errors import StepNotAllowed
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork


async def list_person(uow: UnitOfWork, _officer: Officer, form: PersonForm) -> Person:
    """Take a person into the register.

    Raises:
        AlreadyThere: the same name at the same unit is listed.
    """
    if await queries.find_person(uow, form.name, form.unit):
        raise AlreadyThere(f"人员“{form.name}({form.unit})”")
    person = Person(**fresh(uow, domain.PERSON))
    uow.session.add(person)
    await _fill(uow, person, form)
    await uow.log(person, "listed", "建档", note=_summary(form))
    return person


async def revise_person(uow: UnitOfWork, _officer: Officer, person_id: UUID, form: PersonForm) -> Person:
    """A new declaration replaces the earlier one; the time line keeps that it happened, not what it said."""
    person = await queries.get_person(uow, person_id)
    if person.status != "listed":
        raise StepNotAllowed(domain.PERSON.label(person.status), "更新申报")
    other = await queries.find_person(uow, form.name, form.unit)
    if other is not None and other.id != person.id:
        raise AlreadyThere(f"人员“{form.name}({form.unit})”")
    await uow.session.execute(delete(PersonTie).where(PersonTie.person_id == person.id))
    await _fill(uow, person, form)
    await uow.log(person, "revised", "更新申报", before=person.status, note=_summary(form))
    return person


async def leave(uow: UnitOfWork, _officer: Officer, person_id: UUID, form: LeaveForm) -> Person:
    """No longer to be chosen for teams."""
    person = await queries.get_person(uow, person_id)
    await uow.move(person, domain.PERSON, "left", "出库", note=form.reason)
    return person


async def _fill(uow: UnitOfWork, person: Person, form: PersonForm) -> None:
    check_done_on(uow, "回避申报签署", form.declared_on)
    person.name, person.unit, person.unit_target_id, person.rank = form.name, form.unit, form.unit_target, form.rank
    person.native_place, person.username, person.declared_on = form.native_place, form.username or None, form.declared_on
    await uow.session.flush()
    for tie in form.ties:
        uow.session.add(
            PersonTie(
                id=uow.new_id(), person_id=person.id, kind=tie.kind, target_id=tie.target, place=tie.place, relation=tie.relation, until_on=tie.until_on,
            )
        )
    await uow.session.flush()


def _summary(form: PersonForm) -> str:
    return f"申报{len(form.ties)}项,签署日期{form.declared_on.isoformat()}"
