"""Published figures: what a row must say, how it reads, and which rows may be added. Pure.

A region's total takes own figures only. Rows that already contain others (own_and_subordinate, subordinate) or that three tiers made
together stand beside it and are named, never added.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from capabilities.indicators import domain
from shared_schemas.figures import PeriodKind, Precision, Scope
from shared_schemas.states import State, StateMachine, Tone

PUBLISHED = StateMachine(
    name="公开数据", initial="current",
    states={
        "current": State("现行", Tone.GREEN), "superseded": State("已更正", Tone.GREY, final=True), "withdrawn": State("已撤回", Tone.RED, final=True),
    },
    steps={"current": ("superseded", "withdrawn")},
)
COLUMNS = ("source", "region_code", "region", "scope", "indicator", "dimension", "value", "unit", "precision", "period_kind", "period")
TITLES = dict(zip(COLUMNS, ("来源", "区划代码", "地区", "层级口径", "指标", "分项", "数值", "单位", "精度", "时期类型", "时期"), strict=True))
REQUIRED = frozenset(COLUMNS) - {"dimension", "period"}
TEN_THOUSAND = Decimal(10_000)


class Row(Protocol):
    """A figure as far as reading and adding it goes."""

    region_code: str
    region: str
    scope: str
    indicator: str
    dimension: str
    value: Decimal
    unit: str
    precision: str
    period_kind: str
    period: str
    source: str
    submitter: str


def figure_key(*identity: str) -> str:
    """(source, region_code, scope, indicator, dimension, unit, period_kind, period): what makes two rows the same figure."""
    return hashlib.sha256(json.dumps(identity, ensure_ascii=False).encode()).hexdigest()[:40]


def value_words(value: Decimal, unit: str, precision: str) -> str:
    """As an officer would write it: 1.8万个(约), 120余条(至少), 3,029件(次), 2.7倍."""
    if precision == Precision.AT_LEAST:
        return f"{_plain(value)}余{unit}(至少)"
    if precision == Precision.APPROXIMATE:
        rounded = value / TEN_THOUSAND
        text = f"{_plain(rounded)}万" if value >= TEN_THOUSAND and rounded == rounded.quantize(Decimal("0.1")) else _plain(value)
        return f"{text}{unit}(约)"
    return f"{_plain(value)}{unit}"


def _plain(value: Decimal) -> str:
    return f"{int(value):,}" if value == value.to_integral_value() else f"{value.normalize():,f}"


def scope_words(scope: str) -> str:
    return domain.SCOPE_LABELS.get(scope, f"其他口径({scope})")


def period_words(kind: str, period: str) -> str:
    return domain.period_words(kind if kind in set(PeriodKind) else PeriodKind.UNSTATED, period)


@dataclass(frozen=True)
class RegionTotal:
    """Own figures of one indicator, unit and period within one region, added; and what stands beside them."""

    region_code: str
    region: str
    indicator: str
    unit: str
    period_kind: str
    period: str
    value: Decimal | None
    precision: str
    added: tuple[Row, ...]
    beside: tuple[tuple[Row, str], ...]
    """Rows not added, with the reason in Chinese."""


def region_totals(rows: Iterable[Row]) -> list[RegionTotal]:
    """Totals by region, indicator, unit and period. Two units are two totals, two periods are two totals."""
    together: defaultdict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        together[row.region_code, row.indicator, row.unit, row.period_kind, row.period].append(row)
    return [_total(group) for _, group in sorted(together.items())]


def _total(rows: Sequence[Row]) -> RegionTotal:
    added: list[Row] = []
    beside: list[tuple[Row, str]] = []
    for row in sorted(rows, key=lambda row: (row.dimension != "", row.submitter)):
        why = _why_not(row, added)
        if why:
            beside.append((row, why))
        else:
            added.append(row)
    first = rows[0]
    value = sum((row.value for row in added), Decimal(0)) if added else None
    kinds = {row.precision for row in added}
    precision = next((kind for kind in (Precision.AT_LEAST, Precision.APPROXIMATE) if kind in kinds), Precision.EXACT)
    return RegionTotal(first.region_code, first.region, first.indicator, first.unit, first.period_kind, first.period, value, precision, tuple(added), tuple(beside))


def _why_not(row: Row, added: Sequence[Row]) -> str:  # noqa: PLR0911 - one line per reason
    if row.scope == Scope.OWN_AND_SUBORDINATE:
        return "已含下级,不与本级数、下级数相加"
    if row.scope == Scope.SUBORDINATE:
        return "下级合计,与本级数分列"
    if row.scope == Scope.JOINT_THREE_TIERS:
        return "三级联合完成,由组织单位计一次,不与本级数相加"
    if row.scope != Scope.OWN:
        return "口径不明,不相加"
    if row.unit in {"%", "倍"} and added:
        return "比率不相加"
    if any(other.dimension == row.dimension for other in added):
        return "其他来源或单位报送的同一数字,不重复计"
    if row.dimension and any(not other.dimension for other in added):
        return "已含在不分项的总数中"
    return ""


SOURCE_NAMES = {"T0": "通城县公开材料", "T1": "通化市公开材料", "T2": "厦门市公开材料", "T3": "公开文章", "T4": "青海省公开材料"}
"""Where the figures that come with the product were published; an office that imports its own writes the source out."""


def source_words(source: str) -> str:
    """The source as an officer reads it."""
    return SOURCE_NAMES.get(source, source)
