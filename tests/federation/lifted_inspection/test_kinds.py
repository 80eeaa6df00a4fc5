"""Joint and integrated tasks from the application to the result, with a contributor that declines, a request that is cancelled, and words that come too late."""

from __future__ import annotations

from typing import Any

import pytest

from nodekit.testing import Federation, OfficerClient
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
    TARGET,
    TASKS,
    THIRD,
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
from tests.federation.lifted_inspection.test_carrying import FINDINGS, PEOPLE, PLANNED, TEAM, WHY


@pytest.mark.parametrize("kind", ["joint", "integrated"])
async def test_from_the_application_to_the_result(start_federation, kind: str) -> None:
    async with start_federation(only(CITY, COUNTY, SECOND, THIRD)) as fed:
        county, city = await fed[COUNTY].login(), await fed[CITY].login()
        second, third = await fed[SECOND].login(), await fed[THIRD].login()
        request = await proposed(county, wanted_kind=kind)
        await fed.settle()
        task = str((await task_on(city))["id"])
        await consulted(city, task)
        await city.act(TASKS, task, "approve", expect=422, **approval(kind=kind, contributors=[]))
        await city.act(TASKS, task, "approve", **approval(kind=kind, contributors=[COUNTY, SECOND, THIRD]))
        await city.act(TASKS, task, "issue-task", **PLANNED)
        await fed.settle()
        await _one_declines_and_one_is_cancelled(fed, city, county, third, task)
        await _lent(fed, city, second)
        await city.act(TASKS, task, "form-team", **TEAM)
        await city.act(TASKS, task, "enter", entered_on=day(), ends_on=day(30))
        refused = await city.act(TASKS, task, "report", expect=422, reported_on=day(), findings=[{**FINDINGS[0], "category": "F9.9"}])
        assert refused["facts"]["fields"][0]["path"] == "findings.0.category"
        await city.act(TASKS, task, "report", reported_on=day(), findings=FINDINGS, clues=1)
        await city.act(TASKS, task, "feed-back", fed_back_on=day(), text="反馈意见")
        await city.act(TASKS, task, "hand-over", handed_over_on=day())
        await fed.settle()
        for client in (county, second, third):
            for row in await client.list(PAPERS, tab="sent"):
                await client.act(PAPERS, row["id"], "sign", **SIGNED)
        await fed.settle()
        await _every_paper_prints(city, task)
        await _closed_while_words_are_on_their_way(fed, county, city, task)
        assert (await county.record(REQUESTS, request))["status"] == "closed"
        counted = await figures(fed[CITY])
        assert {code: counted[code] for code in (f"linkage_tasks {kind}", f"linkage_mix {kind}", "linkage_findings")} == {
            f"linkage_tasks {kind}": 1, f"linkage_mix {kind}": 100, "linkage_findings": 2,
        }
        assert [await figures(fed[office]) for office in (COUNTY, SECOND, THIRD)] == [{}, {}, {}]
        assert await broken_rules(fed) == []


async def _one_declines_and_one_is_cancelled(fed: Federation, city: OfficerClient, county: OfficerClient, third: OfficerClient, task: str) -> None:
    """The third county cannot; what was asked of the host is taken back; the team waits for the second."""
    for contributor in (THIRD, COUNTY, SECOND):
        await city.act(TASKS, task, "request-people", contributor=contributor, **PEOPLE)
    await fed.settle()
    unable, unneeded = (await one(third, LENDINGS))["id"], (await one(county, LENDINGS))["id"]
    await third.act(LENDINGS, unable, "sign", **SIGNED)
    await third.act(LENDINGS, unable, "decline", explanation="本级正在巡察,无法抽出人员。")
    await city.act(SECONDMENTS, await asked_of(city, COUNTY), "cancel", **WHY)
    await fed.settle()
    states = {row["contributor"]: row["status"] for row in await city.list(SECONDMENTS)}
    assert states == {THIRD: "declined", COUNTY: "cancelled", SECOND: "requested"}
    assert (await county.record(LENDINGS, unneeded))["status"] == "cancelled"
    late = {"people": [{"name": "丁", "unit": "某县审计局", "skill": "finance_audit"}]}
    await county.act(LENDINGS, unneeded, "offer", expect=409, **late)
    assert "不能满足" in await city.page(f"{TASKS}/{task}")
    await city.act(TASKS, task, "form-team", expect=409, **TEAM)


