"""作废: one person asks to take an event of ours back, another confirms. What follows is the protocol's (core/voids.py).

From its confirmation an event without a number gets none, and its addressee is told, because the event may have left in a past that a restore
undid. One with a number is refused by its addressee unless it is decided there: then its own receipt says how, and the void has failed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from nodekit.delivery.core.voids import VOID_TYPE
from nodekit.delivery.reckoning_tables import void
from nodekit.delivery.tables import outbox
from nodekit.errors import NodeError, NotFound, NotPermitted


class AlreadyDecided(NodeError):
    """The addressee has decided: its signed receipt stands."""

    code = "delivery.already_decided"

    def __init__(self, event_id: UUID) -> None:
        super().__init__("对方已出具回执,该事项不能作废。", hint="如需撤销,请按业务程序另行发函。", event_id=str(event_id))


class NotVoidable(NodeError):
    """A void cannot itself be taken back, and one request at a time is enough."""

    code = "delivery.not_voidable"

    def __init__(self, why: str, event_id: UUID) -> None:
        super().__init__(why, hint="请刷新后按当前状态办理。", event_id=str(event_id))


class SamePerson(NodeError):
    """Separation of duty: who asked may not confirm."""

    code = "delivery.same_person"
    status = 403

    def __init__(self) -> None:
        super().__init__("申请人不能确认自己的作废申请。", hint="请由另一位有权限的同志确认。")


@dataclass(frozen=True, slots=True)
class VoidRequest:
    """One request that was not withdrawn."""

    event_id: UUID
    dst: str
    reason: str
    proposed_at: datetime
    proposed_by: str
    confirmed_at: datetime | None
    confirmed_by: str | None


COLUMNS = (void.c.event_id, void.c.dst, void.c.reason, void.c.proposed_at, void.c.proposed_by, void.c.confirmed_at, void.c.confirmed_by)


async def void_of(session: AsyncSession, event_id: UUID) -> VoidRequest | None:
    """The request concerning one event, open or confirmed."""
    row = (await session.execute(select(*COLUMNS).where(void.c.event_id == event_id, void.c.withdrawn_at.is_(None)))).first()
    return VoidRequest(*row) if row else None


async def open_voids(session: AsyncSession) -> list[VoidRequest]:
    """Requests that wait for a second person, oldest first."""
    query = select(*COLUMNS).where(void.c.withdrawn_at.is_(None), void.c.confirmed_at.is_(None)).order_by(void.c.id)
    return [VoidRequest(*row) for row in await session.execute(query)]


async def propose_void(session: AsyncSession, dst: str, event_id: UUID, *, officer: str, reason: str, at: datetime) -> None:
    """The first person asks.

    Raises:
        NotFound: no such event to that office. AlreadyDecided: it has its receipt. NotVoidable: a void, or there is a request.
    """
    row = await _locked(session, dst, event_id)
    if row.type == VOID_TYPE:
        raise NotVoidable("作废通知本身不能作废。", event_id)
    try:
        async with session.begin_nested():
            await session.execute(insert(void).values(event_id=event_id, dst=dst, reason=reason, proposed_at=at, proposed_by=officer))
    except IntegrityError:
        raise NotVoidable("该事项已有作废申请。", event_id) from None


async def confirm_void(session: AsyncSession, dst: str, event_id: UUID, *, officer: str, void_event: UUID, at: datetime) -> VoidRequest:
    """The second person confirms; `void_event` tells the addressee and is published in the same transaction.

    Raises:
        NotFound, AlreadyDecided, NotVoidable: as for a request. SamePerson: asked and confirmed by one.
    """
    await _locked(session, dst, event_id)
    request = await void_of(session, event_id)
    if request is None or request.confirmed_at is not None:
        raise NotVoidable("该事项没有待确认的作废申请。", event_id)
    if request.proposed_by == officer:
        raise SamePerson
    await session.execute(_open(event_id).values(confirmed_at=at, confirmed_by=officer, void_event_id=void_event))
    await session.execute(update(outbox).where(outbox.c.event_id == event_id).values(voided_at=at))
    return request


async def withdraw_void(session: AsyncSession, dst: str, event_id: UUID, *, officer: str, may_confirm: bool, at: datetime) -> None:
    """Drop a request that is not confirmed: who asked, or who could confirm.

    Raises:
        NotVoidable: there is none. NotPermitted: somebody else's.
    """
    request = await void_of(session, event_id)
    if request is None or request.dst != dst or request.confirmed_at is not None:
        raise NotVoidable("该事项没有待确认的作废申请。", event_id)
    if request.proposed_by != officer and not may_confirm:
        raise NotPermitted("exchange.void_confirm", "撤回他人的作废申请")
    if (await session.execute(_open(event_id).values(withdrawn_at=at, withdrawn_by=officer).returning(void.c.id))).first() is None:
        raise NotVoidable("该事项没有待确认的作废申请。", event_id)


def _open(event_id: UUID) -> Any:
    return update(void).where(void.c.event_id == event_id, void.c.withdrawn_at.is_(None), void.c.confirmed_at.is_(None))


async def _locked(session: AsyncSession, dst: str, event_id: UUID) -> Any:
    """The outbox row, so that neither a receipt nor another person comes between."""
    query = select(outbox.c.type, outbox.c.final).where(outbox.c.dst == dst, outbox.c.event_id == event_id).with_for_update()
    row = (await session.execute(query)).first()
    if row is None:
        raise NotFound("该事项")
    if row.final is not None:
        raise AlreadyDecided(event_id)
    return row
