"""Every SELECT of the receiving side."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from capabilities.common_issue.receiver.errors import UnknownLetter
from capabilities.common_issue.receiver.models import Letter, Reply
from nodekit.errors import NotFound
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.event import Message


async def get_letter(uow: UnitOfWork, letter_id: UUID) -> Letter:
    """One letter, locked for the transaction."""
    found = await uow.session.get(Letter, letter_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound
    return found


async def find_letter(uow: UnitOfWork, origin: str, copy_id: UUID) -> Letter | None:
    return (await uow.session.scalars(sa.select(Letter).where(Letter.origin == origin, Letter.copy_id == copy_id).with_for_update())).one_or_none()


async def letter_of(uow: UnitOfWork, message: Message[Any]) -> Letter:
    """The letter an issuer's event speaks of, locked.

    Raises:
        UnknownLetter: there is none from this sender.
    """
    found = await find_letter(uow, message.origin, message.data.copy_id)
    if found is None:
        raise UnknownLetter
    return found


async def list_replies(uow: UnitOfWork, letter_id: UUID) -> Sequence[Reply]:
    return (await uow.session.scalars(sa.select(Reply).where(Reply.letter_id == letter_id).order_by(Reply.number))).all()


async def count(uow: UnitOfWork, *statuses: str) -> int:
    return int(await uow.session.scalar(sa.select(sa.func.count()).select_from(Letter).where(Letter.status.in_(statuses))) or 0)
