"""Forms of findings."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from pydantic import Field

from capabilities.inspection.domain import HANDLERS_MIN
from capabilities.inspection.office.forms.targets import DOCUMENT_MAX, REASON_MAX
from capabilities.inspection.vocabulary import Level
from nodekit.web.ledger import Form

STATEMENT_MAX = 4_000
NUMBER_PATTERN = r"^[A-Z0-9-]{3,30}$"


class FindingBody(Form):
    """What a finding says."""

    title: str = Field(title="问题摘要", min_length=2, max_length=80, description="一句话,不写人名,如:固定资产账实不符")
    category: str = Field(title="问题类别", max_length=20, json_schema_extra={"widget": "select"})
    cross_tags: list[str] = Field(default_factory=list, title="交叉标签", max_length=11)
    statement: str = Field(title="问题表述", min_length=4, max_length=STATEMENT_MAX, description="写清时间、事项、数据、依据;一事一条")
    deidentified: str = Field(
        default="", title="去标识表述", max_length=STATEMENT_MAX, description="不出现单位和人员名称,用于共性问题分析和向上报告;可在确认前补填"
    )
    amount_yuan: Decimal | None = Field(default=None, title="涉及金额", ge=0, max_digits=16, decimal_places=2, json_schema_extra={"unit": "元"})
    handlers: list[str] = Field(title="经办人", min_length=HANDLERS_MIN, max_length=10, description="每行一人,至少两人")


class FindingPlace(Form):
    """Where a finding belongs; fixed once it is registered."""

    team: UUID = Field(title="巡察组", json_schema_extra={"widget": "select"})
    target: UUID = Field(title="被巡察党组织", json_schema_extra={"widget": "select"})
    number: str = Field(default="", title="问题编号", max_length=30, description="不填则按巡察组前缀自动编号")
    level: Level = Field(default=Level.INSTANCE, title="层级", description="归类与具体表现只在一个层级计数")
    group: UUID | None = Field(default=None, title="所属归类", description="具体表现归入本轮已登记的归类时选择", json_schema_extra={"widget": "select"})


class FindingForm(FindingBody, FindingPlace):
    """A problem found by a team at one organisation. The place comes first on the page."""


class AmendForm(FindingBody):
    """Correct a finding before it is confirmed."""


class ReviewForm(Form):
    opinion: str = Field(default="", title="审核意见", max_length=REASON_MAX)


class ReturnForm(Form):
    opinion: str = Field(title="退回意见", min_length=2, max_length=REASON_MAX)


class ConfirmForm(Form):
    on: date = Field(title="确认日期")
    confirmation: str = Field(title="事实确认单", min_length=2, max_length=DOCUMENT_MAX, description="编号或签字情况;未签字的注明原因")
    deidentified: str = Field(title="去标识表述", min_length=4, max_length=STATEMENT_MAX, description="不出现单位和人员名称")


class ReclassifyForm(Form):
    category: str = Field(title="调整后类别", max_length=20, json_schema_extra={"widget": "select"})
    reason: str = Field(title="调整理由", min_length=2, max_length=REASON_MAX)


class CloseForm(Form):
    on: date = Field(title="销号日期")
    opinion: str = Field(title="验收意见", min_length=2, max_length=REASON_MAX)


class VoidFindingForm(Form):
    opinion: str = Field(title="作废原因", min_length=2, max_length=REASON_MAX, description="编号不再使用")
