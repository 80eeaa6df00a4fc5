"""Three offices: the county asks, the city runs the task with people of another county, the county supervises and reports up."""

import re

from tests.federation.lifted_inspection.offices import (
    ASSIGNMENTS,
    CANDIDATES,
    CITY,
    COPIES,
    COUNTY,
    LENDINGS,
    PAPERS,
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

GOOD = {"name": "甲", "unit": "范例县审计局", "skill": "finance_audit"}
SPOUSE = {"name": "乙", "unit": "范例县财政局", "skill": "finance_audit", "relatives_units": "样例县供销社"}
TEAM = {"team_name": "一组", "team_leader": "组长甲", "own_members": 1, "formed_on": day()}


async def sign_all(client) -> None:
    for row in await client.list(PAPERS, tab="sent"):
        await client.act(PAPERS, row["id"], "sign", **SIGNED)


async def supervised(host) -> str:
    """The host's plan and evaluation of the rectification; returns its record."""
    hosted = (await one(host, ASSIGNMENTS))["id"]
    await host.act(ASSIGNMENTS, hosted, "report", step="plan", text="方案")
    await host.act(ASSIGNMENTS, hosted, "report", step="evaluation", rectified=1, text="评估")
    return hosted


async def test_from_the_application_to_the_close(start_federation) -> None:
    async with start_federation(only(CITY, COUNTY, SECOND)) as fed:
        county, city, second = await fed[COUNTY].login(), await fed[CITY].login(), await fed[SECOND].login()
        request = await proposed(county)
        await fed.settle()
        task = (await one(city, TASKS))["id"]
        await consulted(city, task)
        await city.act(TASKS, task, "approve", **approval())
        await fed.settle()
        assert (await county.record(REQUESTS, request))["status"] == "approved"
        await county.act(REQUESTS, request, "sign-decision", **SIGNED)
        await city.act(TASKS, task, "issue-task", text="任务", planned_entry_on=day(), planned_end_on=day(30))
        await city.act(TASKS, task, "request-people", contributor=SECOND, skills=["finance_audit"], wanted=1, begins_on=day(), ends_on=day(30))
        await fed.settle()

        lending = (await one(second, LENDINGS))["id"]
        await second.act(LENDINGS, lending, "sign", **SIGNED)
        await second.act(LENDINGS, lending, "offer", people=[SPOUSE], expect=409)
        await second.act(LENDINGS, lending, "offer", people=[SPOUSE], self_check_known=True)
        await fed.settle()
        hit = await one(city, CANDIDATES)
        assert hit["status"] == "conflicted"
        assert (await city.act(TASKS, task, "form-team", expect=409, **TEAM))["code"] == "lifted_inspection.team_incomplete"
        await city.act(CANDIDATES, hit["id"], "replace", explanation="亲属回避", replacement=True)
        await fed.settle()
        await second.act(LENDINGS, lending, "offer", people=[GOOD])
        await fed.settle()
        person = (await one(city, CANDIDATES, tab="open"))["id"]
        await city.act(CANDIDATES, person, "choose")
        secondment = (await one(city, SECONDMENTS))["id"]
        await city.act(SECONDMENTS, secondment, "issue-letter", report_on=day(), report_at="三楼会议室")
        await fed.settle()
        await second.act(LENDINGS, lending, "release", signed_by="经办人戊", released_on=day())
        await fed.settle()
        await city.act(SECONDMENTS, secondment, "join", joined_on=day())
        await city.act(TASKS, task, "form-team", **TEAM)
        await city.act(TASKS, task, "enter", entered_on=day(), ends_on=day(30))
        await city.act(TASKS, task, "report", reported_on=day(), findings=[{"number": "TJ-01", "category": "F2.2", "statement": "问题表述"}], clues=2)
        await city.act(TASKS, task, "feed-back", fed_back_on=day(), text="反馈意见")
        await city.act(TASKS, task, "hand-over", handed_over_on=day())
        await fed.settle()
        assert len(await county.list(PAPERS)) == 6, "task book, two entry notices, two feedbacks, hand-over list"
        await sign_all(county)
        await fed.settle()
        assert (await city.record(TASKS, task))["status"] == "rectification_supervised_locally"

        hosted = await supervised(county)
        await fed.settle()
        assert (await city.record(TASKS, task))["status"] == "result_reported_up"
        await city.act(TASKS, task, "close", closed_on=day(), expect=409)
        await city.act(TASKS, task, "review", report=2, accepted=True)
        await city.act(TASKS, task, "close", closed_on=day(), summary="到位")
        await city.act(CANDIDATES, person, "appraise", returned_on=day(), appraisal="较好")
        await fed.settle()
        assert (await county.record(REQUESTS, request))["status"] == "closed"
        assert (await county.record(ASSIGNMENTS, hosted))["status"] == "closed"
        assert (await second.record(LENDINGS, lending))["status"] == "returned"
        assert {row["status"] for row in await city.list(COPIES, recipient=COUNTY)} == {"signed"}
        assert {"文书签收矩阵", "已更换"} <= set(re.findall("文书签收矩阵|已更换", await city.page(f"{TASKS}/{task}")))
