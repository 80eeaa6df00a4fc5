"""One clue from the county to its desk and back, at the screens of the people who do it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from nodekit.clock import local_date, utc_now
from tests.browser.conftest import Stage
from tests.browser.officer import AtScreen
from tests.federation.clue_transfer.offices import ISSUED, report

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
STATEMENT = "补贴到账后在镇财政专户滞留四个月,涉及三个村。"
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TODAY = local_date(utc_now())
SitDown = Callable[..., AtScreen]


def test_a_clue_goes_to_the_desk_and_comes_back(stage: Stage, at_screen: SitDown) -> None:
    clerk, head = at_screen(stage.county, "经办人戊"), at_screen(stage.county, "主任乙")
    serial = registers(clerk)
    clue = clerk.page.url
    approves(at_screen(stage.county, "组长甲"), head, clerk, clue)
    sends(clerk)
    intake = at_screen(stage.desk, "案管己")
    disposes(intake, at_screen(stage.desk, "承办庚"), serial)
    closes(clerk, head)
    intake.waits_for(lambda: intake.page.get_by_role("main").get_by_text("已办结", exact=True))


def registers(clerk: AtScreen) -> str:
    """The clerk makes a mistake, is told, mends it without typing anything twice. Returns the clue's number."""
    clerk.go(ISSUED)
    clerk.page.get_by_role("link", name="登记线索").first.click()
    clerk.fill(
        组别代号="YL1", 轮次="八届三轮", 反映事项类别="作风和腐败问题", 被反映人="被反映人A", 职务="某站负责人", 问题表述=STATEMENT, 线索来源="个别谈话",
    )
    clerk.press("添加一行")
    clerk.page.get_by_label("材料名称").last.fill("专户流水")
    with clerk.refused():
        clerk.press("登记线索")
    expect(clerk.field("组别代号")).to_have_attribute("aria-invalid", "true")
    expect(clerk.page.get_by_role("alert").get_by_role("link", name="组别代号")).to_be_visible()
    expect(clerk.field("问题表述")).to_have_value(STATEMENT)
    expect(clerk.field("反映事项类别")).to_have_value("conduct")
    expect(clerk.page.get_by_label("材料名称").first).to_have_value("专户流水")
    clerk.fill(组别代号="YL-01")
    clerk.press("登记线索")
    clerk.sees("已登记,正文加密保存。")
    assert STATEMENT not in clerk.page.content()
    heading = clerk.page.get_by_role("heading", level=1).inner_text()
    return heading.removeprefix("线索").strip()


def approves(leader: AtScreen, head: AtScreen, clerk: AtScreen, clue: str) -> None:
    """The head takes the team leader into the need to know; the leader reviews; the head's first form is out of date when he sends it."""
    head.go(clue)
    head.act("增加知悉人员", 知悉人员="组长甲(组长甲)")
    leader.go(clue)
    leader.act("组内审核", 组务会日期=(TODAY - timedelta(days=2)).strftime("%Y%m%d"))
    leader.stands_at("组内已审")
    head.page.reload()
    head.follow("审批通过")
    head.fill(审批表编号="样巡审〔2026〕3号", 审批日期=TODAY.isoformat())
    clerk.page.reload()
    clerk.act("登记打听过问", 发生日期=TODAY.isoformat(), 方式="电话", **{"何人(姓名、单位、职务)": "某局干部", "过问内容": "询问是否已移交"})
    with head.refused():
        head.press("审批通过")
    expect(head.page.get_by_role("alert")).to_contain_text("该记录在您打开页面后已被他人更新")
    expect(head.page.get_by_role("alert")).to_contain_text("登记打听过问")
    expect(head.field("审批表编号")).to_have_value("样巡审〔2026〕3号")
    head.press("审批通过")
    head.sees("已审批,可封装移交。")


def sends(clerk: AtScreen) -> None:
    clerk.page.reload()
    clerk.act("封装", 移交方经办人="经办人戊")
    clerk.act("移交发出", submit="确认移交发出")
    clerk.stands_at("待签收")
    clerk.sees("已发出,等待对方签收。")


