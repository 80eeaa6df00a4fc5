"""What officers of a desk fill in."""

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field

from capabilities.clue_transfer.domain import LABELS
from nodekit.web.ledger import Form
from shared_schemas.clue_transfer.v1 import FEEDBACK_TEXT_MAX


class SignForm(Form):
    """The second signature on the hand-over slip."""

    signed_by: str = Field(min_length=1, max_length=60, title="接收方经办人")


class ReturnForm(Form):
    reason: Literal["wrong_addressee", "missing_annex", "unclear_statement", "duplicate", "other"] = Field(
        title="退回原因", json_schema_extra={"labels": dict(LABELS["ReturnReason"])}
    )
    explanation: str = Field(min_length=1, max_length=500, title="具体说明", description="加密送达移出机关。")


class AssignForm(Form):
    handler: str = Field(max_length=60, title="承办人", description="承办人自动列入知悉范围。")


class ProposeForm(Form):
    """The collective study's opinion."""

    disposition: Literal["talk_inquiry", "preliminary_verification", "shelved", "closed_no_action"] = Field(
        title="拟处置方式", json_schema_extra={"labels": dict(LABELS["Disposition"])}
    )
    plan: str = Field(min_length=1, max_length=500, title="处置方案要点", description="加密保存,不外送。")


class ApproveForm(Form):
    approval_number: str = Field(min_length=1, max_length=40, title="审批文号")
    disposed_on: date = Field(title="审批日期")


class ReasonForm(Form):
    explanation: str = Field(min_length=1, max_length=500, title="说明", description="加密保存。")


class CaseFiledForm(Form):
    case_filed_on: date = Field(title="立案日期")


class CaseClosedForm(Form):
    case_closed_on: date = Field(title="结案日期")


class FeedbackForm(Form):
    """Only what the office needs: counts so far, and a few words."""

    case_filed: int = Field(default=0, ge=0, le=9999, title="立案", json_schema_extra={"unit": "人"}, description="各项均填累计数。")
    detained: int = Field(default=0, ge=0, le=9999, title="留置", json_schema_extra={"unit": "人"})
    expelled: int = Field(default=0, ge=0, le=9999, title="双开", json_schema_extra={"unit": "人"})
    to_judiciary: int = Field(default=0, ge=0, le=9999, title="移送司法", json_schema_extra={"unit": "人"})
    discipline_persons: int = Field(default=0, ge=0, le=9999, title="党纪政务处分和诫勉", json_schema_extra={"unit": "人"})
    leaders_adjusted: int = Field(default=0, ge=0, le=9999, title="调整领导班子成员", json_schema_extra={"unit": "人"})
    money_recovered: Decimal = Field(default=Decimal(0), ge=0, max_digits=12, decimal_places=4, title="收缴挽回资金", json_schema_extra={"unit": "万元"})
    text: str = Field(default="", max_length=FEEDBACK_TEXT_MAX, title="情况说明", description="限移出机关需要知道的内容;加密送达。")


class ExtensionForm(Form):
    until: date = Field(title="申请延至")
    explanation: str = Field(min_length=1, max_length=500, title="延期理由", description="加密送达移出机关。")


class InquiryForm(Form):
    """打听案情、过问、说情: registered on the clue."""

    happened_on: date = Field(title="发生日期")
    manner: Literal["call", "visit", "message", "through_others"] = Field(title="方式", json_schema_extra={"labels": dict(LABELS["InquiryManner"])})
    who: str = Field(min_length=1, max_length=120, title="何人(姓名、单位、职务)")
    words: str = Field(min_length=1, max_length=400, title="过问内容")


class PaperForm(Form):
    """The paper behind a stub is on the table."""

    received_on: date = Field(title="收到日期")
    received_by: str = Field(min_length=1, max_length=60, title="收件人")
