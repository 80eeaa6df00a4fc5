"""What reaches a desk: a question of the office beside it, copies of papers."""

import sqlalchemy as sa

from capabilities.lifted_inspection.common import papers
from capabilities.lifted_inspection.common.errors import NotAbove
from capabilities.lifted_inspection.consultee.models import Opinion, Paper
from capabilities.lifted_inspection.domain.machines import CONSULTATION
from nodekit.handlers import Handlers
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.event import Message
from shared_schemas.lifted_inspection import v1

handlers = Handlers("lifted_inspection.consultee")


@handlers.on(v1.LiftedConsultRequested)
async def register_question(uow: UnitOfWork, message: Message[v1.LiftedConsultRequested]) -> None:
    """Only the inspection office beside this desk may ask. A repeat meets the same row."""
    said = message.data
    if message.origin != uow.node.directory.inspection_of(uow.office).id:
        raise NotAbove
    known = await uow.session.scalar(sa.select(Opinion.id).where(Opinion.origin == message.origin, Opinion.consultation_id == said.consultation_id))
    if known is not None:
        return
    row = Opinion(
        id=uow.new_id(), status=CONSULTATION.initial, version=0, created_at=uow.now, updated_at=uow.now, origin=message.origin,
        consultation_id=said.consultation_id, document_number=said.document_number, target_name=said.target_name, wanted_kind=said.wanted_kind,
        reasons=list(said.reasons), facts=said.facts.model_dump(), question=said.question, due_on=said.due_on, requested_by=said.requested_by,
        arrived_at=uow.now, request_event_id=message.id,
    )
    uow.session.add(row)
    await uow.session.flush()
    await uow.log(row, "arrived", "收到会商函", note=said.document_number, event_id=message.id)


@handlers.on(v1.LiftedFedBack)
async def keep_copy(uow: UnitOfWork, message: Message[v1.LiftedFedBack]) -> None:
    await papers.keep(uow, Paper, message)


@handlers.on(v1.LiftedPaperUrged)
async def note_urging(uow: UnitOfWork, message: Message[v1.LiftedPaperUrged]) -> None:
    await papers.note_urging(uow, Paper, message)
