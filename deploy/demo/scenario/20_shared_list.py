"""The “3+2” list: solicited, published, adapted item by item, filed back, and merged when a new version comes."""  # noqa: N999 - stages are numbered

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from deploy.demo.scenario.client import Client
    from deploy.demo.scenario.story import Federation

TITLE = "“3+2”清单与手册"
PROVINCE, CITY = "990000-inspection", "990100-inspection"
YANGLI, FANLI, SHIDIAN = COUNTIES = ("990121-inspection", "990122-inspection", "990103-inspection")
ISSUED, RECEIVED, ITEMS = "/shared-list/issued", "/shared-list/received", "/shared-list/items"
COPIES, PROPOSALS, SOLICITATIONS = "/shared-list/copies", "/shared-list/proposals", "/shared-list/solicitations"
LIST, ROUND = "八届三轮“3+2”清单", "八届三轮"
ROWS = Path(__file__).with_suffix(".tsv")
LATER = ("问题-14", "问题-15", "问题-16")
"""Came in with version 2, on the counties' proposals."""

MODIFIED = {
    "政策-02": ("公益林、退耕还林补贴资金拨付时限:资金到县后20日内兑付到户。", "本县已统一为20日"),
    "职能-04": ("镇三资办负责农村集体三资代理记账、合同备案和公开招租。", "本县设镇三资办"),
    "问题-03": ("集体门面、山林合同到期未续签仍在使用,租金少收、漏收(重点看柳湾社区门面)。", "本县集体门面集中在社区"),
    "问题-08": ("学生资助漏发错发,食堂采购不规范,供货商与校领导有利益关联。", "本县群众反映集中"),
    "问题-13": ("公益性岗位人员与村干部近亲属重合,护林员、保洁员在岗不履职。", "本县公益岗以护林员为主"),
    "责任-03": ("补贴核实、公示、兑付各环节责任人,村级为村党组织书记。", "本县责任压实到村"),
}
DROPPED = {"职能-07": "本轮不涉及卫生健康系统", "责任-09": "本轮不涉及卫生健康系统"}
ADDED = (
    ("样-01", "问题清单", "供销社", "供销社门面、仓储资产低价出租,社有企业管理缺位。", "本轮巡察供销社"),
    ("样-02", "问题清单", "供销社", "农资储备资金使用不规范。", "本轮巡察供销社"),
    ("样-03", "政策清单", "供销社", "供销合作社综合改革和社有资产管理规定。", "与样-01、样-02对应"),
    ("样-04", "职能清单", "供销社", "县供销社负责社有资产监管。", "与样-01对应"),
    ("样-05", "责任清单", "供销社", "社有资产出租、审计监督责任人。", "与样-01对应"),
)


async def play(fed: Federation) -> None:
    """Solicit → publish v1, v2 → adapt and file back → v3 and the merge; a handbook and an open solicitation beside it."""
    await fed.step("市级起草清单第一版", draft_first, ago=84)
    await fed.step("第一版下发三县", publish_first, ago=84)
    await fed.step("征求第二版意见", solicit_second, ago=77)
    await fed.step("三县回复意见", reply, ago=77)
    await fed.step("市级研究意见建议", decide_proposals, ago=70)
    await fed.step("第二版下发", publish_second, ago=70)
    await fed.step("三县签收第二版", sign_second, ago=70)
    await fed.step("样例县开始改编", start_yangli, ago=63)
    await fed.step("样例县修改、删去", depart_yangli, ago=63)
    await fed.step("样例县新增本地条目", add_yangli, ago=63)
    await fed.step("样例县审定、启用、报备", finish_yangli, ago=56)
    await fed.step("市级对备案提出意见", comment_filing, ago=49)
    await fed.step("范例县改编过半", half_fanli, ago=49)
    await fed.step("市级修订第三版", draft_third, ago=42)
    await fed.step("第三版下发", publish_third, ago=35)
    await fed.step("样例县三方合并", merge_yangli, ago=35)
    await fed.step("样例县处理合并冲突", settle_yangli, ago=28)
    await fed.step("范例县接着改编", merge_fanli, ago=28)
    await fed.step("催办未签收单位", urge_shidian, ago=21)
    await fed.step("工作手册与预设问题清单", side_lists, ago=14)
    await fed.step("省级手册下发到市", province_handbook, ago=7)


def clerk(fed: Federation, office: str) -> Client:
    return fed.officer(office, "office_clerk")


