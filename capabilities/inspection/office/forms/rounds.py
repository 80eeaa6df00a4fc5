"""Forms of rounds: the plan, its organisations, and what every step asks for."""

from datetime import date
from uuid import UUID

from pydantic import Field

from capabilities.inspection.office.forms.targets import DOCUMENT_MAX, REASON_MAX
from capabilities.inspection.office.forms.teams import OVERRIDE_DOCUMENT, OVERRIDE_REASON
from capabilities.inspection.vocabulary import Level, RoundKind
from nodekit.web.ledger import Form

NOTE_MAX = 2_000
CONTENT_MAX = 20_000


class PlanForm(Form):
    """A round of the term or annual plan."""

    number: int = Field(title="轮次", ge=1, le=999, description="本届内的序号,如:3")
    kind: RoundKind = Field(title="巡察方式")
    name: str = Field(default="", title="名称", max_length=80, description="不填则按届次和轮次生成,如:八届县委第三轮巡察")
    topic: str = Field(default="", title="专项主题", max_length=200, description="专项、机动巡察填写")
    planned_entry_on: date | None = Field(default=None, title="计划进驻日期")
    planned_end_on: date | None = Field(default=None, title="计划结束日期")
    counting_owner: str = Field(default="", title="统计归口单位", max_length=56, description="提级、交叉、联动巡察由组织方统计;不选即本单位")
    counting_level: Level = Field(default=Level.INSTANCE, title="问题计数口径", description="一轮只按一个层级计数")
    basis_documents: list[str] = Field(default_factory=list, title="依据文件", max_length=20, description="每行一件,自上级到本级")
    villages_extended: int = Field(default=0, title="延伸巡察村(社区)数", ge=0, le=100_000)


class ExtendForm(Form):
    planned_end_on: date = Field(title="调整后的结束日期")
    reason: str = Field(title="延期原因", min_length=2, max_length=REASON_MAX)
    document: str = Field(default="", title="批准文号", max_length=DOCUMENT_MAX)


class BatchForm(Form):
    number: int = Field(title="批次", ge=1, le=99)
    planned_entry_on: date = Field(title="计划进驻日期")
    planned_end_on: date = Field(title="计划结束日期")


class AddTargetsForm(Form):
    targets: list[UUID] = Field(title="巡察对象", min_length=1, max_length=300, description="灰色括注为本届已巡察情况")
    batch_number: int | None = Field(default=None, title="批次", ge=1, le=99, description="不分批的不填")


class AssignForm(Form):
    team: UUID = Field(title="巡察组")
    targets: list[UUID] = Field(title="巡察对象", min_length=1, max_length=300)
    override_reason: str = OVERRIDE_REASON
    override_document: str = OVERRIDE_DOCUMENT


class RemoveTargetForm(Form):
    target: UUID = Field(title="移出对象")
    reason: str = Field(title="原因", min_length=2, max_length=REASON_MAX)


class StepForm(Form):
    """What every step of a round asks for."""

    on: date = Field(title="日期")
    document: str = Field(default="", title="文号", max_length=DOCUMENT_MAX)
    note: str = Field(default="", title="说明", max_length=NOTE_MAX)


class DraftForm(StepForm):
    on: date = Field(title="方案拟定日期")
    document: str = Field(title="方案文号或标题", min_length=2, max_length=DOCUMENT_MAX)
    consulted: str = Field(title="会商单位", min_length=2, max_length=200, description="巡察对象应与纪检监察机关、组织部门会商")
    note: str = Field(default="", title="监督重点和任务分工", max_length=NOTE_MAX)


class FileForm(Form):
    """A scheme or report to be filed with the superior office."""

    title: str = Field(title="标题", min_length=2, max_length=120)
    document: str = Field(title="文号", min_length=2, max_length=DOCUMENT_MAX)
    content: str = Field(
        title="主要内容", min_length=2, max_length=CONTENT_MAX, description="只填工作安排和综合情况,不写具体人员和线索;不得填写涉密内容"
    )


class AuthoriseForm(StepForm):
    on: date = Field(title="授权日期")
    document: str = Field(title="授权任职决定文号", min_length=2, max_length=DOCUMENT_MAX, description="一次一授权;将同时授权本轮全部巡察组")


class EnterForm(StepForm):
    on: date = Field(title="进驻日期")
    batch_number: int | None = Field(default=None, title="进驻批次", ge=1, le=99, description="分批的填写;不分批的不填")
    notified_on: date = Field(title="进驻通知日期", description="一般提前10日通知被巡察党组织")
    document: str = Field(title="进驻通知文号", min_length=2, max_length=DOCUMENT_MAX)
    announced_on: date | None = Field(default=None, title="公告日期")
    mobilised_on: date | None = Field(default=None, title="动员会日期")


class MidtermForm(StepForm):
    on: date = Field(title="中期点评日期")
    comments: int = Field(title="点评问题(个)", ge=0, le=9_999)
    note: str = Field(default="", title="点评意见", max_length=NOTE_MAX)


class EndOnsiteForm(StepForm):
    on: date = Field(title="现场结束日期")
    villages_extended: int = Field(default=0, title="延伸巡察村(社区)数", ge=0, le=100_000)


class ReportForm(StepForm):
    on: date = Field(title="报告提交日期")
    document: str = Field(title="巡察报告文号", min_length=2, max_length=DOCUMENT_MAX)
    thematic: int = Field(default=0, title="专题报告(份)", ge=0, le=999)
    principal_profiles: int = Field(default=0, title="“一把手”情况反映材料(份)", ge=0, le=999)


class HearForm(StepForm):
    on: date = Field(title="会议日期")
    document: str = Field(title="会议纪要文号", min_length=2, max_length=DOCUMENT_MAX)
    instructions: int = Field(default=0, title="作出批示要求(次)", ge=0, le=999)


class FeedBackForm(StepForm):
    on: date = Field(title="反馈日期")
    document: str = Field(title="反馈意见文号", min_length=2, max_length=DOCUMENT_MAX)
    manner: str = Field(default="集中反馈", title="反馈方式", max_length=60, description="集中反馈、一对一反馈、双反馈等")


class EvaluateForm(StepForm):
    on: date = Field(title="评估日期")
    document: str = Field(title="评估报告文号", min_length=2, max_length=DOCUMENT_MAX)


class ArchiveForm(StepForm):
    on: date = Field(title="归档日期")
    document: str = Field(title="归档目录号", min_length=2, max_length=DOCUMENT_MAX)


class VoidRoundForm(Form):
    reason: str = Field(title="作废原因", min_length=2, max_length=REASON_MAX)
    document: str = Field(default="", title="批准文号", max_length=DOCUMENT_MAX)
