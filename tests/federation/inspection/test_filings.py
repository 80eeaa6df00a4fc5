"""A county files upward, the city answers; who may do what to whose filing, and what happens when two acts cross."""

from uuid import UUID

import pytest

from capabilities.inspection.office.handlers import record_return
from capabilities.inspection.superior.handlers import receive_scheme, withdraw
from nodekit.errors import Refused
from nodekit.ids import new_id
from shared_schemas.event import Message
from shared_schemas.inspection.v1 import FilingReturned, FilingWithdrawn, RoundSummary, SchemeFiled
from tests.node.inspection.specs import CITY, CITY_ID, COUNTY, COUNTY_ID, OTHER_COUNTY_ID
from tests.support.inspection import FILINGS, ROUNDS, Desk, day

RECEIVED = "/inspection/received-filings"
SCHEME = {"title": "八届县委第三轮巡察工作方案", "document": "样巡办〔2026〕9号", "content": "补充了任务分工。"}


@pytest.fixture
async def fed(start_federation):
    async with start_federation({CITY_ID: CITY, COUNTY_ID: COUNTY}) as found:
        yield found


async def filed(fed) -> tuple[Desk, Desk, str]:
    """(county, city, round) with a scheme arrived at the city."""
    county, city = Desk(await fed[COUNTY_ID].login()), Desk(await fed[CITY_ID].login(name="经办人戊"))
    await county.term()
    target = await county.target()
    round_id = await county.round(target)
    await county.team(round_id, target)
    await county.filed(round_id)
    await fed.settle()
    return county, city, round_id


async def only(desk: Desk, ledger: str) -> dict:
    (row,) = await desk.client.list(ledger)
    return row


async def test_a_scheme_is_signed_returned_filed_again_and_put_on_record_with_remarks(fed):
    county, city, round_id = await filed(fed)
    received = await only(city, RECEIVED)
    assert (received["origin"], received["status"], received["targets"]) == (COUNTY_ID, "sent", 1)
    await city.client.act(RECEIVED, received["id"], "sign")
    await fed.settle()
    assert (await only(county, FILINGS))["signed_by"] == "经办人戊"
    await city.client.act(RECEIVED, received["id"], "return", reason="未附任务分工")
    await fed.settle()
    filing = await only(county, FILINGS)
    assert (filing["status"], (await county.client.record(ROUNDS, round_id))["status"]) == ("returned", "scheme_drafted")
    await county.client.act(FILINGS, filing["id"], "file-again", **SCHEME)
    await fed.settle()
    again = await only(city, RECEIVED)
    assert (again["id"], again["status"], again["revision"], again["document"]) == (received["id"], "sent", 2, SCHEME["document"])
    await city.client.act(RECEIVED, again["id"], "sign")
    await city.client.act(RECEIVED, again["id"], "acknowledge", number="演巡备〔2026〕3号", remarks="做好延伸巡察")
    await fed.settle()
    done = await only(county, FILINGS)
    assert (done["status"], done["remarks"]) == ("acknowledged", "做好延伸巡察")
    assert (await county.client.record(ROUNDS, round_id))["status"] == "scheme_filed"


async def test_a_withdrawal_before_signing_makes_the_scheme_a_draft_again(fed):
    county, city, round_id = await filed(fed)
    filing = await only(county, FILINGS)
    await county.client.act(FILINGS, filing["id"], "withdraw", reason="进驻时间调整")
    await fed.settle()
    assert (await only(city, RECEIVED))["status"] == "withdrawn"
    assert (await county.client.record(ROUNDS, round_id))["status"] == "scheme_drafted"
    await county.client.act(ROUNDS, round_id, "file-scheme", **SCHEME)
    await fed.settle()
    assert {row["status"] for row in await city.client.list(RECEIVED)} == {"withdrawn", "sent"}


async def test_signing_wins_over_a_withdrawal_that_was_still_on_its_way(fed):
    county, city, round_id = await filed(fed)
    filing, received = await only(county, FILINGS), await only(city, RECEIVED)
    fed.network.cut(COUNTY_ID, CITY_ID)
    await city.client.act(RECEIVED, received["id"], "sign")
    await county.client.act(FILINGS, filing["id"], "withdraw", reason="进驻时间调整")
    fed.network.heal(COUNTY_ID, CITY_ID)
    await fed.settle()
    assert ((await only(county, FILINGS))["status"], (await only(city, RECEIVED))["status"]) == ("signed", "signed")
    assert (await county.client.record(ROUNDS, round_id))["status"] == "scheme_filed"


