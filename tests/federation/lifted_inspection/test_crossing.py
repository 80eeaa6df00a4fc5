"""Two offices act at the same moment: the lender offers somebody new while the request to replace is on its way."""

from tests.federation.lifted_inspection.offices import (
    CANDIDATES,
    CITY,
    COUNTY,
    LENDINGS,
    REQUESTS,
    SECOND,
    SECONDMENTS,
    SIGNED,
    TASKS,
    approval,
    consulted,
    day,
    one,
    only,
    proposed,
)
from tests.federation.lifted_inspection.test_there_and_back import GOOD, SPOUSE


async def test_the_letter_is_taken_although_the_new_offer_crossed_the_request_to_replace(start_federation) -> None:
    async with start_federation(only(CITY, COUNTY, SECOND)) as fed:
        county, city, second = await fed[COUNTY].login(), await fed[CITY].login(), await fed[SECOND].login()
        request = await proposed(county)
        await fed.settle()
        task = (await one(city, TASKS))["id"]
        await consulted(city, task)
        await city.act(TASKS, task, "approve", **approval())
        await fed.settle()
        await county.act(REQUESTS, request, "sign-decision", **SIGNED)
        await city.act(TASKS, task, "issue-task", text="任务", planned_entry_on=day(), planned_end_on=day(30))
        await city.act(TASKS, task, "request-people", contributor=SECOND, skills=["finance_audit"], wanted=1, begins_on=day(), ends_on=day(30))
        await fed.settle()
        lending = (await one(second, LENDINGS))["id"]
        await second.act(LENDINGS, lending, "sign", **SIGNED)
        await second.act(LENDINGS, lending, "offer", people=[SPOUSE], self_check_known=True)
        await fed.settle()
        hit = await one(city, CANDIDATES)

        fed.network.cut(CITY, SECOND)
        await city.act(CANDIDATES, hit["id"], "replace", explanation="亲属回避", replacement=True)
        await second.act(LENDINGS, lending, "offer", people=[GOOD])
        fed.network.heal()
        await fed.settle(60)
        assert (await second.record(LENDINGS, lending))["status"] == "replacing"

        person = (await one(city, CANDIDATES, tab="open"))["id"]
        await city.act(CANDIDATES, person, "choose")
        await city.act(SECONDMENTS, (await one(city, SECONDMENTS))["id"], "issue-letter", report_on=day(), report_at="三楼会议室")
        await fed.settle()
        assert (await second.record(LENDINGS, lending))["status"] == "lettered"
