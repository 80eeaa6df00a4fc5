"""A county asks for help from above: approved and carried out to the close, declined, deferred, decided by the province, staffing, waiting."""  # noqa: N999 - stages are numbered

from __future__ import annotations

from datetime import timedelta
from typing import Any

from deploy.demo.scenario.client import wait_for
from deploy.demo.scenario.story import Federation

TITLE = "提级、交叉、联动巡察"
PROVINCE, CITY, OTHER_CITY = "990000-inspection", "990100-inspection", "990200-inspection"
COUNTY, SECOND, THIRD = "990121-inspection", "990122-inspection", "990103-inspection"
DESKS, COUNTY_DESKS = ("990100-discipline", "990100-organization"), ("990121-discipline", "990121-organization")
REQUESTS, TASKS, SECONDMENTS, CANDIDATES, COPIES, ASSIGNMENTS, PAPERS, LENDINGS, OPINIONS = (
    f"/lifted-inspection/{key}" for key in ("requests", "tasks", "secondments", "candidates", "copies", "assignments", "papers", "lendings", "opinions")
)
COOP, WATER, STREET, SCHOOL, HOSPITAL, TOWN, BUILDING = (
    "样例县供销社党组", "范例县水利局党组", "试点区东城街道党工委", "样例县教育局党组", "范例县人民医院党委", "样例县青山镇党委", "范例县住建局党组",
)
FINDINGS = (
    ("TJ-01-001", "F2.2", "社有门面12处低于评估价出租,3处合同到期未续签仍在使用,少收租金41.6万元。"),
    ("TJ-01-002", "F2.4", "账面仓储资产与实物不符,2座仓库未入账,处置未报批。"),
    ("TJ-01-003", "F1.2", "农资储备轮换不到位,连续两年未完成储备任务。"),
    ("TJ-01-004", "F3.1", "抽查16次会议,4次大额支出未经集体研究。"),
    ("TJ-01-005", "F4.2", "上轮反馈“超范围发放补贴”已销号,实际清退比例不足一半。"),
)

LATER = (
    "proposed", "signed", "consulting", "consulted", "approved", "tasked", "staffing", "team_formed", "entered", "reported", "fed_back", "handed_over",
    "rectification_supervised_locally", "result_reported_up", "closed",
)


async def play(fed: Federation) -> None:
    await fed.step("三县区申请提级巡察", ask, ago=70)
    await fed.step("市级签收、会商", consult, ago=63)
    await fed.step("市级批准、不予同意、暂缓、提请省级", decide, ago=56)
    await fed.step("省级会商,批准联动巡察", decide_above, ago=49)
    await fed.step("批复签收,下达任务,提出抽调需求", task, ago=49)
    await fed.step("推荐人选,一人亲属回避,更换", lend, ago=42)
    await fed.step("遴选、抽调函、放行、到岗、组队", staff, ago=42)
    await fed.step("进驻、报告、双反馈", carry_out, ago=35)
    await fed.step("移交清单,属地监督整改,结果上报", hand_over, ago=21)
    await fed.step("办结、人员返回鉴定", close, ago=7)
    await fed.step("范例县申请一件,抽调组队中一件", leave_open, ago=3)


async def ask(fed: Federation) -> None:
    await _ask(fed, COUNTY, COOP, "cross", ["large_funds", "same_level", "petitions"], "社有资产规模大,负责人任职时间长,近两年信访集中。",
               last_inspected_year=2021, findings=14, petitions=23, funds_wan=8600, clues=3, clues_urgent=1)
    await _ask(fed, SECOND, HOSPITAL, "lifted", ["large_funds"], "药品耗材采购金额大。", last_inspected_year=2024, findings=9, petitions=2, funds_wan=31000)
    await _ask(fed, THIRD, STREET, "lifted", ["acquaintances", "leadership"], "街道干部多为本地人,同级监督有顾虑。", findings=6, petitions=5, clues=1)
    await _ask(fed, COUNTY, SCHOOL, "joint", ["system_wide", "large_funds"], "营养餐、校服采购问题带有系统性,宜三级联动。", findings=18, petitions=11, funds_wan=42000, clues=2)


async def consult(fed: Federation) -> None:
    for target in (COOP, HOSPITAL, STREET, SCHOOL):
        row = await _task(fed, CITY, target, "proposed")
        await fed.officer(CITY, "office_clerk").act(TASKS, row, "sign", signed_by="经办人戊", signed_on=_day(fed))
        await _consult(fed, CITY, row, target, DESKS, "agree" if target != HOSPITAL else "conditional")


