"""收发台账 and 节点联邦: what was said to whom and where it stands, how each channel does, what could not be accepted."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import HTMLResponse

from nodekit.delivery.ledger import (
    CODE_LABELS,
    INCOMING_LABELS,
    OUTGOING_LABELS,
    IncomingState,
    OutgoingState,
    channel_overview,
    list_incoming,
    list_outgoing,
)
from nodekit.delivery.quarantine import list_rejected, refuse_event, retry_event
from nodekit.delivery.recovered import count_recovered
from nodekit.identity.officer import Officer
from nodekit.identity.session import require
from nodekit.ops.channel_states import state_of, surroundings
from nodekit.rekeying.listing import list_keys
from nodekit.web import flash
from nodekit.web.edge import ReadUow, WriteUow
from nodekit.web.templating import render
from shared_schemas.event import event_type

router = APIRouter(tags=["exchange"])
PER_PAGE = 50
Reader = Annotated[Officer, require("exchange.read")]
Settler = Annotated[Officer, require("exchange.settle")]
StateT = TypeVar("StateT", bound=StrEnum)

TONES = {
    "waiting": "grey", "sent": "blue", "held": "blue", "accepted": "green", "refused": "red", "signed": "green",
    "delivered": "amber", "quarantined": "red", "voiding": "amber", "taking_back": "amber", "voided": "grey",
}


def title_of(name: str) -> str:
    """Chinese name of an event type as ledgers show it; sealed ones tell no more than their family."""
    known = event_type(name)
    if known is not None:
        return known.TITLE or name
    return "密封件" if name.endswith(".sealed.v1") else name


def _state_or_none(kind: type[StateT], text: str) -> StateT | None:
    try:
        return kind(text) if text else None
    except ValueError:
        return None


@router.get("/ops/exchange", response_class=HTMLResponse, include_in_schema=False)
async def exchange(
    request: Request, uow: ReadUow, _officer: Reader, way: Annotated[str, Query(pattern="^(out|in|rejected)$")] = "out",
    peer: Annotated[str, Query(max_length=60)] = "", state: Annotated[str, Query(max_length=20)] = "", page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> HTMLResponse:
    """Outgoing, incoming, and what was not acceptable. Filters live in the address."""
    channels, around = await channel_overview(uow.session, uow.now), await surroundings(uow)
    context: dict[str, Any] = {
        "way": way, "peer": peer, "state": state, "title_of": title_of, "tones": TONES, "code_labels": CODE_LABELS, "channels": channels,
        "states_by_peer": {row.peer: state_of(row, around) for row in channels},
        "states": OUTGOING_LABELS if way == "out" else INCOMING_LABELS, "ledger": None, "rejected": [],
    }
    if way == "out":
        context["ledger"] = await list_outgoing(uow.session, peer=peer or None, state=_state_or_none(OutgoingState, state), page=page, per_page=PER_PAGE)
    elif way == "in":
        context["ledger"] = await list_incoming(uow.session, peer=peer or None, state=_state_or_none(IncomingState, state), page=page, per_page=PER_PAGE)
    else:
        context["rejected"] = await list_rejected(uow.session)

    def url(**changes: Any) -> str:
        chosen = {"way": way, "peer": peer, "state": state, "page": page} | changes
        return "/ops/exchange?" + urlencode({key: value for key, value in chosen.items() if value not in ("", None)})

    return await render(request, uow, "ops/exchange.html", url=url, pages=_pages(context["ledger"]), page=page, **context)


def _pages(ledger: Any) -> int:
    return max(1, -(-ledger.total // ledger.per_page)) if ledger else 1


@router.get("/ops/federation", response_class=HTMLResponse, include_in_schema=False)
async def federation(request: Request, uow: ReadUow, _officer: Reader) -> HTMLResponse:
    """Every channel of this node: last heard, backlog, oldest unsent, alarms."""
    bus = uow.node.bus.status()
    delivery = uow.node.delivery.status() if uow.node.delivery else None
    channels, around = await channel_overview(uow.session, uow.now), await surroundings(uow)
    return await render(
        request, uow, "ops/federation.html", channels=channels, states={row.peer: state_of(row, around) for row in channels}, bus=bus, delivery=delivery,
        recovered=await count_recovered(uow.session), keys=await list_keys(uow), fingerprints={office: keys.fingerprint for office, keys in uow.node.keyring.known.items()},
    )


@router.get("/api/exchange/channels")
async def channels_json(uow: ReadUow, _officer: Reader) -> list[dict[str, Any]]:
    """The same for programs: figures only."""
    return [
        {
            "peer": row.peer, "last_heard_at": row.last_heard_at, "backlog": row.backlog, "undecided_there": row.undecided_there,
            "oldest_unsent_at": row.oldest_unsent_at, "waiting": row.waiting, "quarantined": row.quarantined, "rejected": row.rejected,
            "stopped": row.stop_label, "alarm": row.alarm,
        }
        for row in await channel_overview(uow.session, uow.now)
    ]


@router.get("/api/exchange/outgoing")
async def outgoing_json(
    uow: ReadUow, _officer: Reader, peer: Annotated[str, Query(max_length=60)] = "", state: OutgoingState | None = None,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> dict[str, Any]:
    """Outgoing ledger."""
    ledger = await list_outgoing(uow.session, peer=peer or None, state=state, page=page, per_page=PER_PAGE)
    return _listed(ledger, [{"event_id": row.event_id, "peer": row.dst, "type": row.type, "state": row.state, "at": row.created_at, "seq": row.seq} for row in ledger.rows])


@router.get("/api/exchange/incoming")
async def incoming_json(
    uow: ReadUow, _officer: Reader, peer: Annotated[str, Query(max_length=60)] = "", state: IncomingState | None = None,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> dict[str, Any]:
    """Incoming ledger."""
    ledger = await list_incoming(uow.session, peer=peer or None, state=state, page=page, per_page=PER_PAGE)
    return _listed(ledger, [{"event_id": row.event_id, "peer": row.src, "type": row.type, "state": row.state, "at": row.received_at, "seq": row.seq} for row in ledger.rows])


def _listed(ledger: Any, rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"rows": rows, "total": ledger.total, "page": ledger.page, "per_page": ledger.per_page}


@router.post("/ops/exchange/{origin}/{event_id}/retry", include_in_schema=False)
async def retry(origin: str, event_id: UUID, uow: WriteUow, _officer: Settler) -> Response:
    """Hand a quarantined event to its handlers again."""
    await retry_event(uow.session, origin, event_id)
    await uow.audit("exchange.retry", subject=str(event_id), origin=origin)
    return _back("已重新交付处理。")


@router.post("/ops/exchange/{origin}/{event_id}/refuse", include_in_schema=False)
async def refuse(
    origin: str, event_id: UUID, uow: WriteUow, officer: Settler,
    reason: Annotated[str, Form(min_length=2, max_length=200)],
) -> Response:
    """Refuse a quarantined event for good; the sender gets a signed refusal."""
    await refuse_event(uow.session, origin, event_id, officer=str(officer.id), reason=reason, at=uow.now)
    await uow.audit("exchange.refuse", subject=str(event_id), reason=reason, origin=origin)
    return _back("已退回,对方将收到签名的退回回执。")


def _back(sentence: str) -> Response:
    return flash.redirect("/ops/exchange?way=in&state=quarantined", [sentence])
