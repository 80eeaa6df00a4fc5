"""Forms of the receiving side."""

from datetime import date
from typing import Literal

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


class ExtensionForm(Form):
    until: date = Field(title="延期至")
    explanation: str = Field(title="延期理由", min_length=2, max_length=500)
