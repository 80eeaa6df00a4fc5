"""What the page of counts shows: KPI cards, a table by office, a chart. What a source withheld is shown as a range."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, Field

from capabilities.clue_transfer import domain
from capabilities.clue_transfer.domain import Told
from capabilities.clue_transfer.observer.queries import Line

SHOWN = (
    "transferred", "signed", "signed_on_time", "returned", "disposed", *domain.DISPOSITION_MEASURES, "disposed_on_time", "fed_back", "fed_back_on_time", "closed",
)
CHARTED = ("transferred", "signed", "disposed", "fed_back", "closed")


class RangeOut(BaseModel):
    """A count: exact when low equals high."""

    low: int
    high: int | None = Field(description="Null: no upper end can be told.")


class LineOut(BaseModel):
    """Counts of one lower office. A missing measure was never told."""

    office: str
    name: str
    issued: dict[str, RangeOut]
    handled: dict[str, RangeOut]
    agrees: bool | None = Field(description="Both sides count alike; null when a withheld number leaves it open.")
    as_of: str | None


class ObservedOut(BaseModel):
    """Counts of one year."""

    year: int
    small: int = Field(default=domain.SMALL, description="Counts below this are withheld by their source.")
    lines: list[LineOut]


def as_json(year: int, lines: Sequence[Line]) -> ObservedOut:
    return ObservedOut(
        year=year,
        lines=[
            LineOut(
                office=line.office.id, name=line.office.name, issued=_ranges(line.issued), handled=_ranges(line.handled), agrees=line.agrees,
                as_of=line.as_of.isoformat() if line.as_of else None,
            )
            for line in lines
        ],
    )


def _ranges(counts: Mapping[str, Told]) -> dict[str, RangeOut]:
    return {measure: RangeOut(low=told.low, high=told.high) for measure, told in counts.items()}


def count_text(counts: Mapping[str, Told], measure: str) -> str:
    """A number or range; a dash for one never told."""
    return counts[measure].text if measure in counts else "—"


def total_text(lines: Sequence[Line], measure: str) -> str:
    """Sum over the offices, by the issuers' word."""
    return sum((line.issued.get(measure, Told()) for line in lines), Told()).text


def rate_text(lines: Sequence[Line], part: str, whole: str) -> str:
    """A rate over the offices whose both numbers are exact."""
    pairs = [(line.issued[part], line.issued[whole]) for line in lines if part in line.issued and whole in line.issued]
    exact = [(mine.low, of.low) for mine, of in pairs if mine.exact and of.exact]
    total = sum(of for _mine, of in exact)
    return f"{100 * sum(mine for mine, _of in exact) / total:.1f}%" if total else "—"


def step_chart(lines: Sequence[Line]) -> dict[str, Any]:
    """How far the clues of each office have come; numbers that are withheld are left out."""
    return {
        "tooltip": {"trigger": "axis"},
        "legend": {"bottom": 0},
        "grid": {"left": 48, "right": 16, "top": 32, "bottom": 48},
        "xAxis": {"type": "category", "data": [line.office.short_name for line in lines]},
        "yAxis": {"type": "value", "minInterval": 1, "name": "件"},
        "series": [
            {"name": domain.MEASURES[measure], "type": "bar", "data": [_exact(line.issued.get(measure)) for line in lines]} for measure in CHARTED
        ],
    }


def _exact(told: Told | None) -> int | None:
    return told.low if told is not None and told.exact else None
