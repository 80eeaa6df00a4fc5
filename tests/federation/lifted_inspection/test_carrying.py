"""A task under way: late declarations, papers returned and sent again, copies for departments, reminders, more time, a result done again, striking out."""

from __future__ import annotations

from typing import Any

from nodekit.testing import Federation, OfficerClient
from tests.federation.lifted_inspection.offices import (
    ASSIGNMENTS,
    CANDIDATES,
    CITY,
    COPIES,
    COUNTY,
    COUNTY_DESK,
    LENDINGS,
    LENT,
    PAPERS,
    REQUESTS,
    SECOND,
    SECONDMENTS,
    SIGNED,
    TARGET,
    TASKS,
    approval,
    broken_rules,
    consulted,
    day,
    figures,
    one,
    only,
    proposed,
    task_on,
)

PEOPLE: dict[str, Any] = {"skills": ["finance_audit"], "wanted": 1, "begins_on": day(), "ends_on": day(30)}
TEAM: dict[str, Any] = {"team_name": "一组", "team_leader": "组长甲", "own_members": 1, "formed_on": day()}
PLANNED: dict[str, Any] = {"text": "任务", "planned_entry_on": day(), "planned_end_on": day(30)}
FINDINGS = [{"number": f"TJ-0{n}", "category": "F2.2", "statement": f"问题表述{n}"} for n in (1, 2)]
WHY = {"explanation": "情况有变。"}


async def approved(fed: Federation, county: OfficerClient, city: OfficerClient, **changes: Any) -> tuple[str, str]:
    """An application and the task it became, with a task book."""
    request = await proposed(county)
    await fed.settle()
    task = str((await task_on(city))["id"])
    await consulted(city, task)
    await city.act(TASKS, task, "approve", **approval(**changes))
    await city.act(TASKS, task, "issue-task", **PLANNED)
    await fed.settle()
    return request, task


async def lend(fed: Federation, city: OfficerClient, lender: OfficerClient, name: str) -> None:
    """One more person offered, chosen, lettered, released, at work."""
    lending = (await one(lender, LENDINGS))["id"]
    if (await lender.record(LENDINGS, lending))["status"] == "requested":
        await lender.act(LENDINGS, lending, "sign", **SIGNED)
    await lender.act(LENDINGS, lending, "offer", people=[{"name": name, "unit": "某县审计局", "skill": "finance_audit"}])
    await fed.settle()
    await city.act(CANDIDATES, (await one(city, CANDIDATES, tab="open"))["id"], "choose")
    secondment = (await one(city, SECONDMENTS))["id"]
    await city.act(SECONDMENTS, secondment, "issue-letter", report_on=day(), report_at="三楼会议室")
    await fed.settle()
    await lender.act(LENDINGS, lending, "release", signed_by="经办人戊", released_on=day())
    await fed.settle()
    await city.act(SECONDMENTS, secondment, "join", joined_on=day())
    await fed.settle()


async def test_a_late_declaration_breaks_up_the_team_and_struck_out_tasks_end_everywhere(start_federation) -> None:
    async with start_federation(only(CITY, COUNTY, SECOND)) as fed:
        county, city, second = await fed[COUNTY].login(), await fed[CITY].login(), await fed[SECOND].login()
        request, task = await approved(fed, county, city)
        await city.act(TASKS, task, "request-people", contributor=SECOND, **PEOPLE)
        await fed.settle()
        await lend(fed, city, second, "甲")
        await city.act(TASKS, task, "form-team", **TEAM)
        person = (await one(city, CANDIDATES))["id"]
        await city.act(CANDIDATES, person, "declare", kind="duty", place="样例县发改局")
        assert (await city.record(TASKS, task))["status"] == "team_formed"
        await city.act(CANDIDATES, person, "declare", kind="relative", place="样例县供销社")
        hit = await city.record(CANDIDATES, person)
        assert (hit["status"], "亲属回避" in hit["hits"]) == ("conflicted", True)
        assert (await city.record(TASKS, task))["status"] == "staffing"
        await city.act(TASKS, task, "form-team", expect=409, **TEAM)
        await city.act(CANDIDATES, person, "replace", explanation="亲属回避", replacement=True)
        await fed.settle()
        await lend(fed, city, second, "乙")
        await city.act(TASKS, task, "form-team", **TEAM)
        await fed.settle()
        assert {row["name"][0]: row["status"] for row in await second.list(LENT)} == {"甲": "rejected", "乙": "joined"}

        await city.act(TASKS, task, "request-people", expect=409, contributor=SECOND, **PEOPLE)
        await city.act(TASKS, task, "void", **WHY)
        await fed.settle()
        assert (await county.record(REQUESTS, request))["status"] == "voided"
        for client in (county, second):
            assert {row["status"] for ledger in (ASSIGNMENTS, PAPERS) for row in await client.list(ledger)} == {"voided"}
        assert {row["status"] for row in await city.list(COPIES)} == {"voided"}
        at_work = (await one(city, CANDIDATES, tab="on_board"))["id"]
        await city.act(CANDIDATES, at_work, "appraise", returned_on=day(), appraisal="任务取消,返回。")
        await fed.settle()
        assert (await one(second, LENDINGS))["status"] == "returned"
        assert await broken_rules(fed) == []
        assert await figures(fed[CITY]) == {"linkage_decided_ontime": 100, "secondments": 1}


