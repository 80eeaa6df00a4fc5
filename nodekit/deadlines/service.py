"""The node's deadlines: shipped profiles plus this office's own, answered from memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from nodekit.deadlines.calendar import WorkCalendar, state_council_calendar
from nodekit.deadlines.errors import UnknownDeadline
from nodekit.deadlines.lights import Light, Lights
from nodekit.deadlines.models import DeadlineOverride
from nodekit.deadlines.profiles import DeadlineProfile, Unit, due_on, in_force, shipped_profiles

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.ext.asyncio import AsyncSession


@dataclass(frozen=True)
class Due:
    """A due day with its reason. Keep `profile.key` and `on` on the record: a later rule does not move it."""

    on: date
    profile: DeadlineProfile
    why: str
    """One Chinese sentence: why this day."""


class Deadlines:
    """Due days and lights of one office. Reads the clock never: the caller says what day it is."""

    def __init__(
        self, profiles: tuple[DeadlineProfile, ...] | None = None, *, calendar: WorkCalendar | None = None, lights: Lights | None = None
    ) -> None:
        self._shipped = shipped_profiles() if profiles is None else profiles
        self._own: tuple[DeadlineProfile, ...] = ()
        self._calendar = calendar or state_council_calendar()
        self._lights = lights or Lights(calendar=self._calendar)

    @classmethod
    def standard(cls) -> Deadlines:
        """Shipped profiles, the State Council's calendar, the usual lights; the office's own rules come with `refresh`."""
        return cls()

    async def refresh(self, session: AsyncSession) -> None:
        """Read this office's own rules from the database: at start, and after one was changed."""
        rows = await session.scalars(select(DeadlineOverride))
        titles = {p.item: p for p in self._shipped}
        self._own = tuple(_profile(row, titles.get(row.item)) for row in rows)

    def profile(self, item: str, day: date) -> DeadlineProfile:
        """The rule in force on a day: the newest one, the office's own before a shipped one of the same day.

        So a local rule ends when a newer regulation takes effect, instead of outliving it unnoticed.

        Raises:
            UnknownDeadline: no such item, or no version that early.
        """
        found = in_force((*self._shipped, *self._own), item, day)
        if found is None:
            raise UnknownDeadline(item, day)
        return found

    def due(self, item: str, start: date) -> Due:
        """When `item` is due if its clock started on `start` (local date).

        Raises:
            UnknownDeadline: no rule. HolidayCalendarMissing: work days in a year without calendar.
        """
        profile = self.profile(item, start)
        on = due_on(start, profile, self._calendar)
        return Due(on, profile, self._why(profile, start, on))

    def light(self, due_on: date | None, today: date, done: bool = False) -> Light:
        return self._lights.light(due_on, today, done=done)

    def in_force(self, day: date) -> list[DeadlineProfile]:
        """One rule per item, as valid on `day`."""
        known = (*self._shipped, *self._own)
        found = (in_force(known, item, day) for item in dict.fromkeys(p.item for p in known))
        return [profile for profile in found if profile is not None]

    def versions(self, item: str) -> list[DeadlineProfile]:
        """Every version of one item, oldest first."""
        return sorted((p for p in (*self._shipped, *self._own) if p.item == item), key=lambda p: (p.effective_from, p.local))

    def _why(self, profile: DeadlineProfile, start: date, on: date) -> str:
        before = profile.count < 0
        count = f"{profile.start_event}({start.isoformat()}){'前' if before else '次日起'}{abs(profile.count)}{profile.unit.label}"
        notes = [f"依据:{profile.basis}" + ("" if profile.sourced or profile.local else "(默认值,可由本单位调整)")]
        if profile.unit is Unit.WORK_DAY and (self._calendar.is_estimated(on) or self._calendar.is_estimated(start)):
            notes.append(f"{max(on, start).year}年放假安排未公布,暂按周末推算")
        return f"{profile.title}:{count},{'最迟' if before else '截止'}{on.isoformat()};{';'.join(notes)}。"


def _profile(row: DeadlineOverride, shipped: DeadlineProfile | None) -> DeadlineProfile:
    return DeadlineProfile(
        item=row.item,
        title=shipped.title if shipped else row.item,
        effective_from=row.effective_from,
        count=row.count,
        unit=Unit(row.unit),
        start_event=shipped.start_event if shipped else "起算日",
        basis=row.basis,
        sourced=False,
        local=True,
    )
