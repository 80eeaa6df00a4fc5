"""Entering, correcting and withdrawing published figures. Nothing is overwritten: every change is a new version, and every version goes up."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from capabilities.indicators.published import queries
from capabilities.indicators.published.errors import NothingChanged, NotOurs, RowsWrong
from capabilities.indicators.published.forms import CorrectForm, WithdrawForm
from capabilities.indicators.published.models import PublishedFigure
from capabilities.indicators.published.options import PublishedOptions
from capabilities.indicators.published.reading import ReadFigure, TableRow, failures, read_table
from capabilities.indicators.published_rules import PUBLISHED, figure_key
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.indicators.v1 import FIGURES_PER_EVENT, PublishedFiguresSubmitted, SubmittedFigure

NEW, CORRECTED, SAME = "新增", "更正", "未变"


@dataclass(frozen=True)
class Imported:
    """What an import did, row by row in `rows`."""

    rows: list[TableRow]
    new: int
    corrected: int
    same: int


async def check_table(uow: UnitOfWork, text: str) -> list[TableRow]:
    """Dry run: what is wrong with each row, and what entering it would do."""
    rows = read_table(text, uow.node.directory, uow.options(PublishedOptions).rows_max)
    standing = await queries.current_by_key(uow, uow.office)
    for row in rows:
        if row.figure is not None and not row.errors:
            row.outcome = _outcome(standing.get(row.figure.key), row.figure)
    return rows


async def import_table(uow: UnitOfWork, officer: Officer, text: str) -> Imported:
    """Enter every row, or none. A figure that stands already with another value becomes its next version.

    Raises:
        RowsWrong: with row, column and what to do.
    """
    rows = await check_table(uow, text)
    if wrong := failures(rows):
        raise RowsWrong(wrong)
    standing = await queries.current_by_key(uow, uow.office)
    changed = []
    for row in rows:
        assert row.figure is not None  # noqa: S101 - no errors means a figure
        if row.outcome != SAME:
            changed.append(await _enter(uow, row.figure, standing.get(row.figure.key), "导入更正" if row.outcome == CORRECTED else ""))
    await submit(uow, uow.office, [figure.as_submitted() for figure in changed])
    counts = {word: sum(row.outcome == word for row in rows) for word in (NEW, CORRECTED, SAME)}
    await uow.audit("indicators_published.imported", subject=officer.username, rows=len(rows), new=counts[NEW], corrected=counts[CORRECTED])
    return Imported(rows, counts[NEW], counts[CORRECTED], counts[SAME])


async def correct(uow: UnitOfWork, officer: Officer, record_id: UUID, form: CorrectForm) -> PublishedFigure:
    """A new version with another value; the old one stays readable as superseded."""
    row = await _own(uow, record_id)
    if (row.value, row.unit, row.precision) == (form.value, form.unit, form.precision):
        raise NothingChanged
    figure = ReadFigure(
        row.source, row.region_code, row.region, row.scope, row.indicator, row.dimension, form.value, form.unit, form.precision, row.period_kind, row.period,
    )
    fresh = await _enter(uow, figure, row, form.reason)
    await submit(uow, uow.office, [fresh.as_submitted()])
    uow.notes.append(f"已更正为第{fresh.edition}版并报送上级({officer.name})。")
    return fresh


async def withdraw(uow: UnitOfWork, _officer: Officer, record_id: UUID, form: WithdrawForm) -> PublishedFigure:
    """The figure no longer stands; that it did, and why not any more, stays."""
    row = await _own(uow, record_id)
    row.reason, row.as_of, row.edition = form.reason, uow.now, row.edition + 1
    await uow.move(row, PUBLISHED, "withdrawn", "撤回", note=form.reason)
    await submit(uow, uow.office, [row.as_submitted()])
    return row


async def submit(uow: UnitOfWork, submitter: str, figures: Sequence[SubmittedFigure]) -> None:
    """Tell the office above, with the submitter's name kept. The topmost office tells nobody."""
    above = uow.node.office.parent
    for start in range(0, len(figures) if above else 0, FIGURES_PER_EVENT):
        batch = PublishedFiguresSubmitted(batch_id=uow.new_id(), submitter=submitter, figures=list(figures[start : start + FIGURES_PER_EVENT]))
        await uow.publish(batch, to=above or "")


