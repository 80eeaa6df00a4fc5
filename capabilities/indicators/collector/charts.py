"""Options of the dashboard's charts: JSON only. Each chart brings its numbers as a table, so a page without scripts says the same."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from capabilities.indicators import catalogue, domain
from capabilities.indicators.collector.figures_view import Trend
from capabilities.indicators.collector.nodes import NodeState
from capabilities.indicators.domain import Reading
from capabilities.inspection.register import category_label, group_choices
from nodekit.peers.directory import Office
from shared_schemas.figures import PeriodKind, Scope

ROUNDS_SHOWN = 10
FLOW_OFFICES = 8
HEAT_COLOURS = ["#f3f7ff", "#bcd3fb", "#6f9ff4", "#2f6bed", "#0a3f9f"]


@dataclass(frozen=True)
class Chart:
    """An option, or none when nothing was told yet; a sentence on what is not shown."""

    option: dict[str, Any] | None
    note: str = ""


def _by_category(found: Iterable[Reading]) -> dict[tuple[str, str], int]:
    """(office, category of the second level) -> findings of this term, own numbers only."""
    return {
        (reading.node, reading.dimensions["category"]): int(reading.value) for reading in found
        if reading.indicator == "findings_by_focus" and reading.value and reading.scope == Scope.OWN and "." in reading.dimensions.get("category", "")
        and reading.period.kind is PeriodKind.TERM_TO_DATE
    }


def heat(found: Sequence[Reading], offices: Sequence[Office]) -> Chart:
    """Categories × offices. A pair nobody told of stays empty, it is not a zero."""
    values = _by_category(found)
    if not values:
        return Chart(None)
    across = [office for office in offices if any(node == office.id for node, _ in values)]
    down = sorted({category for _, category in values}, reverse=True)
    cells = [
        {"value": [x, y, values[office.id, category]], "url": f"/indicators/figures/findings_by_focus?category={category}"}
        for x, office in enumerate(across) for y, category in enumerate(down) if (office.id, category) in values
    ]
    option = {
        "tooltip": {"position": "top"}, "grid": {"left": 8, "right": 12, "top": 8, "bottom": 34, "containLabel": True},
        "xAxis": {"type": "category", "data": [_short(office) for office in across], "axisLabel": {"interval": 0}},
        "yAxis": {"type": "category", "data": [category_label(category) for category in down]},
        "visualMap": {"min": 0, "max": max(values.values()), "orient": "horizontal", "left": "center", "bottom": 0, "itemHeight": 90, "itemWidth": 10, "inRange": {"color": HEAT_COLOURS}},
        "series": [{"name": "发现问题", "type": "heatmap", "data": cells, "label": {"show": True}, "itemStyle": {"borderColor": "#fff", "borderWidth": 2, "borderRadius": 3}}],
    }
    return Chart(option, "空格为未报送该类别,不是零。")


def flow(found: Sequence[Reading], offices: Sequence[Office]) -> Chart:
    """Office → focus → category, as wide as there are findings."""
    values, names = _by_category(found), {office.id: _short(office) for office in offices}
    groups = dict(group_choices())
    first: defaultdict[tuple[str, str], int] = defaultdict(int)
    second: defaultdict[tuple[str, str], int] = defaultdict(int)
    for (node, category), number in values.items():
        group = groups.get(category.partition(".")[0], category.partition(".")[0])
        first[names[node], group] += number
        second[group, category_label(category)] += number
    if not values:
        return Chart(None)
    links = [{"source": source, "target": target, "value": number} for (source, target), number in [*first.items(), *second.items()]]
    labels = dict.fromkeys(name for link in links for name in (link["source"], link["target"]))
    series = {
        "type": "sankey", "left": 8, "right": 200, "top": 10, "bottom": 10, "nodeWidth": 14, "nodeGap": 7, "draggable": False, "data": [{"name": name} for name in labels],
        "links": links, "lineStyle": {"color": "gradient", "opacity": 0.32, "curveness": 0.5}, "label": {"fontSize": 11, "width": 188, "overflow": "truncate"},
        "emphasis": {"focus": "adjacency"},
    }
    return Chart({"series": [series]})


def coverage(found: Sequence[Reading], offices: Sequence[Office]) -> Chart:
    """Share of targets inspected, by office, with both parts in the label."""
    held = {reading.node: reading for reading in found if reading.indicator == "coverage_rate" and not reading.dimensions and reading.value is not None}
    shown = [office for office in reversed(offices) if office.id in held]
    if not shown:
        return Chart(None)
    bars = [
        {"value": float(held[office.id].value or 0), "label": {"show": True, "position": "right", "formatter": _parts(held[office.id])}} for office in shown
    ]
    option = {
        "grid": {"left": 8, "right": 86, "top": 8, "bottom": 8}, "xAxis": {"type": "value", "max": 100, "axisLabel": {"formatter": "{value}%"}},
        "yAxis": {"type": "category", "data": [_short(office) for office in shown]},
        "series": [{"name": "全覆盖率(%)", "type": "bar", "barWidth": 12, "data": bars, "showBackground": True, "itemStyle": {"borderRadius": 6}, "backgroundStyle": {"borderRadius": 6}}],
    }
    missing = [_short(office) for office in offices if office.id not in held]
    return Chart(option, f"未报送:{'、'.join(missing)}。" if missing else "")


def _parts(reading: Reading) -> str:
    return f"{reading.value:.1f}%  {reading.numerator:.0f}/{reading.denominator:.0f}" if reading.denominator is not None else f"{reading.value:.1f}%"


def clues(found: Sequence[Reading], offices: Sequence[Office], below: int) -> Chart:
    """Dispositions of clues by office, stacked. Withheld parts are named, not drawn."""
    held = [reading for reading in found if reading.indicator == "clue_by_disposition"]
    if not held:
        return Chart(None)
    year = max(reading.period.label for reading in held)
    values = {(reading.node, reading.dimensions.get("disposition", "")): reading for reading in held if reading.period.label == year}
    shown = [office for office in offices if any(node == office.id for node, _ in values)]
    kinds = [kind for kind in ("talk_inquiry", "preliminary_verification", "shelved", "closed_no_action") if any(code == kind for _, code in values)]
    series = [
        {
            "name": catalogue.DIMENSION_NAMES[kind], "type": "bar", "stack": "all",
            "data": [int(cell.value) if (cell := values.get((office.id, kind))) and cell.value is not None else None for office in shown],
        }
        for kind in kinds
    ]
    hidden = sum(reading.value is None for reading in values.values())
    withheld = f"其中{hidden}项小于{below}件或可被推算,按规定隐去,不是零。" if hidden else ""
    if not any(reading.value for reading in values.values()):
        return Chart(None, f"{year}年移交线索的处置{'数量过小' if hidden else '尚未开始'},没有可以显示的数。{withheld}")
    option = {
        "legend": {}, "xAxis": {"type": "category", "data": [_short(office) for office in shown]}, "yAxis": {"type": "value", "minInterval": 1, "name": "件"}, "series": series,
    }
    return Chart(option, f"{year}年移交的线索。{withheld}")


def rounds(found: Sequence[Reading], offices: Sequence[Office]) -> Chart:
    """Findings by round, in the offices' own words for their rounds."""
    names = {office.id: _short(office) for office in offices}
    held = [
        reading for reading in found
        if reading.indicator == "findings_total" and reading.period.kind is PeriodKind.ROUND and not reading.dimensions and reading.value is not None and reading.scope == Scope.OWN
    ]
    if not held:
        return Chart(None)
    order = {office.id: number for number, office in enumerate(offices)}
    held.sort(key=lambda reading: (order.get(reading.node, len(order)), reading.period.label))
    held = held[:ROUNDS_SHOWN]
    option = {
        "grid": {"bottom": 4}, "xAxis": {"type": "category", "data": [f"{names.get(r.node, r.node)}\n{_round_words(r.period.label)}" for r in held], "axisLabel": {"interval": 0, "lineHeight": 16, "fontSize": 11}},
        "yAxis": {"type": "value", "minInterval": 1, "name": "个"},
        "series": [{"name": "发现问题", "type": "bar", "data": [int(r.value or 0) for r in held], "label": {"show": True, "position": "top"}}],
    }
    return Chart(option)


