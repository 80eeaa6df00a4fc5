"""Lights: a colour, a word and a countdown, never the colour alone."""

from datetime import date, timedelta

import pytest

from nodekit.deadlines import Deadlines, Lights
from nodekit.deadlines.lights import Threshold
from shared_schemas.states import Tone

TODAY = date(2026, 11, 23)  # a Monday


@pytest.mark.parametrize(
    ("days", "code", "label", "tone"),
    [
        (-3, "red", "已超期3天", Tone.RED),
        (0, "orange", "今天到期", Tone.AMBER),
        (4, "orange", "剩4个工作日", Tone.AMBER),
        (5, "orange", "剩4个工作日", Tone.AMBER),
        (10, "orange", "剩8个工作日", Tone.AMBER),
        (11, "yellow", "剩11天", Tone.AMBER),
        (20, "yellow", "剩20天", Tone.AMBER),
        (21, "green", "剩21天", Tone.GREEN),
    ],
)
def test_the_default_thresholds(days: int, code: str, label: str, tone: Tone) -> None:
    light = Deadlines.standard().light(TODAY + timedelta(days=days), TODAY)
    assert (light.code, light.label, light.tone, light.days_left) == (code, label, tone, days)


def test_a_weekend_before_a_monday_holds_no_working_day() -> None:
    assert Deadlines.standard().light(date(2026, 11, 22), date(2026, 11, 21)).label == "剩1天"


def test_done_is_green_whatever_the_date_and_nothing_due_is_grey() -> None:
    deadlines = Deadlines.standard()
    assert (deadlines.light(TODAY - timedelta(days=9), TODAY, done=True).label, deadlines.light(None, TODAY).label) == ("已办结", "未起算")
    assert deadlines.light(None, TODAY).tone is Tone.GREY


def test_thresholds_are_data() -> None:
    lights = Lights((Threshold("late", "晚", Tone.RED, -1), Threshold("soon", "快", Tone.PURPLE, 3), Threshold("fine", "早", Tone.GREEN, 10**6)))
    assert lights.light(TODAY + timedelta(days=3), TODAY).code == "soon"
    assert lights.light(TODAY + timedelta(days=4), TODAY).code == "fine"
