"""Take a number, strike one out with a reason, prove that none is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from nodekit.clock import local_date
from nodekit.numbering.models import GivenNumber, NumberSeries
from nodekit.spec import Invariant

if TYPE_CHECKING:
    from nodekit.numbering.series import Series
    from nodekit.unit_of_work import UnitOfWork

REASON_CHARS_MAX = 300


async def take(uow: UnitOfWork, series: Series, *, within: str = "") -> str:
    """The next number of a series as printed, e.g. 演巡移〔2026〕5号; listed with who took it.

    Others who want a number of this series wait until this transaction ends. Take the numbers an act needs in one order everywhere.
    """
    year = uow.today.year if series.yearly else 0
    first = insert(NumberSeries).values(series=series.key(within), year=year, last=1, listed_from=1)
    following = first.on_conflict_do_update(index_elements=[NumberSeries.series, NumberSeries.year], set_={"last": NumberSeries.last + 1})
    number = int((await uow.session.execute(following.returning(NumberSeries.last))).scalar_one())
    text = series.written(number, office_name=uow.node.office.name, year=year, within=within)
    row = {
        "series": series.key(within), "year": year, "number": number, "text": text, "given_at": uow.now,
        "given_by": uow.officer.name if uow.officer else "系统", "void_reason": "",
    }
    await uow.session.execute(sa.insert(GivenNumber).values(row))
    return text


async def void(uow: UnitOfWork, text: str | None, reason: str) -> None:
    """Say why a number came to nothing. It stays taken; the first reason stands.

    A number given before the register listed them keeps its reason on the record alone.
    """
    if text:
        mine = sa.and_(GivenNumber.text == text, GivenNumber.voided_at.is_(None))
        await uow.session.execute(sa.update(GivenNumber).where(mine).values(voided_at=uow.now, void_reason=(reason.strip() or "作废")[:REASON_CHARS_MAX]))


async def dated(uow: UnitOfWork, text: str | None) -> date | None:
    """The day a number was given: the date of the paper that carries it. None for numbers older than the register."""
    at = await uow.session.scalar(sa.select(GivenNumber.given_at).where(GivenNumber.text == (text or "")))
    return local_date(at) if at else None


async def given(uow: UnitOfWork, series: Series, *, within: str = "") -> Mapping[int, int]:
    """Last number given, by year."""
    mine = sa.select(NumberSeries.year, NumberSeries.last).where(NumberSeries.series == series.key(within))
    return {row.year: row.last for row in await uow.session.execute(mine)}


async def none_missing(uow: UnitOfWork) -> Sequence[str]:
    """Every number from the first listed to the last given is in the register."""
    listed = sa.and_(
        GivenNumber.series == NumberSeries.series, GivenNumber.year == NumberSeries.year, GivenNumber.number.between(NumberSeries.listed_from, NumberSeries.last)
    )
    count = sa.select(sa.func.count()).select_from(GivenNumber).where(listed).scalar_subquery()
    wanted = NumberSeries.last - NumberSeries.listed_from + 1
    rows = await uow.session.execute(sa.select(NumberSeries.series, NumberSeries.year, wanted, count).where(count != wanted))
    return [f"编号序列 {series}({year or '不分年'})应登记{should}个,实有{have}个,请核查缺号。" for series, year, should, have in rows]


INVARIANTS = (Invariant("numbering.none_missing", none_missing),)
