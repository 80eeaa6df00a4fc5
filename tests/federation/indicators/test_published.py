"""Every one of the 74 published figures, from a city's import to the province's page, with unit, precision, period, scope and submitter."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from capabilities.indicators.published_rules import period_words, scope_words, source_words, value_words
from nodekit.testing import OfficerClient
from tests.federation.indicators.offices import PROVINCE, SECOND_CITY, only
from tests.federation.indicators.published_figures import ROWS, TEXT

URL = "/indicators/published"


async def every_row(client: OfficerClient, **params: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while rows := await client.list(URL, size=100, page=len(found) // 100 + 1, **params):
        found += rows
        if len(rows) < 100:
            break
    return found


async def test_all_figures_travel_and_read_as_published(start_federation) -> None:
    assert len(ROWS) == 74
    async with start_federation(only(PROVINCE, SECOND_CITY)) as fed:
        city, province = await fed[SECOND_CITY].login("info_officer"), await fed[PROVINCE].login("office_director")
        dry = (await city.post("/api/indicators/import", {"text": TEXT})).json()
        assert (dry["committed"], dry["new"], dry["errors"]) == (False, 74, [])
        done = (await city.post("/api/indicators/import", {"text": TEXT, "commit": True})).json()
        assert (done["new"], done["corrected"], done["same"]) == (74, 0, 0)
        await fed.settle()

        there = await every_row(province, tab="current")
        shown = sorted((r["region"], r["dimension"], r["value"], r["period"], r["scope"], r["source"]) for r in there)
        expected = sorted(
            (r["region"], r["dimension"], value_words(Decimal(r["value"]), r["unit"], r["precision"]), period_words(r["period_kind"], r["period"]), scope_words(r["scope"]), source_words(r["source"]))
            for r in ROWS
        )
        assert [tuple(x or "" for x in row) for row in shown] == expected
        assert {r["submitter"] for r in there} == {SECOND_CITY} and {r["edition"] for r in there} == {1}
        page = await province.page(URL, size=100)
        for words in ("1.8万个(约)", "120余条(至少)", "257件次", "3,029件(次)", "2,174万元", "2.7倍", "94.3%", "本级和下级合计", "三级联合", "下级合计", "来源未说明时期"):
            assert words in page, words

        again = (await city.post("/api/indicators/import", {"text": TEXT, "commit": True})).json()
        assert (again["new"], again["corrected"], again["same"]) == (0, 0, 74)
        await _correct_and_withdraw(fed, city, province)


async def _correct_and_withdraw(fed: Any, city: OfficerClient, province: OfficerClient) -> None:
    """A correction is a second version beside the first; a withdrawal says why; the province may not touch another office's figure."""
    own = next(row for row in await every_row(city, tab="current") if row["value"] == "38份")
    fresh = await city.act(URL, own["id"], "correct", value="39", unit="份", precision="exact", reason="漏计一份")
    await fed.settle()
    there = {row["value"]: row for row in await every_row(province, region_code="421222", indicator="suggestion_letters")}
    assert (there["38份"]["status"], there["39份"]["status"], there["39份"]["edition"]) == ("superseded", "current", 2)
    answer = await province.act(URL, there["39份"]["id"], "withdraw", reason="不是本机关报送", expect=409)
    assert answer["code"] == "indicators.not_ours"
    await city.act(URL, fresh["id"], "withdraw", reason="来源更正")
    await fed.settle()
    gone = [row for row in await every_row(province, indicator="suggestion_letters") if row["status"] == "withdrawn"]
    assert [row["value"] for row in gone] == ["39份"]
    totals = (await province.get("/api/indicators/regions", region="630000", indicator="findings_total")).json()
    (total,) = totals
    assert total["value"] == str(2119 + 126)
    assert {(row["words"], row["why"][:4]) for row in total["beside"]} == {("4,047个", "三级联合"), ("1.8万个(约)", "下级合计")}