async def decide(fed: Federation) -> None:
    leader = fed.officer(CITY, "leading_group_head")
    await leader.act(TASKS, await _task(fed, CITY, COOP, "consulted"), "approve", kind="cross", host=COUNTY, contributors=[SECOND, THIRD], counting_owner=CITY,
                     decided_on=_day(fed), explanation="同意开展交叉巡察,由范例县、试点区抽调人员,样例县做好协作配合和整改监督。")
    await leader.act(TASKS, await _task(fed, CITY, HOSPITAL, "consulted"), "decline", decided_on=_day(fed),
                     explanation="2024年已巡察,整改尚在进行,由范例县继续监督整改,不再重复安排。")
    await leader.act(TASKS, await _task(fed, CITY, STREET, "consulted"), "defer", decided_on=_day(fed), revisit_on=_day(fed, 60),
                     explanation="本轮力量已排满,下轮方案制定时再议。")
    await leader.act(TASKS, await _task(fed, CITY, SCHOOL, "consulted"), "escalate", wanted_kind="joint", opinion="涉及多县共性问题,建议省级统筹,与例证市联动开展。")


async def decide_above(fed: Federation) -> None:
    row = await _task(fed, PROVINCE, SCHOOL, "proposed")
    await fed.officer(PROVINCE, "office_clerk").act(TASKS, row, "sign", signed_by="经办人戊", signed_on=_day(fed))
    await _consult(fed, PROVINCE, row, SCHOOL, ("990000-discipline", "990000-organization"), "agree")
    await fed.officer(PROVINCE, "leading_group_head").act(
        TASKS, row, "approve", kind="joint", host=COUNTY, contributors=[CITY, OTHER_CITY], counting_owner=PROVINCE, decided_on=_day(fed),
        explanation="纳入教育领域三级联动巡察,由例证市、演示市抽调人员。",
    )
    above = await _task(fed, CITY, SCHOOL, "approved_above")
    await fed.officer(CITY, "office_clerk").act(TASKS, above, "sign-above", signed_by="经办人戊", signed_on=_day(fed))
    await fed.officer(PROVINCE, "office_clerk").act(TASKS, row, "issue-task", text="查清营养餐、校服采购共性问题。", planned_entry_on=_day(fed, 60), planned_end_on=_day(fed, 105))


async def task(fed: Federation) -> None:
    for target in (COOP, SCHOOL):
        clerk = fed.officer(COUNTY, "office_clerk")
        row = await clerk.wait_for_record(REQUESTS, lambda row, name=target: bool(row["target_name"] == name and row["status"] == "approved"), f"{target}批复")
        await clerk.act(REQUESTS, row["id"], "sign-decision", signed_by="经办人戊", signed_on=_day(fed))
    row, clerk = await _task(fed, CITY, COOP, "approved"), fed.officer(CITY, "office_clerk")
    await clerk.act(TASKS, row, "issue-task", text="重点巡察社有资产出租、农资储备和选人用人,兼查上轮整改。", planned_entry_on=_day(fed), planned_end_on=_day(fed, 45))
    for office, skill, wanted in ((SECOND, "finance_audit", 2), (THIRD, "discipline", 1)):
        await clerk.act(TASKS, row, "request-people", contributor=office, skills=[skill], wanted=wanted, begins_on=_day(fed), ends_on=_day(fed, 45), note="脱产参加。")
    for office in (COUNTY, SECOND, THIRD):
        await _sign_papers(fed, office, COOP)


async def lend(fed: Federation) -> None:
    """One of 范例县's two has a spouse at the target: hit, replaced."""
    await _offer(fed, SECOND, COOP, [
        {"name": "抽调干部子", "unit": "范例县审计局", "rank": "四级主任科员", "skill": "finance_audit", "home": "范例县"},
        {"name": "抽调干部丑", "unit": "范例县财政局", "rank": "科员", "skill": "finance_audit", "relatives_units": "样例县供销社"},
    ], known=True)
    await _offer(fed, THIRD, COOP, [{"name": "抽调干部寅", "unit": "试点区纪委监委", "rank": "副科级", "skill": "discipline", "home": "试点区"}])
    clerk = fed.officer(CITY, "office_clerk")
    hit = await clerk.wait_for_record(CANDIDATES, lambda row: str(row["name"]).startswith("抽调干部丑"), "回避命中")
    await clerk.act(CANDIDATES, hit["id"], "replace", explanation="配偶在被巡察党组织工作,须亲属回避,请另行推荐。", replacement=True)
    await fed.officer(SECOND, "office_clerk").wait_for_record(LENDINGS, lambda row: bool(row["status"] in {"replacing", "offered"}), "更换人选", q=COOP)
    lender = fed.officer(SECOND, "office_clerk")
    (row,) = await lender.list(LENDINGS, q=COOP)
    await lender.act(LENDINGS, row["id"], "offer", people=[{"name": "抽调干部卯", "unit": "范例县国资中心", "rank": "科员", "skill": "finance_audit"}])


