"""Common issues: findings of three counties reported up, a candidate confirmed, letters answered or not, requests taken up, a campaign."""  # noqa: N999 - stages are numbered

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from deploy.demo.scenario.client import Client
    from deploy.demo.scenario.story import Federation

TITLE = "共性问题、通报函件与专项治理"
PROVINCE, CITY = "990000-inspection", "990100-inspection"
YANGLI, FANLI, SHIDIAN = COUNTIES = ("990121-inspection", "990122-inspection", "990103-inspection")
FINANCE, ORGANIZATION, YANGLI_DESK, FANLI_DESK = "990100-sector-finance", "990100-organization", "990121-discipline", "990122-discipline"
REPORTS, ESCALATIONS, POOL, CANDIDATES, ISSUES, INSTRUMENTS, LETTERS, CAMPAIGNS, INCOMING, RECEIVED = (
    f"/common-issue/{key}"
    for key in ("reports", "escalations", "pool", "candidates", "issues", "instruments", "letters", "campaigns", "incoming", "received")
)
ASSETS = "固定资产管理不到位"
ASSETS_CATEGORY = "F2.4"
ALL_ROWS = 100


async def play(fed: Federation) -> None:
    """Findings up → candidate → issue → letters → replies → campaign; and two requests to the office above."""
    await fed.step("三县报送去标识问题", report_findings, ago=63)
    await fed.step("市级登记两项既有共性问题", register_earlier, ago=63)
    await fed.step("市级研判候选", confirm_candidate, ago=56)
    await fed.step("印发共性问题通报", issue_circular, ago=56)
    await fed.step("建议函一函一报", suggestion_letter, ago=49)
    await fed.step("抄告单", copy_notice, ago=49)
    await fed.step("样例县自查并报送结果", yangli_answers, ago=42)
    await fed.step("范例县报送,市级退回重办", fanli_is_sent_back, ago=35)
    await fed.step("范例县重新报送", fanli_answers_again, ago=28)
    await fed.step("试点区签收后被催办", shidian_is_urged, ago=28)
    await fed.step("样例县下借上势", yangli_escalates, ago=21)
    await fed.step("市级提请省级研究", city_escalates, ago=21)
    await fed.step("资产清查专项治理", campaign, ago=14)
    await fed.step("市级通报被补充通报替代", circular_replaced, ago=14)
    await fed.step("样例县转发市级通报", yangli_passes_on, ago=10)
    await fed.step("县级本级通报", county_letter, ago=3)
    await fed.step("市级调整阈值并分析", thresholds, ago=3)


def officer(fed: Federation, office: str, post: str = "office_clerk") -> Client:
    return fed.officer(office, post)


async def issued(fed: Federation, office: str, **form: Any) -> dict[str, Any]:
    """A letter drafted by the clerk, reviewed by the rectification desk, signed off by the director and sent."""
    letter = await officer(fed, office).create(INSTRUMENTS, **form)
    await officer(fed, office, "rectification_desk").act(INSTRUMENTS, letter["id"], "review", opinion="已核,不含具体对象")
    await officer(fed, office, "office_director").act(INSTRUMENTS, letter["id"], "sign-off", opinion="同意印发")
    await officer(fed, office).act(INSTRUMENTS, letter["id"], "issue")
    return await officer(fed, office).record(INSTRUMENTS, letter["id"])


async def arrived(client: Client, number: str, status: str = "delivered") -> dict[str, Any]:
    """The letter of that number when it has come to `status`."""
    return await client.wait_for_record(RECEIVED, lambda row: row["document_number"] == number and row["status"] == status, f"{number} {status}", size=ALL_ROWS)


async def copy(client: Client, number: str, recipient: str, status: str) -> dict[str, Any]:
    """The issuer's line of one addressee when it has come to `status`."""
    return await client.wait_for_record(
        LETTERS, lambda row: row["document_number"] == number and row["status"] == status, f"{number} {status}", recipient=recipient, size=ALL_ROWS
    )


