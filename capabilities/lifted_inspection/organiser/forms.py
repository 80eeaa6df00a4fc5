"""What officers of the organising office fill in."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from capabilities.lifted_inspection.common.forms import KindCode, WishForm
from capabilities.lifted_inspection.domain import words
from nodekit.web.ledger import Form
from shared_schemas.lifted_inspection.common import CANDIDATES_MAX, FINDINGS_MAX, OFFICES_MAX, SHORT_MAX, SKILLS_MAX, TEXT_MAX

OfficeName = Annotated[str, Field(max_length=56)]
Offices = Annotated[list[OfficeName], Field(max_length=OFFICES_MAX)]
SkillCodes = Annotated[list[words.Skill], Field(max_length=SKILLS_MAX, json_schema_extra={"labels": words.Skill.labels(), "widget": "checkboxes"})]


class InitiateForm(WishForm):
    """A task this office starts by itself."""

    target_name: str = Field(title="党组织名称", min_length=2, max_length=120)


class ConsultForm(Form):
    offices: Annotated[list[OfficeName], Field(min_length=1, max_length=OFFICES_MAX)] = Field(title="会商单位", json_schema_extra={"widget": "checkboxes"})
    question: str = Field(default="", title="征求意见事项", max_length=SHORT_MAX)


class RecordOpinionForm(Form):
    """An opinion given on paper or in a meeting."""

    office: OfficeName = Field(title="会商单位")
    opinion: words.Opinion = Field(title="意见", json_schema_extra={"labels": words.Opinion.labels(), "widget": "radio"})
    text: str = Field(title="意见内容", min_length=2, max_length=SHORT_MAX)
    replied_by: str = Field(title="答复人", min_length=1, max_length=60)
    replied_on: date = Field(title="答复日期")


class ConcludeForm(Form):
    summary: str = Field(title="会商结论", min_length=2, max_length=SHORT_MAX)
    missing_reason: str = Field(default="", title="未答复说明", max_length=200, description="有单位未答复而先行的,写明原因")


class ApproveForm(Form):
    kind: KindCode = Field(title="组织方式")
    host: OfficeName = Field(title="属地巡察办", description="被巡察党组织所在地")
    contributors: Offices = Field(default_factory=list, title="抽调单位", json_schema_extra={"widget": "checkboxes"})
    counting_owner: OfficeName = Field(title="统计归口单位", description="任务只由该单位统计一次")
    decided_on: date = Field(title="审批日期")
    explanation: str = Field(default="", title="批复意见", max_length=TEXT_MAX)


class DeclineForm(Form):
    decided_on: date = Field(title="审批日期")
    explanation: str = Field(title="理由", min_length=2, max_length=TEXT_MAX)


class DeferForm(DeclineForm):
    revisit_on: date = Field(title="再议日期")


class EscalateForm(Form):
    opinion: str = Field(title="提请意见", min_length=2, max_length=SHORT_MAX)
    wanted_kind: KindCode = Field(title="建议方式")


class TaskBookForm(Form):
    text: str = Field(title="任务内容", min_length=2, max_length=TEXT_MAX)
    planned_entry_on: date = Field(title="计划进驻")
    planned_end_on: date = Field(title="计划结束")


class PeopleForm(Form):
    contributor: OfficeName = Field(title="抽调单位")
    skills: SkillCodes = Field(default_factory=list, title="专业要求")
    wanted: int = Field(title="人数", ge=1, le=CANDIDATES_MAX)
    begins_on: date = Field(title="开始日期")
    ends_on: date = Field(title="结束日期")
    note: str = Field(default="", title="说明", max_length=SHORT_MAX)


class TeamForm(Form):
    team_name: str = Field(title="巡察组名称", min_length=2, max_length=60)
    team_leader: str = Field(title="组长", min_length=1, max_length=60)
    own_members: int = Field(default=0, title="本单位人员", ge=0, le=99, json_schema_extra={"unit": "名"})
    formed_on: date = Field(title="组队日期")


class EnterForm(Form):
    entered_on: date = Field(title="进驻日期")
    ends_on: date = Field(title="计划结束日期")
    text: str = Field(default="", title="通知内容", max_length=TEXT_MAX)


class FindingForm(Form):
    number: str = Field(title="编号", min_length=1, max_length=40)
    category: str = Field(title="类别", pattern=r"^[A-Z][0-9](\.[0-9]{1,2})?$", max_length=12, description="如 F2.4")
    statement: str = Field(title="问题表述", min_length=2, max_length=SHORT_MAX)


class ReportForm(Form):
    reported_on: date = Field(title="报告日期")
    findings: list[FindingForm] = Field(title="发现问题", min_length=1, max_length=FINDINGS_MAX)
    clues: int = Field(default=0, title="线索", ge=0, le=9999, description="只填件数;线索另按线索移交办理", json_schema_extra={"unit": "件"})


class FeedBackForm(Form):
    """Dual feedback: the organisation and its committee always get a copy."""

    fed_back_on: date = Field(title="反馈日期")
    text: str = Field(title="反馈意见", min_length=2, max_length=TEXT_MAX)
    departments: Offices = Field(default_factory=list, title="另送有关部门", description="被巡察党组织和属地党委必送", json_schema_extra={"widget": "checkboxes"})


class HandOverForm(Form):
    handed_over_on: date = Field(title="移交日期")
    clues_note: str = Field(default="", title="线索移交说明", max_length=SHORT_MAX, description="如:3件按干部管理权限移交纪检监察机关,另行办理")


class ReviewForm(Form):
    report: int = Field(title="整改上报", ge=1, le=999)
    accepted: bool = Field(default=True, title="认可")
    explanation: str = Field(default="", title="意见", max_length=SHORT_MAX)


class CloseForm(Form):
    closed_on: date = Field(title="办结日期")
    summary: str = Field(default="", title="成果摘要", max_length=SHORT_MAX)


class UrgeForm(Form):
    step: Literal["urge", "supervise"] = Field(default="urge", title="方式", json_schema_extra={"labels": {"urge": "催办", "supervise": "督办"}, "widget": "radio"})
    text: str = Field(default="", title="内容", max_length=SHORT_MAX)


class ExtensionForm(Form):
    granted: bool = Field(title="同意延期")
    until: date | None = Field(default=None, title="延至", description="不填则按申请日期")


class LetterForm(Form):
    """抽调函."""

    report_on: date = Field(title="报到日期")
    report_at: str = Field(title="报到地点", min_length=2, max_length=120)


class JoinForm(Form):
    joined_on: date = Field(title="到岗日期")


class ReplaceForm(Form):
    explanation: str = Field(title="原因", min_length=2, max_length=SHORT_MAX)
    replacement: bool = Field(default=True, title="请对方另行推荐")


class DeclareForm(Form):
    """A line added to the signed declaration, e.g. at the mobilisation meeting."""

    kind: words.InterestKind = Field(title="回避类型", json_schema_extra={"labels": words.InterestKind.labels()})
    place: str = Field(title="单位或地方", min_length=2, max_length=80)
    until: date | None = Field(default=None, title="离任日期", description="只在任职回避中填写")


class AppraiseForm(Form):
    returned_on: date = Field(title="返回日期")
    appraisal: str = Field(title="鉴定意见", min_length=2, max_length=SHORT_MAX)


class ResendForm(Form):
    text: str = Field(title="更正后正文", min_length=2, max_length=TEXT_MAX)
