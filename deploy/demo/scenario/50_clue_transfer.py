"""Clues: sealed, sent, signed for, returned and sent again, disposed of, fed back, closed; one stub for a cadre managed above."""  # noqa: N999 - stages are numbered

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from deploy.demo.canary import Secret
from deploy.demo.scenario.client import Client
from deploy.demo.scenario.story import Federation

TITLE = "问题线索移交、处置与反馈"
ISSUED, STUBS, RECEIVED, ANNOUNCED = "/clue-transfer/issued", "/clue-transfer/stubs", "/clue-transfer/received", "/clue-transfer/announced"
COUNTY, SECOND, THIRD, CITY = "990121-inspection", "990122-inspection", "990103-inspection", "990100-inspection"
ROUND = "八届三轮"


@dataclass(frozen=True)
class Case:
    """One fictional clue. Persons are placeholders; the statement doubles as the text nobody else may ever hold."""

    serial: str
    office: str
    statement: str
    matter: str = "conduct"
    person: str = "被反映人A"
    position: str = "某站负责人"
    source: str = "个别谈话"
    urgent: bool = False

    @property
    def team(self) -> str:
        return self.serial.rpartition("-X")[0]

    @property
    def desk(self) -> str:
        kind = "organization" if self.matter in {"selection", "duty_performance"} else "discipline"
        return f"{self.office.partition('-')[0]}-{kind}"

    def report(self) -> dict[str, Any]:
        return {
            "team": self.team, "round_label": ROUND, "matter": self.matter, "cadre_tier": "city" if self.office == CITY else "county", "urgent": self.urgent,
            "person": self.person, "position": self.position, "statement": self.statement, "source": self.source,
            "evidence": [{"title": "谈话记录2份", "pages": 6, "kept_by": f"{self.team}组"}, {"title": "账册复印件", "pages": 18, "kept_by": f"{self.team}组"}],
            "excluded_persons": [],
        }


CASES = tuple(
    Case(*row)
    for row in (
        ("YL-01-X01", COUNTY, "反映下坪村道路硬化工程拆分标段、收受施工方好处费约3.2万元。", "duty_crime", "被反映人甲一", "下坪村党支部书记", "查阅资料", True),
        ("YL-01-X02", COUNTY, "反映某单位两名股级干部提任未经民主推荐、考察材料事后补签。", "selection", "被反映人甲二", "某单位党组成员"),
        ("YL-01-X03", COUNTY, "反映柳湾社区五间门面长期由亲属低价承租、少交租金2.4万元。", "conduct", "被反映人甲三", "柳湾社区主任", "信访举报"),
        ("YL-01-X04", COUNTY, "反映青山镇公益岗位安排本人近亲属并领取补助。", "discipline", "被反映人甲四", "青山镇某办主任"),
        ("YL-01-X05", COUNTY, "反映公益林补贴到账后滞留镇财政专户四个月、挪作接待支出。", "conduct", "被反映人甲五", "青山镇财政所负责人", "个别谈话", True),
        ("YL-01-X07", COUNTY, "反映水稻保险承保面积虚增四百二十亩、套取保费补贴。", "conduct", "被反映人甲六", "某农技站站长"),
        ("YL-01-X08", COUNTY, "反映学校食堂采购由负责人亲属长期供货、价格高于市场。", "discipline", "被反映人甲七", "某学校负责人"),
        ("FL-01-X01", SECOND, "反映三座小型水库巡查记录系年底集中补填、巡查经费照领。", "conduct", "被反映人乙一", "某水管站站长"),
        ("FL-01-X02", SECOND, "反映八笔公务接待无公函、超标准列支一万二千元。", "conduct", "被反映人乙二", "某单位办公室主任"),
        ("FL-01-X03", SECOND, "反映医院重复收取检查费后未及时退费、私设账外账。", "discipline", "被反映人乙三", "某科室负责人"),
        ("SD-01-X01", THIRD, "反映公益岗位六人与社区干部系近亲属且长期不到岗。", "conduct", "被反映人丙一", "某社区书记"),
        ("SD-01-X02", THIRD, "反映征地补偿登记弄虚作假、多报青苗面积。", "duty_crime", "被反映人丙二", "某街道征迁办副主任"),
        ("YS-01-X01", CITY, "反映国资公司门面招租未公开、低于评估价出租给特定关系人。", "discipline", "被反映人丁一", "某国资运营公司中层正职"),
    )
)
LATE = ("YL-01-X08", "SD-01-X02", "YS-01-X01")
"""Found last: their time limits are still running."""
UNAPPROVED, UNSIGNED, RETURNED = "YL-01-X08", "YL-01-X04", "YL-01-X03"
DISPOSITIONS = {
    "YL-01-X01": "preliminary_verification", "YL-01-X02": "talk_inquiry", "YL-01-X05": "preliminary_verification", "YL-01-X07": "shelved",
    "FL-01-X01": "talk_inquiry", "FL-01-X03": "closed_no_action", "SD-01-X01": "talk_inquiry",
}
SECRETS = tuple(Secret(case.statement, frozenset()) for case in CASES)
"""Readable nowhere: the bus carries them sealed, both ends store them encrypted."""


