"""Keep the newest version of each cell, remember the day, pass on what is new. Set-based: a batch of cells is a handful of statements."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from capabilities.indicators import domain
from capabilities.indicators.collector.errors import NotAChild
from capabilities.indicators.collector.models import CellDay, NodeCell, NodeReport
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.indicators.v1 import CellsChanged, ReportedCell, SnapshotRequested

_CHANGING = ("value", "unit", "precision", "numerator", "denominator", "counting_owner", "sealed", "withdrawn", "version", "as_of", "received_at")


async def keep(uow: UnitOfWork, node: str, cells: Sequence[ReportedCell]) -> list[ReportedCell]:
    """Store what is newer than what is known. Returns those cells; a repeat returns none."""
    said = domain.newest(cells)
    fresh = insert(NodeCell).values([_row(uow, node, key, cell) for key, cell in said.items()])
    newer = {name: getattr(fresh.excluded, name) for name in _CHANGING}
    statement = fresh.on_conflict_do_update(
        index_elements=[NodeCell.node, NodeCell.key], set_=newer, where=NodeCell.version < fresh.excluded.version,
    ).returning(NodeCell.id, NodeCell.key)
    taken = {key: cell_id for cell_id, key in await uow.session.execute(statement)}
    if taken:
        await _remember_day(uow, {key: (taken[key], said[key]) for key in taken})
        await _note_report(uow, node, list(said.values()))
    return [said[key] for key in taken]


async def pass_on(uow: UnitOfWork, node: str, cells: Sequence[ReportedCell]) -> None:
    """Cells of a node below go up unchanged, with the node's name. Own cells are told by the reporter."""
    above = uow.node.office.parent
    if above is None or node == uow.office:
        return
    for part in domain.batches(cells):
        await uow.publish(CellsChanged(node=node, cells=list(part)), to=above)


async def request_snapshot(uow: UnitOfWork, officer: Officer, node: str, reason: str) -> UUID:
    """Ask a node directly below for everything again.

    Raises:
        NotAChild: not directly below this office.
    """
    directory = uow.node.directory
    if node not in directory or directory.office(node).parent != uow.office:
        raise NotAChild
    event_id = await uow.publish(SnapshotRequested(request_id=uow.new_id(), reason=reason), to=node)
    await uow.audit("indicators_collector.snapshot_requested", subject=node, reason=reason, officer=officer.username)
    return event_id


def _row(uow: UnitOfWork, node: str, key: str, cell: ReportedCell) -> dict[str, Any]:
    shown = None if cell.withdrawn or cell.precision == "suppressed" else cell.value
    return {
        "id": uow.new_id(), "node": node, "key": key, "indicator": cell.indicator, "dimensions": dict(cell.dimensions), "scope": cell.scope,
        "period_kind": cell.period.kind, "period_label": cell.period.label, "value": shown, "unit": cell.unit, "precision": cell.precision,
        "numerator": cell.numerator, "denominator": cell.denominator, "counting_owner": cell.counting_owner, "sealed": cell.sealed,
        "withdrawn": cell.withdrawn, "version": cell.version, "as_of": cell.as_of, "received_at": uow.now,
    }


async def _remember_day(uow: UnitOfWork, taken: Mapping[str, tuple[UUID, ReportedCell]]) -> None:
    rows = [
        {"cell_id": cell_id, "on": uow.today, "value": None if cell.withdrawn else cell.value, "numerator": cell.numerator, "denominator": cell.denominator}
        for cell_id, cell in taken.values()
    ]
    fresh = insert(CellDay).values(rows)
    last = {name: getattr(fresh.excluded, name) for name in ("value", "numerator", "denominator")}
    await uow.session.execute(fresh.on_conflict_do_update(index_elements=[CellDay.cell_id, CellDay.on], set_=last))


async def _note_report(uow: UnitOfWork, node: str, cells: Sequence[ReportedCell]) -> None:
    fresh = insert(NodeReport).values(node=node, as_of=max(cell.as_of for cell in cells), received_at=uow.now)
    newer = {"as_of": fresh.excluded.as_of, "received_at": fresh.excluded.received_at}
    await uow.session.execute(fresh.on_conflict_do_update(index_elements=[NodeReport.node], set_=newer, where=NodeReport.as_of <= fresh.excluded.as_of))
