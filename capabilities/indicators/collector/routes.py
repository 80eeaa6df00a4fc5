"""Dashboard, explanation of a number, JSON for both, and the stream that tells an open page to look again."""

import hashlib
from collections.abc import AsyncIterator
from functools import cache
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import Field

from capabilities.indicators import catalogue, permissions
from capabilities.indicators.collector import board as boards
from capabilities.indicators.collector import commands, queries, views
from capabilities.indicators.collector.errors import NotAChild
from capabilities.indicators.collector.nodes import node_states
from capabilities.indicators.collector.options import CollectorOptions
from capabilities.indicators.words import dimension_words
from nodekit.errors import NotFound, NotPermitted
from nodekit.identity.officer import Officer
from nodekit.identity.session import CurrentOfficer, require
from nodekit.web import flash
from nodekit.web.detail import permit
from nodekit.web.edge import ReadUow, WriteUow, node_of
from nodekit.web.ledger import Form
from nodekit.web.ledger_api import refusals
from nodekit.web.templating import render

URL = "/indicators/board"
router = APIRouter(tags=["统计研判"])
ASSETS = Path(__file__).parent / "assets"
STREAM_S_MAX = 600
"""A stream ends after this long; the browser comes back by itself and is asked for its session again."""
PULSE_S = 15
Viewer = Annotated[Officer, require(permissions.VIEW)]
Code = Annotated[str, Query(pattern=r"^[a-z_]{0,20}$")]
Text = Annotated[str, Query(max_length=60)]


class RequestForm(Form):
    """Ask a node for everything again."""

    reason: str = Field(title="原因", min_length=2, max_length=200)


@cache
def asset_url(name: str) -> str:
    """Address with the file's digest, so that browsers may keep it for ever."""
    return f"/indicators/assets/{name}?v={hashlib.sha256((ASSETS / name).read_bytes()).hexdigest()[:12]}"


@router.get("/indicators/assets/{name}", include_in_schema=False)
async def asset(name: str, v: str = "") -> Response:
    """Style and script of the dashboard: public like all static files, kept for ever only under an address with a digest."""
    kinds = {"board.css": "text/css", "board.js": "text/javascript"}
    if name not in kinds:
        raise NotFound("该文件")
    return FileResponse(ASSETS / name, media_type=kinds[name], headers={"Cache-Control": "public, max-age=31536000, immutable" if v else "no-cache"})


@router.get(URL, response_class=HTMLResponse, include_in_schema=False)
async def page(request: Request, uow: ReadUow, officer: CurrentOfficer) -> HTMLResponse:
    """The dashboard of this level; the script replaces its parts in place."""
    permit(uow, officer, permissions.VIEW)
    built = await boards.build(uow)
    return await render(request, uow, "indicators.collector/board.html", board=built, heading=uow.options(CollectorOptions).title, asset=asset_url, may_request=officer.may(permissions.REQUEST))


@router.get("/indicators/figures/{code}", response_class=HTMLResponse, include_in_schema=False)
async def figure_page(code: str, request: Request, uow: ReadUow, officer: CurrentOfficer, kind: Code = "", period: Text = "", category: Text = "") -> HTMLResponse:
    """口径说明: one number, opened."""
    permit(uow, officer, permissions.VIEW)
    opened = await views.open_figure(uow, code, kind, period, category)
    return await render(
        request, uow, "indicators.collector/figure.html", opened=opened, words=lambda dimensions: dimension_words(dimensions, uow.node.directory),
        board_title=uow.options(CollectorOptions).title, board_url=URL,
    )


@router.get("/indicators/catalogue", response_class=HTMLResponse, include_in_schema=False)
async def catalogue_page(request: Request, uow: ReadUow, officer: CurrentOfficer) -> HTMLResponse:
    """Every indicator with its formula, and whether anybody told it."""
    permit(uow, officer, permissions.VIEW)
    return await render(request, uow, "indicators.collector/catalogue.html", rows=await views.catalogue_rows(uow), board_title=uow.options(CollectorOptions).title, board_url=URL)


@router.get("/indicators/stream", response_class=EventSourceResponse, include_in_schema=False)
async def stream(request: Request, _officer: Viewer) -> AsyncIterator[ServerSentEvent]:
    """`changed` whenever a cell arrived; a comment every few seconds shows that the line is alive."""
    node = node_of(request)
    began, told = node.clock(), ""  # an office without numbers says so, too: the first word always comes
    async for _ in node.changes.stream(PULSE_S):
        async with node.reading() as uow:
            latest = str(await queries.last_arrival(uow))
        if latest != told:
            told = latest
            yield ServerSentEvent(event="changed", data={"at": latest})
        else:
            yield ServerSentEvent(comment="alive")
        if (node.clock() - began).total_seconds() > STREAM_S_MAX:
            return


@router.post("/indicators/nodes/{node}/request", include_in_schema=False)
async def request_page(node: str, uow: WriteUow, officer: CurrentOfficer) -> Response:
    """The button on the list of nodes."""
    permit(uow, officer, permissions.REQUEST)
    await commands.request_snapshot(uow, officer, node, "由页面请求重报")
    return flash.redirect(f"{URL}#nodes", [f"已请求{uow.node.directory.name(node)}重报全部指标。"])


@router.post("/api/indicators/nodes/{node}/request", responses=refusals(NotPermitted, NotAChild))
async def request_data(node: str, form: RequestForm, uow: WriteUow, officer: CurrentOfficer) -> dict[str, UUID]:
    """Ask a node directly below for everything again."""
    permit(uow, officer, permissions.REQUEST)
    return {"event_id": await commands.request_snapshot(uow, officer, node, form.reason)}


@router.get("/api/indicators/cells", responses=refusals(NotPermitted))
async def cells(uow: ReadUow, officer: CurrentOfficer, indicator: Text = "", node: Text = "") -> list[views.CellOut]:
    """Every cell that stands, by node. A suppressed one has no value."""
    permit(uow, officer, permissions.VIEW)
    found = await queries.readings(uow, [indicator] if indicator else None)
    return [views.CellOut.of(reading) for reading in found if not node or reading.node == node]


@router.get("/api/indicators/figures/{code}", responses=refusals(NotPermitted, NotFound))
async def figure_data(code: str, uow: ReadUow, officer: CurrentOfficer, kind: Code = "", period: Text = "") -> views.FigureOut:
    """A sum with its parts, and what was left out and why."""
    permit(uow, officer, permissions.VIEW)
    return views.as_json(await views.open_figure(uow, code, kind, period))


@router.get("/api/indicators/nodes", responses=refusals(NotPermitted))
async def nodes(uow: ReadUow, officer: CurrentOfficer) -> list[dict[str, Any]]:
    """State of every node below; a silent one is grey and keeps its last numbers."""
    permit(uow, officer, permissions.VIEW)
    return [
        {
            "node": state.office.id, "name": state.office.name, "tier": state.office.tier, "state": state.label, "fresh": state.fresh, "why": state.why,
            "heard_at": state.heard_at, "as_of": state.as_of, "cells": state.cells,
        }
        for state in await node_states(uow)
    ]


@router.get("/api/indicators/catalogue")
async def catalogue_data(_officer: Viewer) -> list[dict[str, Any]]:
    """Codes, names, units, formulas."""
    return [{"code": entry.code, "name": entry.name, "units": entry.units, "formula": entry.formula} for entry in catalogue.all_indicators()]


