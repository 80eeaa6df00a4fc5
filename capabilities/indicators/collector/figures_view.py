"""One number opened up: formula, period, scope, who contributed what, what was left out and why."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from capabilities.indicators import catalogue, domain
from capabilities.indicators.collector import queries
from capabilities.indicators.collector.queries import DayValue
from capabilities.indicators.domain import Reading, Total, add_up
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.figures import PeriodKind, Precision

KINDS_IN_ORDER = (
    PeriodKind.TERM_TO_DATE, PeriodKind.YEAR, PeriodKind.ROUND, PeriodKind.BATCH, PeriodKind.AS_OF, PeriodKind.SINCE, PeriodKind.TERM, PeriodKind.UNSTATED,
)
PARTS_ARE_DISJOINT = frozenset({"linkage_tasks", "exchange_sent", "exchange_ontime", "exchange_health"})
"""Indicators told only by parts that do not overlap; their sum is the whole. Elsewhere only undimensioned cells are added."""
COMPARE_DAYS = 30


@dataclass(frozen=True)
class Explained:
    """What is printed under 口径说明."""

    name: str
    formula: str
    sealed: bool


@dataclass(frozen=True)
class Figure:
    """An indicator over all nodes, for one period."""

    code: str
    total: Total
    kind: str
    label: str
    """Label of the period; empty when every office names its own (本届, 轮次)."""
    explained: Explained

    @property
    def period(self) -> str:
        return domain.period_words(self.kind, self.label) if self.label else {"round": "各轮次合计", "batch": "各批次合计"}.get(self.kind, domain.PERIOD_LABELS[PeriodKind(self.kind)])

    @property
    def url(self) -> str:
        return f"/indicators/figures/{self.code}?kind={self.kind}" + (f"&period={self.label}" if self.label else "")


def explain(uow: UnitOfWork, code: str) -> Explained:
    """Words of the slice that produces the figure here, else of the catalogue."""
    for part in uow.node.spec.slices:
        for source in part.figures:
            for figure in source.figures:
                if figure.code == code:
                    return Explained(figure.name, figure.formula, figure.sealed)
    known = catalogue.indicator(code)
    return Explained(known.name, known.formula, False) if known else Explained(code, "本版本目录中没有该指标的口径,请向报送单位了解。", False)


def groups(readings: Iterable[Reading], code: str) -> dict[tuple[str, str], list[Reading]]:
    """Cells of one indicator that may stand in one sum, by kind of period and, where all offices mean the same span by it, its label."""
    found: defaultdict[tuple[str, str], list[Reading]] = defaultdict(list)
    for reading in readings:
        if reading.indicator == code and (not reading.dimensions or code in PARTS_ARE_DISJOINT):
            kind = str(reading.period.kind)
            shared = kind in {PeriodKind.YEAR, PeriodKind.SINCE, PeriodKind.AS_OF}
            found[kind, reading.period.label if shared else ""].append(reading)
    return dict(sorted(found.items(), key=lambda item: (KINDS_IN_ORDER.index(PeriodKind(item[0][0])), _latest_first(item[0][1]))))


def _latest_first(label: str) -> tuple[int, ...]:
    return tuple(-ord(letter) for letter in label)


def figure(uow: UnitOfWork, readings: Sequence[Reading], code: str, kind: str = "", label: str = "") -> Figure | None:
    """The indicator for the wanted period, or for the usual one; None when nobody told it."""
    found = groups(readings, code)
    wanted = next((key for key in found if not kind or (key[0] == kind and (not label or key[1] == label))), None)
    if wanted is None:
        return None
    return Figure(code, add_up(found[wanted]), *wanted, explain(uow, code))


def value_text(value: Decimal | None, precision: str = Precision.EXACT, below: int = 3) -> str:
    """A number as it may be read: ≥ for at least, 约 for approximate, <3 for suppressed, a dash for none."""
    if precision == Precision.SUPPRESSED:
        return f"<{below}"
    if value is None:
        return "—"
    text = f"{value.normalize():,f}" if value % 1 else f"{int(value):,}"
    return {Precision.AT_LEAST: f"≥{text}", Precision.APPROXIMATE: f"约{text}"}.get(Precision(precision), text)


@dataclass(frozen=True)
class Trend:
    """Sum over all nodes at the end of each day. A node is carried on from its last change."""

    days: tuple[date, ...]
    values: tuple[Decimal | None, ...]

    @property
    def change(self) -> tuple[Decimal, int] | None:
        """Difference to the first day shown, and how many days lie between; None with one day only."""
        known = [(day, value) for day, value in zip(self.days, self.values, strict=True) if value is not None]
        return (known[-1][1] - known[0][1], (known[-1][0] - known[0][0]).days) if len(known) > 1 else None


async def trend(uow: UnitOfWork, code: str, kind: str, days: int = COMPARE_DAYS) -> Trend:
    since = uow.today - timedelta(days=days)
    rows = await queries.history(uow, code, kind, since)
    return trend_of(rows, since, uow.today)


def trend_of(rows: Sequence[DayValue], since: date, today: date) -> Trend:
    """Days from the first known one on; rates from their parts."""
    if not rows:
        return Trend((), ())
    by_day: defaultdict[date, list[DayValue]] = defaultdict(list)
    for row in rows:
        by_day[max(row.on, since)].append(row)
    standing: dict[str, DayValue] = {}
    days, values, here = [], [], min(by_day)
    while here <= today:
        standing.update({row.node: row for row in by_day.get(here, ())})
        days.append(here)
        values.append(_together(list(standing.values())))
        here += timedelta(days=1)
    return Trend(tuple(days), tuple(values))


def _together(rows: Sequence[DayValue]) -> Decimal | None:
    if any(row.denominator is not None for row in rows):
        bottom = sum((row.denominator or Decimal(0) for row in rows), Decimal(0))
        return (100 * sum((row.numerator or Decimal(0) for row in rows), Decimal(0)) / bottom).quantize(domain.ONE_DECIMAL) if bottom else None
    known = [row.value for row in rows if row.value is not None]
    return sum(known, Decimal(0)) if known else None
