"""Forms of the issuing side."""

from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

from pydantic import Field
from pydantic.config import JsonDict

from capabilities.common_issue.common.columns import CountsForm
from capabilities.common_issue.domain.instruments import KINDS
from nodekit.web.ledger import Form

_SELECT: JsonDict = {"widget": "select"}
_TITLE = Field(title="共性问题", min_length=2, max_length=120, description="一句话,不写单位和人名")
_STATEMENT = Field(title="问题表述", min_length=4, max_length=4000, description="去标识;将用于通报和函件")


class ReasonForm(Form):
    explanation: str = Field(title="原因", min_length=1, max_length=500)


class OpinionForm(Form):
    opinion: str = Field(default="", title="意见", max_length=1000)


class ConfirmForm(Form):
    """The officer agrees; findings may be unticked."""

    title: str = _TITLE
    category: str = Field(title="问题类别", max_length=8, json_schema_extra=_SELECT)
    statement: str = _STATEMENT
    members: list[UUID] = Field(title="列入的问题", max_length=2000, description="不属于该共性问题的去掉勾选,仍留在问题库。")


class MergeForm(Form):
    issue: UUID = Field(title="并入")
    members: list[UUID] = Field(title="列入的问题", max_length=2000)


class IssueForm(Form):
    """An issue found otherwise."""

    title: str = _TITLE
    category: str = Field(title="问题类别", max_length=8, json_schema_extra=_SELECT)
    statement: str = _STATEMENT
    why: str = Field(title="确认依据", min_length=2, max_length=500, description="如:领导小组会议研究确定")
    members: list[UUID] = Field(default_factory=list, title="列入的问题", max_length=2000)


class MembersForm(Form):
    members: list[UUID] = Field(title="列入的问题", min_length=1, max_length=2000)


class RemoveForm(ReasonForm):
    members: list[UUID] = Field(title="移出的问题", min_length=1, max_length=2000)


class MergeIssueForm(Form):
    issue: UUID = Field(title="并入")


class CloseIssueForm(Form):
    summary: str = Field(title="办结说明", min_length=2, max_length=1000)


class LetterText(Form):
    """What a letter says."""

    addressees: list[str] = Field(title="主送", min_length=1, max_length=60)
    title: str = Field(title="标题", min_length=4, max_length=120)
    statement: str = Field(title="问题表述", min_length=4, max_length=4000, description="去标识;写明涉及单位数,不写单位名称")
    typical_case: str = Field(default="", title="典型情况", max_length=2000, description="举一例,用“某单位”")
    requirement: str = Field(title="工作要求", min_length=4, max_length=4000)


class InstrumentForm(LetterText):
    """A new letter."""

    issue: UUID = Field(title="共性问题")
    kind: Literal["circular", "suggestion_letter", "copy_notice", "lifted_rectification"] = Field(
        title="种类", json_schema_extra={"labels": {code: f"{kind.title}({kind.duty})" for code, kind in KINDS.items()}}
    )


class RedraftForm(LetterText):
    """Change it before review."""


class ReplaceForm(LetterText):
    """A newer letter instead of one that is out."""

    explanation: str = Field(title="替代原因", min_length=2, max_length=500, description="印发后告知各主送单位")
    carry_over: bool = Field(default=True, title="已报情况继续有效", description="对方已签收的:首报不再重报,已报数据带入新函件;不选则重新报送。")


class OwnFindingsForm(Form):
    """Findings of this office that are not in the pool yet."""

    findings: list[UUID] = Field(title="本级已确认问题", min_length=1, max_length=500)


class ThresholdForm(Form):
    """When findings make a candidate."""

    units_min: int = Field(title="涉及单位不少于", ge=2, le=999, json_schema_extra={"unit": "家"}, description="同一问题涉及的单位达到此数即列为候选。")
    offices_min: int = Field(title="或报送地区不少于", ge=2, le=99, json_schema_extra={"unit": "个"}, description="或报送的县(市、区)达到此数。")
    similarity_min: Decimal = Field(
        title="文本相似度不低于", ge=Decimal("0.1"), le=Decimal("0.9"), max_digits=3, decimal_places=2,
        description="建议0.22—0.30:低于0.18会把不同问题归在一起,高于0.34会漏掉换了说法的同一问题。",
    )
    reason: str = Field(title="调整理由", min_length=2, max_length=500)


class VoidForm(Form):
    notice: str = Field(title="更正说明", min_length=2, max_length=1000, description="已印发的,将随作废通知发给各主送单位")


class UrgeForm(Form):
    explanation: str = Field(default="", title="催办事由", max_length=500)


class SuperviseForm(Form):
    requirement: str = Field(title="督办要求", min_length=2, max_length=500)
    due_on: date = Field(title="督办期限")


class ExtensionAnswerForm(Form):
    granted: bool = Field(title="同意延期")
    until: date | None = Field(default=None, title="延至", description="不填则按申请日期。")
    explanation: str = Field(default="", title="说明", max_length=500)


class RedoForm(Form):
    opinion: str = Field(title="重办意见", min_length=2, max_length=1000)
    due_on: date = Field(title="重新办理期限")


class CloseCopyForm(Form):
    heard_on: date | None = Field(default=None, title="书记专题会议日期", description="提级整改必填")
    minutes: str = Field(default="", title="会议纪要文号", max_length=60)


class CampaignForm(Form):
    """Special governance."""

    issue: UUID = Field(title="共性问题")
    title: str = Field(title="专项治理名称", min_length=2, max_length=120, description="如:资产清查专项治理")
    lead: str = Field(title="牵头单位", min_length=2, max_length=120)
    scope_note: str = Field(default="", title="范围和安排", max_length=2000)
    launched_on: date = Field(title="部署日期")
    planned_end_on: date = Field(title="计划结束日期")
    outcome_name: str = Field(default="", title="特有成果指标", max_length=40, description="如:补录资产")
    outcome_unit: str = Field(default="", title="成果单位", max_length=10, description="如:件")


class CampaignCountsForm(CountsForm):
    outcome_count: int = Field(default=0, ge=0, le=99_999_999, title="特有成果数", description="如补录资产件数,累计")
    note: str = Field(default="", title="阶段情况", max_length=500)


class TakeUpForm(Form):
    title: str = _TITLE
    statement: str = _STATEMENT
    guidance: str = Field(default="", title="告知下级", max_length=2000)


class MergeIncomingForm(Form):
    issue: UUID = Field(title="并入")
    guidance: str = Field(default="", title="告知下级", max_length=2000)


class GuidanceForm(Form):
    guidance: str = Field(title="指导意见", min_length=4, max_length=2000)
