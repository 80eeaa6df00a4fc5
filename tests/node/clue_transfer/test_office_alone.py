"""An issuing office alone: approvals, numbers, need to know, hostile and stale input. The desk never answers here."""

from __future__ import annotations

import asyncio
import io
import json
import re
from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook

from nodekit.testing import OfficerClient, TestNode
from nodekit.web.export import HEAD_ROWS
from tests.federation.clue_transfer.offices import BODY, CANARY, COUNTY, COUNTY_SPEC, ISSUED, STUBS, Issuing, account_id, report

NOWHERE = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
async def office(start_federation) -> AsyncIterator[TestNode]:
    async with start_federation({COUNTY: COUNTY_SPEC}) as fed:
        yield fed[COUNTY]


@pytest.fixture
async def people(office: TestNode) -> Issuing:
    return await Issuing.of(office)


async def test_an_unapproved_clue_stays_and_says_why(people: Issuing, office: TestNode) -> None:
    clue = await people.clerk.create(ISSUED, **report())
    answer = await people.clerk.act(ISSUED, clue["id"], "send", expect=409)
    assert (answer["code"], answer["facts"]["state"]) == ("node.step_not_allowed", "registered")
    assert await office.scalar("SELECT count(*) FROM nodekit.outbox") == 0


async def test_nobody_approves_what_he_registered(people: Issuing, office: TestNode) -> None:
    both = await office.login("office_clerk", "team_leader", "office_director")
    clue = await both.create(ISSUED, **report())
    await both.act(ISSUED, clue["id"], "review", minutes_on="2026-03-12")
    answer = await both.act(ISSUED, clue["id"], "approve", approval_number="审1", approved_on="2026-03-13", expect=409)
    assert answer["code"] == "clue_transfer.approves_own"
    await people.head.act(ISSUED, clue["id"], "approve", approval_number="审1", approved_on="2026-03-13")


async def test_sending_counts_upward_and_numbers_the_letter(people: Issuing, office: TestNode) -> None:
    clue = await people.sent()
    record = await people.clerk.record(ISSUED, clue)
    assert (record["status"], record["attempt"]) == ("sent", 1)
    assert record["document_number"].endswith("〕1号")
    assert "次日起2个工作日" in record["sign_why"]
    types = await office.scalar("SELECT string_agg(type || '>' || dst, ' ' ORDER BY id) FROM nodekit.outbox")
    assert types == "clue_transfer.sealed.v1>990121-discipline clue_transfer.counted.v1>990100-inspection"


async def test_numbers_have_no_gap_when_many_seal_at_once(people: Issuing) -> None:
    clues = [await people.approved() for _ in range(6)]
    answers = await asyncio.gather(*(people.clerk.act(ISSUED, clue, "seal", handed_over_by="戊") for clue in clues))
    assert sorted(answer["document_number"].partition("〕")[2] for answer in answers) == [f"{n}号" for n in range(1, 7)]


async def test_a_refused_act_takes_no_number(people: Issuing) -> None:
    clue = await people.approved()
    await people.clerk.act(ISSUED, clue, "seal", handed_over_by="", expect=422)
    assert (await people.clerk.act(ISSUED, clue, "seal", handed_over_by="戊"))["document_number"].endswith("〕1号")


async def test_a_named_officer_cannot_tell_the_clue_from_one_that_does_not_exist(people: Issuing, office: TestNode) -> None:
    all_named = [await office.login("office_director", "leading_group_head", "office_clerk", name=name) for name in ("被反映人A", "关系人B", "关系 人Ｂ")]
    before = [await _everything(named) for named in all_named]
    clue = (await people.clerk.create(ISSUED, **report()))["id"]
    assert [await _everything(named) for named in all_named] == before
    for named in all_named:
        for url in ("{}", "{}/urge", "{}/body"):
            real, absent = [await named.http.get(f"{ISSUED}/{url.format(which)}", headers={"Accept": "text/html"}) for which in (clue, NOWHERE)]
            assert (real.status_code, _plain(real.text, clue)) == (404, _plain(absent.text, NOWHERE))
        for url, form in (("approve", {"approval_number": "1", "approved_on": "2026-03-13"}), ("body", {"purpose": "review"}), ("urge", {})):
            real, absent = [await named.post(f"/api{ISSUED}/{which}/{url}", form) for which in (clue, NOWHERE)]
            assert (real.status_code, real.json()) == (404, absent.json())


async def test_the_register_is_taken_away_only_by_those_who_answer_for_it(people: Issuing, office: TestNode) -> None:
    assert (await people.head.get(f"{ISSUED}/export.xlsx")).status_code == 200
    assert (await people.clerk.get(f"{ISSUED}/export.xlsx")).status_code == 403
    denied = "SELECT facts->>'permission' FROM nodekit.audit_log WHERE action = 'identity.denied' ORDER BY seq DESC LIMIT 1"
    assert await office.scalar(denied) == "clue_transfer.export"
    assert "导出Excel" not in await people.clerk.page(ISSUED)


