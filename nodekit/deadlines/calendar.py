"""Working days: the State Council's days off and make-up days, as data (workdays.csv).

A year after the last one announced is counted with weekends only and says so (`is_estimated`); a year before the first is refused.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from nodekit.deadlines.errors import HolidayCalendarMissing

_DATA = Path(__file__).with_name("workdays.csv")
_SATURDAY = 5


@dataclass(frozen=True)
class WorkCalendar:
    """Exceptions to "Monday to Friday": `exceptions[day]` is True for a make-up working day, False for a day off."""

    exceptions: dict[date, bool]
    first_year: int
    last_year: int

    def is_work_day(self, day: date) -> bool:
        """Whether offices work on `day`.

        Raises:
            HolidayCalendarMissing: the year lies before the first calendar.
        """
        if day.year < self.first_year:
            raise HolidayCalendarMissing(day.year)
        return self.exceptions.get(day, day.weekday() < _SATURDAY)

    def is_estimated(self, day: date) -> bool:
        """The year's holidays were not announced when this release was made: 暂按周末推算."""
        return day.year > self.last_year

    def add_work_days(self, start: date, count: int) -> date:
        """The `count`-th working day after `start` (before it, when negative); `start` itself never counts."""
        step, left, day = timedelta(days=1 if count >= 0 else -1), abs(count), start
        while left:
            day += step
            left -= self.is_work_day(day)
        return day

    def work_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative when `end` lies before `start`."""
        low, high = sorted((start, end))
        days = sum(self.is_work_day(low + timedelta(days=n)) for n in range(1, (high - low).days + 1))
        return days if end >= start else -days


@cache
def state_council_calendar() -> WorkCalendar:
    """The calendar shipped with this release."""
    with _DATA.open(encoding="utf-8", newline="") as file:
        exceptions = {date.fromisoformat(row["date"]): row["kind"] == "work" for row in csv.DictReader(file)}
    years = {day.year for day in exceptions}
    return WorkCalendar(exceptions, min(years), max(years))
