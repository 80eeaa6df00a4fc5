"""Due days: month ends, make-up days, the profile of the day, and the sentence that explains them."""

from datetime import date, timedelta

import pytest

from nodekit.deadlines import DeadlineProfile, Deadlines, Unit, due_on
from nodekit.deadlines.calendar import state_council_calendar
from nodekit.deadlines.errors import HolidayCalendarMissing, UnknownDeadline
from nodekit.deadlines.profiles import shipped_profiles


def rule(count: int, unit: Unit) -> DeadlineProfile:
    return DeadlineProfile("test.item", "测试事项", date(2017, 1, 1), count, unit, "起算日", "测试", sourced=False)


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        (date(2026, 3, 15), 1, date(2026, 4, 15)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2025, 12, 31), 2, date(2026, 2, 28)),
        (date(2025, 11, 30), 3, date(2026, 2, 28)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
    ],
)
def test_months_end_on_the_same_day_or_the_last(start: date, months: int, expected: date) -> None:
    assert due_on(start, rule(months, Unit.MONTH)) == expected


@pytest.mark.parametrize(
    ("start", "days", "expected", "why"),
    [
        (date(2026, 9, 30), 2, date(2026, 10, 9), "the National Day week is skipped"),
        (date(2026, 10, 8), 2, date(2026, 10, 10), "Saturday 10 October is made up"),
        (date(2026, 2, 12), 3, date(2026, 2, 24), "Saturday 14 February is made up, then nine days off"),
        (date(2025, 1, 24), 1, date(2025, 1, 26), "Sunday 26 January 2025 is made up"),
        (date(2024, 2, 9), 1, date(2024, 2, 18), "Sunday 18 February 2024 is made up"),
        (date(2026, 11, 20), 1, date(2026, 11, 23), "an ordinary weekend"),
        (date(2026, 11, 22), 5, date(2026, 11, 27), "a start on Sunday"),
        (date(2026, 10, 10), -1, date(2026, 10, 9), "counted backwards"),
    ],
)
def test_working_days_follow_the_state_council(start: date, days: int, expected: date, why: str) -> None:
    assert due_on(start, rule(days, Unit.WORK_DAY)) == expected, why


def test_natural_days_do_not_care_for_holidays() -> None:
    assert due_on(date(2026, 9, 30), rule(5, Unit.NATURAL_DAY)) == date(2026, 10, 5)
    assert due_on(date(2026, 11, 22), rule(-10, Unit.NATURAL_DAY)) == date(2026, 11, 12)


@pytest.mark.parametrize(("year", "work_days"), [(2024, 251), (2025, 248), (2026, 248)])
def test_the_calendar_has_as_many_working_days_as_the_year_really_had(year: int, work_days: int) -> None:
    """251, 248 and 248: the totals every pay office worked with."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    assert sum(map(state_council_calendar().is_work_day, days)) == work_days


def test_every_make_up_day_is_a_weekend() -> None:
    calendar = state_council_calendar()
    assert all(day.weekday() >= 5 for day, works in calendar.exceptions.items() if works)
    assert (calendar.first_year, calendar.last_year) == (2024, 2026)


def test_a_year_before_the_calendar_is_refused() -> None:
    with pytest.raises(HolidayCalendarMissing) as caught:
        due_on(date(2023, 5, 1), rule(2, Unit.WORK_DAY))
    assert "2023" in caught.value.message


def test_a_year_after_the_calendar_is_counted_by_weekends_and_says_so() -> None:
    due = Deadlines.standard().due("receipt.sign", date(2026, 12, 31))
    assert due.on == date(2027, 1, 4)
    assert "暂按周末推算" in due.why
    assert "暂按周末推算" not in Deadlines.standard().due("receipt.sign", date(2026, 6, 1)).why


@pytest.mark.parametrize(
    ("fed_back", "plan", "report", "basis"),
    [
        (date(2024, 1, 15), date(2024, 2, 15), date(2024, 3, 15), "2017"),
        (date(2024, 2, 7), date(2024, 3, 7), date(2024, 4, 7), "2017"),
        (date(2024, 2, 8), date(2024, 3, 8), date(2024, 8, 8), "2024"),
        (date(2025, 3, 10), date(2025, 4, 10), date(2025, 9, 10), "2024"),
    ],
)
def test_a_round_keeps_the_rule_in_force_on_its_feedback_day(fed_back: date, plan: date, report: date, basis: str) -> None:
    deadlines = Deadlines.standard()
    assert deadlines.due("rectification.plan", fed_back).on == plan
    due = deadlines.due("rectification.report", fed_back)
    assert (due.on, basis in due.why) == (report, True)
    assert deadlines.due("rectification.principal_report", fed_back).on == report


def test_the_sentence_names_start_length_day_and_basis() -> None:
    assert Deadlines.standard().due("clue_transfer.disposition", date(2026, 3, 31)).why == (
        "问题线索处置意见:收到之日(2026-03-31)次日起1个月,截止2026-04-30;依据:监督执纪工作规则。"
    )
    assert "默认值" in Deadlines.standard().due("receipt.sign", date(2026, 3, 31)).why


def test_an_unknown_item_or_too_early_a_day_is_refused() -> None:
    for item, day in (("no.such", date(2026, 1, 1)), ("receipt.sign", date(2010, 1, 1))):
        with pytest.raises(UnknownDeadline):
            Deadlines.standard().due(item, day)


@pytest.mark.parametrize(
    ("item", "count", "unit"),
    [
        ("receipt.sign", 2, Unit.WORK_DAY),
        ("common_issue.reply", 30, Unit.NATURAL_DAY),
        ("common_issue.first_report", 10, Unit.WORK_DAY),
        ("clue_transfer.disposition", 1, Unit.MONTH),
        ("clue_transfer.feedback", 3, Unit.MONTH),
        ("clue_transfer.feedback_next", 3, Unit.MONTH),
        ("clue_transfer.stub", 5, Unit.WORK_DAY),
        ("rectification.report", 6, Unit.MONTH),
        ("information_request.reply", 5, Unit.WORK_DAY),
    ],
)
def test_the_defaults_are_those_of_the_domain_study(item: str, count: int, unit: Unit) -> None:
    profile = Deadlines.standard().profile(item, date(2026, 11, 22))
    assert (profile.count, profile.unit) == (count, unit)


def test_a_sourced_rule_names_its_source() -> None:
    assert all(profile.source for profile in shipped_profiles() if profile.sourced)
    assert len({profile.key for profile in shipped_profiles()}) == len(shipped_profiles())