async def test_a_member_knows_of_his_own_clues_only_until_admitted(people: Issuing, office: TestNode) -> None:
    clue = (await people.clerk.create(ISSUED, **report()))["id"]
    assert await people.leader.list(ISSUED) == []
    await people.leader.record(ISSUED, clue, expect=404)
    await people.head.act(ISSUED, clue, "admit", account=await account_id(people.leader))
    assert [row["id"] for row in await people.leader.list(ISSUED)] == [clue]
    await people.head.act(ISSUED, clue, "admit", account=NOWHERE, expect=422)


async def test_a_clerk_sees_the_register_but_not_the_body_of_anothers_clue(people: Issuing, office: TestNode) -> None:
    clue = (await people.clerk.create(ISSUED, **report()))["id"]
    other = await office.login("office_clerk")
    assert (await other.record(ISSUED, clue))["status"] == "registered"
    assert (await other.post(f"/api{ISSUED}/{clue}/body", {"purpose": "handle"})).status_code == 404
    assert (await other.get(f"{ISSUED}/{clue}/body")).status_code == 404


async def test_every_opening_leaves_who_when_and_why(people: Issuing, office: TestNode) -> None:
    clue = (await people.clerk.create(ISSUED, **report()))["id"]
    assert (await people.head.post(f"/api{ISSUED}/{clue}/body", {"purpose": "curiosity"})).status_code == 422
    opened = await people.head.post(f"/api{ISSUED}/{clue}/body", {"purpose": "review", "detail": "专题会前"})
    assert opened.json()["body"]["person"] == BODY["person"]
    page = await people.head.submit(f"{ISSUED}/{clue}/body", purpose="review")
    assert CANARY in page.text
    assert "no-store" in page.headers["cache-control"]
    entries = await office.scalar(f"SELECT string_agg(reason, '|' ORDER BY seq) FROM nodekit.audit_log WHERE action = 'clue_transfer_issuer.body_read' AND subject = '{clue}'")
    assert entries == "审核审批:专题会前|审核审批"


async def test_look_alikes_are_hinted_by_number_to_those_who_may_know(people: Issuing, office: TestNode) -> None:
    first = await people.clerk.create(ISSUED, **report())
    second = await people.clerk.create(ISSUED, **report(person=" 被反映人A "))
    await people.clerk.create(ISSUED, **report(matter="selection"))
    assert f"疑似重复(同一人同类事项):{first['serial']}" in await people.clerk.page(f"{ISSUED}/{second['id']}")
    assert "疑似重复" not in await (await office.login("team_member")).page(ISSUED)


async def test_an_inquiry_is_registered_and_its_words_are_behind_the_door(people: Issuing) -> None:
    clue = (await people.clerk.create(ISSUED, **report()))["id"]
    await people.clerk.act(ISSUED, clue, "inquiry", happened_on="2026-03-14", manner="call", who="某单位某人", words="打听是否已移交某某")
    page = await people.clerk.page(f"{ISSUED}/{clue}")
    assert "打听过问登记" in page
    assert "某单位某人" not in page
    opened = await people.clerk.post(f"/api{ISSUED}/{clue}/body", {"purpose": "archive"})
    assert opened.json()["notes"][0]["text"] == "某单位某人:打听是否已移交某某"


async def test_a_body_is_destroyed_after_the_end_and_the_row_stays(people: Issuing, office: TestNode) -> None:
    clue = await people.approved()
    await people.head.act(ISSUED, clue, "destroy", explanation="期满", expect=409)
    await people.head.act(ISSUED, clue, "void", explanation="重复登记")
    await people.head.act(ISSUED, clue, "destroy", explanation="期满")
    assert (await people.clerk.record(ISSUED, clue))["seal"] == "正文已销毁"
    assert (await people.head.post(f"/api{ISSUED}/{clue}/body", {"purpose": "archive"})).status_code == 404
    assert await office.scalar("SELECT count(*) FROM clue_transfer_issuer.clues WHERE body IS NOT NULL") == 0


MALFORMED = (
    {"person": ""}, {"person": "甲" * 61}, {"statement": "字" * 8001}, {"matter": "gossip"}, {"cadre_tier": "central"}, {"team": "yl1"}, {"team": "YL-01'; --"},
    {"statement": "空\x00字符"}, {"person": "\ud800"}, {"evidence": [{"title": "", "pages": 1}]}, {"evidence": [{"title": "甲", "pages": -1}]},
    {"excluded_persons": ["甲"] * 21}, {"unknown_field": 1}, {"evidence": "不是表格"},
)


