"""Forms that several sides use."""

from datetime import date
from typing import Annotated

from pydantic import Field

from capabilities.lifted_inspection.domain.words import Kind, Reason
from nodekit.web.ledger import Form
from shared_schemas.lifted_inspection.common import REASONS_MAX, SHORT_MAX, TEXT_MAX

ReasonCodes = Annotated[list[Reason], Field(min_length=1, max_length=REASONS_MAX, title="提级理由", json_schema_extra={"labels": Reason.labels(), "widget": "checkboxes"})]
KindCode = Annotated[Kind, Field(json_schema_extra={"labels": Kind.labels()})]


class SignForm(Form):
    """签收: a named person and a day."""

    signed_by: str = Field(title="签收人", min_length=1, max_length=60)
    signed_on: date = Field(title="签收日期")


class ExplainForm(Form):
    explanation: str = Field(title="原因", min_length=2, max_length=SHORT_MAX)


class FactsForm(Form):
    """What is known of the target, in numbers."""

    last_inspected_year: int | None = Field(default=None, title="上次巡察年份", ge=1990, le=2100, description="未巡察过的不填")
    findings: int = Field(default=0, title="以往发现问题", ge=0, le=99999, json_schema_extra={"unit": "个"})
    petitions: int = Field(default=0, title="信访举报", ge=0, le=99999, json_schema_extra={"unit": "件"})
    funds_wan: int = Field(default=0, title="年资金量", ge=0, le=10**9, json_schema_extra={"unit": "万元"})
    clues: int = Field(default=0, title="掌握线索", ge=0, le=99999, description="只填件数,不写线索内容", json_schema_extra={"unit": "件"})
    clues_urgent: int = Field(default=0, title="其中优先办理", ge=0, le=99999, json_schema_extra={"unit": "件"})

    def facts(self) -> dict[str, int | None]:
        names = ("last_inspected_year", "findings", "petitions", "funds_wan", "clues", "clues_urgent")
        return {name: getattr(self, name) for name in names}


class WishHead(Form):
    """Who should be inspected, how, and on which grounds."""

    target_name: str = Field(default="", title="党组织名称", max_length=120)
    wanted_kind: KindCode = Field(title="建议方式")
    reasons: ReasonCodes


class WishForm(FactsForm, WishHead):
    """Why an organisation should be inspected from above. (The last base's fields come first.)"""

    explanation: str = Field(default="", title="情况说明", max_length=TEXT_MAX, description="加密送达;不写线索内容和举报人信息")
