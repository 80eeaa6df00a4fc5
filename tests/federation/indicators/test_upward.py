"""A county's act becomes a number at the province: absolute, once, with its origin kept; small sealed counts stay at home; a dead line is grey."""

from __future__ import annotations

from typing import Any

from nodekit.testing import Federation, OfficerClient, eventually
from tests.federation.indicators.offices import CITY, COUNTY, PROVINCE, only
from tests.support.inspection import FINDINGS, Desk


async def cells(client: OfficerClient, indicator: str, node: str = "") -> list[dict[str, Any]]:
    return (await client.get("/api/indicators/cells", indicator=indicator, node=node)).json()


async def total(client: OfficerClient, indicator: str) -> dict[str, Any]:
    answer = await client.get(f"/api/indicators/figures/{indicator}")
    return answer.json() if answer.status_code == 200 else {"value": None, "parts": []}


async def until_total(client: OfficerClient, indicator: str, value: str) -> dict[str, Any]:
    async def there() -> dict[str, Any] | None:
        found = await total(client, indicator)
        return found if found["value"] is not None and float(found["value"]) == float(value) else None

    return await eventually(there, what=f"{indicator} = {value}")


async def one_finding(fed: Federation, office: str) -> tuple[Desk, str]:
    """A round on site with one confirmed finding. Returns the desk and the team."""
    desk = Desk(await fed[office].login())
    await desk.term()
    target = await desk.target()
    round_id = await desk.round(target)
    team = await desk.team(round_id, target)
    await desk.entered(round_id)
    await another_finding(desk, team, target)
    return desk, team


async def another_finding(desk: Desk, team: str, target: str) -> None:
    made = await desk.finding(team, target)
    await desk.client.act(FINDINGS, made["id"], "review")
    await desk.client.act(FINDINGS, made["id"], "confirm", on=made["created_at"][:10], confirmation="事实确认单,单位已签字", deidentified="固定资产账实不符")


async def test_a_countys_finding_reaches_the_province_through_the_city(start_federation) -> None:
    async with start_federation(only(PROVINCE, CITY, COUNTY)) as fed:
        province = await fed[PROVINCE].login("office_director")
        await one_finding(fed, COUNTY)
        found = await until_total(province, "findings_total", "1")
        assert [part["node"] for part in found["parts"]] == [COUNTY]
        assert CITY in found["missing"] and PROVINCE in found["missing"]
        page = await province.page("/indicators/board")
        assert "联动态势" in page and "样例县委巡察办" in page
