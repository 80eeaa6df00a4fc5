"""Every SELECT of the reporter, and the computing of all figures this office has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from capabilities.indicators import domain
from capabilities.indicators.reporter.models import OwnCell, Snapshot
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.figures import Cell

REPORT_LOCK = 7_015_017
"""Advisory lock: one report at a time, whoever starts it."""


@dataclass(frozen=True)
class Computed:
    """A cell as the slices' sources give it now."""

    cell: Cell
    sealed: bool
    hidden: bool


async def compute_all(uow: UnitOfWork) -> dict[str, Computed]:
    """Cells of every figure source this service composes, by key. The last source wins where two give the same cell."""
    cells: dict[str, tuple[Cell, bool]] = {}
    for part in uow.node.spec.slices:
        for source in part.figures:
            sealed = {figure.code for figure in source.figures if figure.sealed}
            cells.update({domain.key_of(cell): (cell, cell.indicator in sealed) for cell in map(domain.storable, await source.compute(uow))})
    hidden = domain.hidden_keys((cell for cell, sealed in cells.values() if sealed), uow.node.settings.suppress_below)
    return {key: Computed(cell, sealed, key in hidden) for key, (cell, sealed) in cells.items()}


async def own_cells(uow: UnitOfWork) -> dict[str, OwnCell]:
    """What was last reported, withdrawn ones included."""
    return {row.key: row for row in await uow.session.scalars(sa.select(OwnCell))}


async def list_own(uow: UnitOfWork) -> Sequence[OwnCell]:
    """For the page: what stands now."""
    wanted = sa.select(OwnCell).where(~OwnCell.withdrawn).order_by(OwnCell.indicator, OwnCell.period_kind, OwnCell.period_label, OwnCell.dimensions)
    return (await uow.session.scalars(wanted)).all()


async def lock_report(uow: UnitOfWork) -> None:
    await uow.session.execute(sa.select(sa.func.pg_advisory_xact_lock(REPORT_LOCK)))


async def last_snapshot(uow: UnitOfWork) -> datetime | None:
    return await uow.session.scalar(sa.select(Snapshot.sent_at))


def stale_keys(stored: Mapping[str, OwnCell], computed: Mapping[str, Computed]) -> list[str]:
    """Keys whose row no longer says what was computed: new, changed, or gone."""
    changed = [key for key, now in computed.items() if key not in stored or not _same(stored[key], now)]
    gone = [key for key, row in stored.items() if key not in computed and not row.withdrawn]
    return [*changed, *gone]


def _same(row: OwnCell, now: Computed) -> bool:
    cell = now.cell
    return not row.withdrawn and (row.value, row.unit, row.precision, row.numerator, row.denominator, row.counting_owner, row.sealed, row.hidden) == (
        cell.value, cell.unit, cell.precision, cell.numerator, cell.denominator, cell.counting_owner, now.sealed, now.hidden,
    )