async def test_urging_is_counted_on_both_sides_and_the_report_answers_it(fed):
    county, city, round_id = await filed(fed)
    filing, received = await only(county, FILINGS), await only(city, RECEIVED)
    await county.client.act(FILINGS, filing["id"], "urge")
    await fed.settle()
    assert (await only(city, RECEIVED))["urged"] == 1
    await city.client.act(RECEIVED, received["id"], "sign")
    await city.client.act(RECEIVED, received["id"], "acknowledge", number="演巡备〔2026〕1号")
    await city.client.act(RECEIVED, received["id"], "urge-report", note="请于月底前报送")
    await fed.settle()
    assert (await county.client.record(ROUNDS, round_id))["report_urged"] == 1
    await county.client.act(ROUNDS, round_id, "authorise", on=day(), document="样委〔2026〕5号")
    await county.client.act(ROUNDS, round_id, "enter", on=day(), notified_on=day(-12), document="样巡组告〔2026〕1号")
    await county.fed_back(round_id)
    assert "上级催报" in await county.client.page("/workbench")
    await county.client.act(ROUNDS, round_id, "file-report", title="综合情况报告", document="样巡综〔2026〕1号", content="共发现问题0个。")
    await fed.settle()
    report = next(row for row in await city.client.list(RECEIVED) if row["document"] == "样巡综〔2026〕1号")
    assert (report["findings"], report["fed_back_on"]) == (0, day())
    refusal = await city.client.act(RECEIVED, received["id"], "urge-report", expect=409)
    assert refusal["code"] == "inspection.report_already_there"


async def test_nobody_moves_anothers_filing(fed):
    await filed(fed)
    number = await _filing_id(fed)
    async with fed[CITY_ID].node.reading() as uow:
        forged = FilingWithdrawn(filing_id=number, revision=1, reason="冒名")
        with pytest.raises(Refused):
            await withdraw(uow, Message(new_id(), OTHER_COUNTY_ID, forged, uow.now))
        summary = RoundSummary(round_id=new_id(), term="八届", number=3, name="第三轮", kind="routine", counting_owner=COUNTY_ID, teams=1, targets=[])
        stranger = SchemeFiled(filing_id=new_id(), revision=1, title="方案", document="文号", content="内容", round=summary)
        with pytest.raises(Refused):
            await receive_scheme(uow, Message(new_id(), "990000-inspection", stranger, uow.now))
    async with fed[COUNTY_ID].node.reading() as uow:
        with pytest.raises(Refused):
            await record_return(uow, Message(new_id(), OTHER_COUNTY_ID, FilingReturned(filing_id=number, revision=1, reason="冒名"), uow.now))


async def test_a_repeated_or_late_event_changes_nothing(fed):
    county, city, _ = await filed(fed)
    number = await _filing_id(fed)
    async with fed[CITY_ID].node.unit_of_work() as uow:
        summary = RoundSummary(round_id=new_id(), term="八届", number=3, name="另一轮", kind="routine", counting_owner=COUNTY_ID, teams=1, targets=[])
        again = SchemeFiled(filing_id=number, revision=1, title="另一个标题", document="文号", content="内容", round=summary)
        await receive_scheme(uow, Message(new_id(), COUNTY_ID, again, uow.now))
        with pytest.raises(Refused):
            await receive_scheme(uow, Message(new_id(), COUNTY_ID, again.model_copy(update={"revision": 2}), uow.now))
    assert (await only(city, RECEIVED))["title"] == "八届县委第三轮巡察工作方案"
    async with fed[COUNTY_ID].node.unit_of_work() as uow:
        await record_return(uow, Message(new_id(), CITY_ID, FilingReturned(filing_id=number, revision=7, reason="别的稿"), uow.now))
    assert (await only(county, FILINGS))["status"] == "sent"


async def _filing_id(fed) -> UUID:
    return await fed[CITY_ID].scalar("SELECT filing_id FROM inspection_superior.received_filings")