async def staff(fed: Federation) -> None:
    clerk = fed.officer(CITY, "office_clerk")
    for name in ("抽调干部子", "抽调干部寅", "抽调干部卯"):
        row = await clerk.wait_for_record(CANDIDATES, lambda row, name=name: str(row["name"]).startswith(name), name)
        await clerk.act(CANDIDATES, row["id"], "choose")
    for office in (SECOND, THIRD):
        (row,) = await clerk.list(SECONDMENTS, q=COOP, contributor=office)
        await clerk.act(SECONDMENTS, row["id"], "issue-letter", report_on=_day(fed), report_at="演示市委巡察办三楼会议室")
        lender = fed.officer(office, "office_clerk")
        lending = await lender.wait_for_record(LENDINGS, lambda row: bool(row["status"] in {"lettered", "released", "joined"}), "抽调函", q=COOP)
        await lender.act(LENDINGS, lending["id"], "release", signed_by="经办人戊", released_on=_day(fed))
        await clerk.wait_for_record(SECONDMENTS, lambda row: bool(row["status"] in {"released", "joined"}), "放行", q=COOP, contributor=office)
        await clerk.act(SECONDMENTS, row["id"], "join", joined_on=_day(fed))
    await clerk.act(TASKS, await _task(fed, CITY, COOP, "staffing"), "form-team", team_name="市委交叉巡察一组", team_leader="组长甲", own_members=2, formed_on=_day(fed))


async def carry_out(fed: Federation) -> None:
    leader = fed.officer(CITY, "team_leader")
    row = await _task(fed, CITY, COOP, "team_formed")
    await leader.act(TASKS, row, "enter", entered_on=_day(fed), ends_on=_day(fed, 45), text="请被巡察党组织做好配合,公布来信来访渠道。")
    await leader.act(TASKS, row, "report", reported_on=_day(fed), clues=3,
                     findings=[{"number": number, "category": category, "statement": statement} for number, category, statement in FINDINGS])
    await leader.act(TASKS, row, "feed-back", fed_back_on=_day(fed), departments=list(COUNTY_DESKS), text="反馈5个方面问题,请两个月内报送整改方案落实情况,集中整改期六个月。")
    await _sign_papers(fed, COUNTY, COOP, 5)
    desk = fed.officer(COUNTY_DESKS[0], "discipline_desk")
    paper = await desk.wait_for_record(PAPERS, lambda row: bool(row["target_name"] == COOP), "反馈意见抄送")
    await desk.act(PAPERS, paper["id"], "sign", signed_by="对口室辛", signed_on=_day(fed))


async def hand_over(fed: Federation) -> None:
    row = await _task(fed, CITY, COOP, "fed_back")
    await fed.officer(CITY, "office_clerk").act(TASKS, row, "hand-over", handed_over_on=_day(fed), clues_note="3件线索按干部管理权限移交纪检监察机关,另行办理。")
    await _sign_papers(fed, COUNTY, COOP, 6)
    host = fed.officer(COUNTY, "rectification_desk")
    assignment = await host.wait_for_record(ASSIGNMENTS, lambda row: bool(row["status"] in {"supervising", "result_reported", "closed"}), "监督整改", q=COOP)
    for step, done, kept, text in (
        ("plan", 0, 0, "县供销社党组整改方案已会审,5个问题24条措施。"), ("progress", 2, 0, "追缴租金28.3万元,补签合同3份。"),
        ("six_month", 4, 0, "集中整改完成4个,仓储资产入账。"), ("evaluation", 4, 1, "评估认定整改到位4个,农资储备长期坚持。"),
    ):
        await host.act(ASSIGNMENTS, assignment["id"], "report", step=step, rectified=done, long_term=kept, text=text)


async def close(fed: Federation) -> None:
    follower = fed.officer(CITY, "rectification_desk")
    row = await _task(fed, CITY, COOP, "result_reported_up")
    for report in range(1, 5):
        await follower.act(TASKS, row, "review", report=report, accepted=True, explanation="认可。")
    await follower.act(TASKS, row, "close", closed_on=_day(fed), summary="5个问题整改到位4个、长期坚持1个,追缴租金41.6万元。")
    clerk = fed.officer(CITY, "office_clerk")
    for person in await clerk.list(CANDIDATES, q=COOP, tab="on_board"):
        await clerk.act(CANDIDATES, person["id"], "appraise", returned_on=_day(fed), appraisal="政治过硬、业务扎实,较好完成任务。")


