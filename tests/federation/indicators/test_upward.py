"""A county's act becomes a number at the province: absolute, once, with its origin kept; small sealed counts stay at home; a dead line is grey."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from capabilities.indicators.collector.nodes import node_states
from capabilities.indicators.reporter.commands import tell
from capabilities.indicators.reporter.models import OwnCell
from nodekit.ids import new_id
from nodekit.testing import Federation, OfficerClient, eventually
from shared_schemas.figures import Period, PeriodKind
from shared_schemas.indicators.v1 import CellsChanged, ReportedCell
from tests.federation.indicators.offices import CITY, COUNTY, PROVINCE, one_finding, only


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


async def test_a_countys_finding_reaches_the_province_through_the_city(start_federation) -> None:
    async with start_federation(only(PROVINCE, CITY, COUNTY)) as fed:
        province = await fed[PROVINCE].login("office_director")
        await one_finding(fed, COUNTY)
        found = await until_total(province, "findings_total", "1")
        assert [part["node"] for part in found["parts"]] == [COUNTY]
        assert CITY in found["missing"] and PROVINCE in found["missing"]
        page = await province.page("/indicators/board")
        assert "联动态势" in page and "样例县委巡察办" in page


async def test_the_county_cuts_off_and_turns_grey_but_never_zero(start_federation) -> None:
    async with start_federation(only(CITY, COUNTY)) as fed:
        city = await fed[CITY].login("office_director")
        await one_finding(fed, COUNTY)
        await until_total(city, "findings_total", "1")
        async with fed[CITY].node.unit_of_work() as uow:
            await uow.session.execute(sa.text("UPDATE nodekit.peer_state SET last_heard_at = last_heard_at - interval '10 minutes' WHERE peer = :p"), {"p": COUNTY})
            states = {state.office.id: state for state in await node_states(uow)}
            assert (states[COUNTY].label, states[COUNTY].tone) == ("失联", "grey")
            assert states["990103-inspection"].label == "未报送"
        assert float((await total(city, "findings_total"))["value"]) == 1


async def test_a_repeated_old_or_foreign_report_changes_nothing(start_federation) -> None:
    async with start_federation(only(CITY, COUNTY)) as fed:
        city = await fed[CITY].login("office_director")
        county = fed[COUNTY].node
        await one_finding(fed, COUNTY)
        await until_total(city, "findings_total", "1")
        (told,) = [cell for cell in await cells(city, "findings_total", COUNTY) if cell["period_kind"] == "term_to_date"]
        period = Period(kind=PeriodKind.TERM_TO_DATE, label=told["period"])
        old = ReportedCell(indicator="findings_total", period=period, value=Decimal(99), unit="个", version=1, as_of=county.clock())
        foreign = old.model_copy(update={"version": 10**15})
        async with county.unit_of_work() as uow:
            await uow.publish(CellsChanged(node=COUNTY, cells=[old]), to=CITY)
            forged = await uow.publish(CellsChanged(node="990122-inspection", cells=[foreign]), to=CITY)
        await fed.settle()
        assert float((await total(city, "findings_total"))["value"]) == 1
        assert await fed[COUNTY].scalar("SELECT final_code FROM nodekit.outbox WHERE event_id = :id", id=forged) == "indicators.foreign_numbers"
        assert await cells(city, "findings_total", "990122-inspection") == []


async def test_a_city_that_forgot_asks_and_gets_everything_again(start_federation) -> None:
    async with start_federation(only(CITY, COUNTY)) as fed:
        city = await fed[CITY].login("office_director")
        await one_finding(fed, COUNTY)
        await until_total(city, "findings_total", "1")
        async with fed[CITY].node.unit_of_work() as uow:
            await uow.session.execute(sa.text("TRUNCATE indicators_collector.cell_days, indicators_collector.node_cells, indicators_collector.node_reports"))
        assert (await city.post(f"/api/indicators/nodes/{COUNTY}/request", {"reason": "由备份恢复"})).status_code == 200
        await until_total(city, "findings_total", "1")


async def test_small_sealed_counts_stay_in_the_county(start_federation) -> None:
    """The county sees its one clue; the city learns that there is a small number, and its sum says at least."""
    async with start_federation(only(CITY, COUNTY)) as fed:
        city = await fed[CITY].login("office_director")
        county = fed[COUNTY].node
        hidden = OwnCell(
            id=new_id(), key="k" * 40, indicator="clues_transferred", dimensions={}, scope="own", period_kind="year", period_label="2026", value=Decimal(1), unit="件",
            precision="exact", sealed=True, hidden=True, withdrawn=False, version=1, as_of=county.clock(),
        )
        async with county.unit_of_work() as uow:
            await tell(uow, [hidden])
        await fed.settle()
        inside = await fed[COUNTY].scalar("SELECT value FROM indicators_collector.node_cells WHERE indicator = 'clues_transferred'")
        assert inside == 1
        (seen,) = await cells(city, "clues_transferred")
        assert (seen["value"], seen["numerator"], seen["precision"]) == (None, None, "suppressed")
        assert await values_told(fed, to=CITY) == {None}


async def values_told(fed: Federation, *, to: str) -> set[str | None]:
    """What left the county's body about clues, read from the bytes that were signed."""
    sent = await fed[COUNTY].column("SELECT event_bytes FROM nodekit.outbox WHERE dst = :dst", dst=to)
    told = [cell for raw in sent for cell in json.loads(raw)["body"].get("cells", [])]
    return {cell.get("value") for cell in told if cell["indicator"] == "clues_transferred"}