async def test_papers_go_back_and_forth_and_the_result_takes_its_time(start_federation) -> None:
    async with start_federation(only(CITY, COUNTY, COUNTY_DESK)) as fed:
        county, city, desk = await fed[COUNTY].login(), await fed[CITY].login(), await fed[COUNTY_DESK].login()
        request, task = await approved(fed, county, city, kind="lifted", contributors=[])
        await _returned_and_sent_again(fed, county, city)
        await city.act(TASKS, task, "form-team", **TEAM)
        await city.act(TASKS, task, "enter", entered_on=day(), ends_on=day(30))
        await city.act(TASKS, task, "report", expect=422, reported_on=day(), findings=[FINDINGS[0], FINDINGS[0]])
        await city.act(TASKS, task, "report", reported_on=day(), findings=FINDINGS, clues=2)
        await city.act(TASKS, task, "feed-back", fed_back_on=day(), text="反馈意见", departments=[COUNTY_DESK])
        await city.act(TASKS, task, "hand-over", handed_over_on=day())
        await fed.settle()
        copy = await one(desk, PAPERS)
        assert (copy["kind"], copy["addressee"]) == ("反馈意见", "有关部门")
        await desk.act(PAPERS, copy["id"], "sign", **SIGNED)
        (listed,) = await county.list(PAPERS, kind="hand_over")
        await county.act(PAPERS, listed["id"], "return", explanation="缺签章。")
        await fed.settle()
        (sent,) = await city.list(COPIES, kind="hand_over")
        await city.act(COPIES, sent["id"], "resend", text="已补签章。")
        await fed.settle()
        for row in await county.list(PAPERS, tab="sent"):
            await county.act(PAPERS, row["id"], "sign", **SIGNED)
        await fed.settle()
        assert {row["status"] for row in await city.list(COPIES)} == {"signed"}
        assert (await city.record(TASKS, task))["status"] == "rectification_supervised_locally"
        for client, url in ((city, f"{TASKS}/{task}/decision-print"), (city, f"{TASKS}/{task}/task-print"), (county, f"{REQUESTS}/{request}/print")):
            assert TARGET in await client.page(url)
        await _reminded_and_given_time(fed, county, city, task)
        await _done_again_and_closed(fed, county, city, task)
        assert (await county.record(REQUESTS, request))["status"] == "closed"
        assert await broken_rules(fed) == []
        assert await figures(fed[CITY]) == {"linkage_tasks lifted": 1, "linkage_mix lifted": 100, "linkage_findings": 2, "linkage_decided_ontime": 100}
        assert await figures(fed[COUNTY]) == {}, "counted once, by the organiser"


