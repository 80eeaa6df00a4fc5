"""One office alone: its own numbers, its pages, wrong imports, hostile and repeated input. Nobody above answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from nodekit.testing import TestNode, eventually
from tests.federation.indicators.offices import COUNTY, COUNTY_SPEC
from tests.federation.indicators.published_figures import TEXT

HEAD = TEXT.splitlines()[0]
GOOD = "年报,990121,样例县委巡察办,own,findings_total,,17,个,exact,year,2025"


@pytest.fixture
async def office(start_federation) -> AsyncIterator[TestNode]:
    async with start_federation({COUNTY: COUNTY_SPEC}) as fed:
        yield fed[COUNTY]


async def test_pages_open_before_there_is_anything_to_show(office: TestNode) -> None:
    officer = await office.login()
    for url in ("/indicators/board", "/indicators/own", "/indicators/catalogue", "/indicators/published", "/indicators/regions", "/indicators/import"):
        await officer.page(url)
    assert (await officer.get("/indicators/figures/no_such")).status_code == 404
    assert (await officer.get("/api/indicators/figures/no_such")).json()["code"] == "node.not_found"


async def test_own_numbers_are_reported_once_and_only_when_they_change(office: TestNode) -> None:
    officer = await office.login()
    form = {"number": 8, "name": "八届县委", "started_on": "2021-09-01", "planned_end_on": "2030-09-01"}
    await officer.create("/inspection/terms", **form)

    async def collected() -> Any:
        return await office.scalar("SELECT count(*) FROM indicators_collector.node_cells WHERE indicator = 'findings_total' AND value = 0")

    await eventually(collected, what="the office's own zero, which is a number it counted")
    versions = "SELECT string_agg(key || version, ',' ORDER BY key) FROM indicators_reporter.own_cells WHERE indicator NOT LIKE 'exchange%'"
    before = await office.scalar(versions)
    await officer.create("/inspection/targets", name="样例县教育局党组", kind="party_group", sector="education", affiliation="county", valid_from="2021-09-01")

    async def coverage_moved() -> Any:
        return await office.scalar("SELECT denominator FROM indicators_collector.node_cells WHERE indicator = 'coverage_rate' AND dimensions = '{}'")

    assert await eventually(coverage_moved, what="coverage over one target") == 1
    untouched = "SELECT version FROM indicators_reporter.own_cells WHERE indicator = 'rounds_held'"
    assert str(await office.scalar(untouched)) in str(before)


async def test_reading_needs_the_post(office: TestNode) -> None:
    stranger = await office.login("inspected_contact")
    for url in ("/api/indicators/cells", "/api/indicators/nodes", "/api/indicators/published", "/api/indicators/regions"):
        assert (await stranger.get(url)).status_code == 403, url
    assert (await stranger.post("/api/indicators/import", {"text": TEXT})).status_code == 403
    assert (await office.http().get("/indicators/stream")).status_code in {303, 401}


async def test_one_wrong_row_stops_the_whole_table(office: TestNode) -> None:
    clerk = await office.login("info_officer")
    text = "\n".join([HEAD, GOOD, GOOD.replace("17", "十七").replace("年报", "月报")])
    answer = await clerk.post("/api/indicators/import", {"text": text, "commit": True})
    assert (answer.status_code, answer.json()["code"]) == (422, "indicators.rows_wrong")
    assert [row["row"] for row in answer.json()["facts"]["rows"]] == [3]
    assert await office.scalar("SELECT count(*) FROM indicators_published.figures") == 0
    page = await clerk.submit("/indicators/import", text=text, commit="1")
    assert page.status_code == 422 and "十七" in page.text and "应为数字" in page.text


async def test_the_same_import_twice_enters_once(office: TestNode) -> None:
    clerk = await office.login("info_officer")
    body = {"text": f"{HEAD}\n{GOOD}", "commit": True}
    first = await clerk.post("/api/indicators/import", body, **{"Idempotency-Key": "a-key"})
    again = await clerk.post("/api/indicators/import", body, **{"Idempotency-Key": "a-key"})
    assert (first.json()["new"], again.json()["new"]) == (1, 0)
    other = await clerk.post("/api/indicators/import", {**body, "text": f"{HEAD}\n{GOOD.replace('17', '18')}"})
    assert other.json()["corrected"] == 1
    assert await office.scalar("SELECT string_agg(status || edition, ' ' ORDER BY edition) FROM indicators_published.figures") == "superseded1 current2"


@pytest.mark.parametrize(("form", "status"), [({"value": "17", "unit": "个", "precision": "exact", "reason": "无变化"}, 422), ({"value": "-1", "unit": "个", "precision": "exact", "reason": "负数"}, 422), ({"value": "9", "unit": "个", "precision": "exact"}, 422)])
async def test_a_correction_must_change_something_and_say_why(office: TestNode, form: dict[str, str], status: int) -> None:
    clerk = await office.login("info_officer")
    await clerk.post("/api/indicators/import", {"text": f"{HEAD}\n{GOOD}", "commit": True})
    (row,) = await clerk.list("/indicators/published")
    await clerk.act("/indicators/published", row["id"], "correct", expect=status, **form)
    assert await office.scalar("SELECT count(*) FROM indicators_published.figures") == 1


async def test_only_a_node_below_is_asked_again(office: TestNode) -> None:
    head = await office.login("office_director")
    for node in ("990100-inspection", "000000-nobody", COUNTY):
        answer = await head.post(f"/api/indicators/nodes/{node}/request", {"reason": "测试"})
        assert (answer.status_code, answer.json()["code"]) == (422, "indicators.not_a_child")
    answer = await head.post("/api/indicators/nodes/990121-discipline/request", {"reason": "测试"})
    assert answer.status_code == 200


async def test_templates_have_the_columns(office: TestNode) -> None:
    clerk = await office.login("info_officer")
    assert (await clerk.get("/indicators/import/template.csv")).text.strip("\ufeff\r\n") == HEAD
    assert (await clerk.get("/indicators/import/template.xlsx")).content[:2] == b"PK"


async def test_production_rules_hold(office: TestNode) -> None:
    clerk = await office.login()
    await clerk.post("/api/indicators/import", {"text": f"{HEAD}\n{GOOD}", "commit": True})
    async with office.node.reading() as uow:
        for part in office.node.spec.slices:
            for rule in part.invariants:
                assert list(await rule.check(uow)) == [], rule.name
