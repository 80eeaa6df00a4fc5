"""The registry of organisations, coverage of the term, import by paste and file."""

import io

import pytest
import xlsxwriter

from tests.support.inspection import FINDINGS, TARGETS, Desk, day

HEAD = "党组织名称\t组织形式\t系统\t管理权限\t设立日期\t统一社会信用代码\t重点对象"
GOOD = "样例县民政局党组\t党组\t民政人社\t县管\t2021-09-01\t\t是"


@pytest.mark.parametrize(("code", "status"), [("11990121DM00000214", 201), ("11990121DM00000215", 422), ("119", 422), ("", 201)])
async def test_a_credit_code_is_checked_where_it_is_entered(desk: Desk, code, status):
    form = {"name": "样例县财政局党组", "kind": "party_group", "sector": "finance", "affiliation": "county", "valid_from": "2021-09-01", "uscc": code}
    answer = await desk.client.create(TARGETS, expect=status, **form)
    if status == 422:
        assert answer["facts"]["fields"][0]["path"] == "uscc"


async def test_coverage_counts_what_was_inspected_under_an_old_name(desk: Desk):
    _, _, target = await desk.working_round()
    await desk.target("样例县民政局党组", sector="civil_affairs", key_target=True)
    coverage = (await desk.client.get("/api/inspection/coverage")).json()
    assert (coverage["numerator"], coverage["denominator"], coverage["rate"]) == (1, 2, "50.0%")
    renamed = await desk.client.act(TARGETS, target, "rename", name="样例县教育和体育局党组", kind="party_group", on=day())
    assert renamed["id"] != target
    coverage = (await desk.client.get("/api/inspection/coverage")).json()
    assert (coverage["numerator"], coverage["denominator"]) == (1, 2)
    assert [each["name"] for each in coverage["uninspected"]] == ["样例县民政局党组"]
    page = await desk.client.page("/inspection/coverage")
    assert "样例县教育和体育局党组" in page and "50.0%" in page


async def test_an_organisation_waiting_in_a_round_does_not_leave_the_registry(desk: Desk):
    await desk.term()
    target = await desk.target()
    await desk.round(target)
    refusal = await desk.client.act(TARGETS, target, "abolish", expect=409, on=day(), reason="撤并")
    assert refusal["code"] == "inspection.target_in_work"


async def test_two_active_organisations_never_share_a_name(desk: Desk):
    await desk.target()
    form = {"name": "样例县教育局党组", "kind": "party_group", "sector": "education", "affiliation": "county", "valid_from": "2021-09-01"}
    assert (await desk.client.create(TARGETS, expect=409, **form))["code"] == "inspection.already_there"


async def test_a_paste_is_checked_first_and_entered_when_every_row_is_right(desk: Desk):
    checked = (await desk.client.post("/api/inspection/import/targets", {"text": f"{HEAD}\n{GOOD}"})).json()
    assert (checked["imported"], checked["ready"], checked["errors"]) == (0, 1, [])
    assert await desk.client.list(TARGETS) == []
    done = (await desk.client.post("/api/inspection/import/targets", {"text": f"{HEAD}\n{GOOD}", "commit": True})).json()
    assert done["imported"] == 1
    assert [row["name"] for row in await desk.client.list(TARGETS)] == ["样例县民政局党组"]


async def test_one_wrong_row_stops_the_lot_and_every_error_has_its_line(desk: Desk):
    text = f"{HEAD}\n{GOOD}\n{GOOD}\n样例县医院党委\t委员会\t卫生\t县管\t去年\t119\t也许"
    answer = await desk.client.post("/api/inspection/import/targets", {"text": text, "commit": True})
    assert answer.status_code == 422
    rows = {row["row"]: row["errors"] for row in answer.json()["facts"]["rows"]}
    assert "重复" in rows[3][0]
    assert {error[:6] for error in rows[4]} >= {"“组织形式”", "“系统”应为", "“设立日期”", "“重点对象”"}
    assert await desk.client.list(TARGETS) == []


async def test_a_repeated_import_enters_nothing_twice(desk: Desk):
    body = {"text": f"{HEAD}\n{GOOD}", "commit": True}
    for _ in range(2):
        answer = await desk.client.post("/api/inspection/import/targets", body, **{"Idempotency-Key": "import-1"})
        assert (answer.status_code, answer.json()["imported"]) == (200, 1)
    assert len(await desk.client.list(TARGETS)) == 1


async def test_the_page_takes_a_workbook_and_keeps_what_was_wrong_on_screen(desk: Desk):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEAD.split("\t"))
        sheet.write_row(1, 0, ["样例县民政局党组", "党组", "没有这个系统", "县管", "2021-09-01", "", ""])
    answer = await desk.client.http.post(
        "/inspection/import/targets", data={"csrf": desk.client.csrf, "text": ""}, files={"file": ("对象.xlsx", out.getvalue())},
        headers={"Accept": "text/html", "Sec-Fetch-Site": "same-origin"},
    )
    assert answer.status_code == 200
    assert "没有这个系统" in answer.text and "“系统”应为" in answer.text


async def test_the_page_imports_and_returns_to_the_register(desk: Desk):
    assert "模板各列" in await desk.client.page("/inspection/import/targets")
    answer = await desk.client.submit("/inspection/import/targets", text=f"{HEAD}\n{GOOD}", commit="1")
    assert (answer.status_code, answer.headers["location"]) == (303, TARGETS)
    assert (await desk.client.get("/inspection/import/targets/template.xlsx")).content[:2] == b"PK"


async def test_findings_are_imported_into_the_team_named_by_their_prefix(desk: Desk):
    await desk.working_round()
    head = "编号前缀\t被巡察党组织\t问题编号\t问题类别\t问题摘要\t问题表述\t去标识表述\t标签\t涉及金额(元)\t经办人"
    good = "YL-01\t样例县教育局党组\tYL-01-004\t财务与资产\t固定资产账实不符\t17台设备未入账\t设备未入账\t教育\t1,200.50\t甲、乙"
    wrong = "YL-09\t没有的单位\t\tF9\t摘要\t问题表述\t\t不认识\t\t只一人"
    checked = (await desk.client.post("/api/inspection/import/findings", {"text": f"{head}\n{good}\n{wrong}"})).json()
    assert (checked["ready"], [row["row"] for row in checked["errors"]]) == (1, [3])
    done = await desk.client.post("/api/inspection/import/findings", {"text": f"{head}\n{good}", "commit": True})
    assert done.json()["imported"] == 1
    (row,) = await desk.client.list(FINDINGS)
    assert (row["number"], row["amount_yuan"], row["status"]) == ("YL-01-004", 1200.5, "registered")


async def test_import_needs_the_permission_of_entering(node, desk: Desk):
    contact = await node.login("office_contact")
    assert (await contact.post("/api/inspection/import/targets", {"text": f"{HEAD}\n{GOOD}"})).status_code == 403
    assert (await contact.get("/inspection/import/findings")).status_code == 403
