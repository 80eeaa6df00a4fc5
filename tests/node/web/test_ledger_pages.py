"""Lists, filters, details and exports as officers see them."""

import io
import re

import pytest
from python_calamine import CalamineWorkbook

from nodekit.testing import OfficerClient, TestNode
from tests.node.web.conftest import FINE
from tests.node.web.sample import LEDGER

URL = LEDGER.url
pytestmark = pytest.mark.asyncio(loop_scope="package")


def serials(html: str) -> list[str]:
    """Serials in the order of the table."""
    return re.findall(r">(YL-\d\d-\d{3})</a>", html)


async def test_list_counts_tabs_pages_and_sorts(officer: OfficerClient) -> None:
    html = await officer.page(URL)
    assert "共 <b>45</b> 条" in html
    assert re.search(r"待办理<em>9</em>", html)
    assert len(serials(html)) == 20
    last = serials(await officer.page(URL, page=3))
    assert len(last) == 5
    ascending = serials(await officer.page(URL, sort="serial", size=50))
    assert ascending == sorted(ascending)
    assert serials(await officer.page(URL, sort="-serial", size=50)) == ascending[::-1]


async def test_page_number_beyond_the_end_shows_the_last_page(officer: OfficerClient) -> None:
    assert len(serials(await officer.page(URL, page=999))) == 5


@pytest.mark.parametrize(
    ("params", "count"),
    [
        ({"q": "YL-01-00"}, 10), ({"q": "yl-01-04"}, 5), ({"q": "100%"}, 0), ({"q": "_"}, 0), ({"status": "closed"}, 9), ({"tab": "handling"}, 9),
        ({"category": "F2.1"}, 12), ({"category": "F2.1", "tab": "waiting"}, 3), ({"unknown": "x"}, 45), ({"tab": "nowhere", "sort": "secret"}, 45),
    ],
)
async def test_filters_are_in_the_address(officer: OfficerClient, params: dict[str, str], count: int) -> None:
    found = (await officer.get(LEDGER.api_url, **params)).json()
    assert found["total"] == count
    html = await officer.page(URL, **params)
    assert (f"共 <b>{count}</b> 条" in html) == (count > 0)


async def test_date_range_includes_both_local_days(desk: TestNode, officer: OfficerClient) -> None:
    await officer.create(URL, **{**FINE, "due_on": "2031-05-05"})
    for params, count in (
        ({"due_from": "2031-05-05", "due_to": "2031-05-05"}, 1), ({"due_from": "2031-05-06"}, 0), ({"due_from": "2031-01-01", "due_to": "2031-05-04"}, 0),
    ):
        assert (await officer.get(LEDGER.api_url, **params)).json()["total"] == count
    async with desk.node.reading() as uow:
        today = uow.today.isoformat()
    assert (await officer.get(LEDGER.api_url, created_from=today, created_to=today)).json()["total"] >= 1


async def test_a_senseless_date_is_said_and_nothing_is_listed(officer: OfficerClient) -> None:
    page = await officer.http.get(URL, params={"due_from": "2026-13-45"})
    assert page.status_code == 422
    assert "应填写日期" in page.text
    assert serials(page.text) == []
    assert (await officer.get(LEDGER.api_url, due_from="x")).json()["code"] == "input.invalid"


async def test_htmx_gets_the_table_without_the_shell(officer: OfficerClient) -> None:
    answer = await officer.http.get(URL, params={"q": "YL", "category": ""}, headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert "<html" not in answer.text
    assert 'id="ledger"' in answer.text
    assert answer.headers["HX-Push-Url"] == f"{URL}?q=YL"


async def test_hidden_columns_are_offered(officer: OfficerClient) -> None:
    assert ">金额<" not in re.sub(r"(?s)<form.*?</form>", "", await officer.page(URL))
    assert "万元" in await officer.page(URL, show="amount")


async def test_detail_shows_steps_facts_time_line_and_only_fitting_actions(officer: OfficerClient, matter: dict) -> None:
    html = await officer.page(matter["url"])
    for text in ("账面资产与实物不符", "开始办理", "退回", "登记", "经办人甲", "财务与资产", "同类问题"):
        assert text in html
    assert "提交结果" not in html


async def test_what_an_officer_may_not_know_does_not_exist(desk: TestNode, officer: OfficerClient, matter: dict) -> None:
    before = (await officer.get(LEDGER.api_url)).json()["total"]
    async with desk.node.unit_of_work() as uow:
        from sqlalchemy import text

        await uow.session.execute(text("UPDATE sample_desk.matter SET secret_from = 'director' WHERE id = :id"), {"id": matter["id"]})
    assert (await officer.get(LEDGER.api_url)).json()["total"] == before - 1
    nobody = matter["id"][:-4] + "0000"
    for path in ("", "/start", "/give-back"):
        hidden, unknown = [await officer.http.get(f"{URL}/{record}{path}") for record in (matter["id"], nobody)]
        assert hidden.status_code == unknown.status_code == 404
        assert hidden.text.replace(matter["id"], "") == unknown.text.replace(nobody, "")
    assert (await officer.post(f"{LEDGER.api_url}/{matter['id']}/start")).status_code == 404


async def test_export_holds_all_filtered_rows_harmless_and_audited(desk: TestNode, officer: OfficerClient) -> None:
    await officer.create(URL, **{**FINE, "title": "=HYPERLINK(1)"})
    answer = await officer.http.get(f"{URL}/export.xlsx", params={"category": "F2.4"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].endswith("sheet")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert sheet[0][0] == LEDGER.title
    assert sheet[3][:3] == ["序号", "编号", "问题表述"]
    assert len(sheet) - 4 == 12
    assert "'=HYPERLINK(1)" in [row[2] for row in sheet]
    assert await desk.scalar("SELECT (facts->>'rows')::int FROM nodekit.audit_log WHERE action = 'export' ORDER BY seq DESC LIMIT 1") == 12


async def test_empty_ledger_helps(desk: TestNode, officer: OfficerClient) -> None:
    html = await officer.page(URL, q="没有这样的记录")
    assert "没有符合条件的记录" in html
    assert "清空筛选" in html


async def test_without_permission_the_ledger_is_closed(desk: TestNode) -> None:
    stranger = await desk.login("sys_admin", username="admin")
    for answer in (await stranger.http.get(URL), await stranger.get(LEDGER.api_url), await stranger.http.get(f"{URL}/export.xlsx")):
        assert answer.status_code == 403
        assert "查看问题" in answer.text
    assert "问题整改台账" not in await stranger.page("/account")


async def test_a_slice_page_with_charts_reads_without_scripts(officer: OfficerClient) -> None:
    html = await officer.page("/sample/board")
    assert '<script type="application/json">{"legend"' in html
    table = re.sub(r"\s+", "", html)
    for row in ("<td>样例县</td><td>5</td><td>10</td><td>0</td>", "<td>初步核实</td><td>12</td>", "<td>工程采购</td><td>1</td><td>4</td><td>6</td>"):
        assert row in table