async def _returned_and_sent_again(fed: Federation, county: OfficerClient, city: OfficerClient) -> None:
    """The task book: reminded, returned, corrected, signed for under its second revision."""
    copy, paper = (await one(city, COPIES))["id"], (await one(county, PAPERS))["id"]
    await city.act(COPIES, copy, "urge")
    await county.act(PAPERS, paper, "return", explanation="缺附件。")
    await fed.settle()
    back = await city.record(COPIES, copy)
    assert (back["status"], back["return_reason"]) == ("returned", "缺附件。")
    await city.act(COPIES, copy, "urge", expect=409)
    await city.act(COPIES, copy, "resend", text="任务,附件已补")
    await fed.settle()
    again = await county.record(PAPERS, paper)
    assert (again["status"], again["urged"], again["text"]) == ("sent", 1, "任务,附件已补")
    assert (await one(county, ASSIGNMENTS))["task_text"] == "任务,附件已补"
    await county.act(PAPERS, paper, "sign", **SIGNED)
    await fed.settle()
    assert (await city.record(COPIES, copy))["revision"] == 2


async def _reminded_and_given_time(fed: Federation, county: OfficerClient, city: OfficerClient, task: str) -> None:
    hosted = await one(county, ASSIGNMENTS)
    due, later = hosted["result_due_on"], day(365)
    await city.act(TASKS, task, "urge", step="urge", text="请抓紧。")
    await city.act(TASKS, task, "urge", step="supervise", text="列入督办。")
    await fed.settle()
    page = await county.page(f"{ASSIGNMENTS}/{hosted['id']}")
    assert all(words in page for words in ("督办", "催办2次", "列入督办。"))
    await city.act(TASKS, task, "decide-extension", expect=409, granted=True)
    await county.act(ASSIGNMENTS, hosted["id"], "request-extension", expect=422, until=due, **WHY)
    for granted, until in ((False, due), (True, later)):
        await county.act(ASSIGNMENTS, hosted["id"], "request-extension", until=later, **WHY)
        await county.act(ASSIGNMENTS, hosted["id"], "request-extension", expect=409, until=later, **WHY)
        await fed.settle()
        assert await fed[CITY].scalar("SELECT extension FROM lifted_inspection_organiser.tasks") == "requested"
        await city.act(TASKS, task, "decide-extension", granted=granted)
        await fed.settle()
        assert (await county.record(ASSIGNMENTS, hosted["id"]))["result_due_on"] == until
        assert (await city.record(TASKS, task))["result_due_on"] == until
    await county.act(ASSIGNMENTS, hosted["id"], "request-extension", until=day(400), **WHY)


async def _done_again_and_closed(fed: Federation, county: OfficerClient, city: OfficerClient, task: str) -> None:
    """An unanswered wish for time is settled by the result. Only an evaluation to be done again puts the task back."""
    hosted = (await one(county, ASSIGNMENTS))["id"]
    for wrong in ({"step": "evaluation", "text": "评估"}, {"step": "progress", "rectified": 2, "long_term": 1, "text": "进展"}):
        await county.act(ASSIGNMENTS, hosted, "report", expect=409 if wrong["step"] == "evaluation" else 422, **wrong)
    await county.act(ASSIGNMENTS, hosted, "report", step="plan", text="方案")
    await county.act(ASSIGNMENTS, hosted, "report", step="progress", rectified=1, text="进展")
    await county.act(ASSIGNMENTS, hosted, "report", step="evaluation", rectified=1, text="评估")
    await fed.settle()
    assert await fed[CITY].scalar("SELECT extension FROM lifted_inspection_organiser.tasks") == "none"
    await city.act(TASKS, task, "review", report=2, accepted=False, explanation="进展过于笼统。")
    await fed.settle()
    assert [(await city.record(TASKS, task))["status"], (await county.record(ASSIGNMENTS, hosted))["status"]] == ["result_reported_up", "result_reported"]
    await city.act(TASKS, task, "review", report=3, accepted=False, explanation="请补充佐证。")
    await fed.settle()
    assert [(await city.record(TASKS, task))["status"], (await county.record(ASSIGNMENTS, hosted))["status"]] == ["rectification_supervised_locally", "supervising"]
    await county.act(ASSIGNMENTS, hosted, "report", step="evaluation", rectified=1, long_term=1, text="评估,附佐证")
    await fed.settle()
    await city.act(TASKS, task, "review", expect=422, report=3)
    await city.act(TASKS, task, "review", report=4)
    await city.act(TASKS, task, "close", closed_on=day(), summary="到位")
    await fed.settle()
    assert (await county.record(ASSIGNMENTS, hosted))["status"] == "closed"