async def leave_open(fed: Federation) -> None:
    """One just asked for; one, started by the city itself, has a team with an open request for people."""
    await _ask(fed, SECOND, BUILDING, "cross", ["same_level", "repeated"], "工程招投标问题屡查屡犯。", last_inspected_year=2022, findings=11, petitions=7, funds_wan=5600, clues=2)
    clerk = fed.officer(CITY, "office_clerk")
    made = await clerk.create(TASKS, target_name=WATER, wanted_kind="lifted", reasons=["large_funds", "acquaintances"], explanation="水利工程资金量大。", findings=8, petitions=4)
    await _consult(fed, CITY, made["id"], WATER, DESKS, "agree")
    await fed.officer(CITY, "leading_group_head").act(
        TASKS, made["id"], "approve", kind="cross", host=SECOND, contributors=[COUNTY, THIRD], counting_owner=CITY, decided_on=_day(fed), explanation="同意。",
    )
    await clerk.act(TASKS, made["id"], "issue-task", text="巡察小型水库安全和工程采购。", planned_entry_on=_day(fed, 20), planned_end_on=_day(fed, 60))
    for office in (COUNTY, THIRD):
        await clerk.act(TASKS, made["id"], "request-people", contributor=office, skills=["engineering"], wanted=1, begins_on=_day(fed, 20), ends_on=_day(fed, 60))
    await _offer(fed, THIRD, WATER, [{"name": "抽调干部辰", "unit": "试点区住建局", "skill": "engineering", "former_units": "范例县水利局", "left_on": _day(fed, -400)}], known=True)


async def _ask(fed: Federation, office: str, target: str, kind: str, reasons: list[str], explanation: str, **facts: int) -> None:
    director = fed.officer(office, "office_director")
    made = await director.create(REQUESTS, target_name=target, wanted_kind=kind, reasons=reasons, explanation=explanation, **facts)
    await director.act(REQUESTS, made["id"], "propose")


async def _consult(fed: Federation, office: str, row: str, target: str, desks: tuple[str, ...], opinion: str) -> None:
    """Ask the desks, have them answer, conclude."""
    clerk = fed.officer(office, "office_clerk")
    await clerk.act(TASKS, row, "consult", offices=list(desks), question="对提级的必要性和时机有何意见。")
    for desk in desks:
        officer = fed.officer(desk, "org_dept" if "organization" in desk else "discipline_desk")
        asked = await officer.wait_for_record(OPINIONS, lambda _row: True, "会商函", q=target)
        await officer.act(OPINIONS, asked["id"], "sign", signed_by="承办人", signed_on=_day(fed))
        await officer.act(OPINIONS, asked["id"], "answer", opinion=opinion, text="从日常监督掌握情况看,有必要由上级统筹。", replied_by="承办人", replied_on=_day(fed))

    await clerk.wait_for_record(TASKS, lambda found: bool(found["id"] == row and found["opinions"] >= len(desks)), f"{target}会商意见", q=target)
    await clerk.act(TASKS, row, "conclude", summary="会商意见一致。")


async def _offer(fed: Federation, office: str, target: str, people: list[dict[str, Any]], *, known: bool = False) -> None:
    lender = fed.officer(office, "office_clerk")
    row = await lender.wait_for_record(LENDINGS, lambda _row: True, "抽调需求", q=target)
    await lender.act(LENDINGS, row["id"], "sign", signed_by="经办人戊", signed_on=_day(fed))
    await lender.act(LENDINGS, row["id"], "offer", people=people, self_check_known=known)


async def _sign_papers(fed: Federation, office: str, target: str, expected: int = 1) -> None:
    """Sign whatever of a task waits, once all that is expected is there."""
    clerk = fed.officer(office, "office_clerk")

    async def arrived() -> list[dict[str, Any]] | None:
        rows = await clerk.list(PAPERS, q=target)
        return rows if len(rows) >= expected else None

    for row in await wait_for(arrived, f"{office} {target}文书"):
        if row["status"] == "sent":
            await clerk.act(PAPERS, row["id"], "sign", signed_by="经办人戊", signed_on=_day(fed))


async def _task(fed: Federation, office: str, target: str, status: str) -> str:
    """The task on a target, once it has got to `status` (a repeated step finds it further on)."""
    row = await fed.officer(office, "office_clerk").wait_for_record(
        TASKS, lambda row: bool(row["status"] == status or (row["status"] in LATER and status in LATER and LATER.index(row["status"]) > LATER.index(status))),
        f"{target} {status}", q=target,
    )
    return str(row["id"])


def _day(fed: Federation, after: int = 0) -> str:
    return (fed.today + timedelta(days=after)).isoformat()
