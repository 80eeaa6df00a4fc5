"""An issuing office alone: drafting in several hands, names refused, numbers without gaps, issues judged and closed. Nobody answers here."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from nodekit.testing import TestNode
from tests.federation.common_issue.offices import (
    CAMPAIGNS,
    CITY,
    CITY_SPEC,
    COUNTY,
    FINANCE,
    INSTRUMENTS,
    ISSUES,
    LETTERS,
    ORGANIZATION,
    OTHER,
    Inspection,
)
from tests.support.inspection import day

NOWHERE = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
async def office(start_federation) -> AsyncIterator[TestNode]:
    async with start_federation({CITY: CITY_SPEC}) as fed:
        yield fed[CITY]


@pytest.fixture
async def people(office: TestNode) -> Inspection:
    return await Inspection.of(office)


async def test_nobody_reviews_what_he_wrote(people: Inspection) -> None:
    letter = await people.draft(await people.issue(), "copy_notice", FINANCE)
    assert (await people.clerk.act(INSTRUMENTS, letter, "review", expect=409))["code"] == "common_issue.reviews_own"


async def test_a_letter_that_names_a_unit_is_not_reviewed(people: Inspection, office: TestNode) -> None:
    letter = await people.draft(await people.issue(), "copy_notice", FINANCE, typical_case="样例县教育局17台设备未入账。")
    answer = await people.reviewer.act(INSTRUMENTS, letter, "review", expect=422)
    assert answer["code"] == "common_issue.names_somebody"
    assert "样例县" in answer["facts"]["found"]
    assert (await people.clerk.record(INSTRUMENTS, letter))["status"] == "drafted"


async def test_a_letter_leaves_only_signed_off_and_then_says_its_days(people: Inspection, office: TestNode) -> None:
    letter = await people.draft(await people.issue(), "suggestion_letter", FINANCE)
    await people.clerk.act(INSTRUMENTS, letter, "issue", expect=409)
    await people.reviewer.act(INSTRUMENTS, letter, "review")
    await people.head.act(INSTRUMENTS, letter, "sign-off")
    await people.clerk.act(INSTRUMENTS, letter, "issue")
    row = await people.clerk.record(INSTRUMENTS, letter)
    assert row["document_number"].startswith("演巡建〔") and row["document_number"].endswith("〕1号")
    assert "默认值" in row["due_why"]
    assert await office.scalar("SELECT string_agg(type || '>' || dst, ' ') FROM nodekit.outbox") == f"common_issue.instrument_issued.v1>{FINANCE}"
    (copy,) = await people.clerk.list(LETTERS)
    assert (copy["status"], copy["plan_on"]) == ("sent", None)


async def test_numbers_have_no_gap_when_many_are_issued_at_once(people: Inspection) -> None:
    issue = await people.issue()
    letters = [await people.draft(issue, "copy_notice", FINANCE) for _ in range(4)]
    for letter in letters:
        await people.reviewer.act(INSTRUMENTS, letter, "review")
        await people.head.act(INSTRUMENTS, letter, "sign-off")
    await asyncio.gather(*(people.clerk.act(INSTRUMENTS, letter, "issue") for letter in letters))
    numbers = [(await people.clerk.record(INSTRUMENTS, letter))["document_number"].partition("〕")[2] for letter in letters]
    assert sorted(numbers) == ["1号", "2号", "3号", "4号"]


@pytest.mark.parametrize(("kind", "addressees"), [("suggestion_letter", [COUNTY]), ("copy_notice", [COUNTY]), ("suggestion_letter", [FINANCE, ORGANIZATION])])
async def test_a_kind_goes_only_where_it_may(people: Inspection, kind: str, addressees: list[str]) -> None:
    form = {"issue": await people.issue(), "kind": kind, "addressees": addressees, "title": "关于整改的函", "statement": "问题表述", "requirement": "请认真整改"}
    assert (await people.clerk.create(INSTRUMENTS, expect=422, **form))["code"] == "common_issue.wrong_addressees"


@pytest.mark.parametrize(
    "changes", [{"addressees": ["990121-discipline"]}, {"addressees": []}, {"issue": NOWHERE}, {"kind": "order"}, {"title": "x" * 500}, {"statement": "含\x00控制字符"}, {"extra": 1}],
)
async def test_a_senseless_form_is_refused_with_the_place(people: Inspection, changes: dict) -> None:
    form = {"issue": await people.issue(), "kind": "circular", "addressees": [COUNTY], "title": "关于整改的通报", "statement": "问题表述", "requirement": "请认真整改"}
    answer = await people.clerk.post(f"/api{INSTRUMENTS}", form | changes)
    assert answer.status_code == 422
    assert (await people.clerk.list(INSTRUMENTS)) == []


async def test_a_clerk_does_not_sign_off_and_an_outsider_sees_nothing(office: TestNode, people: Inspection) -> None:
    letter = await people.draft(await people.issue(), "copy_notice", FINANCE)
    clerk, contact = await office.login("office_clerk"), await office.login("inspected_contact")
    await clerk.act(INSTRUMENTS, letter, "sign-off", expect=403)
    assert (await contact.get(f"/api{ISSUES}")).status_code == 403
    assert (await contact.get(f"{INSTRUMENTS}/{letter}/print")).status_code == 403


async def test_an_issue_is_closed_after_its_letters_and_campaigns(people: Inspection) -> None:
    issue = await people.issue()
    letter = await people.issued(issue, "copy_notice", FINANCE)
    campaign = await people.clerk.create(CAMPAIGNS, issue=issue, title="资产清查", lead="工作专班", launched_on=day(-3), planned_end_on=day(30))
    answer = await people.reviewer.act(ISSUES, issue, "close", summary="已完成", expect=409)
    assert (answer["code"], len(answer["facts"]["left"])) == ("common_issue.letters_open", 2)
    await people.clerk.act(INSTRUMENTS, letter, "void", notice="另行发文")
    for totals in ({"units_checked": 3}, {"units_checked": 5, "found": 2}, {"units_checked": 5, "found": 2, "rectified": 2}, {"units_checked": 5, "found": 2, "rectified": 2}):
        await people.clerk.act(CAMPAIGNS, campaign["id"], "advance", **totals)
    assert (await people.reviewer.act(CAMPAIGNS, campaign["id"], "close", summary="已完成", expect=422))["code"] == "common_issue.nothing_built"
    await people.clerk.act(CAMPAIGNS, campaign["id"], "update", units_checked=5, found=2, rectified=2, institutions=1)
    await people.reviewer.act(CAMPAIGNS, campaign["id"], "close", summary="已完成")
    await people.reviewer.act(ISSUES, issue, "close", summary="已完成")
    assert (await people.clerk.record(ISSUES, issue))["status"] == "closed"
    form = {"issue": issue, "kind": "copy_notice", "addressees": [FINANCE], "title": "再发一函", "statement": "问题表述", "requirement": "请认真整改"}
    await people.clerk.create(INSTRUMENTS, expect=422, **form)


async def test_supervision_needs_a_reminder_first(people: Inspection) -> None:
    await people.issued(await people.issue(), "copy_notice", FINANCE)
    copy = await people.copy(FINANCE)
    early = await people.clerk.act(LETTERS, copy["id"], "supervise", requirement="请签收", due_on=day(5), expect=409)
    assert early["code"] == "common_issue.not_urged"
    await people.clerk.act(LETTERS, copy["id"], "urge")
    await people.clerk.act(LETTERS, copy["id"], "supervise", requirement="请签收", due_on=day(-1), expect=422)
    await people.clerk.act(LETTERS, copy["id"], "supervise", requirement="请签收", due_on=day(5))
    assert (await people.copy(FINANCE))["supervised_until"] == day(5)


async def test_own_findings_are_analysed_at_home(people: Inspection, office: TestNode, start_federation) -> None:
    report = await people.reported("固定资产账实不符。", "固定资产未入账,账实不符。", "固定资产处置未报批,账实不符。", to=CITY)
    async with asyncio.timeout(30):
        while (await people.clerk.record("/common-issue/reports", report))["status"] != "pooled":
            await office.node.changes.wait(office.node.changes.count, 0.2)
    (candidate,) = await people.clerk.list("/common-issue/candidates", tab="open")
    await people.clerk.act("/common-issue/candidates", candidate["id"], "confirm", title="固定资产管理不到位", category="F2.4", statement="账实不符。", members=[], expect=422)
    await people.clerk.act("/common-issue/candidates", candidate["id"], "dismiss", explanation="个别单位问题")
    outcome = (await people.clerk.post("/api/common-issue/analyse", {"again": True})).json()
    assert (outcome["open"], outcome["added"], outcome["compared"]) == (0, 0, 3)


async def test_every_page_opens(people: Inspection) -> None:
    issue = await people.issue()
    letter = await people.issued(issue, "circular", COUNTY, OTHER)
    for url in (*(f"/common-issue/{key}" for key in ("reports", "escalations", "pool", "candidates", "issues", "instruments", "letters", "campaigns", "incoming", "received", "heat")),
                f"{ISSUES}/{issue}", f"{INSTRUMENTS}/{letter}", f"{INSTRUMENTS}/{letter}/print", f"{INSTRUMENTS}/new", f"{CAMPAIGNS}/new", "/workbench"):
        assert "共性问题" in await people.clerk.page(url), url
