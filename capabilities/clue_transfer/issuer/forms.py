"""What officers of the issuing office fill in."""

from datetime import date
from typing import Any, Literal

from pydantic import Field

from capabilities.clue_transfer.domain import LABELS, TIER_LABELS
from nodekit.web.ledger import Form
from shared_schemas.clue_transfer.v1 import EVIDENCE_MAX, EXCLUDED_MAX, STATEMENT_MAX

MatterCode = Literal["discipline", "duty_crime", "conduct", "selection", "duty_performance"]
TierCode = Literal["county", "city", "province"]
_TIERS: dict[str, Any] = {str(tier): label for tier, label in TIER_LABELS.items()}
TEAM = r"^[A-Z]{1,4}-[0-9]{2}$"


class EvidenceRow(Form):
    """One line of the evidence index."""

    title: str = Field(min_length=1, max_length=120, title="材料名称")
    pages: int = Field(default=0, ge=0, le=9999, title="页数")
    kept_by: str = Field(default="", max_length=60, title="原件保管")


class BodyForm(Form):
    """The case content, one person one paper."""

    person: str = Field(min_length=1, max_length=60, title="被反映人", description="一人一表;加密保存,台账不显示。")
    position: str = Field(min_length=1, max_length=120, title="职务")
    statement: str = Field(min_length=1, max_length=STATEMENT_MAX, title="问题表述", description="写清时间、地点、事项、金额和依据。")
    source: str = Field(min_length=1, max_length=200, title="线索来源", description="如个别谈话、查阅资料、信访举报。")
    evidence: list[EvidenceRow] = Field(default_factory=list, max_length=EVIDENCE_MAX, title="证据索引")
    excluded_persons: list[str] = Field(
        default_factory=list, max_length=EXCLUDED_MAX, title="回避人员", description="每行一个姓名或账号,对其隐去本线索;被反映人自动列入。"
    )


class RegisterHead(Form):
    """What decides number and way. Asked first: of a cadre managed above nothing may be written down here."""

    team: str = Field(pattern=TEAM, max_length=20, title="组别代号", description="如 YL-01,编号由系统续排为 YL-01-X05。")
    round_label: str = Field(default="", max_length=60, title="轮次", description="如 八届三轮。")
    cadre_tier: TierCode = Field(
        default="county", title="干部管理权限", description="属上级管理的,请改在“上级管理干部存根”登记。", json_schema_extra={"labels": _TIERS}
    )
    matter: MatterCode = Field(title="反映事项类别", json_schema_extra={"labels": dict(LABELS["Matter"])})
    urgent: bool = Field(default=False, title="优先办理")


class RegisterForm(BodyForm, RegisterHead):
    """A team's clue report, taken into the register. (The last base's fields come first.)"""


class ReviewForm(Form):
    """The team's collective study."""

    minutes_on: date = Field(title="组务会日期")


class ApproveForm(Form):
    """审批表."""

    approval_number: str = Field(min_length=1, max_length=40, title="审批表编号")
    approved_on: date = Field(title="审批日期")


class ReasonForm(Form):
    """Words that are case content themselves: kept encrypted."""

    explanation: str = Field(min_length=1, max_length=500, title="说明", description="加密保存。")


class RerouteForm(ReasonForm):
    """To another body than the rule says; said openly on the record."""

    kind: Literal["discipline", "organization"] = Field(
        title="改派至", json_schema_extra={"labels": {"discipline": "同级纪委监委", "organization": "同级组织部"}}
    )


class SealForm(Form):
    """What goes on the hand-over slip."""

    handed_over_by: str = Field(min_length=1, max_length=60, title="移交方经办人")


class UrgeForm(Form):
    explanation: str = Field(default="", max_length=500, title="催办事由", description="加密送达;可不填。")


class SuperviseForm(Form):
    requirement: str = Field(min_length=1, max_length=500, title="督办要求", description="加密送达。")
    due_on: date = Field(title="督办期限")


class ExtensionForm(Form):
    """Answer to a desk that asks for more time."""

    granted: bool = Field(title="同意延期")
    until: date | None = Field(default=None, title="延至", description="不填则按申请日期。")


class AdmitForm(Form):
    """Take a colleague into the need to know."""

    account: str = Field(max_length=60, title="知悉人员")


class InquiryForm(Form):
    """打听案情、过问、说情: registered on the clue."""

    happened_on: date = Field(title="发生日期")
    manner: Literal["call", "visit", "message", "through_others"] = Field(title="方式", json_schema_extra={"labels": dict(LABELS["InquiryManner"])})
    who: str = Field(min_length=1, max_length=120, title="何人(姓名、单位、职务)")
    words: str = Field(min_length=1, max_length=400, title="过问内容")


class StubForm(Form):
    """A clue about a cadre managed above. There is no field for what it says, on purpose."""

    team: str = Field(pattern=TEAM, max_length=20, title="组别代号", description="如 YL-01,编号与线索连续。")
    cadre_tier: Literal["city", "province"] = Field(title="干部管理权限", json_schema_extra={"labels": _TIERS})


class HandOverForm(Form):
    handed_over_on: date = Field(title="纸件送出日期")
    handed_over_by: str = Field(min_length=1, max_length=60, title="送件人")
