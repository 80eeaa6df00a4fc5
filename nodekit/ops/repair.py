"""恢复与停用: what a restore left to settle, why channels stopped, and the buttons of the person who decides."""

from __future__ import annotations

import json
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse

from nodekit.delivery.disputes import lift_stop, list_copies, list_disputes
from nodekit.delivery.envelope import EventDoc
from nodekit.delivery.ledger import STOP_LABELS, channel_overview
from nodekit.delivery.recovered import NotRecovered, list_recovered, list_settled, settle_recovered
from nodekit.identity.officer import Officer
from nodekit.identity.session import require
from nodekit.ops.exchange import title_of
from nodekit.outgoing import sealing_info
from nodekit.sealing import CannotOpen
from nodekit.unit_of_work import UnitOfWork
from nodekit.web import flash
from nodekit.web.edge import ReadUow, WriteUow
from nodekit.web.templating import render

router = APIRouter(tags=["exchange"])
Settler = Annotated[Officer, require("exchange.repair")]
Note = Annotated[str, Form(min_length=2, max_length=500)]
PAGE = "/ops/repair"


@router.get(PAGE, response_class=HTMLResponse, include_in_schema=False)
async def repair(request: Request, uow: ReadUow, _officer: Settler) -> HTMLResponse:
    """Recovered events to settle, stopped channels, copies seen."""
    return await _page(request, uow)


async def _page(request: Request, uow: UnitOfWork, *, opened: UUID | None = None) -> HTMLResponse:
    """`opened`: the one sealed event whose content is shown."""
    waiting = await list_recovered(uow.session)
    channels = [row for row in await channel_overview(uow.session, uow.now) if row.stopped_out or row.stopped_in]
    shown = [(row, content_of(uow, row.event) if row.event.sealed is None or row.event.id == str(opened) else None) for row in waiting]
    return await render(
        request, uow, "ops/repair.html", waiting=shown, opened=str(opened or ""),
        settled=await list_settled(uow.session), stopped=channels, disputes=await list_disputes(uow.session),
        copies=await list_copies(uow.session), title_of=title_of, stop_labels=STOP_LABELS,
    )


@router.post(PAGE + "/recovered/{event_id}", include_in_schema=False)
async def settle(event_id: UUID, uow: WriteUow, officer: Settler, note: Note) -> Response:
    """One recovered event has been entered again (or needs nothing)."""
    await settle_recovered(uow.session, event_id, officer=str(officer.id), note=note, at=uow.now)
    await uow.audit("exchange.recovered", subject=str(event_id), note=note)
    return flash.redirect(PAGE, ["已登记处理。"])


@router.post(PAGE + "/recovered/{event_id}/open", response_class=HTMLResponse, include_in_schema=False)
async def open_sealed(request: Request, event_id: UUID, uow: WriteUow, _officer: Settler, reason: Note) -> HTMLResponse:
    """Read one sealed event again. Who read it, and what for, is on record before the answer leaves.

    Raises:
        NotRecovered: it does not wait here.
    """
    if all(row.event.id != str(event_id) for row in await list_recovered(uow.session)):
        raise NotRecovered(event_id)
    await uow.audit("exchange.recovered_read", subject=str(event_id), reason=reason)
    return await _page(request, uow, opened=event_id)


@router.post(PAGE + "/channel/{peer}/lift", include_in_schema=False)
async def lift(peer: str, uow: WriteUow, officer: Settler, note: Note) -> Response:
    """Lift the stop of a channel."""
    reasons = await lift_stop(uow.session, peer, officer=str(officer.id), note=note, at=uow.now)
    await uow.audit("exchange.lifted", subject=peer, reasons=",".join(reasons), note=note)
    return flash.redirect(PAGE, ["已解除停用,双方将重新核对;如仍不一致,通道会再次停用并留证。"])


def content_of(uow: UnitOfWork, event: EventDoc) -> str:
    """What was said, for reading: as it is, or opened with this office's own key."""
    body: Any = event.body
    if event.sealed is not None:
        info = sealing_info(event_id=UUID(event.id), src=event.src, dst=event.dst, wire_type=event.type, aggregate=event.agg)
        try:
            body = orjson.loads(uow.node.sealer.open(event.sealed, info))["body"]
        except (CannotOpen, ValueError, KeyError, TypeError):
            return "密封内容,本单位密钥无法打开;请向对方查询。"
    return json.dumps(body, ensure_ascii=False, indent=2)