async def asked_of(city: OfficerClient, contributor: str) -> str:
    (row,) = [row for row in await city.list(SECONDMENTS) if row["contributor"] == contributor]
    return str(row["id"])


async def _lent(fed: Federation, city: OfficerClient, second: OfficerClient) -> None:
    lending, secondment = (await one(second, LENDINGS))["id"], await asked_of(city, SECOND)
    await second.act(LENDINGS, lending, "sign", **SIGNED)
    await second.act(LENDINGS, lending, "offer", people=[{"name": "甲", "unit": "某县审计局", "skill": "finance_audit"}])
    await fed.settle()
    await city.act(CANDIDATES, (await one(city, CANDIDATES))["id"], "choose")
    await city.act(SECONDMENTS, secondment, "issue-letter", report_on=day(), report_at="三楼会议室")
    await fed.settle()
    await second.act(LENDINGS, lending, "release", signed_by="经办人戊", released_on=day())
    await fed.settle()
    await city.act(SECONDMENTS, secondment, "join", joined_on=day())
    await fed.settle()


async def _every_paper_prints(city: OfficerClient, task: str) -> None:
    """Number, addressee, date and a place for the seal on each of them."""
    copies = await city.list(COPIES)
    assert {row["kind"] for row in copies} == {"任务书", "进驻通知", "反馈意见", "问题移交清单"}
    (lettered,) = [row for row in await city.list(SECONDMENTS) if row["status"] == "joined"]
    urls = [f"{COPIES}/{row['id']}/print" for row in copies] + [f"{TASKS}/{task}/{paper}-print" for paper in ("consult", "decision", "task")]
    urls += [f"{SECONDMENTS}/{lettered['id']}/{paper}-print" for paper in ("request", "letter")]
    for url in urls:
        page = await city.page(url)
        wanted = ("letter-mark", "letter-to", "(印章)", TARGET, f"{int(day()[:4])}年{int(day()[5:7])}月{int(day()[8:])}日", "号</p>")
        assert [word for word in wanted if word not in page] == [], url
    assert "范例县" in await city.page(urls[-1])
    assert (await city.get(f"{TASKS}/{COUNTY}/decision-print")).status_code == 404


async def _closed_while_words_are_on_their_way(fed: Federation, county: OfficerClient, city: OfficerClient, task: str) -> None:
    """A progress report that left before the close arrives after it: refused to the sender's face, and nothing moves."""
    hosted = (await one(county, ASSIGNMENTS))["id"]
    await county.act(ASSIGNMENTS, hosted, "report", step="plan", text="方案")
    await county.act(ASSIGNMENTS, hosted, "report", step="evaluation", rectified=2, text="评估")
    await fed.settle()
    fed.network.cut(COUNTY, CITY)
    await city.act(TASKS, task, "review", report=2, accepted=False, explanation="请补充佐证。")
    fed.network.heal()
    await fed.settle()
    await county.act(ASSIGNMENTS, hosted, "report", step="evaluation", rectified=2, text="评估,附佐证")
    await fed.settle()
    await city.act(TASKS, task, "review", report=3)
    fed.network.cut(COUNTY, CITY)
    await city.act(TASKS, task, "close", closed_on=day(), summary="到位")
    before: dict[str, Any] = await city.record(TASKS, task)
    fed.network.heal()
    await fed.settle()
    await county.act(ASSIGNMENTS, hosted, "report", expect=409, step="progress", rectified=1, text="迟到的进展")
    assert (await county.record(ASSIGNMENTS, hosted))["status"] == "closed"
    assert (await city.record(TASKS, task))["status"] == before["status"] == "closed"
    await city.act(TASKS, task, "urge", expect=409, step="urge", text="迟到的催办")