async def report_findings(fed: Federation) -> None:
    """Every county reports what stands, without names."""
    for office in COUNTIES:
        rows = await officer(fed, office, "office_director").list("/inspection/findings", size=ALL_ROWS)
        told = [row["id"] for row in rows if row["confirmed_on"] and row["deidentified"]]
        report = await officer(fed, office).create(REPORTS, addressee=CITY, findings=told, round_label="第三轮", note="本轮巡察发现的问题,供共性问题分析。")
        await officer(fed, office, "office_director").act(REPORTS, report["id"], "send")


async def register_earlier(fed: Federation) -> None:
    """Two issues of the first half-year; one is already closed."""
    client = officer(fed, CITY)
    first = await client.create(
        ISSUES, title="惠民补贴发放不及时", category="F2.1", statement="部分乡镇补贴资金到账后滞留专户,未按期兑付到户。", why="八届二轮巡察综合报告"
    )
    await officer(fed, CITY, "rectification_desk").act(ISSUES, first["id"], "close", summary="补贴资金直达机制已建立,各地已兑付到位。")
    second = await client.create(
        ISSUES, title="小型工程化整为零规避招标", category="F2.3", statement="部分村级小型工程拆分标段,直接发包。", why="八届二轮巡察综合报告"
    )
    fed.remember("common_issue.bidding", second["id"])
    await client.create(
        INSTRUMENTS, issue=second["id"], kind="suggestion_letter", addressees=[FINANCE], title="关于规范小型工程招标管理的建议函",
        statement="部分村级小型工程拆分标段,直接发包,限额以下工程缺少监管。", requirement="请完善限额以下工程管理办法,组织开展专项检查。",
    )


async def confirm_candidate(fed: Federation) -> None:
    """The widest candidate is the one on fixed assets: three counties, eleven units. The officer judges, the machine only proposed."""
    client = officer(fed, CITY)
    found = await client.wait_for_record(
        CANDIDATES, lambda row: "3个地区(单位)报送,涉及11家" in row["why"] and row["status"] == "detected", "候选共性问题", size=ALL_ROWS
    )
    pool = await client.list(POOL, size=ALL_ROWS, category=ASSETS_CATEGORY)
    members = [row["id"] for row in pool if row["status"] == "pooled"]
    await client.act(
        CANDIDATES, found["id"], "confirm", title=ASSETS, category=ASSETS_CATEGORY, members=members,
        statement="部分单位固定资产账面与实物不符,设备未登记入账,资产处置未履行报批程序,资产清查流于形式。",
    )
    issue = await client.wait_for_record(ISSUES, lambda row: row["title"] == ASSETS, ASSETS)
    fed.remember("common_issue.assets", issue["id"])


async def issue_circular(fed: Federation) -> None:
    letter = await issued(
        fed, CITY, issue=fed.recall("common_issue.assets"), kind="circular", addressees=list(COUNTIES), title="关于固定资产管理不到位问题的通报",
        statement="八届三轮巡察发现,3个县(区)11家单位存在固定资产管理不到位问题:账面与实物不符,设备未登记入账,处置未报批,清查走过场。",
        typical_case="某单位17台设备未入账,报废处置未履行审批程序。",
        requirement="一、对照通报开展自查,未巡先改、即知即改。\n二、自查情况于期限内书面报送,写清检查单位数、发现问题数、整改问题数和建立制度数。",
    )
    fed.remember("common_issue.circular", letter["document_number"])


async def yangli_answers(fed: Federation) -> None:
    """Signs, reports progress and result; accepted and closed."""
    client, number = officer(fed, YANGLI), fed.recall("common_issue.circular")
    letter = await arrived(client, number)
    await client.act(RECEIVED, letter["id"], "sign", signed_by="经办人戊")
    await client.act(RECEIVED, letter["id"], "progress", text="已部署自查,完成首批单位清点。", replied_by="经办人戊", units_checked=18, found=21, rectified=6)
    await client.act(
        RECEIVED, letter["id"], "result", text="自查已全覆盖,账实不符问题全部整改,修订资产管理和处置审批制度。", replied_by="经办人戊", document_number="样巡报〔2026〕9号",
        units_checked=36, found=27, rectified=27, institutions=3, amount="46.8",
    )
    desk = officer(fed, CITY, "rectification_desk")
    line = await copy(desk, number, YANGLI, "result_replied")
    await desk.act(LETTERS, line["id"], "accept", opinion="自查全面,整改到位。")
    await desk.act(LETTERS, line["id"], "close")
    await arrived(client, number, "closed")


