"""作废: the buttons of two persons on an event's page. What a void may and may not do is core/voids.py's to say."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Response

from nodekit.delivery.voids import confirm_void, propose_void, withdraw_void
from nodekit.identity.officer import Officer
from nodekit.identity.session import require
from nodekit.web import flash
from nodekit.web.edge import WriteUow
from shared_schemas.delivery.v1 import EventVoided

router = APIRouter(prefix="/ops/exchange/events/out/{peer}/{event_id}/void", include_in_schema=False)
Proposer = Annotated[Officer, require("exchange.void")]
Confirmer = Annotated[Officer, require("exchange.void_confirm")]


@router.post("")
async def propose(peer: str, event_id: UUID, uow: WriteUow, officer: Proposer, reason: Annotated[str, Form(min_length=2, max_length=200)]) -> Response:
    """The first person asks, and says why."""
    await propose_void(uow.session, peer, event_id, officer=str(officer.id), reason=reason, at=uow.now)
    await uow.audit("exchange.void_proposed", subject=str(event_id), reason=reason, peer=peer)
    return _back(peer, event_id, "已提出作废申请,须由另一人确认。")


@router.post("/confirm")
async def confirm(peer: str, event_id: UUID, uow: WriteUow, officer: Confirmer) -> Response:
    """The second person confirms: the addressee is told in the same transaction."""
    told = await uow.publish(EventVoided(event=event_id), to=peer)
    request = await confirm_void(uow.session, peer, event_id, officer=str(officer.id), void_event=told, at=uow.now)
    await uow.audit("exchange.void_confirmed", subject=str(event_id), reason=request.reason, peer=peer, proposed_by=request.proposed_by, void_event=str(told))
    return _back(peer, event_id, "已确认作废。未编号的不再发出;已发出的由对方签名答复,对方已办结的以其回执为准。")


@router.post("/withdraw")
async def withdraw(peer: str, event_id: UUID, uow: WriteUow, officer: Proposer) -> Response:
    """The request is dropped: by who asked, or by who could confirm it."""
    await withdraw_void(uow.session, peer, event_id, officer=str(officer.id), may_confirm=officer.may("exchange.void_confirm"), at=uow.now)
    await uow.audit("exchange.void_withdrawn", subject=str(event_id), peer=peer)
    return _back(peer, event_id, "已撤回作废申请。")


def _back(peer: str, event_id: UUID, sentence: str) -> Response:
    return flash.redirect(f"/ops/exchange/events/out/{peer}/{event_id}", [sentence])
