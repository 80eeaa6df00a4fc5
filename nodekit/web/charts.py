"""The numbers behind a chart as a plain table: for those who do not see it, print it, or want to copy it."""

from collections.abc import Mapping, Sequence
from typing import Any

Table = tuple[list[str], list[list[Any]]]
"""(head, rows)"""


def chart_table(option: Mapping[str, Any]) -> Table:
    """Head and rows of an ECharts option: categories × series, name/value pairs, or links of a flow."""
    series = _list(option.get("series"))
    categories = _categories(option)
    first = series[0] if series else {}
    if first.get("type") == "heatmap":
        return _heatmap(option, first)
    if first.get("type") == "sankey":
        return ["从", "到", "数量"], [[link.get("source"), link.get("target"), link.get("value")] for link in first.get("links", [])]
    if categories:
        head = ["", *(str(entry.get("name", "")) for entry in series)]
        return head, [[name, *(_value(entry, number) for entry in series)] for number, name in enumerate(categories)]
    return ["名称", "数值"], [[item.get("name"), item.get("value")] for item in _list(first.get("data")) if isinstance(item, Mapping)]


def _categories(option: Mapping[str, Any]) -> Sequence[Any]:
    for axis in ("xAxis", "yAxis"):
        for entry in _list(option.get(axis)):
            if entry.get("data"):
                return list(entry["data"])
    return []


def _heatmap(option: Mapping[str, Any], series: Mapping[str, Any]) -> Table:
    across, down = (_list(option.get(axis))[0].get("data", []) for axis in ("xAxis", "yAxis"))
    values = {(cell[0], cell[1]): cell[2] for cell in (_plain(item) for item in series.get("data", []))}
    rows = [[name, *(values.get((x, y), "") for x in range(len(across)))] for y, name in enumerate(down)]
    return ["", *map(str, across)], rows


def _value(series: Mapping[str, Any], number: int) -> Any:
    data = series.get("data", [])
    value = _plain(data[number]) if number < len(data) else None
    return "" if value is None else value


def _plain(item: Any) -> Any:
    return item.get("value") if isinstance(item, Mapping) else item


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]