def disposes(intake: AtScreen, handler: AtScreen, serial: str) -> None:
    """From the desk's inbox to the final feedback."""
    intake.go("/workbench")
    intake.waits_for(lambda: intake.page.get_by_role("main").get_by_role("link", name=re.compile(serial)))
    intake.page.get_by_role("main").get_by_role("link", name=re.compile(serial)).first.click()
    intake.act("签收", 接收方经办人="案管己")
    intake.press("编号")
    intake.stands_at("已编号")
    intake.act("分办", 承办人="承办庚(承办庚)")
    handler.go(intake.page.url)
    reads_the_body(handler)
    handler.act("提出处置意见", 拟处置方式="初步核实", 处置方案要点="调取流水,核对发放名册")
    intake.page.reload()
    intake.act("审批处置", 审批文号="样纪审〔2026〕9号", 审批日期=TODAY.isoformat())
    handler.page.reload()
    handler.act("立案", 立案日期=TODAY.isoformat())
    handler.stands_at("已立案")
    handler.act("结案", 结案日期=TODAY.isoformat())
    handler.act("最终反馈", submit="确认最终反馈", 立案="1", 收缴挽回资金="11.3", 情况说明="已查清,资金已发放到户。")
    handler.stands_at("已反馈")


def reads_the_body(handler: AtScreen) -> None:
    """Asked why, then shown; without a reason nothing is shown."""
    record = handler.page.url
    assert STATEMENT not in handler.page.content()
    handler.follow("查阅正文")
    assert STATEMENT not in handler.page.content()
    handler.fill(查阅事由="承办需要", 事由说明="拟提处置意见")
    handler.press("说明事由并查阅")
    handler.sees(STATEMENT)
    handler.sees("已记入审计日志")
    handler.go(record)


def closes(clerk: AtScreen, head: AtScreen) -> None:
    """Counts of the feedback are on the record; its words are behind the same door as the body."""
    clerk.waits_at("反馈待核")
    clerk.sees("11.3")
    clerk.press("核实通过")
    clerk.sees("已核实。")
    clerk.act("办结", submit="确认办结")
    clerk.sees("已办结")
    head.go(clerk.page.url)
    head.follow("查阅正文")
    head.fill(查阅事由="核实反馈")
    head.press("说明事由并查阅")
    head.sees("已查清,资金已发放到户。")


def test_everything_reads_without_scripts(stage: Stage, at_screen: SitDown) -> None:
    clue = registered(stage)
    reader = at_screen(stage.county, "主任乙", java_script_enabled=False)
    reader.go("/workbench")
    reader.sees_heading("今日工作")
    reader.page.get_by_role("link", name="线索移交台账").first.click()
    reader.sees_heading("线索移交台账")
    reader.fill(**{"编号/文号": clue["serial"]})
    reader.press("查询")
    reader.page.get_by_role("link", name=clue["serial"], exact=True).click()
    reader.sees_heading(clue["serial"])
    reader.stands_at("已登记")
    reader.page.get_by_role("link", name="查阅正文").click()
    reader.fill(查阅事由="审核审批")
    reader.press("说明事由并查阅")
    reader.sees("被反映人A")


def test_pages_meet_wcag_a_and_aa(stage: Stage, at_screen: SitDown) -> None:
    if not AXE.is_file():
        pytest.fail("axe-core is not installed: run make setup")
    clue = registered(stage)
    officer = at_screen(stage.county, bypass_csp=True)
    officer.go("/login")
    found = {"/login": violations(officer)}
    officer.sign_in("经办人戊")
    for path in ("/workbench", ISSUED, f"{ISSUED}/{clue['id']}", f"{ISSUED}/new", f"{ISSUED}/{clue['id']}/correct"):
        officer.go(path)
        found[path] = violations(officer)
    assert {path: names for path, names in found.items() if names} == {}


def violations(officer: AtScreen) -> list[str]:
    """What axe holds against the page: rule, and where."""
    officer.page.add_script_tag(path=AXE)
    results = officer.page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']})")
    return [f"{rule['id']}: {node['html'][:160]}" for rule in results["violations"] for node in rule["nodes"]]


def registered(stage: Stage) -> dict:
    """A clue of its own for each test that only looks."""

    async def register() -> dict:
        clerk = await stage.county.sign_in("经办人戊")
        return await clerk.create(ISSUED, **report())

    return stage.call(register)
