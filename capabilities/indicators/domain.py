"""Rules of numbers: when a cell changed, what may leave its body, what may be added to what.

Three things are never done: a number added to one that already contains it, a missing number read as zero, a unit or period changed on the way.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from shared_schemas.figures import Cell, Period, PeriodKind, Precision, Scope
from shared_schemas.indicators.v1 import CELLS_PER_EVENT, ReportedCell

ONE_DECIMAL = Decimal("0.1")
STORED = Decimal("0.0001")
"""Four decimals are kept; a number compared before and after storing must be the same number."""
DIMENSION_CHARS = 80


def cell_key(indicator: str, dimensions: Mapping[str, str], scope: str, period: Period) -> str:
    """Identity of a cell within its node, short enough for an index. Order of dimensions does not matter."""
    identity = [indicator, sorted(dimensions.items()), str(scope), str(period.kind), period.label]
    return hashlib.sha256(json.dumps(identity, ensure_ascii=False).encode()).hexdigest()[:40]


def key_of(cell: Cell) -> str:
    return cell_key(cell.indicator, cell.dimensions, cell.scope, cell.period)


def storable(cell: Cell) -> Cell:
    """The cell as the database will give it back."""
    numbers = {name: None if (value := getattr(cell, name)) is None else value.quantize(STORED) for name in ("value", "numerator", "denominator")}
    return cell.model_copy(update={**numbers, "dimensions": {name: text[:DIMENSION_CHARS] for name, text in cell.dimensions.items()}})


def next_version(before: int, at: datetime) -> int:
    """Versions follow the clock, so that a node restored from a backup soon speaks louder than its own past."""
    return max(before + 1, int(at.timestamp() * 1000))


def newest(cells: Iterable[ReportedCell]) -> dict[str, ReportedCell]:
    """Each cell once, by its highest version."""
    found: dict[str, ReportedCell] = {}
    for cell in cells:
        key = key_of(cell)
        if key not in found or found[key].version < cell.version:
            found[key] = cell
    return found


def batches(cells: Sequence[ReportedCell], size: int = CELLS_PER_EVENT) -> Iterable[Sequence[ReportedCell]]:
    return (cells[start : start + size] for start in range(0, len(cells), size))


# What may leave the body


def hidden_keys(cells: Iterable[Cell], below: int) -> set[str]:
    """Cells of sealed families that leave only as suppressed: counts of 1 to `below` - 1, rates over such counts,
    and, where exactly one part of a breakdown would be hidden, the smallest other part (or it could be had by subtraction).
    """
    hidden: set[str] = set()
    parts: defaultdict[tuple[str, str, str], list[Cell]] = defaultdict(list)
    for cell in cells:
        if any(_is_small(number, below) for number in _counts(cell)):
            hidden.add(key_of(cell))
        if cell.dimensions and cell.unit != "%":
            parts[cell.indicator, str(cell.period.kind), cell.period.label].append(cell)
    for group in parts.values():
        if sum(key_of(cell) in hidden for cell in group) == 1:
            shown = [cell for cell in group if key_of(cell) not in hidden and cell.value]
            if shown:
                hidden.add(key_of(min(shown, key=lambda cell: (cell.value or 0, key_of(cell)))))
    return hidden


def _counts(cell: Cell) -> tuple[Decimal | None, ...]:
    """Numbers of things in a cell: a rate counts its parts, a sum of money or a share counts nothing by itself."""
    parts = (cell.numerator, cell.denominator)
    return parts if cell.unit in {"%", "万元"} else (cell.value, *parts)


def _is_small(number: Decimal | None, below: int) -> bool:
    return number is not None and 0 < number < below


def suppressed(cell: ReportedCell) -> ReportedCell:
    """The cell as others see it: it exists, it is small, and that is all."""
    return cell.model_copy(update={"value": None, "numerator": None, "denominator": None, "precision": Precision.SUPPRESSED})


# What may be added


@dataclass(frozen=True)
class Reading:
    """A cell of a node, ready to be counted."""

    node: str
    indicator: str
    dimensions: Mapping[str, str]
    scope: str
    period: Period
    value: Decimal | None
    unit: str
    precision: str
    as_of: datetime
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    counting_owner: str | None = None


@dataclass(frozen=True)
class Total:
    """A sum and everything needed to read it honestly."""

    value: Decimal | None = None
    unit: str = ""
    precision: str = Precision.EXACT
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    used: tuple[Reading, ...] = ()
    left_out: tuple[tuple[Reading, str], ...] = ()
    """With the reason, in Chinese."""

    @property
    def as_of(self) -> datetime | None:
        """The oldest of what went in: the sum is no younger than that."""
        return min((reading.as_of for reading in self.used), default=None)

    @property
    def nodes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(reading.node for reading in self.used))


def add_up(readings: Iterable[Reading]) -> Total:
    """Add what may be added: own numbers of each node, once, at the office that counts them, in one unit.

    Rates and means are recomputed from their parts, never averaged. A suppressed part makes the sum "at least".
    """
    used: list[Reading] = []
    left_out: list[tuple[Reading, str]] = []
    seen: set[tuple[str, str]] = set()
    for reading in readings:
        why = _why_not(reading, used, seen)
        if why:
            left_out.append((reading, why))
            continue
        seen.add((reading.node, _identity(reading)))
        used.append(reading)
    total = Total(used=tuple(used), left_out=tuple(left_out))
    if not used:
        return total
    if any(reading.denominator is not None or reading.unit == "%" for reading in used):
        return _ratio(total)
    known = [reading.value for reading in used if reading.value is not None]
    return replace(total, value=sum(known, Decimal(0)) if known else None, unit=used[0].unit, precision=_worst(used))


def _identity(reading: Reading) -> str:
    return cell_key(reading.indicator, reading.dimensions, reading.scope, reading.period)


def _why_not(reading: Reading, used: Sequence[Reading], seen: set[tuple[str, str]]) -> str:
    if reading.scope != Scope.OWN:
        return f"{SCOPE_LABELS.get(reading.scope, reading.scope)}口径,已含其他机关的数,不与本级数相加"
    if reading.counting_owner and reading.counting_owner != reading.node:
        return "联合、交叉或提级任务,由统计归口单位计数"
    if (reading.node, _identity(reading)) in seen:
        return "同一机关同一指标重复"
    if used and reading.unit != used[0].unit:
        return f"计量单位不同({reading.unit})"
    return ""


def _ratio(total: Total) -> Total:
    """A percentage, or a mean per something, from the sums of both parts."""
    whole = [reading for reading in total.used if reading.numerator is not None and reading.denominator]
    top, bottom = sum((r.numerator or Decimal(0) for r in whole), Decimal(0)), sum((r.denominator or Decimal(0) for r in whole), Decimal(0))
    unit = total.used[0].unit
    factor = Decimal(100) if unit == "%" else Decimal(1)
    value = (factor * top / bottom).quantize(ONE_DECIMAL) if bottom else None
    hidden = any(reading.precision == Precision.SUPPRESSED for reading in total.used)
    precision = Precision.APPROXIMATE if hidden and value is not None else _worst(whole) if whole else Precision.EXACT
    return replace(total, value=value, unit=unit, numerator=top, denominator=bottom, precision=precision)


def _worst(readings: Sequence[Reading]) -> str:
    held = {reading.precision for reading in readings}
    if held == {Precision.SUPPRESSED}:
        return Precision.SUPPRESSED
    if held & {Precision.SUPPRESSED, Precision.AT_LEAST}:
        return Precision.AT_LEAST
    return Precision.APPROXIMATE if Precision.APPROXIMATE in held else Precision.EXACT


# Words

SCOPE_LABELS: dict[str, str] = {
    Scope.OWN: "本级", Scope.SUBORDINATE: "下级合计", Scope.OWN_AND_SUBORDINATE: "本级和下级合计", Scope.JOINT_THREE_TIERS: "三级联合",
}
PRECISION_LABELS: dict[str, str] = {Precision.EXACT: "准确", Precision.APPROXIMATE: "约数", Precision.AT_LEAST: "至少", Precision.SUPPRESSED: "数值过小,不予显示"}
PERIOD_LABELS = {
    PeriodKind.TERM_TO_DATE: "本届以来", PeriodKind.TERM: "届", PeriodKind.ROUND: "轮次", PeriodKind.BATCH: "批次", PeriodKind.YEAR: "年度",
    PeriodKind.SINCE: "起始时间以来", PeriodKind.AS_OF: "截至", PeriodKind.UNSTATED: "来源未说明时期",
}


def period_words(kind: str, label: str) -> str:
    """A period as an officer says it: 2023年, 2022年以来, 截至2020-12, 十五届1-4轮."""
    if kind == PeriodKind.YEAR and label.isdigit():
        return f"{label}年"
    if kind == PeriodKind.SINCE:
        return f"{label}年以来" if label.isdigit() else f"{label}以来"
    if kind == PeriodKind.AS_OF:
        return f"截至{label}" if label[:1].isdigit() else label
    return label or PERIOD_LABELS.get(PeriodKind(kind) if kind in set(PeriodKind) else PeriodKind.UNSTATED, kind)
