"""What a desk does: sign, answer; sign for papers."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import Field

from capabilities.lifted_inspection.common import papers
from capabilities.lifted_inspection.common.forms import ExplainForm, SignForm
from capabilities.lifted_inspection.consultee.models import Opinion, Paper
from capabilities.lifted_inspection.domain import words
from capabilities.lifted_inspection.domain.machines import CONSULTATION
from nodekit.errors import NotFound
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork
from nodekit.web.ledger import Form
from shared_schemas.lifted_inspection import v1
from shared_schemas.lifted_inspection.common import SHORT_MAX


class AnswerForm(Form):
    """会商意见."""

    opinion: words.Opinion = Field(title="意见", json_schema_extra={"labels": words.Opinion.labels(), "widget": "radio"})
    text: str = Field(title="意见内容", min_length=2, max_length=SHORT_MAX, description="加密送达;不写线索内容")
    replied_by: str = Field(title="答复人", min_length=1, max_length=60)
    replied_on: date = Field(title="答复日期")


async def sign(uow: UnitOfWork, _officer: Officer, record_id: UUID, form: SignForm) -> Opinion:
    row = await _get(uow, record_id)
    said = v1.LiftedConsultSigned(consultation_id=row.consultation_id, signed_by=form.signed_by, signed_on=form.signed_on)
    event_id = await uow.publish(said, to=row.origin, in_reply_to=row.request_event_id)
    row.signed_by, row.signed_on = form.signed_by, form.signed_on
    await uow.move(row, CONSULTATION, "signed", "签收", note=form.signed_by, event_id=event_id)
    return row


async def answer(uow: UnitOfWork, _officer: Officer, record_id: UUID, form: AnswerForm) -> Opinion:
    row = await _get(uow, record_id)
    said = v1.LiftedConsultReplied(
        consultation_id=row.consultation_id, opinion=str(form.opinion), text=form.text, replied_by=form.replied_by, replied_on=form.replied_on
    )
    event_id = await uow.publish(said, to=row.origin, in_reply_to=row.request_event_id)
    row.opinion, row.text, row.replied_by, row.replied_on = str(form.opinion), form.text, form.replied_by, form.replied_on
    await uow.move(row, CONSULTATION, "replied", "答复会商", note=form.opinion.label, event_id=event_id)
    return row


async def answer_initial(uow: UnitOfWork, officer: Officer, _record: Any) -> dict[str, Any]:
    return {"replied_by": officer.name, "replied_on": uow.today.isoformat()}


async def sign_paper(uow: UnitOfWork, _officer: Officer, record_id: UUID, form: SignForm) -> Paper:
    row: Paper = await papers.sign(uow, Paper, record_id, form)
    return row


async def return_paper(uow: UnitOfWork, _officer: Officer, record_id: UUID, form: ExplainForm) -> Paper:
    row: Paper = await papers.send_back(uow, Paper, record_id, form)
    return row


async def _get(uow: UnitOfWork, record_id: UUID) -> Opinion:
    row = await uow.session.get(Opinion, record_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("该会商函")
    return row