def director(fed: Federation, office: str) -> Client:
    return fed.officer(office, "office_director")


async def approve_and_publish(fed: Federation, office: str, list_id: str, **form: Any) -> None:
    await fed.officer(office, "leading_group_head").act(ISSUED, list_id, "approve", note="同意")
    await director(fed, office).act(ISSUED, list_id, "publish", **form)


async def received(client: Client, title: str, number: int) -> dict[str, Any]:
    """The copy of one version, once it has arrived."""
    return await client.wait_for_record(RECEIVED, lambda row: row["local_version"].split(".")[0] == f"v{number}", f"收到{title}第{number}版", q=title)


async def draft_first(fed: Federation) -> None:
    city = clerk(fed, CITY)
    made = await city.create(
        ISSUED,
        title=LIST,
        kind="three_plus_two_list",
        round_label=ROUND,
        note="请结合实际参照修改,锁定的条目须采用。",
        basis=[
            {"title": "关于加强巡视巡察上下联动的意见"},
            {"title": "全省巡视巡察上下联动具体措施", "issued_by": "示范省委巡视工作领导小组"},
            {"title": "市委巡察上下联动实施方案", "serial": "演办发〔2025〕9号", "issued_by": "演示市委办公室"},
        ],
    )
    rows = [row for row in ROWS.read_text("utf-8").splitlines() if row.split("\t")[1] not in LATER]
    await city.act(ISSUED, made["id"], "paste", text="\n".join(row.replace("问题-14", "").replace("、问题-15", "") for row in rows))
    fed.remember("list.v1", made["id"])


async def publish_first(fed: Federation) -> None:
    await approve_and_publish(fed, CITY, fed.recall("list.v1"), offices=list(COUNTIES), serial="演巡办〔2026〕3号")
    for county in COUNTIES:
        copy = await received(clerk(fed, county), LIST, 1)
        await clerk(fed, county).act(RECEIVED, copy["id"], "sign")


async def solicit_second(fed: Federation) -> None:
    city = clerk(fed, CITY)
    made = await city.act(ISSUED, fed.recall("list.v1"), "new-version", title=LIST, note="吸纳县级意见修订")
    await city.act(ISSUED, made["id"], "solicit", offices=list(COUNTIES), due_on=_in(fed, 5), note="请结合上轮巡察发现提出修改建议,无意见也请回复。")
    fed.remember("list.v2", made["id"])


async def reply(fed: Federation) -> None:
    answers: dict[str, dict[str, Any]] = {
        YANGLI: {
            "proposals": [
                {"change": "add", "content": "增加“公益林补贴到账后滞留镇财政专户”问题表现。", "reason": "上轮在3个村发现同类问题,涉及61户。"},
                {"change": "modify", "item_number": "政策-05", "content": "将固定资产管理条目设为锁定。", "reason": "各单位普遍存在。"},
            ]
        },
        FANLI: {"no_comment": True},
        SHIDIAN: {"proposals": [{"change": "add", "content": "增加党员发展程序和软弱涣散整顿方面的问题表现。", "reason": "街道社区反映集中。"}]},
    }
    for county, form in answers.items():
        asked = await clerk(fed, county).wait_for_record(SOLICITATIONS, lambda row: row["status"] == "open", "收到征求意见", q=LIST)
        await clerk(fed, county).act(SOLICITATIONS, asked["id"], "reply", **form)


async def decide_proposals(fed: Federation) -> None:
    city = clerk(fed, CITY)
    for words, action, form in (
        ("公益林", "adopt", {"note": "增设问题-14"}),
        ("党员发展", "adopt", {"note": "增设问题-15"}),
        ("固定资产", "decline", {"reason": "各县资产管理体制不同,宜由各县结合实际确定。"}),
    ):
        found = await city.wait_for_record(PROPOSALS, bool, f"收到“{words}”建议", q=words)
        await city.act(PROPOSALS, found["id"], action, **form)


async def publish_second(fed: Federation) -> None:
    city, list_id = clerk(fed, CITY), fed.recall("list.v2")
    rows = [row for row in ROWS.read_text("utf-8").splitlines() if row.split("\t")[1] in LATER]
    await city.act(ISSUED, list_id, "close-soliciting")
    await city.act(ISSUED, list_id, "paste", text="\n".join(rows))
    await approve_and_publish(fed, CITY, list_id, offices=list(COUNTIES), serial="演巡办〔2026〕7号")