async def fanli_is_sent_back(fed: Federation) -> None:
    client, number = officer(fed, FANLI), fed.recall("common_issue.circular")
    letter = await arrived(client, number)
    await client.act(RECEIVED, letter["id"], "sign", signed_by="经办人戊")
    await client.act(RECEIVED, letter["id"], "result", text="已开展自查。", replied_by="经办人戊", units_checked=22, found=15, rectified=4)
    desk = officer(fed, CITY, "rectification_desk")
    line = await copy(desk, number, FANLI, "result_replied")
    await desk.act(LETTERS, line["id"], "redo", opinion="未说明未整改问题的原因和时限,制度建设情况缺项。", due_on=_in(fed, 12))


async def fanli_answers_again(fed: Federation) -> None:
    """The second report waits for the city's judgement."""
    client, number = officer(fed, FANLI), fed.recall("common_issue.circular")
    letter = await arrived(client, number, "redo")
    await client.act(
        RECEIVED, letter["id"], "result", text="未整改的4个问题已列出责任和时限,制定资产盘点制度。", replied_by="经办人戊", document_number="范巡报〔2026〕5号",
        units_checked=24, found=16, rectified=12, institutions=1, amount="8.5",
    )
    await copy(officer(fed, CITY), number, FANLI, "result_replied")


async def shidian_is_urged(fed: Federation) -> None:
    """Signed, and nothing since; asks for more time."""
    client, number = officer(fed, SHIDIAN), fed.recall("common_issue.circular")
    letter = await arrived(client, number)
    await client.act(RECEIVED, letter["id"], "sign", signed_by="经办人戊")
    city = officer(fed, CITY)
    line = await copy(city, number, SHIDIAN, "signed")
    await city.act(LETTERS, line["id"], "urge", explanation="请抓紧部署自查。")
    await client.act(RECEIVED, letter["id"], "extension", until=_in(fed, 45), explanation="国有企业资产盘点涉及外地资产,需延长时间。")


async def suggestion_letter(fed: Federation) -> None:
    """One letter, one report: plan, result, accepted, closed."""
    letter = await issued(
        fed, CITY, issue=fed.recall("common_issue.assets"), kind="suggestion_letter", addressees=[FINANCE], title="关于加强行政事业单位固定资产管理的建议函",
        statement="3个县(区)11家单位固定资产管理不到位,反映出资产管理制度不健全、信息系统与实物脱节。", typical_case="某单位资产系统数据与实物差异31件。",
        requirement="一、修订资产配置、使用、处置管理办法。\n二、牵头开展资产清查专项治理。\n三、一函一报,先报工作打算,再报办理结果。",
    )
    client, number = officer(fed, FINANCE, "sector_dept"), letter["document_number"]
    row = await arrived(client, number)
    await client.act(RECEIVED, row["id"], "sign", signed_by="联络员丙")
    await client.act(RECEIVED, row["id"], "plan", text="成立工作专班,修订管理办法,会同有关部门开展资产清查。", replied_by="联络员丙")
    await client.act(
        RECEIVED, row["id"], "result", text="管理办法已修订印发,资产清查全面完成,系统数据与实物逐项核对。", replied_by="联络员丙", document_number="演财函〔2026〕18号",
        units_checked=84, found=63, rectified=60, institutions=2, amount="118.6",
    )
    desk = officer(fed, CITY, "rectification_desk")
    line = await copy(desk, number, FINANCE, "result_replied")
    await desk.act(LETTERS, line["id"], "accept", opinion="措施具体,同意。")
    await desk.act(LETTERS, line["id"], "close")


async def copy_notice(fed: Federation) -> None:
    """Signed, not answered yet."""
    letter = await issued(
        fed, CITY, issue=fed.recall("common_issue.assets"), kind="copy_notice", addressees=[ORGANIZATION], title="关于资产管理责任落实情况的抄告单",
        statement="部分单位主要负责人对资产管理责任落实不到位,离任未办理资产移交。", requirement="请在干部监督和离任交接管理中予以关注,并反馈办理结果。",
    )
    client = officer(fed, ORGANIZATION, "org_dept")
    row = await arrived(client, letter["document_number"])
    await client.act(RECEIVED, row["id"], "sign", signed_by="干部监督科壬")


