"""What officers fill in on the issuing side."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from capabilities.shared_list.domain.pasting import COLUMNS
from nodekit.web.ledger import Form
from shared_schemas.shared_list.v1 import BASIS_CHARS_MAX, CONTENT_CHARS_MAX


class BasisForm(Form):
    title: str = Field(title="文件名称", min_length=1, max_length=200)
    serial: str = Field(default="", title="文号", max_length=60)
    issued_by: str = Field(default="", title="印发单位", max_length=80)


class ListForm(Form):
    """Head of a list."""

    title: str = Field(title="清单名称", description="如:八届三轮“3+2”清单", min_length=2, max_length=120)
    kind: str = Field(title="清单类型", description="类型可在“清单类型”中增加", max_length=40, json_schema_extra={"widget": "select"})
    round_label: str = Field(default="", title="届次轮次", description="如:八届三轮;统计采用率时按此归集", max_length=60)
    round: UUID | None = Field(default=None, title="对应轮次", description="本级轮次归档时,该清单自动归档;不选则由人工归档", json_schema_extra={"widget": "select"})
    note: str = Field(default="", title="使用说明", description="随清单一并下发,如“请结合实际参照修改”", max_length=1000)
    basis: list[BasisForm] = Field(default_factory=list, title="依据文件", description="自上而下逐级填写,各级的实施文件都应列出", max_length=10)


class ItemForm(Form):
    """One item."""

    kind: str = Field(title="所属清单", max_length=40, json_schema_extra={"widget": "select"})
    number: str = Field(title="编号", description="本清单内不重复,如 政策-01", min_length=1, max_length=40)
    section: str = Field(default="", title="分节", max_length=100)
    content: str = Field(title="内容", min_length=1, max_length=CONTENT_CHARS_MAX)
    basis: str = Field(default="", title="依据", description="文件名称、文号或条款", max_length=BASIS_CHARS_MAX)
    locked: bool = Field(default=False, title="锁定", description="锁定的条目,下级只能采用,不能修改或删去")
    links: str = Field(default="", title="关联编号", description="问题、责任条目所对应的政策、职能、信息条目编号,用“、”分开", max_length=400)


class PasteForm(Form):
    """Many items at once."""

    text: str = Field(
        title="从表格粘贴",
        min_length=1,
        max_length=400_000,
        description="在 Excel 或 WPS 中选中单元格复制后粘贴。列的顺序:" + "、".join(COLUMNS) + "。首行可为表头;任何一行有误,整批不导入。",
        json_schema_extra={"widget": "textarea"},
    )


class SolicitForm(Form):
    offices: list[str] = Field(title="征求对象", min_length=1, max_length=200, json_schema_extra={"widget": "checkboxes"})
    due_on: date = Field(title="回复期限")
    note: str = Field(default="", title="征求意见说明", max_length=1000)


class OpinionForm(Form):
    note: str = Field(default="", title="审批意见", max_length=300)


class ReasonForm(Form):
    reason: str = Field(title="理由", min_length=2, max_length=500)


class PublishForm(Form):
    offices: list[str] = Field(title="下发单位", min_length=1, max_length=200, json_schema_extra={"widget": "checkboxes"})
    serial: str = Field(default="", title="文号", description="随文印发时填写,如 演巡办〔2026〕7号", max_length=60)
    adapt_due_on: date | None = Field(default=None, title="改编报备期限", description="不填则由各单位自签收之日起按期限规则计算")
    sends_restricted: bool = Field(default=False, title="随文下发信息清单", description="信息清单可能含敏感信息,默认不下发")
    restricted_reason: str = Field(default="", title="下发信息清单的理由", description="勾选上一项时必填", max_length=200)


class NewVersionForm(Form):
    title: str = Field(title="清单名称", min_length=2, max_length=120)
    note: str = Field(default="", title="修订说明", max_length=1000)


class RetireForm(Form):
    note: str = Field(default="", title="归档说明", description="如:本轮巡察已结束", max_length=500)


class UrgeLevel(StrEnum):
    REMIND = "remind"
    URGE = "urge"
    SUPERVISE = "supervise"

    @property
    def label(self) -> str:
        return {"remind": "提醒", "urge": "催办", "supervise": "督办"}[self.value]


class UrgeForm(Form):
    level: UrgeLevel = Field(title="方式", description="提醒→催办→督办,每次都计数并记入时间线")
    note: str = Field(default="", title="内容", max_length=500)


class AdoptProposalForm(Form):
    note: str = Field(default="", title="采纳说明", description="如何体现在清单中", max_length=500)


class DeclineForm(Form):
    reason: str = Field(title="不采纳的理由", description="将告知提出单位", min_length=2, max_length=500)


class CommentForm(Form):
    text: str = Field(title="意见", description="供下级参考,不影响其使用", min_length=2, max_length=1000, json_schema_extra={"widget": "textarea"})


class ExtensionAnswerForm(Form):
    reason: str = Field(default="", title="答复说明", max_length=500)


class KindForm(Form):
    code: str = Field(title="代码", description="小写英文和下划线,如 policy_list;一经使用不能更改", pattern=r"^[a-z][a-z0-9_]{1,39}$", max_length=40)
    title: str = Field(title="名称", min_length=2, max_length=40)
    travels: bool = Field(default=True, title="随文下发", description="不勾选:该类条目默认只留在本单位")
    bundle: bool = Field(default=False, title="成套清单", description="如“3+2”清单,由若干种清单组成")
    note: str = Field(default="", title="说明", max_length=200)


class KindEditForm(Form):
    title: str = Field(title="名称", min_length=2, max_length=40)
    travels: bool = Field(default=True, title="随文下发")
    note: str = Field(default="", title="说明", max_length=200)
