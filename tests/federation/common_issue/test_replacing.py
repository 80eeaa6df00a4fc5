"""A newer letter replaces an older one: told, carried over or ended, whatever crosses on the way."""

from __future__ import annotations

from tests.federation.common_issue.offices import CITY, COUNTS, COUNTY, FINANCE, INSTRUMENTS, LETTERS, OTHER, RECEIVED, Inspection, only
from tests.support.inspection import day

SIGN = {"signed_by": "经办人戊"}
NEWER = {"title": "关于固定资产管理问题的补充通报", "statement": "下属单位同样存在账实不符。", "requirement": "自查扩大到下属单位。", "explanation": "扩大自查范围"}


async def replacement(city: Inspection, old: str, *addressees: str, **changes) -> str:
    """The replacing letter, drafted, reviewed, signed off and issued."""
    row = await city.clerk.act(INSTRUMENTS, old, "replace", addressees=list(addressees), **(NEWER | changes))
    assert (row["status"], (await city.clerk.record(INSTRUMENTS, old))["status"]) == ("drafted", "issued")
    again = await city.clerk.act(INSTRUMENTS, old, "replace", addressees=list(addressees), expect=409, **NEWER)
    assert again["code"] == "common_issue.already_replaced"
    await city.reviewer.act(INSTRUMENTS, row["id"], "review")
    await city.head.act(INSTRUMENTS, row["id"], "sign-off")
    await city.clerk.act(INSTRUMENTS, row["id"], "issue")
    return str(row["id"])


async def letters(client, key: str = RECEIVED) -> dict[str, dict]:
    """Records by document number's last part, oldest first: 1号, 2号."""
    rows = [await client.record(key, row["id"]) for row in await client.list(key)]
    return {row["document_number"].partition("〕")[2]: row for row in rows}


async def test_answers_under_way_are_carried_over_and_who_is_left_out_is_told(start_federation) -> None:
    async with start_federation(only(CITY, COUNTY, OTHER)) as fed:
        city, county = await Inspection.of(fed[CITY]), await fed[COUNTY].login("office_clerk")
        other = await fed[OTHER].login("office_clerk")
        old = await city.issued(await city.issue(), "circular", COUNTY, OTHER)
        await fed.settle()
        first = (await letters(county))["1号"]
        await county.act(RECEIVED, first["id"], "sign", **SIGN)
        await county.act(RECEIVED, first["id"], "progress", text="已完成自查。", replied_by="戊", units_checked=28, found=9, rectified=4)
        await county.act(RECEIVED, first["id"], "extension", until=day(60), explanation="涉及面广")
        await fed.settle()
        new = await replacement(city, old, COUNTY)
        await fed.settle()

        mine, theirs = await letters(county), await letters(other)
        assert {number: row["status"] for number, row in mine.items()} == {"1号": "superseded", "2号": "delivered"}
        assert (mine["2号"]["replaces_number"], mine["2号"]["carried"]) == (mine["1号"]["document_number"], "原函件已报情况继续有效")
        assert mine["2号"]["counts"] == "检查单位28家,发现问题9个,整改问题4个"
        assert {number: row["status"] for number, row in theirs.items()} == {"1号": "superseded"}
        assert "不再主送本单位" in await other.page(f"{RECEIVED}/{theirs['1号']['id']}")
        await county.act(RECEIVED, first["id"], "result", text="自查整改已完成。", replied_by="戊", expect=409, **COUNTS)

        assert (await city.clerk.record(INSTRUMENTS, old))["status"] == "superseded"
        copies = {(row["recipient"], row["document_number"].partition("〕")[2]): row for row in await city.clerk.list(LETTERS)}
        assert {key: row["status"] for key, row in copies.items()} == {(COUNTY, "1号"): "superseded", (OTHER, "1号"): "superseded", (COUNTY, "2号"): "sent"}
        assert "沿用已报" in copies[COUNTY, "2号"]["marks"]
        await city.reviewer.act(LETTERS, copies[COUNTY, "1号"]["id"], "decide-extension", granted=True, expect=409)
        assert "替代关系" in await city.clerk.page(f"{INSTRUMENTS}/{new}")

        await county.act(RECEIVED, mine["2号"]["id"], "sign", **SIGN)
        await county.act(RECEIVED, mine["2号"]["id"], "result", text="自查整改已完成。", replied_by="戊", **COUNTS)
        await fed.settle()
        line = next(row for row in await city.clerk.list(LETTERS, recipient=COUNTY) if row["status"] == "result_replied")
        await city.reviewer.act(LETTERS, line["id"], "accept")
        await city.reviewer.act(LETTERS, line["id"], "close")
        assert (await city.clerk.record(INSTRUMENTS, new))["status"] == "closed"


