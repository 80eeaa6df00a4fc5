"""Coverage prepared for the page and for JSON."""

from dataclasses import dataclass
from typing import Any

from capabilities.inspection.office.coverage import TermCoverage
from capabilities.inspection.vocabulary import Affiliation, Sector

FORMULA = "全覆盖率=本届内已进驻的对象数÷本届全覆盖任务对象数。更名、合并前已巡察的计入;由上级提级、交叉、联动巡察的计入覆盖、不计入本级巡察党组织数。"


@dataclass(frozen=True)
class CoveragePage:
    """What the coverage template shows."""

    rate: str
    elapsed: str
    formula: str
    chart: dict[str, Any]


def percent(done: float, total: float) -> str:
    """94.3%; a dash when there is nothing to divide by."""
    return f"{100 * done / total:.1f}%" if total else "—"


def coverage_page(found: TermCoverage) -> CoveragePage:
    """Figures and the chart by system (stacked: covered, not yet)."""
    lines = found.sectors
    option = {
        "grid": {"left": 110, "right": 24, "top": 28, "bottom": 24}, "legend": {"top": 0, "data": ["已巡察", "未巡察"]}, "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "value", "minInterval": 1}, "yAxis": {"type": "category", "inverse": True, "axisLabel": {"interval": 0}, "data": [line.label for line in lines]},
        "series": [
            {"name": "已巡察", "type": "bar", "stack": "all", "data": [line.done for line in lines]},
            {"name": "未巡察", "type": "bar", "stack": "all", "data": [line.total - line.done for line in lines], "itemStyle": {"color": "#d5dae1"}},
        ],
    }
    return CoveragePage(percent(found.coverage.done, found.coverage.total), f"{100 * found.elapsed:.0f}%", FORMULA, option)


def coverage_json(found: TermCoverage) -> dict[str, Any]:
    """The same for programs."""
    return {
        "term": found.term.name, "numerator": found.coverage.done, "denominator": found.coverage.total, "by_superior": found.coverage.by_superior,
        "rate": percent(found.coverage.done, found.coverage.total), "formula": FORMULA, "term_elapsed": round(found.elapsed, 4),
        "sectors": [{"sector": line.code, "label": line.label, "done": line.done, "total": line.total} for line in found.sectors],
        "uninspected": [
            {"id": str(target.id), "name": target.name, "sector": Sector.label_of(target.sector), "affiliation": Affiliation.label_of(target.affiliation)}
            for target in found.uncovered
        ],
    }
