"""/numbers: where each series stands, and why numbers are void. Series whose count is itself need to know are left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response
from sqlalchemy import select

from nodekit.identity.session import CurrentOfficer
from nodekit.numbering.models import GivenNumber, NumberSeries
from nodekit.numbering.register import none_missing
from nodekit.numbering.series import Series, series_of
from nodekit.web import render
from nodekit.web.edge import ReadUow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nodekit.unit_of_work import UnitOfWork

router = APIRouter(prefix="/numbers", include_in_schema=False)
VOID_MAX = 200


@dataclass(frozen=True)
class Standing:
    """One series in one year."""

    series: Series
    year: int
    last: int
    written: str
    """The last number as printed."""


@router.get("")
async def numbers_page(request: Request, uow: ReadUow, _: CurrentOfficer) -> Response:
    """Open to every officer of the node."""
    shown = {code: series for code, series in series_of(uow.node.spec).items() if not series.confidential}
    return await render(
        request, uow, "numbering/register.html", standing=await _standing(uow, shown), void=await _void(uow, shown), missing=await none_missing(uow),
    )


async def _standing(uow: UnitOfWork, shown: dict[str, Series]) -> list[Standing]:
    rows = await uow.session.scalars(select(NumberSeries).where(NumberSeries.series.in_(shown)).order_by(NumberSeries.year.desc(), NumberSeries.series))
    name = uow.node.office.name
    return [Standing(shown[row.series], row.year, row.last, shown[row.series].written(row.last, office_name=name, year=row.year)) for row in rows]


async def _void(uow: UnitOfWork, shown: dict[str, Series]) -> Sequence[GivenNumber]:
    mine = select(GivenNumber).where(GivenNumber.series.in_(shown), GivenNumber.voided_at.is_not(None))
    return (await uow.session.scalars(mine.order_by(GivenNumber.voided_at.desc()).limit(VOID_MAX))).all()
