"""Forms of the reporting side."""

from uuid import UUID

from pydantic import Field

from nodekit.web.ledger import Form
from shared_schemas.common_issue.v1 import FINDING_TEXT_MAX, FINDINGS_MAX


class ReportForm(Form):
    """Choose findings to tell."""

    addressee: str = Field(title="报送单位", max_length=56)
    findings: list[UUID] = Field(title="问题", min_length=1, max_length=FINDINGS_MAX, description="只列已确认、有去标识表述、尚未报送的问题。")
    round_label: str = Field(default="", title="轮次", max_length=60, description="如:八届三轮")
    note: str = Field(default="", title="说明", max_length=500)


class Wording(Form):
    """One finding's text."""

    finding: UUID = Field(title="问题")
    text: str = Field(title="去标识表述", min_length=4, max_length=FINDING_TEXT_MAX)


class RewordForm(Form):
    """Change the wording before it leaves; the register keeps its own."""

    findings: list[Wording] = Field(title="逐条表述", min_length=1, max_length=FINDINGS_MAX)


class WithdrawForm(Form):
    findings: list[UUID] = Field(title="撤回的问题", min_length=1, max_length=FINDINGS_MAX)
    explanation: str = Field(title="撤回原因", min_length=1, max_length=500)


class EscalationForm(Form):
    """Ask the superior office."""

    title: str = Field(title="共性问题", min_length=2, max_length=120, description="一句话,不写单位和人名")
    category: str = Field(title="问题类别", max_length=8, json_schema_extra={"widget": "select"})
    local_number: str = Field(default="", title="本级共性问题编号", max_length=40, pattern=r"^(CI-[0-9]{4}-[0-9]{3,})?$", description="已在本级立项的填写,如 CI-2026-001")
    units: int = Field(title="涉及单位数", ge=1, le=99_999, json_schema_extra={"unit": "家"})
    statement: str = Field(title="问题表述", min_length=4, max_length=4000, description="去标识;说明本级难以解决的原因")
    wanted: str = Field(title="提请事项", min_length=2, max_length=1000, description="请上级研究解决什么")


class ReasonForm(Form):
    explanation: str = Field(title="原因", min_length=1, max_length=500)