async def yangli_escalates(fed: Federation) -> None:
    """What a county cannot solve alone is taken up by the city; the county sees it."""
    client, director = officer(fed, YANGLI), officer(fed, YANGLI, "office_director")
    own = await client.create(ISSUES, title="资产卡片与财务系统不衔接", category=ASSETS_CATEGORY, statement="资产卡片与财务系统口径不一,数据反复录入仍对不上。", why="本级巡察综合分析")
    serial = (await client.record(ISSUES, own["id"]))["serial"]
    request = await client.create(
        ESCALATIONS, title="资产卡片与财务系统不衔接", category=ASSETS_CATEGORY, local_number=serial, units=6,
        statement="资产卡片与财务系统口径不一,系统由上级统一建设,本级无权调整。", wanted="请市级协调主管部门统一数据口径,打通系统接口。",
    )
    await director.act(ESCALATIONS, request["id"], "escalate")
    city = officer(fed, CITY, "office_director")
    incoming = await city.wait_for_record(INCOMING, lambda row: row["origin"] == YANGLI and row["status"] == "received", "样例县提请")
    await city.act(
        INCOMING, incoming["id"], "take-up", title="资产管理信息系统与财务系统不衔接", statement="资产卡片与财务系统口径不一,数据需反复录入,账实难以核对。",
        guidance="市级已立项,将协调主管部门统一口径。",
    )
    await client.wait_for_record(ESCALATIONS, lambda row: row["status"] == "taken_up", "市级受理")


async def city_escalates(fed: Federation) -> None:
    """The province has the matter on its list already: merged."""
    province, city = officer(fed, PROVINCE), officer(fed, CITY)
    known = await province.create(
        ISSUES, title="资产管理信息化建设滞后", category=ASSETS_CATEGORY, statement="资产管理系统分散建设,上下口径不统一。", why="十二届五轮巡视综合报告"
    )
    request = await city.create(
        ESCALATIONS, title="资产管理信息系统与财务系统不衔接", category=ASSETS_CATEGORY, units=11, statement="两套系统均为上级统一建设,市级只能提出需求,无法调整接口。",
        wanted="请省级研究统一资产管理和财务系统的数据标准。",
    )
    await officer(fed, CITY, "office_director").act(ESCALATIONS, request["id"], "escalate")
    head = officer(fed, PROVINCE, "office_director")
    incoming = await head.wait_for_record(INCOMING, lambda row: row["origin"] == CITY and row["status"] == "received", "市级提请")
    await head.act(INCOMING, incoming["id"], "merge", issue=known["id"], guidance="已并入省级共性问题统一研究,进展另行通报。")
    await city.wait_for_record(ESCALATIONS, lambda row: row["status"] == "merged_into", "省级并入")


async def campaign(fed: Federation) -> None:
    """From launch to institutions: 84 units checked, 612 items entered, 7 institutions."""
    client = officer(fed, CITY)
    row = await client.create(
        CAMPAIGNS, issue=fed.recall("common_issue.assets"), title="行政事业单位资产清查专项治理", lead="市级资产清查工作专班", scope_note="市直单位和三县(区)抽查单位。",
        launched_on=_in(fed, -61), planned_end_on=_in(fed, 29), outcome_name="补录资产", outcome_unit="件",
    )
    phases = (
        {"units_checked": 52, "found": 41, "note": "自查自纠全面铺开"}, {"units_checked": 84, "found": 63, "rectified": 38, "outcome_count": 405, "note": "实地抽查"},
        {"units_checked": 84, "found": 63, "rectified": 60, "outcome_count": 612, "amount": "118.6", "note": "总结"},
        {"units_checked": 84, "found": 63, "rectified": 60, "institutions": 7, "outcome_count": 612, "amount": "118.6", "note": "制度印发"},
    )
    for totals in phases:
        await client.act(CAMPAIGNS, row["id"], "advance", **totals)
    await officer(fed, CITY, "rectification_desk").act(CAMPAIGNS, row["id"], "close", summary="检查84家,补录资产612件,建章立制7项。")
    second = await client.create(
        CAMPAIGNS, issue=fed.recall("common_issue.bidding"), title="限额以下工程招标专项治理", lead="市级工程领域治理专班", launched_on=_in(fed, -26), planned_end_on=_in(fed, 11)
    )
    await client.act(CAMPAIGNS, second["id"], "advance", units_checked=31, found=12, rectified=3, note="各地自查")


