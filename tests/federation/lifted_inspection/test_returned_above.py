"""What was passed on upward, came back and is decided here does not stay open above."""

import pytest

from capabilities.lifted_inspection.common.numbering import APPLICATION
from nodekit import numbering
from tests.federation.lifted_inspection.offices import (
    CITY,
    COUNTY,
    PROVINCE,
    REQUESTS,
    TASKS,
    WISH,
    approval,
    broken_rules,
    consulted,
    day,
    only,
    proposed,
    task_on,
)
from tests.federation.lifted_inspection.test_deciding import ESCALATION, REFUSAL

DECISIONS = {"decline": REFUSAL, "approve": approval(kind="lifted", contributors=[])}


@pytest.mark.parametrize("decision", DECISIONS)
async def test_the_province_strikes_off_what_the_city_decides_alone(start_federation, decision: str) -> None:
    async with start_federation(only(PROVINCE, CITY, COUNTY)) as fed:
        county, city, province = await fed[COUNTY].login(), await fed[CITY].login(), await fed[PROVINCE].login()
        request = await proposed(county)
        await fed.settle()
        task = (await task_on(city))["id"]
        await consulted(city, task)
        await city.act(TASKS, task, "escalate", **ESCALATION)
        await fed.settle()
        above = (await task_on(province))["id"]
        await province.act(TASKS, above, "return", explanation="请本级办理。")
        await fed.settle()
        assert (await province.record(TASKS, above))["status"] == "returned"

        await city.act(TASKS, task, decision, **DECISIONS[decision])
        await fed.settle()
        assert (await province.record(TASKS, above))["status"] == "withdrawn"
        assert "上级已撤销提请事项" in await city.page(f"{TASKS}/{task}")
        assert (await county.record(REQUESTS, request))["status"] == {"decline": "declined", "approve": "approved"}[decision]
        assert await broken_rules(fed) == []


async def test_what_is_deferred_here_may_go_up_again_under_the_next_revision(start_federation) -> None:
    async with start_federation(only(PROVINCE, CITY, COUNTY)) as fed:
        county, city, province = await fed[COUNTY].login(), await fed[CITY].login(), await fed[PROVINCE].login()
        await proposed(county)
        await fed.settle()
        task = (await task_on(city))["id"]
        await consulted(city, task)
        await city.act(TASKS, task, "escalate", **ESCALATION)
        await fed.settle()
        above = (await task_on(province))["id"]
        await province.act(TASKS, above, "return", explanation="请本级办理。")
        await fed.settle()
        await city.act(TASKS, task, "defer", revisit_on=day(30), **REFUSAL)
        await fed.settle()
        assert (await province.record(TASKS, above))["status"] == "returned"
        await consulted(city, task, signed=True)
        await city.act(TASKS, task, "escalate", **ESCALATION)
        await fed.settle()
        assert (await province.record(TASKS, above))["status"] == "proposed"


async def test_an_own_application_and_one_passed_on_never_share_a_number(start_federation) -> None:
    async with start_federation(only(PROVINCE, CITY, COUNTY)) as fed:
        county, city, province = await fed[COUNTY].login(), await fed[CITY].login(), await fed[PROVINCE].login()
        own = await city.create(REQUESTS, **WISH | {"target_name": "演示市文联党组"})
        await city.act(REQUESTS, own["id"], "propose")
        await proposed(county)
        await fed.settle()
        task = (await task_on(city))["id"]
        await consulted(city, task)
        await city.act(TASKS, task, "escalate", **ESCALATION)
        await fed.settle()
        numbers = sorted(row["request_number"] for row in await province.list(TASKS))
        assert [number.rpartition("〕")[2] for number in numbers] == ["1号", "2号"]
        async with fed[CITY].node.reading() as uow:
            assert list((await numbering.given(uow, APPLICATION)).values()) == [2]