async def sign_second(fed: Federation) -> None:
    for county in COUNTIES:
        copy = await received(clerk(fed, county), LIST, 2)
        await clerk(fed, county).act(RECEIVED, copy["id"], "sign")
        fed.remember(f"{county}.v2", copy["id"])


async def start_yangli(fed: Federation) -> None:
    await clerk(fed, YANGLI).act(RECEIVED, fed.recall(f"{YANGLI}.v2"), "start")


async def depart_yangli(fed: Federation) -> None:
    choices = {number: {"decision": "modify", "content": words, "reason": reason} for number, (words, reason) in MODIFIED.items()}
    choices |= {number: {"decision": "drop", "reason": reason} for number, reason in DROPPED.items()}
    await decide(clerk(fed, YANGLI), fed.recall(f"{YANGLI}.v2"), choices)


async def add_yangli(fed: Federation) -> None:
    yangli, copy = clerk(fed, YANGLI), fed.recall(f"{YANGLI}.v2")
    for number, kind_title, section, content, reason in ADDED:
        await yangli.act(RECEIVED, copy, "add-item", number=number, kind_title=kind_title, section=section, content=content, reason=reason)
    await yangli.act(RECEIVED, copy, "adopt-rest")


async def finish_yangli(fed: Federation) -> None:
    copy = fed.recall(f"{YANGLI}.v2")
    await clerk(fed, YANGLI).act(RECEIVED, copy, "finish")
    await director(fed, YANGLI).act(RECEIVED, copy, "confirm", confirmed_on=_in(fed, 0), meeting="县委巡察工作领导小组2026年第2次会议")
    await director(fed, YANGLI).act(RECEIVED, copy, "use")
    await director(fed, YANGLI).act(RECEIVED, copy, "file")


async def comment_filing(fed: Federation) -> None:
    city = clerk(fed, CITY)
    filing = await city.wait_for_record("/shared-list/filings", lambda row: row["office"] == YANGLI, "收到样例县备案")
    await city.act("/shared-list/filings", filing["id"], "comment", text="修改有据。供销社方面的5条建议形成专题经验,供其他县参考。")


async def half_fanli(fed: Federation) -> None:
    fanli, copy = clerk(fed, FANLI), fed.recall(f"{FANLI}.v2")
    await fanli.act(RECEIVED, copy, "start")
    choices = {f"政策-{n:02d}": {"decision": "adopt"} for n in range(1, 13)} | {f"职能-{n:02d}": {"decision": "adopt"} for n in range(1, 11)}
    choices["问题-12"] = {"decision": "modify", "content": "3座小型水库巡查记录补填,隐患整改不闭环。", "reason": "本县水库多"}
    choices["问题-09"] = {"decision": "modify", "content": "同一检查单重复收费、分解收费。", "reason": "县医院已发现同类问题"}
    await decide(fanli, copy, choices)


async def draft_third(fed: Federation) -> None:
    """Reword two items, lock one that a county modified, remove one that a county modified, add two."""
    city = clerk(fed, CITY)
    made = await city.act(ISSUED, fed.recall("list.v2"), "new-version", title=LIST, note="按省委巡视办最新要求修订")
    items = {row["number"]: row for row in await city.list(ITEMS, list=f"{LIST} v3", size=100)}
    for number, change in {
        "问题-03": {"content": "集体门面、山林、水面、滩涂合同到期未续签仍在使用,租金少收、漏收、坐收坐支。"},
        "问题-06": {"content": "账面资产与实物不符,购置未入账、处置未报批,出租出借未备案。"},
        "问题-13": {"locked": True},
    }.items():
        item = await city.record(ITEMS, items[number]["id"])
        words = {name: item[name] for name in ("number", "section", "content", "basis")} | {"kind": "problem_list", "locked": False} | change
        await city.act(ITEMS, item["id"], "edit", **words)
    await city.act(ITEMS, items["责任-03"]["id"], "remove")
    for number, content in (("问题-17", "招商引资政策兑现不及时、承诺事项长期不落实。"), ("问题-18", "拖欠中小企业账款,清欠台账不实。")):
        await city.act(ISSUED, made["id"], "add-item", kind="problem_list", number=number, section="营商环境", content=content)
    fed.remember("list.v3", made["id"])


