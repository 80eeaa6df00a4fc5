"""Forms of terms, targets and meetings."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

from capabilities.inspection import uscc
from capabilities.inspection.vocabulary import Affiliation, MeetingKind, OrgKind, Sector
from nodekit.web.ledger import Form

DOCUMENT_MAX = 120
REASON_MAX = 400
Document = Annotated[str, Field(title="文号", max_length=DOCUMENT_MAX, description="如:样巡办〔2026〕7号")]
"""A document number as printed; may be empty where a form gives it a default."""


def _good_uscc(code: str) -> str:
    if code and (wrong := uscc.problem(code)):
        raise ValueError(wrong)
    return code


Uscc = Annotated[str, AfterValidator(_good_uscc)]


class TermForm(Form):
    """A new committee term."""

    number: int = Field(title="届数", ge=1, le=99, description="如:8")
    name: str = Field(title="名称", min_length=2, max_length=60, description="如:八届县委")
    started_on: date = Field(title="起始日期")
    planned_end_on: date = Field(title="预计届满日期", description="用于推算全覆盖进度")


class EndTermForm(Form):
    ended_on: date = Field(title="换届日期")


class TargetForm(Form):
    """An organisation to be inspected."""

    name: str = Field(title="党组织名称", min_length=2, max_length=80, description="全称,如:样例县教育局党组")
    kind: OrgKind = Field(title="组织形式")
    sector: Sector = Field(title="系统(行业)")
    affiliation: Affiliation = Field(title="干部管理权限")
    uscc: Uscc = Field(default="", title="依托单位统一社会信用代码", max_length=18, description="18位;党组织自身没有代码的,填所在单位的,可不填")
    place: str = Field(default="", title="所在地", max_length=60, description="乡镇(街道),用于地域回避核查,可不填")
    tags: str = Field(default="", title="业务标签", max_length=200, description="以顿号或空格分隔,如:民生、工程")
    in_scope: bool = Field(default=True, title="列入本届全覆盖任务")
    key_target: bool = Field(default=False, title="重点对象", description="权力集中、资金密集、资源富集的部门和单位")
    valid_from: date = Field(title="设立日期", description="不详的填本届起始日期")
    note: str = Field(default="", title="备注", max_length=1000)


class RenameForm(Form):
    name: str = Field(title="新名称", min_length=2, max_length=80)
    kind: OrgKind = Field(title="组织形式")
    on: date = Field(title="更名日期")
    document: Document = ""


class MergeForm(Form):
    into: UUID = Field(title="并入", description="请先登记合并后的党组织", json_schema_extra={"widget": "select"})
    on: date = Field(title="合并日期")
    document: Document = ""


class AbolishForm(Form):
    on: date = Field(title="撤销日期")
    document: Document = ""
    reason: str = Field(title="原因", min_length=2, max_length=REASON_MAX)


class MeetingForm(Form):
    """A meeting of the committee on inspection work."""

    kind: MeetingKind = Field(title="会议类别")
    held_on: date = Field(title="会议日期")
    document: Document = Field(default="", title="纪要文号", max_length=DOCUMENT_MAX)
    subject: str = Field(title="议题", min_length=2, max_length=200)
    instructions: int = Field(default=0, title="作出批示要求(次)", ge=0, le=999)


class VoidForm(Form):
    reason: str = Field(title="原因", min_length=2, max_length=REASON_MAX)

