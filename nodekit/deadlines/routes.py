"""/deadlines: which rules are in force here, since when and on whose word. Open to every officer of the node."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from nodekit.deadlines.calendar import state_council_calendar
from nodekit.web import render
from nodekit.web.edge import ReadUow

router = APIRouter(prefix="/deadlines", include_in_schema=False)


@router.get("")
async def deadlines_page(request: Request, uow: ReadUow, item: Annotated[str, Query(max_length=60)] = "") -> Response:
    """Rules in force today; with `item`, all versions of one rule."""
    deadlines = uow.node.deadlines
    return await render(
        request,
        uow,
        "deadlines/profiles.html",
        profiles=deadlines.in_force(uow.today),
        item=item,
        versions=deadlines.versions(item) if item else [],
        calendar=state_council_calendar(),
    )
