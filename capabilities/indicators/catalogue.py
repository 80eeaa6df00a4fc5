"""The indicator catalogue: code, Chinese name, units in which it is told, formula. Source: docs/domain, D.3, and the figures real offices published.

A node prefers the words of the slice that produces a figure; the catalogue explains numbers that come from elsewhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True)
class Indicator:
    code: str
    name: str
    units: tuple[str, ...]
    """The first is the usual one. Another unit is another number: 件 and 件次 are never added."""
    formula: str


_TEXT = """
coverage_rate|全覆盖率|%|已巡察对象数÷本届全覆盖任务对象数
orgs_inspected|巡察党组织数|个/家|进驻的党组织数,同一组织计一次
rounds_held|轮次数|轮|已进驻的轮次
batches_held|批次数|批|已进驻的批次
villages_covered|延伸巡察村(社区)数|个|延伸巡察的村(社区),同一村计一次
village_coverage_rate|村级覆盖率|%|已巡察村(社区)÷登记村(社区)
village_class_count|村分类数|个|按类别统计
village_profiles|村情档案数|个|建立档案的村(社区)
prefectures_covered|覆盖州(市)数|个|实现州县同步覆盖的市(州)
counties_covered|覆盖县(市、区)数|个|专项覆盖的县级行政区,分母取行政区划表
key_counties_special|专项同步重点县数|个|同步开展专项的重点县
kind_mix|巡察方式构成|%|某种方式的进驻对象数÷全部进驻对象数
linkage_tasks|联动、提级、交叉、一体任务数|个|按类别计数,由统计归口单位计一次
linkage_mix|联动任务方式构成|%|某种方式的任务数÷全部联动任务数,由统计归口单位计一次
linkage_findings|联动任务发现问题|个|当年进驻并已提交报告的联动任务报告所列问题数,由统计归口单位计一次
linkage_decided_ontime|提级申请按期会商率|%|会商期限内完成会商件数÷当年完成会商件数
findings_total|发现问题数|个|已确认问题,按一个对象层级计数
findings_by_focus|问题分类|个|按一级、二级分类计数
findings_per_org|平均发现问题|个/家 个|发现问题数÷巡察党组织数
finding_aspects|问题方面数|个|归纳的问题方面
common_issues|共性问题数|条|已确认的共性问题
livelihood_solved|推动解决民生问题|个|立行立改等民生类事项办结数
petitions_items|信访举报(件)|件 件(次)|去重后的信访件
petitions_times|信访举报(件次)|件次|含重复的信访件次
petition_ratio|信访倍比|倍|本期÷基期
petitions_by_channel|信访渠道构成|%|按渠道
qr_share|扫码占比|%|扫码信访÷全部信访
petitions_in_scope_rate|受理率|%|属受理范围÷收到
clues_transferred|移交问题线索|件|移交并经对方签收的件数
clue_sign_ontime|线索签收及时率|%|期限内签收÷移交
clue_disposed_rate|线索处置率|%|已有处置意见÷移交并签收
clue_by_disposition|四类处置构成|件|谈话函询、初步核实、暂存待查、予以了结
clue_feedback_ontime|线索反馈及时率|%|按期反馈÷应反馈
case_filed|立案|人 件|反馈的累计数
detained|留置|人|反馈的累计数
expelled|双开|人|反馈的累计数
to_judiciary|移送司法|人|反馈的累计数
discipline_persons|党纪政务处分和诫勉|人|反馈的累计数
leaders_adjusted|调整领导班子人员|人|反馈的累计数
money_recovered|收缴挽回资金|万元|反馈的累计数
rectification_rate|整改率|%|验收销号数÷该轮问题数,截至某日
rectification_rate_wide|整改率(含阶段完成)|%|(销号+基本完成+长期坚持)÷问题数
rectification_overdue|整改超期数|个 条|未完成且超过期限
rectification_reopened|反弹(回头看发现)|个|重新打开的问题
rectification_measures_issued|下发整改举措|项|下发数
look_back_findings|回头看发现问题|个|回头看中发现
plan_ontime|方案及时率|%|按期报送÷应报送
report_ontime|报告及时率|%|按期报送÷应报送
central_items_done|中央巡视反馈问题完成|个 %|完成数
province_items_done|省委巡视反馈问题完成|个 %|完成数
legacy_cleared|历史遗留问题清零|个|清零数
immediate_rate|立行立改完成率|%|已改÷提出
joint_conferences|联席会议|次|召开次数
joint_opinions|整改意见|条|提出条数
eval_units|整改评估单位|家 个|评估单位数
eval_grade_mix|评估等次构成|%|按等次
assessed_units|纳入考核单位|家|纳入绩效考核的单位
interviews|约谈|家 人|约谈单位或人数
circulars_naming|通报单位|个 家|被通报单位数
suggestion_letters|巡察建议函|份|发出份数
reply_rate|回复率|%|已回复÷发出
copy_notices|抄告单|份|发出份数
urgent_briefs|要情专报|份|报送份数
briefs|专报|份|报送份数
thematic_reports|专题报告|份|报送份数
ecology_reports|政治生态等报告|篇 份|报告篇数
named_matters_closed|点人点事办结率|%|办结÷交办
special_governance|专项治理|项|专项数
work_tips|工作提示|个 条|发出数
visits|督导次数|次|下沉督导次数
visit_teams|督导组|组 个|派出组数
visit_issues|督导共性问题|条 个|督导发现
visit_opinions|督导意见|条|督导提出
practices|经验做法|条|总结条数
report_adjustments|调整报告定性|条|调整表述条数
review_comments|点评问题|个 条|中期点评问题
office_contacts|联系人|名 人|派出联系人
list_adoption|清单采用构成|%|采用、修改、删去、新增÷上级条目
list_sign_ontime|清单签收及时率|%|期限内签收÷下发
inforeq_reply_rate|信息通报回复率|%|已回复÷提请
leader_meetings|常委会会议|次|研究巡察工作的会议
secretary_meetings|书记专题会议|次|召开次数
instructions|批示要求|次 条|批示数
rules_count|制度条数|条 项|现行制度
pool_size|人才库|人|在库人数
pool_by_skill|人才库构成|人|按专业
posts_staffed|专职职数|名 人|配备职数
cadres_promoted|提拔重用巡察干部|人|提拔重用人数
secondments|抽调人次|人次|抽调
quality_score|质效得分|分|加权得分
promotion_checks|凡提必用查询|人次|答复人次
system_use|系统规范应用率|%|完整记录÷应有记录
exchange_health|联动交换健康度|条|静默、停止、未回执、隔离
exchange_sent|发出件数|件|最近发出的业务交换
exchange_ontime|交换及时率|%|24小时内有回执÷应有回执
"""


@cache
def _table() -> dict[str, Indicator]:
    found = {}
    for line in _TEXT.strip().splitlines():
        code, name, units, formula = line.split("|")
        found[code] = Indicator(code, name, tuple(_units(units)), formula)
    return found


def _units(text: str) -> Iterable[str]:
    """Alternatives are separated by a blank or, where no unit itself has one, a slash."""
    for word in text.split():
        yield from (word,) if word == "个/家" and " " in text else word.split("/")


def indicator(code: str) -> Indicator | None:
    """None for codes a newer office may use and this release does not know."""
    return _table().get(code)


def by_name(text: str) -> Indicator | None:
    """By code or Chinese name, as people write it into a table."""
    return _table().get(text) or next((entry for entry in _table().values() if entry.name == text), None)


def name_of(code: str) -> str:
    known = _table().get(code)
    return known.name if known else code


def all_indicators() -> tuple[Indicator, ...]:
    return tuple(_table().values())


DIMENSION_NAMES = {
    "category": "类别", "disposition": "处置方式", "kind": "方式", "sector": "系统", "decision": "采用情况", "measure": "项目", "peer": "对方", "office": "报送单位", "institutions": "建立制度", "family": "交换类别",
    "talk_inquiry": "谈话函询", "preliminary_verification": "初步核实", "shelved": "暂存待查", "closed_no_action": "予以了结",
    "adopt": "采用", "modify": "修改", "drop": "删去", "add": "新增", "silent": "通道静默", "stopped": "通道停止", "unanswered": "24小时未回执", "quarantined": "隔离待处理",
    "clue_transfer": "线索移交", "shared_list": "清单手册", "inspection": "巡察报备", "common_issue": "共性问题与函件", "lifted_inspection": "提级与交叉巡察",
    "rectification": "整改督办", "petition": "信访转办", "indicators": "指标数据", "information_request": "巡前信息通报", "work_tip": "工作提示", "brief": "专报",
    "supervision_visit": "督导", "talent_pool": "人才库", "promotion_check": "凡提必用", "village_profile": "村情社情", "quality_evaluation": "质效评估",
    "routine": "常规", "special": "专项", "mobile": "机动", "look_back": "回头看", "joint": "上下联动", "cross": "交叉", "lifted": "提级", "integrated": "一体",
}