async def test_a_malformed_report_is_refused_field_by_field(people: Issuing, office: TestNode) -> None:
    headers = {"X-CSRF-Token": people.clerk.csrf, "Content-Type": "application/json"}
    for wrong in MALFORMED:
        answer = await people.clerk.http.post(f"/api{ISSUED}", content=json.dumps(report(**wrong)).encode(), headers=headers)
        assert (answer.status_code, bool(answer.json()["facts"]["fields"])) == (422, True), f"{wrong}: {answer.text}"
    assert await office.scalar("SELECT count(*) FROM clue_transfer_issuer.clues") == 0


async def test_a_stale_page_and_a_double_click_change_nothing(people: Issuing, office: TestNode) -> None:
    clue = (await people.clerk.create(ISSUED, **report()))["id"]
    stale = await people.clerk.post(f"/api{ISSUED}/{clue}/inquiry", {"happened_on": "2026-03-14", "manner": "call", "who": "甲", "words": "乙"}, **{"If-Match": "99"})
    assert stale.status_code == 409
    for _ in range(2):
        await people.clerk.post(f"/api{ISSUED}", report(), **{"Idempotency-Key": "the-same-click"})
    assert await office.scalar("SELECT count(*) FROM clue_transfer_issuer.clues") == 2


async def test_without_a_desk_of_the_kind_the_office_says_so(start_federation) -> None:
    async with start_federation({"990122-inspection": COUNTY_SPEC}) as fed:
        clerk = await fed["990122-inspection"].login("office_clerk")
        answer = await clerk.create(ISSUED, expect=409, **report(matter="selection"))
        assert answer["code"] == "clue_transfer.no_desk"


async def test_a_county_managed_cadre_gets_no_stub_and_stubs_share_the_numbers(people: Issuing) -> None:
    await people.clerk.create(ISSUED, **report())
    stub = await people.clerk.create(STUBS, team="YL-01", cadre_tier="province")
    assert (stub["serial"], stub["addressee"]) == ("YL-01-X02", "990000-discipline")
    await people.clerk.create(STUBS, team="YL-01", cadre_tier="county", expect=422)
    voided = await people.head.act(STUBS, stub["id"], "void")
    assert voided["status"] == "voided"


async def test_production_rules_hold_on_a_busy_office_and_bite_on_a_broken_one(people: Issuing, office: TestNode) -> None:
    await people.sent()
    await people.clerk.create(STUBS, team="YL-01", cadre_tier="city")
    assert await _violations(office) == []
    async with office.node.engine.begin() as connection:
        await connection.execute(sa.text("UPDATE nodekit.number_series SET last = 7 WHERE series = '巡移'"))
        await connection.execute(sa.text("UPDATE clue_transfer_issuer.clues SET cadre_tier = 'city', recipient = '990121-organization'"))
    assert len(await _violations(office)) == 3


async def test_figures_are_computed_from_the_rows_with_their_denominators(people: Issuing, office: TestNode) -> None:
    await people.sent()
    (source,) = COUNTY_SPEC.slices[0].figures
    async with office.node.reading() as uow:
        cells = {(cell.indicator, *cell.dimensions.values()): cell for cell in await source.compute(uow)}
    assert {cell.indicator for cell in cells.values()} == {figure.code for figure in source.figures}
    assert (cells["clue_sign_ontime",].numerator, cells["clue_sign_ontime",].denominator) == (0, 1)
    assert cells["clue_feedback_ontime",].value is None


async def _violations(office: TestNode) -> list[str]:
    async with office.node.reading() as uow:
        return [sentence for rule in COUNTY_SPEC.slices[0].invariants for sentence in await rule.check(uow)]


async def _everything(client: OfficerClient) -> list[str]:
    """All an officer can see that a clue might show in."""
    searched = f"{ISSUED}?q=YL-01&tab=&show=round_label"
    pages = [await client.page(url) for url in (ISSUED, searched, f"{ISSUED}?matter=conduct&sort=-serial", "/workbench", "/numbers")]
    listed = [(await client.get(f"/api{url}")).text for url in (ISSUED, searched)]
    file = await client.get(f"{ISSUED}/export.xlsx")
    assert file.status_code == 200
    rows = CalamineWorkbook.from_filelike(io.BytesIO(file.content)).get_sheet_by_index(0).to_python()
    return [*(_plain(page, "") for page in pages), *listed, repr(rows[HEAD_ROWS - 1 :])]


def _plain(page: str, record_id: str) -> str:
    """A page without what differs by request: tokens and the id asked for."""
    page = re.sub(r'(name="(csrf|submission)" (value|content)="|content=")[^"]*"', r'\1"', page)
    return page.replace(record_id, "") if record_id else page