async def take_version(uow: UnitOfWork, submitter: str, said: SubmittedFigure) -> bool:
    """Enter one version from below. False when it is no news."""
    before = await queries.newest_edition(uow, submitter, said.figure_id)
    if before is not None and before.edition >= said.version:
        return False
    if before is not None and said.withdrawn:
        before.reason, before.as_of, before.edition = said.reason or "报送机关撤回", said.as_of, said.version
        if before.status == "current":
            await uow.move(before, PUBLISHED, "withdrawn", "报送机关撤回", note=before.reason)
        return True
    if before is not None and before.status == "current":
        await uow.move(before, PUBLISHED, "superseded", "报送机关更正", note=said.reason)
        await uow.session.flush()
    figure = ReadFigure(
        said.source, said.region_code, said.region, said.scope, said.indicator, said.dimension, said.value, said.unit, _precision(said.precision), said.period_kind,
        said.period,
    )
    if not said.withdrawn:
        await _make_room(uow, submitter, figure.key)
    await _add(uow, figure, said.figure_id, said.version, submitter, said.reason, said)
    return True


async def _make_room(uow: UnitOfWork, submitter: str, key: str) -> None:
    """The submitter entered the same figure anew under another id (its database was restored): the new one stands."""
    other = await queries.current_figure(uow, submitter, key)
    if other is not None:
        await uow.move(other, PUBLISHED, "superseded", "报送机关重新登记")
        await uow.session.flush()


def _precision(word: str) -> str:
    """A newer office may know more words; to us such a number is approximate."""
    return word if word in {"exact", "approximate", "at_least"} else "approximate"


async def _enter(uow: UnitOfWork, figure: ReadFigure, before: PublishedFigure | None, reason: str) -> PublishedFigure:
    if before is None:
        return await _add(uow, figure, uow.new_id(), 1, uow.office, reason)
    await uow.move(before, PUBLISHED, "superseded", "更正", note=reason)
    await uow.session.flush()
    return await _add(uow, figure, before.figure_id, before.edition + 1, uow.office, reason)


async def _add(
    uow: UnitOfWork, figure: ReadFigure, figure_id: UUID, edition: int, submitter: str, reason: str, said: SubmittedFigure | None = None
) -> PublishedFigure:
    key = figure_key(figure.source, figure.region_code, figure.scope, figure.indicator, figure.dimension, figure.unit, figure.period_kind, figure.period)
    gone = said is not None and said.withdrawn
    row = PublishedFigure(
        id=uow.new_id(), status="withdrawn" if gone else PUBLISHED.initial, version=0, created_at=uow.now, updated_at=uow.now, figure_id=figure_id, edition=edition,
        key=key, submitter=submitter, source=figure.source, region_code=figure.region_code, region=figure.region, scope=figure.scope, indicator=figure.indicator,
        dimension=figure.dimension, value=figure.value, unit=figure.unit, precision=figure.precision, period_kind=figure.period_kind, period=figure.period,
        reason=reason or ("报送机关撤回" if gone else ""), as_of=said.as_of if said else uow.now,
    )
    uow.session.add(row)
    await uow.session.flush()
    await uow.log(row, row.status, "收到报送" if said else "登记", note=reason)
    return row


async def _own(uow: UnitOfWork, record_id: UUID) -> PublishedFigure:
    row = await queries.get_figure(uow, record_id)
    if row.submitter != uow.office:
        raise NotOurs
    return row


def _outcome(before: PublishedFigure | None, now: ReadFigure) -> str:
    if before is None:
        return NEW
    return SAME if (before.value, before.precision) == (now.value, now.precision) else CORRECTED
