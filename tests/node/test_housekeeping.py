"""The node forgets old submission tokens by itself, and nothing younger."""

from datetime import timedelta

import sqlalchemy as sa

from nodekit.housekeeping import tidy
from nodekit.ids import new_random_id
from nodekit.testing.federation import eventually
from nodekit.web.submissions import KEPT_FOR, Submission


async def noted(county, *ages: timedelta) -> None:
    async with county.node.unit_of_work() as uow:
        for age in ages:
            row = {"officer_id": new_random_id(), "token": f"{age}", "fingerprint": "f", "url": "/", "at": uow.now - age}
            await uow.session.execute(sa.insert(Submission).values(row))


async def test_only_what_nobody_will_repeat_goes(county) -> None:
    await noted(county, KEPT_FOR + timedelta(hours=1), KEPT_FOR - timedelta(hours=1), timedelta())
    assert await tidy(county.node) == 1
    assert await county.scalar("SELECT count(*) FROM nodekit.submissions") == 2
    assert await tidy(county.node) == 0


async def test_a_started_node_keeps_house(start_federation, county) -> None:
    await noted(county, KEPT_FOR + timedelta(hours=1))
    await county.node.stop()
    county.node._tasks.clear()
    await county.node.start()

    async def gone() -> bool:
        return await county.scalar("SELECT count(*) FROM nodekit.submissions") == 0

    await eventually(gone, what="housekeeping")
