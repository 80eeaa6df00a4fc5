"""The analysis of an office of its own: what it found itself, when it looks, and which thresholds somebody has set."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa

from capabilities.common_issue.issuer.commands.own import pool_own
from nodekit.testing import TestNode
from services.province.app import SPEC
from tests.federation.common_issue.offices import CANDIDATES, ISSUES, POOL, PROVINCE, Inspection
from tests.support.inspection import FINDINGS

ANALYSE, ANALYSES, THRESHOLDS = "/api/common-issue/analyse", "/common-issue/analyses", "/common-issue/thresholds"
WORDINGS = ("固定资产账面与实物不符,部分设备未入账。", "固定资产处置未报批,账实不符。", "资产清查未实地盘点,固定资产账实不符。")


@pytest.fixture
async def alone(start_federation) -> AsyncIterator:
    async with start_federation({PROVINCE: SPEC}) as fed:
        yield fed


@pytest.fixture
async def people(alone) -> Inspection:
    return await Inspection.of(alone[PROVINCE])


async def test_a_province_pools_what_it_finds_itself_and_only_what_it_counts(alone, people: Inspection) -> None:
    """No reporting side here: the service's policy brings confirmed findings in, and voided ones out again."""
    findings = await people.findings(*WORDINGS)
    await alone.settle()
    rows = await people.clerk.list(POOL)
    assert sorted(row["text"] for row in rows) == sorted(WORDINGS)
    assert {(row["origin"], row["report_serial"]) for row in rows} == {(PROVINCE, "本级")}

    await people.head.create(THRESHOLDS, units_min=3, offices_min=2, similarity_min="0.26", reason="本级单位较少")
    (candidate,) = await people.clerk.list(CANDIDATES, tab="open")
    assert "涉及3家" in candidate["why"]
    await people.clerk.act(
        CANDIDATES, candidate["id"], "confirm", title="固定资产管理不到位", category="F2.4", statement="固定资产账实不符。", members=[row["id"] for row in rows]
    )
    await people.clerk.act(FINDINGS, findings[0], "void", opinion="经复核不属实")
    await alone.settle()
    assert sorted(row["status"] for row in await people.clerk.list(POOL)) == ["in_issue", "in_issue", "withdrawn"]
    (issue,) = await people.clerk.list(ISSUES)
    assert issue["spread"] == "1个地区(单位)/2家"

    node: TestNode = alone[PROVINCE]
    async with node.node.unit_of_work() as uow:
        assert (await pool_own(uow)).taken == 0
    async with node.node.engine.begin() as connection:
        await connection.execute(sa.text("UPDATE inspection_office.rounds SET counting_owner = '990100-inspection'"))
    outcome = (await people.clerk.post(ANALYSE, {"again": True})).json()
    assert outcome["compared"] == 0
    assert {row["status"] for row in await people.clerk.list(POOL)} == {"withdrawn"}


async def test_an_officer_asks_for_an_analysis_and_sees_what_came_of_it(alone, people: Inspection) -> None:
    page = await people.clerk.page(CANDIDATES)
    assert "立即分析" in page
    assert "还没有分析过" in page
    named = await people.findings("某单位固定资产账实不符。", "示范省固定资产账实不符。")
    await alone.settle()
    assert (await people.clerk.submit("/common-issue/analyse")).status_code == 303
    answer = await people.clerk.page(CANDIDATES)
    assert "分析完成:共比对1个待分析问题" in answer
    assert "未纳入分析" in answer
    (last,) = await people.clerk.list(ANALYSES)
    assert (last["compared"], last["added"], last["held_back"]) == (1, 0, 1)
    refused = await people.clerk.create(POOL, findings=[named[1]], expect=422)
    assert refused["code"] == "common_issue.names_somebody"
    viewer = await alone[PROVINCE].login("team_leader")
    assert (await viewer.post(ANALYSE, {"again": True})).status_code == 403
    assert "立即分析" not in await viewer.page(CANDIDATES)


async def test_thresholds_are_set_by_the_right_post_with_a_reason_and_kept(alone, people: Inspection) -> None:
    form = {"units_min": 2, "offices_min": 2, "similarity_min": "0.30", "reason": "本级单位较少"}
    clerk = await alone[PROVINCE].login("office_clerk")
    await clerk.create(THRESHOLDS, expect=403, **form)
    for wrong in ({"units_min": 1}, {"similarity_min": "0.95"}, {"reason": ""}, {"similarity_min": "NaN"}):
        await people.head.create(THRESHOLDS, expect=422, **(form | wrong))
    await people.findings(*WORDINGS[:2])
    await alone.settle()
    assert await people.clerk.list(CANDIDATES, tab="open") == []
    await people.head.create(THRESHOLDS, **form)
    assert len(await people.clerk.list(CANDIDATES, tab="open")) == 1
    await people.head.create(THRESHOLDS, **(form | {"units_min": 9, "reason": "恢复"}))
    assert await people.clerk.list(CANDIDATES, tab="open") == []
    rows = await people.clerk.list(THRESHOLDS)
    assert [(row["status"], row["reason"]) for row in rows] == [("in_force", "恢复"), ("replaced", "本级单位较少")]
    assert "单位≥9家" in await people.clerk.page(CANDIDATES)
    assert await alone[PROVINCE].scalar("SELECT count(*) FROM nodekit.audit_log WHERE action = 'common_issue_issuer.set'") == 2