async def county_letter(fed: Federation) -> None:
    """A county writes to the desk beside it as well; nobody has signed yet."""
    issue = await officer(fed, FANLI).create(ISSUES, title="公务接待审批不规范", category="F2.5", statement="部分单位公务接待无公函、超范围。", why="本级巡察综合分析")
    await issued(
        fed, FANLI, issue=issue["id"], kind="copy_notice", addressees=[FANLI_DESK], title="关于公务接待审批不规范问题的抄告单",
        statement="部分单位公务接待无公函、超范围。", requirement="请在日常监督中督促整改,并反馈结果。",
    )


async def circular_replaced(fed: Federation) -> None:
    """A circular on bidding to two counties; one has begun when a wider one takes its place."""
    city, client = officer(fed, CITY), officer(fed, YANGLI)
    old = await issued(
        fed, CITY, issue=fed.recall("common_issue.bidding"), kind="circular", addressees=[YANGLI, SHIDIAN], title="关于小型工程化整为零规避招标问题的通报",
        statement="部分村级小型工程拆分标段,直接发包。", requirement="对照自查村级小型工程,报送自查情况。",
    )
    letter = await arrived(client, old["document_number"])
    await client.act(RECEIVED, letter["id"], "sign", signed_by="经办人戊")
    await client.act(RECEIVED, letter["id"], "progress", text="已清理近三年村级工程台账。", replied_by="经办人戊", units_checked=14, found=6, rectified=1)
    await copy(city, old["document_number"], YANGLI, "in_governance")
    newer = await city.act(
        INSTRUMENTS, old["id"], "replace", addressees=list(COUNTIES), title="关于小型工程化整为零规避招标问题的补充通报",
        statement="部分村级小型工程和机关维修工程拆分标段,直接发包。", requirement="自查范围扩大到机关、学校、医院维修改造工程,报送自查情况。",
        explanation="问题范围扩大,原通报未涉及机关维修工程。",
    )
    await officer(fed, CITY, "rectification_desk").act(INSTRUMENTS, newer["id"], "review", opinion="已核,不含具体对象")
    await officer(fed, CITY, "office_director").act(INSTRUMENTS, newer["id"], "sign-off", opinion="同意印发")
    await city.act(INSTRUMENTS, newer["id"], "issue")
    number = (await city.record(INSTRUMENTS, newer["id"]))["document_number"]
    fed.remember("common_issue.supplement", number)
    await arrived(client, old["document_number"], "superseded")
    letter = await arrived(client, number)
    await client.act(RECEIVED, letter["id"], "sign", signed_by="经办人戊")


async def yangli_passes_on(fed: Federation) -> None:
    """To the desk beside it, and on paper to two units without a node."""
    director, number = officer(fed, YANGLI, "office_director"), fed.recall("common_issue.supplement")
    letter = await arrived(director, number, "signed")
    units = [row["id"] for row in await director.list("/inspection/targets", size=ALL_ROWS) if row["name"] in {"样例县教育局党组", "样例县青山镇党委"}]
    await director.act(
        RECEIVED, letter["id"], "pass-on", addressees=[YANGLI_DESK], units=units, requirement="请于期限前将自查数据报县委巡察办汇总。", reply_due_on=_in(fed, 20)
    )
    desk = officer(fed, YANGLI_DESK, "discipline_desk")
    await desk.wait_for_record(RECEIVED, lambda row: row["title"].startswith("转发") and row["status"] == "delivered", "转发件", size=ALL_ROWS)


async def thresholds(fed: Federation) -> None:
    """The director finds five units too few for a city; the pool is looked through again."""
    await officer(fed, CITY, "office_director").create("/common-issue/thresholds", units_min=6, offices_min=3, similarity_min="0.26", reason="本市下辖三县(区),5家单位尚不足以说明普遍性。")


def _in(fed: Federation, days: int) -> str:
    """A day from today."""
    return (fed.today + timedelta(days=days)).isoformat()