async def test_a_first_report_counts_for_the_newer_letter_unless_it_is_to_be_made_anew(start_federation) -> None:
    async with start_federation(only(CITY, FINANCE)) as fed:
        city, desk = await Inspection.of(fed[CITY]), await fed[FINANCE].login("sector_dept")
        letter = await city.issued(await city.issue(), "suggestion_letter", FINANCE)
        await fed.settle()
        first = (await letters(desk))["1号"]
        await desk.act(RECEIVED, first["id"], "sign", **SIGN)
        await desk.act(RECEIVED, first["id"], "plan", text="成立专班,分步整改。", replied_by="丙")
        await fed.settle()
        letter = await replacement(city, letter, FINANCE)
        await fed.settle()
        assert (await letters(desk))["2号"]["plan_due_on"] is None
        await replacement(city, letter, FINANCE, carry_over=False)
        await fed.settle()
        found = await letters(desk)
        assert [found[number]["status"] for number in ("1号", "2号", "3号")] == ["superseded", "superseded", "delivered"]
        assert (found["3号"]["carried"], found["3号"]["plan_due_on"] is None) == (None, False)


async def test_what_crosses_the_replacement_is_kept_and_moves_nothing(start_federation) -> None:
    async with start_federation(only(CITY, COUNTY, FINANCE)) as fed:
        city, county = await Inspection.of(fed[CITY]), await fed[COUNTY].login("office_clerk")
        desk = await fed[FINANCE].login("sector_dept")
        issue = await city.issue()
        circular, notice = await city.issued(issue, "circular", COUNTY), await city.issued(issue, "copy_notice", FINANCE)
        await fed.settle()
        mine, theirs = (await letters(county))["1号"], (await letters(desk))["1号"]
        await county.act(RECEIVED, mine["id"], "sign", **SIGN)
        await fed.settle()
        await county.act(RECEIVED, mine["id"], "result", text="自查整改已完成。", replied_by="戊", **COUNTS)
        await desk.act(RECEIVED, theirs["id"], "sign", **SIGN)
        await replacement(city, circular, COUNTY)
        await replacement(city, notice, FINANCE)
        await fed.settle()
        assert (await letters(county))["1号"]["status"] == (await letters(desk))["1号"]["status"] == "superseded"
        copies = {(row["recipient"], row["document_number"].partition("〕")[2]): row for row in await city.clerk.list(LETTERS)}
        assert {row["status"] for row in copies.values()} == {"superseded", "sent"}
        page = await city.clerk.page(f"{LETTERS}/{copies[COUNTY, '1号']['id']}")
        assert "自查整改已完成" in page
        assert (await city.clerk.record(LETTERS, copies[FINANCE, "1号"]["id"]))["signed_by"] == "经办人戊"
        assert await fed[COUNTY].scalar("SELECT count(*) FROM nodekit.outbox WHERE final = 'refused'") == 0
        assert await fed[FINANCE].scalar("SELECT count(*) FROM nodekit.outbox WHERE final = 'refused'") == 0
