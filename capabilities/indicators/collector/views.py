"""Shapes for the explanation page and for JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from pydantic import BaseModel, Field

from capabilities.indicators import catalogue, domain
from capabilities.indicators.collector import charts, queries
from capabilities.indicators.collector.figures_view import Explained, Figure, explain, figure, groups, trend, value_text
from capabilities.indicators.collector.nodes import NodeState, node_states
from capabilities.indicators.domain import Reading, add_up
from nodekit.errors import NotFound
from nodekit.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Contribution:
    """One line under a number: a node's part, used or left out."""

    reading: Reading
    value: str
    parts: str
    period: str
    scope: str
    precision: str
    why_not: str


@dataclass(frozen=True)
class Opened:
    """A number with everything that explains it."""

    figure: Figure
    value: str
    lines: tuple[Contribution, ...]
    breakdown: tuple[Contribution, ...]
    missing: tuple[NodeState, ...]
    periods: tuple[tuple[str, str, bool], ...]
    """Other spans: (words, address, current)."""
    chart: charts.Chart


async def open_figure(uow: UnitOfWork, code: str, kind: str = "", period: str = "", category: str = "") -> Opened:
    """Raises NotFound when no node told this indicator for this period."""
    found = await queries.readings(uow, [code])
    states = await node_states(uow)
    one = figure(uow, found, code, kind, period)
    if one is None and (found := [reading for reading in found if not category or reading.dimensions.get("category") == category]):
        one = Figure(code, add_up(found), str(found[0].period.kind), "", explain(uow, code))
    if one is None:
        raise NotFound("该指标的数据")
    below = uow.node.settings.suppress_below
    lines = [_line(reading, "", below) for reading in one.total.used] + [_line(reading, why, below) for reading, why in one.total.left_out]
    told = {reading.node for reading in found}
    chart = charts.trend(await trend(uow, code, one.kind))
    return Opened(
        one, value_text(one.total.value, one.total.precision, below), tuple(lines), tuple(_line(r, "", below) for r in found if r.dimensions and r not in one.total.used),
        tuple(state for state in states if state.office.is_inspection and state.office.id not in told), tuple(_periods(uow, found, one)), chart,
    )


def _periods(uow: UnitOfWork, found: Sequence[Reading], one: Figure) -> list[tuple[str, str, bool]]:
    options = [Figure(one.code, domain.Total(), kind, label, explain(uow, one.code)) for kind, label in groups(found, one.code)]
    return [(option.period, option.url, (option.kind, option.label) == (one.kind, one.label)) for option in options]


def _line(reading: Reading, why_not: str, below: int) -> Contribution:
    parts = "" if reading.denominator is None else f"{value_text(reading.numerator)} / {value_text(reading.denominator)}"
    return Contribution(
        reading, value_text(reading.value, reading.precision, below), parts, domain.period_words(reading.period.kind, reading.period.label),
        domain.SCOPE_LABELS.get(reading.scope, reading.scope), domain.PRECISION_LABELS.get(reading.precision, reading.precision), why_not,
    )


@dataclass(frozen=True)
class CatalogueRow:
    code: str
    explained: Explained
    units: str
    nodes: int


async def catalogue_rows(uow: UnitOfWork) -> list[CatalogueRow]:
    """The catalogue, and how many nodes told each of its indicators."""
    told: dict[str, set[str]] = {}
    units: dict[str, set[str]] = {}
    for reading in await queries.readings(uow):
        told.setdefault(reading.indicator, set()).add(reading.node)
        units.setdefault(reading.indicator, set()).add(reading.unit)
    codes = dict.fromkeys([entry.code for entry in catalogue.all_indicators()] + sorted(told))
    known = {entry.code: entry.units for entry in catalogue.all_indicators()}
    return [CatalogueRow(code, explain(uow, code), "、".join(known.get(code) or sorted(units.get(code, ()))), len(told.get(code, ()))) for code in codes]


class CellOut(BaseModel):
    """One cell. `value` is null when suppressed or not available."""

    node: str
    indicator: str
    name: str
    dimensions: dict[str, str]
    scope: str
    period_kind: str
    period: str
    value: Decimal | None
    unit: str
    precision: str
    numerator: Decimal | None
    denominator: Decimal | None
    counting_owner: str | None
    as_of: datetime

    @classmethod
    def of(cls, reading: Reading) -> "CellOut":
        return cls(
            node=reading.node, indicator=reading.indicator, name=catalogue.name_of(reading.indicator), dimensions=dict(reading.dimensions), scope=reading.scope,
            period_kind=reading.period.kind, period=reading.period.label, value=reading.value, unit=reading.unit, precision=reading.precision,
            numerator=reading.numerator, denominator=reading.denominator, counting_owner=reading.counting_owner, as_of=reading.as_of,
        )


class LeftOut(BaseModel):
    cell: CellOut
    why: str = Field(description="Chinese sentence.")


class FigureOut(BaseModel):
    """A sum over nodes. Only own numbers in one unit are added; rates are recomputed from their parts."""

    indicator: str
    name: str
    formula: str
    period_kind: str
    period: str
    value: Decimal | None
    unit: str
    precision: str
    numerator: Decimal | None
    denominator: Decimal | None
    as_of: datetime | None
    parts: list[CellOut]
    left_out: list[LeftOut]
    missing: list[str] = Field(description="Inspection offices that told nothing; not zero.")


def as_json(opened: Opened) -> FigureOut:
    one = opened.figure
    return FigureOut(
        indicator=one.code, name=one.explained.name, formula=one.explained.formula, period_kind=one.kind, period=one.period, value=one.total.value,
        unit=one.total.unit, precision=one.total.precision, numerator=one.total.numerator, denominator=one.total.denominator, as_of=one.total.as_of,
        parts=[CellOut.of(reading) for reading in one.total.used], left_out=[LeftOut(cell=CellOut.of(reading), why=why) for reading, why in one.total.left_out],
        missing=[state.office.id for state in opened.missing],
    )
