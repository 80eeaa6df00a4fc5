"""Lights (灯): how near a deadline is. Thresholds, labels and tones are data; the colour never stands alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from nodekit.deadlines.calendar import WorkCalendar, state_council_calendar
from shared_schemas.states import Tone

_WORK_DAYS_SHOWN_MAX = 10
"""Near a deadline officers count working days; farther away calendar days read better."""


@dataclass(frozen=True)
class Threshold:
    """A light that shows while at most `days_left_max` calendar days are left."""

    code: str
    word: str
    tone: Tone
    days_left_max: int


DEFAULT_THRESHOLDS = (
    Threshold("red", "已超期", Tone.RED, -1),
    Threshold("orange", "将到期", Tone.AMBER, 10),
    Threshold("yellow", "临期", Tone.AMBER, 20),
    Threshold("green", "正常", Tone.GREEN, 10**6),
)
"""Default of docs/domain (G.3): green over 20 days or done, yellow up to 20, orange up to 10, red overdue, grey not started."""


@dataclass(frozen=True)
class Light:
    """What a page prints: dot in `tone` with `label` beside it."""

    code: str
    label: str
    tone: Tone
    days_left: int | None
    """Calendar days to the due day; negative when overdue; None when nothing is due."""


@dataclass(frozen=True)
class Lights:
    """Turns a due day into a light."""

    thresholds: tuple[Threshold, ...] = DEFAULT_THRESHOLDS
    calendar: WorkCalendar | None = None

    def light(self, due_on: date | None, today: date, *, done: bool = False) -> Light:
        """Green when done, grey without a due day, otherwise the first threshold that fits."""
        if due_on is None:
            return Light("grey", "已办结" if done else "未起算", Tone.GREY, None)
        left = (due_on - today).days
        if done:
            return Light("done", "已办结", Tone.GREEN, left)
        hit = next(t for t in self.thresholds if left <= t.days_left_max)
        return Light(hit.code, self._countdown(due_on, today, left), hit.tone, left)

    def _countdown(self, due_on: date, today: date, left: int) -> str:
        if left < 0:
            return f"已超期{-left}天"
        if left == 0:
            return "今天到期"
        if left <= _WORK_DAYS_SHOWN_MAX:
            work_days = (self.calendar or state_council_calendar()).work_days_between(today, due_on)
            return f"剩{work_days}个工作日" if work_days else f"剩{left}天"
        return f"剩{left}天"
