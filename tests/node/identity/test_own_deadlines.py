"""An office's own deadline rules: from their day on, until a newer regulation."""

from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError

from nodekit.deadlines.models import DeadlineOverride
from tests.node.identity.conftest import House


async def own_rule(house: House, item: str, effective_from: date, count: int, unit: str = "month") -> None:
    async with house.node.unit_of_work() as uow:
        uow.session.add(
            DeadlineOverride(
                id=uow.new_id(),
                item=item,
                effective_from=effective_from,
                count=count,
                unit=unit,
                basis="县委办法",
                created_at=uow.now,
                created_by=None,
            )
        )
    async with house.node.reading() as uow:
        await house.node.deadlines.refresh(uow.session)


async def test_an_own_rule_counts_from_its_day(house: House) -> None:
    await own_rule(house, "rectification.report", date(2025, 1, 1), 3)
    assert house.node.deadlines.due("rectification.report", date(2024, 12, 31)).on == date(2025, 6, 30)
    due = house.node.deadlines.due("rectification.report", date(2025, 3, 10))
    assert (due.on, due.profile.local, "县委办法" in due.why, due.profile.title) == (date(2025, 6, 10), True, True, "集中整改进展报告")


async def test_a_newer_regulation_ends_an_older_own_rule(house: House) -> None:
    await own_rule(house, "rectification.report", date(2020, 1, 1), 3)
    assert house.node.deadlines.due("rectification.report", date(2023, 3, 10)).on == date(2023, 6, 10)
    assert house.node.deadlines.due("rectification.report", date(2025, 3, 10)).on == date(2025, 9, 10)


@pytest.mark.parametrize(("count", "unit"), [(0, "month"), (4000, "natural_day"), (3, "fortnight")])
async def test_an_impossible_rule_cannot_be_stored(house: House, count: int, unit: str) -> None:
    with pytest.raises(IntegrityError):
        await own_rule(house, "receipt.sign", date(2025, 1, 1), count, unit)
