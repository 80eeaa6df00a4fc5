"""Medians over the rounds, ratios to the floor, a table for people and build/bench.json for machines."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

Figures = dict[str, float]

FLOOR, SHIPPED, PLAIN = "floor", "shipped", "plain"
FASTER_IS_MORE = {"events_per_s": "events_per_s", "catch_up": "catch_up_per_s"}
ROWS = (
    ("events/s, live producer", "events_per_s", "{:,.0f}"), ("events/s, backlog", "catch_up_per_s", "{:,.0f}"),
    ("p50 ms at 100/s", "p50_ms", "{:.1f}"), ("p99 ms at 100/s", "p99_ms", "{:.1f}"),
    ("CPU s per 1,000", "cpu_s", "{:.3f}"), ("… sender", "cpu_sender_s", "{:.3f}"), ("… receiver", "cpu_receiver_s", "{:.3f}"),
    ("… PostgreSQL", "cpu_postgres_s", "{:.3f}"), ("… nats-server", "cpu_nats_s", "{:.3f}"),
    ("WAL KB per 1,000", "wal_kb", "{:,.0f}"), ("rows written per 1,000", "rows_written", "{:,.0f}"),
    ("commits per 1,000", "commits", "{:,.0f}"), ("largest process, MB", "rss_mb", "{:.0f}"),
)


def medians(rounds: Sequence[Mapping[str, Figures]]) -> dict[str, Figures]:
    """One figure per pipeline and measure."""
    return {name: {key: median(done[name][key] for done in rounds) for key in rounds[0][name]} for name in rounds[0]}


def ratios(found: Mapping[str, Figures]) -> Figures:
    """Shipped against the others. More is better, except for `p99` and `cpu`."""
    shipped = found[SHIPPED]
    result: Figures = {}
    for other, figures in found.items():
        if other == SHIPPED:
            continue
        label = other.replace("-", "_")
        for name, key in FASTER_IS_MORE.items():
            result[f"{name}_to_{label}"] = shipped[key] / figures[key]
        result[f"p99_to_{label}"] = shipped["p99_ms"] / figures["p99_ms"]
        result[f"cpu_to_{label}"] = shipped["cpu_s"] / figures["cpu_s"]
    return result


def table(found: Mapping[str, Figures]) -> str:
    """Every figure with its ratio to the floor in brackets."""
    names = list(found)
    lines = [f"{'':28}" + "".join(f"{name:>22}" for name in names)]
    for title, key, form in ROWS:
        cells = []
        for name in names:
            value, floor = found[name][key], found.get(FLOOR, {}).get(key)
            cells.append(form.format(value) + (f" ({value / floor:.2f})" if floor else ""))
        lines.append(f"{title:28}" + "".join(f"{cell:>22}" for cell in cells))
    return "\n".join(lines)


def write(path: Path, found: Mapping[str, Figures], rounds: Sequence[Mapping[str, Figures]], more: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {
        "ratios": ratios(found) if SHIPPED in found else {}, "medians": found, "rounds": rounds, **more,
        "machine": {"cores": os.cpu_count(), "load": os.getloadavg()[0], "python": platform.python_version()},
    }
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
