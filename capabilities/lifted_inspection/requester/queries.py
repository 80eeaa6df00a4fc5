"""Every SELECT of the asking side."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from capabilities.lifted_inspection.requester.errors import UnknownProposal
from capabilities.lifted_inspection.requester.models import Progress, Request
from nodekit.errors import NotFound
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.event import Message


async def get_request(uow: UnitOfWork, request_id: UUID) -> Request:
    """One application, locked."""
    row = await uow.session.get(Request, request_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("该申请")
    return row


async def request_of(uow: UnitOfWork, message: Message[Any]) -> Request:
    """The application a superior's event speaks of, locked.

    Raises:
        UnknownProposal: there is none, it was never sent, or it was sent to somebody else.
    """
    row = await uow.session.get(Request, message.data.proposal_id, with_for_update=True, populate_existing=True)
    if row is None or row.revision == 0 or row.superior != message.origin:
        raise UnknownProposal
    return row


async def progress(uow: UnitOfWork, request_id: UUID) -> Sequence[Progress]:
    rows = await uow.session.scalars(sa.select(Progress).where(Progress.request_id == request_id).order_by(Progress.at, Progress.id))
    return rows.all()


async def is_told(uow: UnitOfWork, request_id: UUID, stage: str, office: str) -> bool:
    """Whether this step was told before."""
    wanted = sa.select(Progress.id).where(Progress.request_id == request_id, Progress.stage == stage, Progress.office == office)
    return (await uow.session.scalars(wanted.limit(1))).first() is not None
