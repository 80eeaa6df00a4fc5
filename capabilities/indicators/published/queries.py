"""Every SELECT on published figures."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from capabilities.indicators.published.models import PublishedFigure
from nodekit.errors import NotFound
from nodekit.unit_of_work import UnitOfWork


async def get_figure(uow: UnitOfWork, record_id: UUID) -> PublishedFigure:
    row = await uow.session.scalar(sa.select(PublishedFigure).where(PublishedFigure.id == record_id).with_for_update())
    if row is None:
        raise NotFound("该公开数据")
    return row


async def current_by_key(uow: UnitOfWork, submitter: str) -> dict[str, PublishedFigure]:
    """What an office has standing, by identity."""
    wanted = sa.select(PublishedFigure).where(PublishedFigure.submitter == submitter, PublishedFigure.status == "current").with_for_update()
    return {row.key: row for row in await uow.session.scalars(wanted)}


async def current_figure(uow: UnitOfWork, submitter: str, key: str) -> PublishedFigure | None:
    wanted = sa.select(PublishedFigure).where(PublishedFigure.submitter == submitter, PublishedFigure.key == key, PublishedFigure.status == "current")
    return await uow.session.scalar(wanted.with_for_update())


async def newest_edition(uow: UnitOfWork, submitter: str, figure_id: UUID) -> PublishedFigure | None:
    wanted = sa.select(PublishedFigure).where(PublishedFigure.submitter == submitter, PublishedFigure.figure_id == figure_id)
    return await uow.session.scalar(wanted.order_by(PublishedFigure.edition.desc()).limit(1).with_for_update())


async def editions(uow: UnitOfWork, row: PublishedFigure) -> Sequence[PublishedFigure]:
    """All versions of one figure, newest first."""
    wanted = sa.select(PublishedFigure).where(PublishedFigure.submitter == row.submitter, PublishedFigure.figure_id == row.figure_id)
    return (await uow.session.scalars(wanted.order_by(PublishedFigure.edition.desc()))).all()


async def list_current(uow: UnitOfWork, **equal: Any) -> Sequence[PublishedFigure]:
    """Standing figures, filtered by equality on columns."""
    wanted = sa.select(PublishedFigure).where(PublishedFigure.status == "current")
    for name, value in equal.items():
        if value:
            wanted = wanted.where(getattr(PublishedFigure, name) == value)
    return (await uow.session.scalars(wanted.order_by(PublishedFigure.region_code, PublishedFigure.indicator, PublishedFigure.dimension))).all()


async def regions(uow: UnitOfWork) -> list[tuple[str, str]]:
    """(code, name) of the regions that have figures."""
    wanted = sa.select(PublishedFigure.region_code, PublishedFigure.region).distinct().order_by(PublishedFigure.region_code)
    return [(code, name) for code, name in await uow.session.execute(wanted)]


async def used(uow: UnitOfWork, column: str) -> list[str]:
    """Values of a column that occur, for filters."""
    return list(await uow.session.scalars(sa.select(getattr(PublishedFigure, column)).distinct().order_by(getattr(PublishedFigure, column))))


async def regions_named_twice(uow: UnitOfWork) -> Sequence[str]:
    wanted = sa.select(PublishedFigure.region_code).group_by(PublishedFigure.region_code).having(sa.func.count(sa.distinct(PublishedFigure.region)) > 1)
    return (await uow.session.scalars(wanted)).all()


async def broken_lines(uow: UnitOfWork) -> Sequence[UUID]:
    """Figures that have a superseded version and nothing newer."""
    newest = sa.select(PublishedFigure.figure_id, sa.func.max(PublishedFigure.edition).label("top")).group_by(PublishedFigure.figure_id).subquery()
    wanted = sa.select(PublishedFigure.figure_id).join(newest, sa.and_(newest.c.figure_id == PublishedFigure.figure_id, newest.c.top == PublishedFigure.edition))
    return (await uow.session.scalars(wanted.where(PublishedFigure.status == "superseded"))).all()
