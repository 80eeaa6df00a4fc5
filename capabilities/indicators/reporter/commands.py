"""Reporting: rows and events in one unit of work, changed cells only, absolute values.

An office sees its own true numbers; what leaves the body is suppressed first where the sealed families ask for it.
"""

from collections.abc import Sequence

from sqlalchemy.dialects.postgresql import insert

from capabilities.indicators import domain
from capabilities.indicators.reporter import queries
from capabilities.indicators.reporter.models import OwnCell, Snapshot
from capabilities.indicators.reporter.queries import Computed
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.indicators.v1 import CellsChanged


async def report_changes(uow: UnitOfWork, *, everything: bool = False) -> int:
    """Compute, compare, store and tell. Returns how many cells were told.

    Args:
        everything: tell unchanged cells, too, under new versions: heals whatever a restored office above has lost.
    """
    await queries.lock_report(uow)
    computed, stored = await queries.compute_all(uow), await queries.own_cells(uow)
    stale = list(dict.fromkeys([*computed, *stored])) if everything else queries.stale_keys(stored, computed)
    told = [_entered(uow, key, computed.get(key), stored) for key in stale]
    if everything:
        await _note_snapshot(uow)
    await uow.session.flush()
    await tell(uow, told)
    return len(told)


def _entered(uow: UnitOfWork, key: str, now: Computed | None, stored: dict[str, OwnCell]) -> OwnCell:
    """The row as computed now; a cell that no source gives any more is withdrawn."""
    row = stored.get(key)
    if row is None:
        assert now is not None  # noqa: S101 - a key comes from one of the two
        cell = now.cell
        row = OwnCell(
            id=uow.new_id(), key=key, indicator=cell.indicator, dimensions=dict(cell.dimensions), scope=cell.scope,
            period_kind=cell.period.kind, period_label=cell.period.label, version=0,
        )
        uow.session.add(row)
    if now is None:
        row.value = row.numerator = row.denominator = None
        row.withdrawn, row.hidden = True, False
    else:
        cell = now.cell
        row.value, row.unit, row.precision, row.numerator, row.denominator = cell.value, cell.unit, cell.precision, cell.numerator, cell.denominator
        row.counting_owner, row.sealed, row.hidden, row.withdrawn = cell.counting_owner, now.sealed, now.hidden, False
    row.version, row.as_of = domain.next_version(row.version, uow.now), uow.now
    return row


async def tell(uow: UnitOfWork, rows: Sequence[OwnCell]) -> None:
    """True values to the own office's collection, public ones to the office above."""
    office = uow.node.office
    inside = [row.as_reported() for row in rows]
    outside = [domain.suppressed(cell) if row.hidden else cell for row, cell in zip(rows, inside, strict=True)]
    above = uow.node.directory.parent_inspection(office.id) if office.is_inspection else uow.node.directory.inspection_of(office.id)
    if office.is_inspection:
        for part in domain.batches(inside):
            await uow.publish(CellsChanged(node=office.id, cells=list(part)), to=office.id)
    if above is not None and above.id != office.id:
        for part in domain.batches(outside):
            await uow.publish(CellsChanged(node=office.id, cells=list(part)), to=above.id)


async def _note_snapshot(uow: UnitOfWork) -> None:
    fresh = insert(Snapshot).values(id=1, sent_at=uow.now)
    await uow.session.execute(fresh.on_conflict_do_update(index_elements=[Snapshot.id], set_={"sent_at": uow.now}))
