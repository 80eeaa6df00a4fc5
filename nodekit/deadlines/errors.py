"""Refusals of deadline arithmetic."""

from datetime import date

from nodekit.errors import NodeError


class UnknownDeadline(NodeError):
    """No profile for the item, or none in force yet on that day."""

    code = "deadlines.unknown"
    status = 404

    def __init__(self, item: str, start: date | None = None) -> None:
        when = f"在 {start.isoformat()} " if start else ""
        super().__init__(f"期限规则“{item}”{when}尚无可用版本。", hint="请管理员在期限规则中补充该事项。", item=item)


class HolidayCalendarMissing(NodeError):
    """Working days of a year before the first calendar kept."""

    code = "deadlines.calendar_missing"

    def __init__(self, year: int) -> None:
        super().__init__(f"没有 {year} 年的节假日安排,无法推算工作日。", hint="请系统管理员补充该年度的放假和调休安排。", year=year)
