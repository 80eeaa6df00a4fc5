"""Common issues over several offices: findings up, letters down, replies back, requests up."""

from __future__ import annotations

from tests.federation.common_issue.offices import (
    CANDIDATES,
    CITY,
    COUNTS,
    COUNTY,
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


async def test_findings_of_two_counties_become_a_circular_that_is_answered_and_closed(start_federation) -> None:
    async with start_federation(only(CITY, COUNTY, OTHER)) as fed:
        city, county, other = await Inspection.of(fed[CITY]), await Inspection.of(fed[COUNTY]), await Inspection.of(fed[OTHER])
        report = await county.reported(TEXT, "固定资产处置未报批,账实不符。")
        await other.reported("部分固定资产未入账,账面与实物不符。")
        await fed.settle()
        assert (await county.clerk.record(REPORTS, report))["status"] == "pooled"
        assert len(await city.clerk.list(POOL)) == 3
        (candidate,) = await city.clerk.list(CANDIDATES, tab="open")
        assert "2个地区(单位)报送,涉及3家" in candidate["why"]
        members = [row["id"] for row in await city.clerk.list(POOL)]
        await city.clerk.act(CANDIDATES, candidate["id"], "confirm", title="固定资产管理不到位", category="F2.4", statement="固定资产账实不符较为普遍。", members=members)
        (issue,) = await city.clerk.list(ISSUES)
        assert issue["serial"].startswith("CI-") and issue["serial"].endswith("-001")

        await city.issued(issue["id"], "circular", COUNTY, OTHER)
        await fed.settle()
        letter = await received(county.clerk)
        assert (letter["status"], letter["spread"]) == ("delivered", "2个地区(单位)3家")
        await county.clerk.act(RECEIVED, letter["id"], "sign", signed_by="经办人戊")
        await county.clerk.act(RECEIVED, letter["id"], "progress", text="已完成自查。", replied_by="经办人戊", units_checked=28, found=9, rectified=4)
        await county.clerk.act(RECEIVED, letter["id"], "result", text="自查整改已完成。", replied_by="经办人戊", document_number="样巡报〔2026〕9号", **COUNTS)
        await fed.settle()
        copy = await city.copy(COUNTY)
        assert (copy["status"], copy["counts"]) == ("result_replied", "检查单位28家,发现问题9个,整改问题9个,建立制度2项,涉及金额12.6万元")
        await city.reviewer.act(LETTERS, copy["id"], "accept", opinion="自查认真")
        await city.reviewer.act(LETTERS, copy["id"], "close")
        await fed.settle()
        assert (await received(county.clerk))["status"] == "closed"
        assert (await city.copy(OTHER))["status"] == "sent"
        page = await city.clerk.page(f"{ISSUES}/{issue['id']}")
        assert "自查整改已完成" in page
