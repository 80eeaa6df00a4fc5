"""What the page of counts shows: KPI cards, a table by office, a chart. Withheld numbers stay withheld."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, Field

from capabilities.clue_transfer import domain
from capabilities.clue_transfer.observer.queries import Line

SHOWN = (
    "transferred", "signed", "signed_on_time", "returned", "disposed", *domain.DISPOSITION_MEASURES, "disposed_on_time", "fed_back", "fed_back_on_time", "closed",
)


class LineOut(BaseModel):
    """Counts of one lower office. A missing measure was never told; null is withheld because small."""

    office: str
    name: str
    issued: dict[str, int | None]
    handled: dict[str, int | None]
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
                office=line.office.id, name=line.office.name, issued=dict(line.issued), handled=line.handled, agrees=line.agrees,
                as_of=line.as_of.isoformat() if line.as_of else None,
            )
            for line in lines
        ],
    )


def count_text(counts: Any, measure: str) -> str:
    """A number, <3 for one withheld, a dash for one never told."""
    if measure not in counts:
        return "—"
    return f"<{domain.SMALL}" if counts[measure] is None else str(counts[measure])


def total_text(lines: Sequence[Line], measure: str) -> str:
    """Sum of what may be seen; "≥" when a number below it is withheld."""
    told = [line.issued[measure] for line in lines if measure in line.issued]
    known = sum(value for value in told if value is not None)
    return f"≥{known}" if None in told else str(known)


def rate_text(lines: Sequence[Line], part: str, whole: str) -> str:
    """A rate over the offices that show both numbers."""
    pairs = [(line.issued.get(part), line.issued.get(whole)) for line in lines]
    seen = [(mine, of) for mine, of in pairs if mine is not None and of]
    total = sum(of for _mine, of in seen)
    return f"{100 * sum(mine for mine, _of in seen) / total:.1f}%" if total else "—"


def disposition_chart(lines: Sequence[Line]) -> dict[str, Any]:
    """Dispositions by office, stacked; withheld parts are left out and named so in the title of the card."""
    offices = [line.office.short_name for line in lines]
    return {
        "tooltip": {"trigger": "axis"},
        "legend": {"bottom": 0},
        "grid": {"left": 48, "right": 16, "top": 16, "bottom": 48},
        "xAxis": {"type": "category", "data": offices},
        "yAxis": {"type": "value", "minInterval": 1, "name": "件"},
        "series": [
            {"name": label, "type": "bar", "stack": "all", "data": [line.issued.get(f"disposed_{code}") for line in lines]}
            for code, label in domain.Disposition.choices()
        ],
    }
