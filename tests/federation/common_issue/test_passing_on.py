"""A county passes the city's circular on to the offices and units here, in one step and under its own number."""

from __future__ import annotations

from shared_schemas.common_issue import v1
from shared_schemas.common_issue.examples import EXAMPLES
from tests.federation.common_issue.offices import (
    CITY,
    COUNTS,
    COUNTY,
    COUNTY_DESK,
    INSTRUMENTS,
    ISSUES,
    LETTERS,
    RECEIVED,
    Inspection,
    only,
    received,
)
from tests.federation.common_issue.test_replacing import letters, replacement
from tests.support.inspection import Desk as Inspecting
from tests.support.inspection import day

FORM = {"addressees": [COUNTY_DESK], "requirement": "请于期限前报送自查数据。", "reply_due_on": day(20)}


async def test_a_circular_is_passed_on_answered_and_replaced_below_when_it_is_replaced_above(start_federation) -> None:
    async with start_federation(only(CITY, COUNTY, COUNTY_DESK)) as fed:
        city, county, desk = await Inspection.of(fed[CITY]), await Inspection.of(fed[COUNTY]), await fed[COUNTY_DESK].login()
        unit = await Inspecting(county.clerk).target("某系统第一单位党组")
        old = await city.issued(await city.issue(), "circular", COUNTY)
        await fed.settle()
        letter = await received(county.head)
        await county.head.act(RECEIVED, letter["id"], "pass-on", expect=409, **FORM)
        await county.clerk.act(RECEIVED, letter["id"], "sign", signed_by="经办人戊")
        for wrong in ({"addressees": []}, {"addressees": [CITY]}, {"reply_due_on": day(-1)}, {"reply_due_on": day(300)}, {"requirement": "由张三局长牵头。"}):
            await county.head.act(RECEIVED, letter["id"], "pass-on", expect=422, **(FORM | wrong))
        await county.head.act(RECEIVED, letter["id"], "pass-on", units=[unit], **FORM)
        await county.head.act(RECEIVED, letter["id"], "pass-on", expect=409, **FORM)
        await fed.settle()

        (sent,) = await county.clerk.list(INSTRUMENTS)
        sent = await county.clerk.record(INSTRUMENTS, sent["id"])
        assert (sent["status"], sent["paper_to"], sent["source_number"]) == ("issued", "某系统第一单位党组", letter["document_number"])
        assert sent["document_number"].startswith("样巡通〔")
        (issue,) = await county.clerk.list(ISSUES)
        assert issue["status"] == "in_governance"
        assert "某系统第一单位党组" in await county.clerk.page(f"{INSTRUMENTS}/{sent['id']}/print")
        below = await received(desk)
        assert (below["title"], below["result_due_on"]) == (f"转发《{letter['title']}》", day(20))
        assert below["requirement"].endswith("请于期限前报送自查数据。")
        await desk.act(RECEIVED, below["id"], "sign", signed_by="案管室辛")
        await desk.act(RECEIVED, below["id"], "result", text="自查整改已完成。", replied_by="辛", **COUNTS)
        await fed.settle()
        (line,) = await county.clerk.list(LETTERS)
        assert line["status"] == "result_replied"

        await replacement(city, old, COUNTY)
        await fed.settle()
        newer = (await letters(county.head))["2号"]
        await county.clerk.act(RECEIVED, newer["id"], "sign", signed_by="经办人戊")
        await county.head.act(RECEIVED, newer["id"], "pass-on", **FORM)
        await fed.settle()
        assert {number: row["status"] for number, row in (await letters(desk)).items()} == {"1号": "superseded", "2号": "delivered"}
        assert (await county.clerk.record(INSTRUMENTS, sent["id"]))["status"] == "superseded"
        assert len(await county.clerk.list(ISSUES)) == 1


async def test_only_this_office_itself_says_that_a_letter_is_passed_on(start_federation) -> None:
    async with start_federation(only(CITY, COUNTY, COUNTY_DESK)) as fed:
        forged = next(event for event in EXAMPLES if isinstance(event, v1.LetterPassedOn))
        async with fed[COUNTY].node.unit_of_work() as uow:
            await uow.publish(forged, to=CITY)
        city, desk = await Inspection.of(fed[CITY]), await fed[COUNTY_DESK].login()
        county = await Inspection.of(fed[COUNTY])
        await county.issued(await county.issue(), "circular", COUNTY_DESK)
        await fed.settle()
        assert await city.clerk.list(INSTRUMENTS) == []
        assert await fed[COUNTY].scalar("SELECT count(*) FROM nodekit.outbox WHERE final = 'refused'") == 1
        below = await received(desk)
        await desk.act(RECEIVED, below["id"], "sign", signed_by="案管室辛")
        assert "pass-on" not in (await received(desk))["actions"]
