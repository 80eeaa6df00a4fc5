"""Forms of recusal records and of the mapping between the two classifications."""

from datetime import date
from typing import Self
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from capabilities.inspection.office.forms.targets import DOCUMENT_MAX, REASON_MAX
from capabilities.inspection.vocabulary import InterestKind
from nodekit.web.ledger import Form


class TieForm(Form):
    """One line of a declaration."""

    kind: InterestKind = Field(title="回避类型")
    target: UUID | None = Field(default=None, title="巡察对象", description="在对象库中的从中选择,按对象核查,更名、合并后仍然有效", json_schema_extra={"widget": "select"})
    place: str = Field(default="", title="其他单位或地方", max_length=80, description="不在对象库中的填全称;地域回避填到乡镇(街道)")
    relation: str = Field(default="", title="关系", max_length=60, description="如:配偶、曾任副局长、分管")
    until_on: date | None = Field(default=None, title="离任日期", description="只在任职回避中填写")

    @model_validator(mode="after")
    def _is_somewhere(self) -> Self:
        if self.target is None and not self.place:
            raise PydanticCustomError("tie_nowhere", "请选择巡察对象,或填写单位、地方")
        if self.kind is InterestKind.HOME and self.target is not None:
            raise PydanticCustomError("home_is_a_place", "地域回避填写地方,不选巡察对象")
        return self


class PersonForm(Form):
    """A person and what was declared."""

    name: str = Field(title="姓名", min_length=1, max_length=60)
    unit: str = Field(title="工作单位", min_length=2, max_length=80)
    unit_target: UUID | None = Field(default=None, title="工作单位对应的巡察对象", json_schema_extra={"widget": "select"})
    rank: str = Field(default="", title="职务职级", max_length=40)
    native_place: str = Field(default="", title="籍贯(出生地、成长地)", max_length=60, description="填到乡镇(街道),用于地域回避")
    username: str = Field(default="", title="本系统账号", max_length=60)
    declared_on: date = Field(title="申报签署日期")
    ties: list[TieForm] = Field(default_factory=list, title="申报事项", max_length=50, description="任职经历、公务往来,配偶及直系亲属工作单位;没有的留空")


class LeaveForm(Form):
    reason: str = Field(title="出库原因", min_length=2, max_length=REASON_MAX)


class MappingForm(Form):
    """A group or category counts under another line."""

    code: str = Field(title="三个聚焦类别", max_length=20, json_schema_extra={"widget": "select"}, description="选一级类别,则其下未单独规定的二级类别随之调整")
    implementation: str = Field(title="四个落实", max_length=10, json_schema_extra={"widget": "select"})
    document: str = Field(default="", title="依据文号", max_length=DOCUMENT_MAX)
    reason: str = Field(title="调整理由", min_length=2, max_length=REASON_MAX)