def _round_words(label: str) -> str:
    """八届县委第三轮巡察 → 第三轮: the office stands above it, the kind of round in the table."""
    found = re.search("第[^第]{1,4}轮", label)
    return found[0] if found else label[:6]


def trend(days: Trend) -> Chart:
    """Sum of all nodes at the end of each day since this office keeps it."""
    if not days.days:
        return Chart(None)
    if len(days.days) == 1:
        return Chart(None, f"自{days.days[0]}起按日留存,次日起显示走势。")
    option = {
        "xAxis": {"type": "category", "data": [f"{day:%m-%d}" for day in days.days], "boundaryGap": False}, "yAxis": {"type": "value", "minInterval": 1, "name": "个", "scale": True},
        "series": [{"name": "发现问题", "type": "line", "smooth": True, "areaStyle": {"opacity": 0.12}, "symbolSize": 5, "showSymbol": False, "data": [None if v is None else float(v) for v in days.values]}],
    }
    return Chart(option, f"自{days.days[0]}起按日留存,每日取日终数。")


def tree(states: Sequence[NodeState]) -> Chart:
    """The inspection offices below this one, grey where silent; where there are none, the desks beside it."""
    below = [state for state in states if state.office.is_inspection]
    states = below if len(below) > 1 else states
    if not states:
        return Chart(None)
    items = {state.office.id: _leaf(state) for state in states}
    for state in states[1:]:
        if state.office.parent in items:
            items[state.office.parent].setdefault("children", []).append(items[state.office.id])
    series = {
        "type": "tree", "data": [items[states[0].office.id]], "left": 24, "right": 76, "top": 22, "bottom": 8, "symbol": "circle", "symbolSize": 10, "initialTreeDepth": -1,
        "expandAndCollapse": False, "label": {"position": "top", "align": "left", "fontSize": 12, "offset": [-10, -2]}, "leaves": {"label": {"position": "right", "offset": [5, 0]}}, "lineStyle": {"color": "#b9c9e4"},
    }
    return Chart({"series": [series]})


def _leaf(state: NodeState) -> dict[str, Any]:
    colour = "#2fa36b" if state.fresh else "#8792a5"
    return {"name": _short(state.office), "value": state.cells, "itemStyle": {"color": colour, "borderColor": colour}, "label": {"color": "#1d2736" if state.fresh else "#8792a5"}}


def _short(office: Office) -> str:
    """样例县委巡察办 → 样例县."""
    name = office.short_name
    for ending in ("委巡察办", "委巡视办", "巡察办", "巡视办"):
        name = name.removesuffix(ending)
    return name


def period_words(reading: Reading) -> str:
    return domain.period_words(reading.period.kind, reading.period.label)
