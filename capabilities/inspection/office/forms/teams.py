"""Forms of teams: members, declarations, rulings."""

from datetime import date
from uuid import UUID

from pydantic import Field

from capabilities.inspection.office.forms.targets import DOCUMENT_MAX, REASON_MAX
from capabilities.inspection.vocabulary import InterestKind, Role
from nodekit.web.ledger import Form

OVERRIDE_REASON = Field(default="", title="仍须安排的理由", max_length=REASON_MAX, description="仅在命中回避、领导小组认定无需回避时填写,由有决定权的岗位办理")
OVERRIDE_DOCUMENT = Field(default="", title="认定文号", max_length=DOCUMENT_MAX)


class TeamForm(Form):
    """A team for one round."""

    round: UUID = Field(title="轮次")
    number: int = Field(title="组号", ge=1, le=99)
    name: str = Field(default="", title="名称", max_length=60, description="不填则为“第N巡察组”")
    code: str = Field(
        title="问题编号前缀", min_length=2, max_length=20, pattern=r"^[A-Z0-9-]+$", description="大写字母、数字,如:YL-01;问题编号为 YL-01-001 起"
    )


class MemberForm(Form):
    person: UUID | None = Field(default=None, title="从回避档案选取", description="已建档的直接选取,不再填姓名和单位,并按档案核查回避", json_schema_extra={"widget": "select"})
    name: str = Field(default="", title="姓名", max_length=60, description="未建档的填写")
    role: Role = Field(title="职务(组内)")
    unit: str = Field(default="", title="工作单位", max_length=80, description="未建档的填写")
    rank: str = Field(default="", title="职务职级", max_length=40)
    username: str = Field(default="", title="本系统账号", max_length=60, description="有账号的填写,本人只能看到本组问题")
    joined_on: date = Field(title="到组日期")
    override_reason: str = OVERRIDE_REASON
    override_document: str = OVERRIDE_DOCUMENT


class RemoveMemberForm(Form):
    member: UUID = Field(title="人员")
    left_on: date = Field(title="离组日期")
    reason: str = Field(title="原因", min_length=2, max_length=REASON_MAX // 2, description="如:回避、工作调整")


class InterestForm(Form):
    kind: InterestKind = Field(title="回避类型")
    place: str = Field(title="单位或地方", min_length=2, max_length=80, description="地域回避填乡镇(街道)或县(市、区),其余填单位全称")
    until_on: date | None = Field(default=None, title="离任日期", description="只在任职回避中填写")


class DeclareForm(Form):
    """A signed recusal declaration. An empty list says: nothing to declare."""

    member: UUID = Field(title="申报人")
    declared_on: date = Field(title="签署日期")
    interests: list[InterestForm] = Field(
        default_factory=list, title="申报事项", max_length=50, description="本人任职经历、籍贯地、公务往来,配偶及直系亲属工作单位;无申报事项的留空"
    )


class RuleForm(Form):
    """The leading group decides that a declared interest does no harm."""

    member: UUID = Field(title="人员")
    target: UUID = Field(title="巡察对象")
    decided_on: date = Field(title="认定日期")
    document: str = Field(title="认定文号", min_length=2, max_length=DOCUMENT_MAX)
    reason: str = Field(title="认定理由", min_length=2, max_length=REASON_MAX)


class AuthoriseTeamForm(Form):
    on: date = Field(title="授权日期")
    document: str = Field(title="授权任职决定文号", min_length=2, max_length=DOCUMENT_MAX)


class DisbandForm(Form):
    reason: str = Field(title="撤组原因", min_length=2, max_length=REASON_MAX)
