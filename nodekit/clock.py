"""The only place that asks what time it is."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
"""Offices read and print local time; the database holds UTC instants."""


def utc_now() -> datetime:
    return datetime.now(UTC)


def local_date(instant: datetime) -> date:
    """Calendar day in Asia/Shanghai of a UTC instant."""
    return instant.astimezone(SHANGHAI).date()
