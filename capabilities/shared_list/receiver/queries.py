"""Every SELECT of the adapting side."""

from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, func, or_, select

from capabilities.shared_list.domain.states import ACTIVE_LOCAL, Local
from capabilities.shared_list.receiver.models import (
    AdaptedItem,
    BasisPaper,
    ReceivedComment,
    ReceivedList,
    ReceivedSolicitation,
    RequestedExtension,
    SubmittedProposal,
)
from nodekit.errors import NotFound
from nodekit.unit_of_work import UnitOfWork

RowT = TypeVar("RowT")


async def get(uow: UnitOfWork, model: type[RowT], record_id: UUID) -> RowT:
    """One record, locked for change.

    Raises:
        NotFound: there is none.
    """
    row = await uow.session.get(model, record_id, with_for_update=True)
    if row is None:
        raise NotFound
    return row


async def read(uow: UnitOfWork, model: type[RowT], record_id: UUID) -> RowT:
    """One record, only to look at."""
    row = await uow.session.get(model, record_id)
    if row is None:
        raise NotFound
    return row


async def _all(uow: UnitOfWork, statement: Select[RowT]) -> Sequence[RowT]:
    return (await uow.session.scalars(statement)).all()


async def find_list(uow: UnitOfWork, origin: str, list_id: UUID, number: int) -> ReceivedList | None:
    """The copy of a version, locked for change."""
    mine = (ReceivedList.origin == origin, ReceivedList.list_id == list_id, ReceivedList.number == number)
    return await uow.session.scalar(select(ReceivedList).where(*mine).with_for_update())


async def list_versions(uow: UnitOfWork, origin: str, list_id: UUID) -> Sequence[ReceivedList]:
    """All versions of a list received, newest first, locked for change."""
    mine = select(ReceivedList).where(ReceivedList.origin == origin, ReceivedList.list_id == list_id)
    return await _all(uow, mine.order_by(ReceivedList.number.desc()).with_for_update())


async def find_merge_source(uow: UnitOfWork, record: ReceivedList) -> ReceivedList | None:
    """The newest earlier version in which this office decided anything: what a merge starts from."""
    worked_on = select(AdaptedItem.received_list_id).where(AdaptedItem.decision.is_not(None))
    earlier = (ReceivedList.origin == record.origin, ReceivedList.list_id == record.list_id, ReceivedList.number < record.number)
    newest = select(ReceivedList).where(*earlier, ReceivedList.id.in_(worked_on)).order_by(ReceivedList.number.desc()).limit(1)
    return await uow.session.scalar(newest)


async def list_items(uow: UnitOfWork, received_list_id: UUID) -> Sequence[AdaptedItem]:
    """Items in upstream order, local additions last."""
    mine = select(AdaptedItem).where(AdaptedItem.received_list_id == received_list_id)
    return await _all(uow, mine.order_by(AdaptedItem.position, AdaptedItem.id))


async def items_for_change(uow: UnitOfWork, received_list_id: UUID, item_ids: Sequence[UUID]) -> dict[UUID, AdaptedItem]:
    mine = select(AdaptedItem).where(AdaptedItem.received_list_id == received_list_id, AdaptedItem.id.in_(item_ids))
    return {item.id: item for item in await _all(uow, mine.with_for_update())}


async def undecided_items(uow: UnitOfWork, received_list_id: UUID) -> Sequence[AdaptedItem]:
    """Items nobody has decided and that are not in conflict: those an officer may adopt at one stroke."""
    mine = (AdaptedItem.received_list_id == received_list_id, AdaptedItem.decision.is_(None), AdaptedItem.conflict.is_(False))
    return await _all(uow, select(AdaptedItem).where(*mine).with_for_update())


async def progress_of(uow: UnitOfWork, received_list_id: UUID) -> tuple[int, int]:
    """(decided, to decide), counted from the rows: upstream items and open conflicts; local additions stand beside them."""
    to_decide = or_(AdaptedItem.from_upstream, AdaptedItem.conflict)
    counted = select(func.count(AdaptedItem.decision), func.count()).where(AdaptedItem.received_list_id == received_list_id, to_decide)
    decided, total = (await uow.session.execute(counted)).one()
    return decided, total


async def list_basis(uow: UnitOfWork, received_list_id: UUID) -> Sequence[BasisPaper]:
    return await _all(uow, select(BasisPaper).where(BasisPaper.received_list_id == received_list_id).order_by(BasisPaper.position))


async def list_comments(uow: UnitOfWork, received_list_id: UUID) -> Sequence[ReceivedComment]:
    return await _all(uow, select(ReceivedComment).where(ReceivedComment.received_list_id == received_list_id).order_by(ReceivedComment.at))


async def find_solicitation(uow: UnitOfWork, origin: str, list_id: UUID, number: int) -> ReceivedSolicitation | None:
    mine = (ReceivedSolicitation.origin == origin, ReceivedSolicitation.list_id == list_id, ReceivedSolicitation.number == number)
    return await uow.session.scalar(select(ReceivedSolicitation).where(*mine).with_for_update())


async def list_submitted(uow: UnitOfWork, recipient: str, list_id: UUID) -> Sequence[SubmittedProposal]:
    mine = select(SubmittedProposal).where(SubmittedProposal.recipient == recipient, SubmittedProposal.list_id == list_id)
    return await _all(uow, mine.order_by(SubmittedProposal.created_at.desc()).limit(200))


async def find_open_extension(uow: UnitOfWork, received_list_id: UUID) -> RequestedExtension | None:
    mine = (RequestedExtension.received_list_id == received_list_id, RequestedExtension.status == "requested")
    return await uow.session.scalar(select(RequestedExtension).where(*mine).with_for_update())


async def list_extensions(uow: UnitOfWork, received_list_id: UUID) -> Sequence[RequestedExtension]:
    mine = select(RequestedExtension).where(RequestedExtension.received_list_id == received_list_id)
    return await _all(uow, mine.order_by(RequestedExtension.created_at))


async def count(uow: UnitOfWork, model: type[Any], *where: Any) -> int:
    return await uow.session.scalar(select(func.count()).select_from(model).where(*where)) or 0


async def list_waiting(uow: UnitOfWork, states: Sequence[Local], limit: int) -> Sequence[ReceivedList]:
    """Lists in these states, most urgent first."""
    waiting = select(ReceivedList).where(ReceivedList.status.in_(states))
    return await _all(uow, waiting.order_by(ReceivedList.sign_due_on).limit(limit))


async def open_solicitations(uow: UnitOfWork, limit: int) -> Sequence[ReceivedSolicitation]:
    waiting = select(ReceivedSolicitation).where(ReceivedSolicitation.status == "open")
    return await _all(uow, waiting.order_by(ReceivedSolicitation.due_on).limit(limit))


async def find_newer(uow: UnitOfWork, record: ReceivedList) -> ReceivedList | None:
    """A newer version of the same list that is still active, for the link on a stale copy."""
    newer = (ReceivedList.origin == record.origin, ReceivedList.list_id == record.list_id, ReceivedList.number > record.number)
    active = select(ReceivedList).where(*newer, ReceivedList.status.in_(ACTIVE_LOCAL))
    return await uow.session.scalar(active.order_by(ReceivedList.number.desc()).limit(1))
