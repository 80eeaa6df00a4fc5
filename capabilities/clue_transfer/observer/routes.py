"""The page of counts and its JSON."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from capabilities.clue_transfer.domain import MEASURES
from capabilities.clue_transfer.observer import permissions, queries, views
from nodekit.errors import NotPermitted
from nodekit.identity.session import CurrentOfficer
from nodekit.web.detail import permit
from nodekit.web.edge import ReadUow
from nodekit.web.ledger_api import refusals
from nodekit.web.templating import render

URL = "/clue-transfer/observed"
router = APIRouter(tags=["线索移交计数"])
Year = Annotated[int | None, Query(ge=2000, le=2999, description="Year in which the clues were handed over; default: this one.")]


@router.get(URL, response_class=HTMLResponse, include_in_schema=False)
async def page(request: Request, uow: ReadUow, officer: CurrentOfficer, year: Year = None) -> HTMLResponse:
    """Counts by lower office, both sides beside each other."""
    permit(uow, officer, permissions.OBSERVE)
    chosen = year or uow.today.year
    lines = await queries.lines(uow, chosen)
    return await render(
        request, uow, "clue_transfer.observer/observed.html", year=chosen, years=await queries.years(uow), lines=lines, shown=views.SHOWN, measures=MEASURES,
        count=views.count_text, total=views.total_text, rate=views.rate_text, chart=views.step_chart(lines), url=URL,
    )


@router.get(f"/api{URL}", response_model=views.ObservedOut, responses=refusals(NotPermitted))
async def observed(uow: ReadUow, officer: CurrentOfficer, year: Year = None) -> views.ObservedOut:
    """The same for programs."""
    permit(uow, officer, permissions.OBSERVE)
    chosen = year or uow.today.year
    return views.as_json(chosen, await queries.lines(uow, chosen))
