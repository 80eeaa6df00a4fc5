"""Where a round stands, for the head of its page: seven stations of the main line, and day N of M while on site."""

from collections.abc import Mapping
from typing import Any

from capabilities.inspection import domain
from capabilities.inspection.office import queries
from capabilities.inspection.office.models import Round
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork
from nodekit.web.detail import Step

STATIONS = (
    ("计划方案", frozenset({"planned", "scheme_drafted", "scheme_filed"})), ("授权组建", frozenset({"authorised"})), ("进驻现场", domain.ON_SITE),
    ("报告汇报", frozenset({"onsite_ended", "reported", "heard_by_leading_group", "heard_by_secretary_meeting"})), ("反馈", frozenset({"fed_back"})),
    ("整改评估", frozenset({"rectifying", "evaluated"})), ("归档", frozenset({"archived"})),
)
"""Fourteen states do not fit into one bar; the table of phases shows each."""


async def round_context(uow: UnitOfWork, _officer: Officer, row: Round) -> Mapping[str, Any]:
    """Stations, calendar and batches of one round; most rounds have no batches."""
    batches = [
        (f"第{domain.chinese_number(batch.number)}批", batch.planned_entry_on, batch.planned_end_on, batch.entered_on or "未进驻")
        for batch in await queries.list_batches(uow, row.id)
    ]
    return {"stations": stations_of(row.status), "batches": batches, **_days(uow, row)}


def stations_of(status: str) -> list[Step]:
    """The bar: done up to the station of this state; nothing is done in a round that was voided."""
    here = next((number for number, (_, states) in enumerate(STATIONS) if status in states), -1)
    final = domain.ROUND.states[status].final
    words = ["done" if number < here or (number == here and final) else "now" if number == here else "next" for number in range(len(STATIONS))]
    return [Step(label, word) for (label, _), word in zip(STATIONS, words, strict=True)]


def _days(uow: UnitOfWork, row: Round) -> dict[str, int | None]:
    if row.entered_on is None or row.status not in domain.ON_SITE:
        return {"day": None, "days": None}
    days = (row.planned_end_on - row.entered_on).days + 1 if row.planned_end_on else None
    return {"day": (uow.today - row.entered_on).days + 1, "days": days}