EARLY_CASES, LATE_CASES = [case for case in CASES if case.serial not in LATE], [case for case in CASES if case.serial in LATE]


async def play(fed: Federation) -> None:
    await fed.step("各地巡察组登记线索,上级管理干部只登记存根", register_reports, ago=77)
    await fed.step("组内审核、领导小组审批", review_and_approve, ago=70)
    await fed.step("封装编号,密封移交", seal_and_send, ago=70)
    await fed.step("上级管理干部线索送纸件", hand_paper_over, ago=70)
    await fed.step("受理机关签收,一件退回", sign_or_return, ago=70)
    await fed.step("补正后原编号重新移交", send_again, ago=63)
    await fed.step("编号、分办、处置", dispose, ago=49)
    await fed.step("办理进展", report_progress, ago=35)
    await fed.step("反馈办理情况", feed_back, ago=21)
    await fed.step("新登记一批线索,两件移交", send_late_ones, ago=14)
    await fed.step("新移交的线索签收", sign_late_ones, ago=10)
    await fed.step("核实反馈、办结、催办", verify_close_and_urge, ago=7)


async def register_reports(fed: Federation) -> None:
    """In the order of the numbers: X06 is the stub."""
    ids = {}
    for case in EARLY_CASES:
        if case.serial == "YL-01-X07":
            stub = await fed.officer(COUNTY, "team_leader").create(STUBS, team="YL-01", cadre_tier="city")
            ids[str(stub["serial"])] = stub["id"]
        ids.update([await _register(fed, case)])
    fed.remember("clues", ids)


async def _register(fed: Federation, case: Case) -> tuple[str, str]:
    clue = await fed.officer(case.office, "team_leader").create(ISSUED, **case.report())
    return str(clue["serial"]), str(clue["id"])


async def review_and_approve(fed: Federation) -> None:
    for case in EARLY_CASES:
        await _review(fed, case)
        await _approve(fed, case)


async def _review(fed: Federation, case: Case) -> None:
    await _act(fed, case, "team_leader", "review", minutes_on=_today(fed))


async def _approve(fed: Federation, case: Case) -> None:
    await _act(fed, case, "office_director", "approve", approval_number=f"巡审{case.serial}", approved_on=_today(fed))


async def seal_and_send(fed: Federation) -> None:
    for case in EARLY_CASES:
        await _send(fed, case)


async def _send(fed: Federation, case: Case) -> None:
    await _act(fed, case, "office_clerk", "seal", handed_over_by="经办人戊")
    await _act(fed, case, "office_clerk", "send")


async def hand_paper_over(fed: Federation) -> None:
    stub = fed.recall("clues")["YL-01-X06"]
    await fed.officer(COUNTY, "team_leader").act(STUBS, stub, "hand-over", handed_over_on=_today(fed), handed_over_by="巡察组组长甲")
    desk = fed.officer("990100-discipline", "discipline_intake")
    paper = await desk.wait_for_record(ANNOUNCED, lambda row: bool(row["serial"] == "YL-01-X06"), "存根送达")
    await desk.act(ANNOUNCED, paper["id"], "receive", received_on=_today(fed), received_by="案管室庚")


async def sign_or_return(fed: Federation) -> None:
    for case in EARLY_CASES:
        if case.serial == UNSIGNED:
            continue
        if case.serial == RETURNED:
            desk, clue = await _at_desk(fed, case, "delivered")
            await desk.act(RECEIVED, clue, "return", reason="missing_annex", explanation="证据索引第2项未附,请补齐后再送。")
        else:
            await _sign(fed, case)
    await _wait(fed, next(case for case in CASES if case.serial == RETURNED), "returned")


async def _sign(fed: Federation, case: Case) -> None:
    desk, clue = await _at_desk(fed, case, "delivered")
    await desk.act(RECEIVED, clue, "sign", signed_by="案管室庚" if "discipline" in case.desk else "干部监督科壬")


async def send_late_ones(fed: Federation) -> None:
    """One waits for its approval."""
    ids = dict(fed.recall("clues"))
    for case in LATE_CASES:
        ids.update([await _register(fed, case)])
    fed.remember("clues", ids)
    for case in LATE_CASES:
        await _review(fed, case)
        if case.serial != UNAPPROVED:
            await _approve(fed, case)
            await _send(fed, case)


async def sign_late_ones(fed: Federation) -> None:
    for case in LATE_CASES:
        if case.serial != UNAPPROVED:
            await _sign(fed, case)


