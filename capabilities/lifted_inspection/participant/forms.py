"""What officers of a participating office fill in."""

from datetime import date

from pydantic import Field

from capabilities.lifted_inspection.domain import words
from nodekit.web.ledger import Form
from shared_schemas.lifted_inspection.common import CANDIDATES_MAX, SHORT_MAX, TEXT_MAX


class PersonForm(Form):
    """One person, one line; several units in a field are separated by 、."""

    name: str = Field(title="姓名", min_length=1, max_length=60)
    unit: str = Field(title="工作单位", min_length=2, max_length=80)
    rank: str = Field(default="", title="职务职级", max_length=40)
    skill: words.Skill = Field(title="专业", json_schema_extra={"labels": words.Skill.labels()})
    home: str = Field(default="", title="籍贯地", max_length=40)
    former_units: str = Field(default="", title="曾任职单位", max_length=200)
    left_on: date | None = Field(default=None, title="离任日期")
    relatives_units: str = Field(default="", title="配偶及直系亲属工作单位", max_length=200)
    duty_units: str = Field(default="", title="公务往来单位", max_length=200)

    def interests(self) -> list[dict[str, str | None]]:
        """The line as a declaration."""
        kinds = words.InterestKind
        until = self.left_on.isoformat() if self.left_on else None
        lines = [(kinds.FORMER_UNIT, self.former_units, until), (kinds.HOME, self.home, None), (kinds.RELATIVE, self.relatives_units, None), (kinds.DUTY, self.duty_units, None)]
        return [
            {"kind": str(kind), "place": place.strip()[:80], "until": day} for kind, units, day in lines for place in units.replace(",", "、").split("、") if place.strip()
        ]


class OfferForm(Form):
    people: list[PersonForm] = Field(title="推荐人选", min_length=1, max_length=CANDIDATES_MAX, description="按本人签署的回避申报表填写")
    self_check_known: bool = Field(default=False, title="已知自查疑点,报组织单位认定")


class ReleaseForm(Form):
    """Signature under the secondment letter."""

    signed_by: str = Field(title="签收人", min_length=1, max_length=60)
    released_on: date = Field(title="放行日期")


class ReportForm(Form):
    step: words.Step = Field(title="上报类别", json_schema_extra={"labels": words.Step.labels(), "widget": "radio"})
    document_number: str = Field(default="", title="报告文号", max_length=40)
    rectified: int = Field(default=0, title="已整改", ge=0, le=99999, json_schema_extra={"unit": "个"})
    long_term: int = Field(default=0, title="长期坚持", ge=0, le=99999, json_schema_extra={"unit": "个"})
    text: str = Field(title="整改情况", min_length=2, max_length=TEXT_MAX)


class ExtensionForm(Form):
    until: date = Field(title="申请延至")
    explanation: str = Field(title="理由", min_length=2, max_length=SHORT_MAX)
