"""Deadline profiles: how long an act may take, from when on, and on whose word. Pure data and arithmetic.

`sourced = true` only where a page was found that states the number (docs/domain/sources.md); everything else is a default that
an office may override. A record keeps the profile in force on its start date, whatever comes later.
"""

from __future__ import annotations

import calendar
import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path

from nodekit.deadlines.calendar import WorkCalendar, state_council_calendar

_DATA = Path(__file__).with_name("profiles.toml")
_MONTHS = 12


class Unit(StrEnum):
    NATURAL_DAY = "natural_day"
    WORK_DAY = "work_day"
    MONTH = "month"

    @property
    def label(self) -> str:
        return {"natural_day": "天", "work_day": "个工作日", "month": "个月"}[self.value]


@dataclass(frozen=True)
class DeadlineProfile:
    """One dated rule. A negative `count` means that long *before* the start event (notice before entry)."""

    item: str
    title: str
    effective_from: date
    count: int
    unit: Unit
    start_event: str
    """Chinese: from what on it counts, e.g. 反馈之日."""
    basis: str
    """Chinese: the rule behind it, as an officer would name it."""
    sourced: bool
    source: str = ""
    """Key into docs/domain/sources.md; empty for a default of ours."""
    local: bool = False
    """Set by this office (deadline_overrides)."""

    @property
    def length(self) -> str:
        """2个工作日 / 1个月 / 提前10天"""
        return f"{'提前' if self.count < 0 else ''}{abs(self.count)}{self.unit.label}"

    @property
    def key(self) -> str:
        """Name to keep on a record: item and version."""
        return f"{self.item}@{self.effective_from.isoformat()}{'+local' if self.local else ''}"


def due_on(start: date, profile: DeadlineProfile, work_calendar: WorkCalendar | None = None) -> date:
    """Last day to act, counted from the day after `start`.

    Args:
        start: local date printed on the receipt (not the send time, not UTC).
        profile: the rule of the office that must act, in force on `start`.
            `count` is in `unit`: months, natural days or working days.
        work_calendar: default: the State Council's, as shipped.

    Returns:
        A local calendar date. A month ends on the same day number, or on the
        last day of a shorter month (31 Jan + 1 month = 28 Feb).

    Raises:
        HolidayCalendarMissing: `unit` is work_day and that year has no calendar.

    Source:
        One month for a clue's disposition: docs/domain/sources.md, R5.
    """
    match profile.unit:
        case Unit.NATURAL_DAY:
            return start + timedelta(days=profile.count)
        case Unit.WORK_DAY:
            return (work_calendar or state_council_calendar()).add_work_days(start, profile.count)
        case Unit.MONTH:
            return _add_months(start, profile.count)


def in_force(profiles: tuple[DeadlineProfile, ...], item: str, day: date) -> DeadlineProfile | None:
    """The newest version of an item effective on `day`; among versions of one day the office's own wins."""
    known = [p for p in profiles if p.item == item and p.effective_from <= day]
    return max(known, key=lambda p: (p.effective_from, p.local), default=None)


@cache
def shipped_profiles() -> tuple[DeadlineProfile, ...]:
    """Profiles of this release (profiles.toml)."""
    with _DATA.open("rb") as file:
        rows = tomllib.load(file)["profile"]
    return tuple(DeadlineProfile(**{**row, "unit": Unit(row["unit"])}) for row in rows)


def _add_months(start: date, count: int) -> date:
    year, month0 = divmod(start.year * _MONTHS + start.month - 1 + count, _MONTHS)
    return date(year, month0 + 1, min(start.day, calendar.monthrange(year, month0 + 1)[1]))