async def send_again(fed: Federation) -> None:
    case = next(case for case in CASES if case.serial == RETURNED)
    body = {key: value for key, value in case.report().items() if key in {"person", "position", "statement", "source", "excluded_persons"}}
    evidence = [{"title": "谈话记录2份", "pages": 6, "kept_by": "YL-01组"}, {"title": "租赁合同复印件5份(补附)", "pages": 25, "kept_by": "YL-01组"}]
    await _act(fed, case, "team_leader", "correct", **body, evidence=evidence)
    await _act(fed, case, "office_clerk", "seal", handed_over_by="经办人戊")
    await _act(fed, case, "office_clerk", "send")
    desk, clue = await _at_desk(fed, case, "delivered again")
    await desk.act(RECEIVED, clue, "sign", signed_by="案管室庚")


async def dispose(fed: Federation) -> None:
    for case in CASES:
        if case.serial not in DISPOSITIONS and case.serial not in {RETURNED, "FL-01-X02"}:
            continue
        desk, clue = await _at_desk(fed, case, "signed")
        handler = _handler(fed, case)
        await desk.act(RECEIVED, clue, "number")
        await desk.act(RECEIVED, clue, "assign", handler=(await handler.get("/api/session"))["officer_id"])
        if case.serial in DISPOSITIONS:
            await handler.act(RECEIVED, clue, "propose", disposition=DISPOSITIONS[case.serial], plan="按集体研究意见办理。")
            leader = fed.officer(case.desk, "supervising_leader")
            await leader.act(RECEIVED, clue, "dispose", approval_number=f"纪审{case.serial}", disposed_on=_today(fed))


async def report_progress(fed: Federation) -> None:
    await _report(fed, "YL-01-X05", "file-case", case_filed_on=_today(fed))
    await _report(fed, "YL-01-X05", "progress", case_filed=1, money_recovered="11.3", text="已立案,补贴资金已发放到户,正在审查。")
    await _report(fed, "YL-01-X01", "file-case", case_filed_on=_today(fed))
    await _report(fed, "SD-01-X01", "progress", discipline_persons=1, text="已谈话,继续核查到岗情况。")


async def feed_back(fed: Federation) -> None:
    await _report(fed, "YL-01-X01", "close-case", case_closed_on=_today(fed))
    await _report(fed, "YL-01-X01", "feed-back", case_filed=1, discipline_persons=2, to_judiciary=1, money_recovered="3.2", text="已结案,给予处分2人,移送司法1人。")
    await _report(fed, "YL-01-X02", "feed-back", leaders_adjusted=1, discipline_persons=2, text="已调整班子成员1人,诫勉2人。")
    await _report(fed, "FL-01-X01", "feed-back", discipline_persons=3, text="已批评教育并诫勉3人。")
    await _report(fed, "FL-01-X03", "feed-back", text="经核不构成违纪,予以了结。")


async def verify_close_and_urge(fed: Federation) -> None:
    for serial in ("YL-01-X01", "FL-01-X03"):
        case = next(case for case in CASES if case.serial == serial)
        await _wait(fed, case, "feedback_received")
        await _act(fed, case, "office_clerk", "verify")
        await _act(fed, case, "office_clerk", "close")
    for serial in (UNSIGNED, "YS-01-X01"):
        case = next(case for case in CASES if case.serial == serial)
        await _act(fed, case, "office_clerk", "urge", explanation="请按期办理。")


async def _act(fed: Federation, case: Case, post: str, action: str, **form: Any) -> None:
    """One action of the issuing office."""
    await fed.officer(case.office, post).act(ISSUED, fed.recall("clues")[case.serial], action, **form)


async def _wait(fed: Federation, case: Case, status: str) -> None:
    await fed.officer(case.office, "office_clerk").wait_for_record(ISSUED, lambda row: bool(row["status"] == status), f"{case.serial} {status}", q=case.serial)


async def _at_desk(fed: Federation, case: Case, status: str) -> tuple[Client, str]:
    """The intake officer and the desk's record of a clue, once it stands at `status`. A repeated step finds it further on."""
    desk = fed.officer(case.desk, "org_dept" if "organization" in case.desk else "discipline_intake")
    past = {"delivered": {"delivered", "signed", "returned"}, "delivered again": {"delivered", "signed"}, "signed": {"signed", "numbered", "assigned", "disposition_proposed", "disposed", "shelved"}}[status]
    row = await desk.wait_for_record(RECEIVED, lambda row: bool(row["status"] in past), f"{case.serial} {status}", q=case.serial)
    return desk, str(row["id"])


def _handler(fed: Federation, case: Case) -> Client:
    return fed.officer(case.desk, "org_dept" if "organization" in case.desk else "discipline_desk")


async def _report(fed: Federation, serial: str, action: str, **form: Any) -> None:
    """One action of the desk's handler."""
    case = next(case for case in CASES if case.serial == serial)
    handler = _handler(fed, case)
    (row,) = [row for row in await handler.list(RECEIVED, q=serial) if row["serial"] == serial]
    await handler.act(RECEIVED, row["id"], action, **form)


def _today(fed: Federation) -> str:
    return fed.today.isoformat()
