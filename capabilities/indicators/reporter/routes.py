"""The office's own numbers, with what of them others see."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from capabilities.indicators import catalogue, domain, permissions
from capabilities.indicators.reporter import queries
from capabilities.indicators.words import dimension_words
from nodekit.identity.session import CurrentOfficer
from nodekit.spec import Figure
from nodekit.unit_of_work import UnitOfWork
from nodekit.web.detail import permit
from nodekit.web.edge import ReadUow
from nodekit.web.templating import render

URL = "/indicators/own"
router = APIRouter(tags=["统计研判"])


@router.get(URL, response_class=HTMLResponse, include_in_schema=False)
async def page(request: Request, uow: ReadUow, officer: CurrentOfficer) -> HTMLResponse:
    """Every own cell with its formula and what leaves the office of it."""
    permit(uow, officer, permissions.VIEW)
    rows, figures = await queries.list_own(uow), _figures(uow)
    return await render(
        request, uow, "indicators.reporter/own.html", rows=rows, formulas={code: figure.formula for code, figure in figures.items()},
        words=lambda dimensions: dimension_words(dimensions, uow.node.directory), period=domain.period_words, scope=domain.SCOPE_LABELS,
        name_of=lambda code: figures[code].name if code in figures else catalogue.name_of(code),
        below=uow.node.settings.suppress_below, last=await queries.last_snapshot(uow),
    )


def _figures(uow: UnitOfWork) -> dict[str, Figure]:
    """What this office's slices produce, by code: some figures are its own and not in the catalogue."""
    return {figure.code: figure for part in uow.node.spec.slices for source in part.figures for figure in source.figures}