async def publish_third(fed: Federation) -> None:
    await approve_and_publish(fed, CITY, fed.recall("list.v3"), offices=list(COUNTIES), serial="演巡办〔2026〕12号")
    for county in COUNTIES:
        fed.remember(f"{county}.v3", (await received(clerk(fed, county), LIST, 3))["id"])


async def merge_yangli(fed: Federation) -> None:
    yangli, copy = clerk(fed, YANGLI), fed.recall(f"{YANGLI}.v3")
    await yangli.act(RECEIVED, copy, "sign")
    await yangli.act(RECEIVED, copy, "start")


async def settle_yangli(fed: Federation) -> None:
    """Settle the lock and the removal; the rewording of 问题-03 is left for whoever looks at the demo."""
    await decide(
        clerk(fed, YANGLI),
        fed.recall(f"{YANGLI}.v3"),
        {
            "问题-13": {"settlement": "take_upstream"},
            "责任-03": {"settlement": "keep_local"},
            "问题-17": {"decision": "adopt"},
        },
    )


async def merge_fanli(fed: Federation) -> None:
    fanli, copy = clerk(fed, FANLI), fed.recall(f"{FANLI}.v3")
    await fanli.act(RECEIVED, copy, "sign")
    await fanli.act(RECEIVED, copy, "start")


async def urge_shidian(fed: Federation) -> None:
    city = clerk(fed, CITY)
    copy = await city.wait_for_record(COPIES, lambda row: row["status"] == "sent", "试点区待签收", q=f"{LIST} v3", office=SHIDIAN)
    await city.act(COPIES, copy["id"], "urge", level="remind", note="请尽快签收第三版清单。")


async def side_lists(fed: Federation) -> None:
    """A handbook everybody signed for, and a preset list whose solicitation is still open."""
    city = clerk(fed, CITY)
    handbook = await city.create(ISSUED, title="巡察规范化流程手册", kind="handbook", round_label=ROUND, note="供各组使用。")
    chapters = ("组织准备", "进驻动员", "个别谈话", "查阅资料", "下沉了解", "问题底稿", "撰写报告", "反馈移交", "整改监督")
    rows = [f"职能清单\t第{n}章\t{title}\t{title}的步骤、文书和时限。" for n, title in enumerate(chapters, start=1)]
    await city.act(ISSUED, handbook["id"], "paste", text="\n".join(rows))
    await approve_and_publish(fed, CITY, handbook["id"], offices=list(COUNTIES))
    for county in COUNTIES:
        copy = await received(clerk(fed, county), "巡察规范化流程手册", 1)
        await clerk(fed, county).act(RECEIVED, copy["id"], "sign")
    preset = await city.create(ISSUED, title="教育系统预设问题清单", kind="preset_problem_list", round_label=ROUND)
    await city.act(ISSUED, preset["id"], "paste", text="\t教-01\t招生\t违规招生、择校收费。\n\t教-02\t食堂\t食堂承包管理缺位、食材验收走过场。")
    await city.act(ISSUED, preset["id"], "solicit", offices=list(COUNTIES), due_on=_in(fed, 18), note="拟用于教育系统专项巡察。")


async def province_handbook(fed: Federation) -> None:
    province = clerk(fed, PROVINCE)
    made = await province.create(ISSUED, title="全省巡察工作规范", kind="handbook", round_label="十二届")
    rows = [
        f"职能清单\t规范-{n:02d}\t{title}\t{title}规范。\t\t是" for n, title in enumerate(("组织领导", "程序方式", "成果运用", "队伍建设"), start=1)
    ]
    await province.act(ISSUED, made["id"], "paste", text="\n".join(rows))
    await approve_and_publish(fed, PROVINCE, made["id"], offices=[CITY])
    copy = await received(clerk(fed, CITY), "全省巡察工作规范", 1)
    await clerk(fed, CITY).act(RECEIVED, copy["id"], "sign")


async def decide(client: Client, record_id: str, choices: dict[str, dict[str, Any]]) -> None:
    """Decide about items by number, all in one request."""
    items = {item["number"]: item["id"] for item in (await client.get(f"/api{RECEIVED}/{record_id}/items"))["items"]}
    await client.post(
        f"/api{RECEIVED}/{record_id}/decisions", {"decisions": [{"item_id": items[number], **choice} for number, choice in choices.items()]}
    )


def _in(fed: Federation, days: int) -> str:
    """A day from today on, as officers type it."""
    return (fed.today + timedelta(days=days)).isoformat()
