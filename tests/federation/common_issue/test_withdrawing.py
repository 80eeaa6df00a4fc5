"""What is taken back: findings, letters with a signature on its way, issues that are joined with others."""

from __future__ import annotations

from tests.federation.common_issue.offices import (
    CANDIDATES,
    CITY,
    COUNTY,
    ESCALATIONS,
    INCOMING,
    ISSUES,
    LETTERS,
    OTHER,
    POOL,
    RECEIVED,
    REPORTS,
    TEXT,
    Inspection,
    only,
    received,
)

TITLE = {"title": "固定资产管理不到位", "category": "F2.4", "statement": "固定资产账实不符较为普遍。"}


async def pooled(city: Inspection) -> dict[str, dict]:
    """Findings in the pool by wording."""
    return {row["text"]: row for row in await city.clerk.list(POOL)}


async def test_withdrawn_findings_leave_pool_candidate_and_issue(start_federation) -> None:
    async with start_federation(only(CITY, COUNTY, OTHER)) as fed:
        city, county, other = await Inspection.of(fed[CITY]), await Inspection.of(fed[COUNTY]), await Inspection.of(fed[OTHER])
        report = await county.reported(TEXT, "固定资产处置未报批,账实不符。", "公务接待无公函。")
        await other.reported("部分固定资产未入账,账面与实物不符。", "资产清查未实地盘点,固定资产账实不符。")
        await fed.settle()
        rows = await pooled(city)
        (candidate,) = await city.clerk.list(CANDIDATES, tab="open")
        kept = [row["id"] for text, row in rows.items() if "公务接待" not in text]
        await city.clerk.act(CANDIDATES, candidate["id"], "confirm", members=kept, **TITLE)
        (issue,) = await city.clerk.list(ISSUES)
        assert issue["spread"] == "2个地区(单位)/4家"

        findings = await fed[COUNTY].column("SELECT finding_id::text FROM common_issue_reporter.reported_findings ORDER BY text")
        await county.head.act(REPORTS, report, "withdraw", findings=findings[:2], explanation="经复核不属实")
        await county.head.act(REPORTS, report, "withdraw", findings=findings[:1], explanation="再撤一次", expect=422)
        await fed.settle()
        assert sorted(row["status"] for row in (await pooled(city)).values()) == ["in_issue", "in_issue", "in_issue", "withdrawn", "withdrawn"]
        assert (await city.clerk.record(ISSUES, issue["id"]))["spread"] == "2个地区(单位)/3家"
        assert (await county.clerk.record(REPORTS, report))["status"] == "pooled"
        await county.head.act(REPORTS, report, "withdraw", findings=findings[2:], explanation="整批撤回")
        await fed.settle()
        assert (await city.clerk.record(ISSUES, issue["id"]))["spread"] == "1个地区(单位)/2家"
        assert (await county.clerk.record(REPORTS, report))["status"] == "withdrawn"
        await invariants_hold(fed)


async def test_a_signature_that_crosses_the_withdrawal_wins_on_both_sides(start_federation) -> None:
    async with start_federation(only(CITY, COUNTY, OTHER)) as fed:
        city, county = await Inspection.of(fed[CITY]), await fed[COUNTY].login("office_clerk")
        await city.issued(await city.issue(), "circular", COUNTY, OTHER)
        await fed.settle()
        letter = await received(county)
        fed.network.cut(CITY, COUNTY)
        await county.act(RECEIVED, letter["id"], "sign", signed_by="经办人戊")
        for office in (COUNTY, OTHER):
            await city.clerk.act(LETTERS, (await city.copy(office))["id"], "withdraw", explanation="数据有误")
        fed.network.heal(CITY, COUNTY)
        await fed.settle()
        assert ((await city.copy(COUNTY))["status"], (await received(county))["status"]) == ("signed", "signed")
        assert "已先行签收" in await city.clerk.page(f"{LETTERS}/{(await city.copy(COUNTY))['id']}")
        assert (await city.copy(OTHER))["status"] == "withdrawn"
        (row,) = await city.clerk.list("/common-issue/instruments")
        assert row["status"] == "issued"


async def test_issues_joined_take_findings_candidates_and_requests_with_them(start_federation) -> None:
    async with start_federation(only(CITY, COUNTY, OTHER)) as fed:
        city, county, other = await Inspection.of(fed[CITY]), await Inspection.of(fed[COUNTY]), await Inspection.of(fed[OTHER])
        main = await city.issue()
        form = {"title": "系统不衔接", "category": "F2.4", "units": 6, "statement": "资产系统与财务系统口径不一。", "wanted": "请统一口径。"}
        request = await county.clerk.create(ESCALATIONS, **form)
        await county.head.act(ESCALATIONS, request["id"], "escalate")
        await county.reported(TEXT, "固定资产处置未报批,账实不符。")
        await other.reported("部分固定资产未入账,账面与实物不符。")
        await fed.settle()
        (waiting,) = await city.clerk.list(INCOMING, tab="waiting")
        await city.head.act(INCOMING, waiting["id"], "take-up", title="系统不衔接", statement="资产系统与财务系统口径不一。")
        second = next(row for row in await city.clerk.list(ISSUES) if row["title"] == "系统不衔接")
        (candidate,) = await city.clerk.list(CANDIDATES, tab="open")
        members = [row["id"] for row in (await pooled(city)).values()]
        await city.clerk.act(CANDIDATES, candidate["id"], "merge", issue=second["id"], members=members)
        assert (await city.clerk.record(CANDIDATES, candidate["id"]))["status"] == "merged"
        assert (await city.clerk.record(ISSUES, second["id"]))["spread"] == "2个地区(单位)/3家"
        await city.clerk.act(CANDIDATES, candidate["id"], "merge", issue=main, members=members, expect=409)

        await city.clerk.act(ISSUES, second["id"], "merge", issue=second["id"], expect=422)
        await city.clerk.act(ISSUES, second["id"], "merge", issue=main)
        await fed.settle()
        joined = await city.clerk.record(ISSUES, main)
        assert joined["spread"] == "2个地区(单位)/3家"
        assert (await city.clerk.record(ISSUES, second["id"]))["status"] == "merged"
        assert (await city.clerk.record(INCOMING, waiting["id"]))["status"] == "merged_into"
        fate = await county.clerk.record(ESCALATIONS, request["id"])
        assert (fate["status"], fate["issue_number"]) == ("merged_into", joined["serial"])
        await invariants_hold(fed)


async def invariants_hold(fed) -> None:
    for node in fed:
        async with node.node.reading() as uow:
            for part in node.node.spec.slices:
                for rule in part.invariants:
                    assert list(await rule.check(uow)) == [], rule.name
