"""Every SELECT of the collecting side."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa

from capabilities.indicators.collector.models import CellDay, NodeCell, NodeReport
from capabilities.indicators.domain import Reading
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.figures import Period, PeriodKind


async def readings(uow: UnitOfWork, indicators: Iterable[str] | None = None) -> list[Reading]:
    """What stands now, of every node, optionally of some indicators only."""
    wanted = sa.select(NodeCell).where(~NodeCell.withdrawn).order_by(NodeCell.node, NodeCell.indicator, NodeCell.period_label)
    if indicators is not None:
        wanted = wanted.where(NodeCell.indicator.in_(list(indicators)))
    return [reading_of(row) for row in await uow.session.scalars(wanted)]


def reading_of(row: NodeCell) -> Reading:
    return Reading(
        node=row.node, indicator=row.indicator, dimensions=row.dimensions, scope=row.scope, period=period_of(row.period_kind, row.period_label),
        value=row.value, unit=row.unit, precision=row.precision, as_of=row.as_of, numerator=row.numerator, denominator=row.denominator,
        counting_owner=row.counting_owner,
    )


def period_of(kind: str, label: str) -> Period:
    return Period(kind=PeriodKind(kind) if kind in set(PeriodKind) else PeriodKind.UNSTATED, label=label)


@dataclass(frozen=True)
class DayValue:
    """Where a cell stood at the end of a day."""

    node: str
    on: date
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None


async def history(uow: UnitOfWork, indicator: str, kind: str, since: date) -> Sequence[DayValue]:
    """Undimensioned cells of one indicator and kind of period, by day, oldest first; each cell's last day before `since`, too."""
    before = (
        sa.select(sa.func.max(CellDay.on)).where(CellDay.cell_id == NodeCell.id, CellDay.on < since).correlate(NodeCell).scalar_subquery()
    )
    wanted = (
        sa.select(NodeCell.node, CellDay.on, CellDay.value, CellDay.numerator, CellDay.denominator)
        .join(CellDay, CellDay.cell_id == NodeCell.id)
        .where(
            NodeCell.indicator == indicator, NodeCell.period_kind == kind, NodeCell.dimensions == {}, NodeCell.scope == "own", ~NodeCell.withdrawn,
            sa.or_(CellDay.on >= since, CellDay.on == before),
        )
        .order_by(CellDay.on)
    )
    return [DayValue(*row) for row in await uow.session.execute(wanted)]


async def reports(uow: UnitOfWork) -> dict[str, NodeReport]:
    return {row.node: row for row in await uow.session.scalars(sa.select(NodeReport))}


async def cell_counts(uow: UnitOfWork) -> dict[str, int]:
    wanted = sa.select(NodeCell.node, sa.func.count()).where(~NodeCell.withdrawn).group_by(NodeCell.node)
    return dict(iter(await uow.session.execute(wanted)))


async def last_arrival(uow: UnitOfWork) -> datetime | None:
    """When something last changed here; one step into an index."""
    return await uow.session.scalar(sa.select(sa.func.max(NodeCell.received_at)))


async def readable_small_counts(uow: UnitOfWork, below: int) -> Sequence[str]:
    """Sealed counts of other offices that should have left them as suppressed: `<node> <indicator>`."""
    wanted = sa.select(NodeCell.node + " " + NodeCell.indicator).where(
        NodeCell.sealed, NodeCell.node != uow.office, NodeCell.unit.not_in(["%", "万元"]), NodeCell.value > 0, NodeCell.value < below,
    )
    return (await uow.session.scalars(wanted)).all()
