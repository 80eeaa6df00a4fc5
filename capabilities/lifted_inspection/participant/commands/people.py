"""Lending people: sign, offer, release."""

from datetime import date
from uuid import UUID

from capabilities.lifted_inspection.common.forms import ExplainForm, SignForm
from capabilities.lifted_inspection.domain import recusal
from capabilities.lifted_inspection.domain.machines import CANDIDATE, SECONDMENT
from capabilities.lifted_inspection.participant import forms, queries
from capabilities.lifted_inspection.participant.errors import SelfCheckHit
from capabilities.lifted_inspection.participant.models import Lending, LentPerson
from capabilities.lifted_inspection.participant.options import ParticipantOptions
from nodekit.errors import StepNotAllowed
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.lifted_inspection import secondment as v1
from shared_schemas.lifted_inspection.common import Candidate, Interest


async def sign(uow: UnitOfWork, _officer: Officer, record_id: UUID, form: SignForm) -> Lending:
    row = await queries.locked(uow, Lending, record_id)
    row.signed_by, row.signed_on = form.signed_by, form.signed_on
    said = v1.LiftedSecondmentSigned(secondment_id=row.secondment_id, signed_by=form.signed_by, signed_on=form.signed_on)
    event_id = await uow.publish(said, to=row.origin, in_reply_to=row.request_event_id)
    await uow.move(row, SECONDMENT, "signed", "签收", note=form.signed_by, event_id=event_id)
    return row


async def offer(uow: UnitOfWork, officer: Officer, record_id: UUID, form: forms.OfferForm) -> Lending:
    """Offer people, checked here before: who obviously must keep away is not offered by mistake.

    Raises:
        SelfCheckHit: somebody touches the target, and it was not said that this is known.
    """
    row = await queries.locked(uow, Lending, record_id)
    if not SECONDMENT.allows(row.status, "offered"):
        raise StepNotAllowed(SECONDMENT.label(row.status), "推荐人选", state=row.status)
    if not form.self_check_known and (hits := [f"{person.name} {hit}" for person in form.people for hit in _check(uow, person, row.target_name)]):
        raise SelfCheckHit(hits)
    people = [
        LentPerson(
            id=uow.new_random_id(), status=CANDIDATE.initial, version=0, created_at=uow.now, updated_at=uow.now, lending_id=row.id, target_name=row.target_name,
            name=person.name, unit=person.unit, rank=person.rank, skills=[str(person.skill)], interests=person.interests(),
        )
        for person in form.people
    ]
    event_id = await uow.publish(
        v1.LiftedCandidatesOffered(
            secondment_id=row.secondment_id, offered_by=officer.name,
            candidates=[
                Candidate(
                    candidate_id=person.id, name=person.name, unit=person.unit, rank=person.rank, skills=person.skills,
                    interests=[Interest.model_validate(line) for line in person.interests],
                )
                for person in people
            ],
        ),
        to=row.origin, in_reply_to=row.request_event_id,
    )
    uow.session.add_all(people)
    await uow.session.flush()
    for person in people:
        await uow.log(person, "offered", "推荐", note=row.document_number, event_id=event_id)
    await uow.move(row, SECONDMENT, "offered", "推荐人选", note="、".join(person.name for person in people), event_id=event_id)
    return row


async def decline(uow: UnitOfWork, _officer: Officer, record_id: UUID, form: ExplainForm) -> Lending:
    """Nobody to lend."""
    row = await queries.locked(uow, Lending, record_id)
    said = v1.LiftedSecondmentDeclined(secondment_id=row.secondment_id, explanation=form.explanation)
    event_id = await uow.publish(said, to=row.origin, in_reply_to=row.request_event_id)
    row.decline_reason = form.explanation
    await uow.move(row, SECONDMENT, "declined", "不能满足", note=form.explanation, event_id=event_id)
    return row


async def release(uow: UnitOfWork, _officer: Officer, record_id: UUID, form: forms.ReleaseForm) -> Lending:
    """Sign for the letter and let the people go."""
    row = await queries.locked(uow, Lending, record_id)
    said = v1.LiftedCandidatesReleased(
        secondment_id=row.secondment_id, document_number=row.letter_number or "无", signed_by=form.signed_by, released_on=form.released_on
    )
    event_id = await uow.publish(said, to=row.origin)
    row.letter_signed_by, row.released_on = form.signed_by, form.released_on
    await uow.move(row, SECONDMENT, "released", "签收抽调函并放行", note=form.signed_by, event_id=event_id)
    for person in await queries.people(uow, row.id):
        if person.status == "chosen":
            await uow.move(person, CANDIDATE, "released", "放行")
    return row


def _check(uow: UnitOfWork, person: forms.PersonForm, target: str) -> list[str]:
    declared = [
        recusal.Declared(str(line["kind"]), str(line["place"]), date.fromisoformat(line["until"]) if line["until"] else None) for line in person.interests()
    ]
    return recusal.hits(person.unit, declared, target, uow.today, uow.options(ParticipantOptions).former_unit_years)
