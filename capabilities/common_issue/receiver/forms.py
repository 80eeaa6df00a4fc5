"""Forms of the receiving side."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import Field

from capabilities.common_issue.common.columns import CountsForm
from capabilities.common_issue.domain.words import RETURN_REASONS
from nodekit.web.ledger import Form


class SignForm(Form):
    signed_by: str = Field(title="签收人", min_length=1, max_length=60)


class ReturnForm(Form):
    reason: Literal["wrong_addressee", "missing_annex", "unclear", "other"] = Field(title="退回原因", json_schema_extra={"labels": {**RETURN_REASONS}})
    explanation: str = Field(title="说明", min_length=1, max_length=500)


class PlanForm(Form):
    text: str = Field(title="首次报告", min_length=4, max_length=4000, description="责任人、措施、步骤和时限;不写具体单位和人员名称")
    replied_by: str = Field(title="报告人", min_length=1, max_length=60)


class ProgressForm(CountsForm):
    text: str = Field(title="治理进展", min_length=4, max_length=4000, description="不写具体单位和人员名称")
    replied_by: str = Field(title="报告人", min_length=1, max_length=60)


class ResultForm(CountsForm):
    text: str = Field(title="办理结果", min_length=4, max_length=4000, description="一函一报:含自查、整改、建章立制情况;不写具体单位和人员名称")
    document_number: str = Field(default="", title="报告文号", max_length=40)
    replied_by: str = Field(title="报告人", min_length=1, max_length=60)


class PassOnForm(Form):
    """转发: the superior's circular to the offices beside and below, in one step."""

    addressees: list[str] = Field(default_factory=list, title="转发单位", max_length=60, description="已接入系统的部门和单位,转发后由其在系统内签收、报送。")
    units: list[UUID] = Field(default_factory=list, title="纸质送达单位", max_length=300, description="未接入系统的单位,列入转发件主送栏,打印送达。")
    requirement: str = Field(default="", title="本级要求", max_length=1000, description="附在上级要求之后;去标识")
    reply_due_on: date = Field(title="报送期限", description="应早于上级要求的终报期限,留出汇总时间")


class ExtensionForm(Form):
    until: date = Field(title="延期至")
    explanation: str = Field(title="延期理由", min_length=2, max_length=500)
