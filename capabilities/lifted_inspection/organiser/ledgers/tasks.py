"""The register of tasks: one record from the wish to the close."""

from typing import Any

from capabilities.inspection import register
from capabilities.lifted_inspection.common.columns import facts_text, reasons_text
from capabilities.lifted_inspection.common.forms import ExplainForm, SignForm
from capabilities.lifted_inspection.common.papers import sign_initial
from capabilities.lifted_inspection.domain import words
from capabilities.lifted_inspection.domain.machines import DECIDED_FOR, TASK, TASK_LINE, UNDECIDED, VOIDABLE
from capabilities.lifted_inspection.domain.rules import counts_here
from capabilities.lifted_inspection.organiser import errors, forms, permissions, queries
from capabilities.lifted_inspection.organiser.commands import carrying, deciding, results, staffing
from capabilities.lifted_inspection.organiser.ledgers import choices
from capabilities.lifted_inspection.organiser.models import Task
from capabilities.lifted_inspection.organiser.views import board
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork
from nodekit.web.ledger import Action, Column, Fact, Filter, Ledger, Related, Tab

P = permissions
SUPERVISING = frozenset({"rectification_supervised_locally"})
RESULTS = SUPERVISING | {"result_reported_up"}


def light(row: Task, uow: UnitOfWork) -> Any:
    done = TASK.states[row.status].final or row.status == "result_reported_up"
    return uow.node.deadlines.light(row.due_on, uow.today, done=done)


def _kind(row: Task, _uow: UnitOfWork) -> str:
    return words.Kind.label_of(row.kind)


def _marks(row: Task, uow: UnitOfWork) -> list[tuple[str, str]]:
    found = [("自主发起", "blue")] if row.origin == uow.office else []
    found += [("逐级提请", "purple")] if row.chain else []
    found += [("督办", "red")] if row.supervised else []
    found += [("申请延期", "amber")] if row.extension == "requested" else []
    return found + ([] if counts_here(row.counting_owner, uow.office) else [("由上级统计", "grey")])


def _contributors(row: Task, uow: UnitOfWork) -> str:
    return "、".join(uow.node.directory.name(office) for office in row.contributors)


def _chain(row: Task, uow: UnitOfWork) -> str:
    steps = [f"{uow.node.directory.name(row.requester)}申请"]
    steps += [f"{uow.node.directory.name(link['office'])}提请({link['on']} {link['document_number']}:{link['opinion']})" for link in row.chain]
    return " → ".join(steps)


def _waits_above(row: Task, _officer: Officer) -> bool:
    return row.escalated_to is not None and row.decision_number is not None and row.above_signed_on is None


async def _consultations(uow: UnitOfWork, _officer: Officer, row: Task) -> Any:
    return await queries.consultations(uow, row.id)


async def _findings(uow: UnitOfWork, _officer: Officer, row: Task) -> Any:
    return await queries.findings(uow, row.id)


async def _reports(uow: UnitOfWork, _officer: Officer, row: Task) -> Any:
    return await queries.reports(uow, row.id)


DECIDING = (
    Action("sign", "签收申请", deciding.sign, P.HANDLE, SignForm, frozenset({"proposed"}), initial=sign_initial, tone="primary", done="已签收,回执已发出。"),
    Action("consult", "发起会商", deciding.consult, P.HANDLE, forms.ConsultForm, frozenset({"signed", "consulting", "deferred"}),
           when=lambda row, _officer: row.escalated_to is None, choices={"offices": choices.desks}, tone="primary",
           raises=(errors.AskedAlready,), done="会商函已发出。"),
    Action("record_opinion", "录入会商意见", deciding.record_opinion, P.HANDLE, forms.RecordOpinionForm, frozenset({"consulting"}), choices={"office": choices.desks}),
    Action("conclude", "完成会商", deciding.conclude, P.HANDLE, forms.ConcludeForm, frozenset({"consulting"}), tone="primary",
           raises=(errors.NobodyConsulted, errors.OpinionsOutstanding), done="会商完成,可提交审批。"),
    Action("approve", "批准", deciding.approve, P.DECIDE, forms.ApproveForm, frozenset({"consulted"}), tone="primary", initial=choices.approve_initial,
           choices={"host": choices.below, "contributors": choices.below, "counting_owner": choices.counters}, raises=(errors.WrongOffices,), done="已批准,批复已发出。"),
    Action("defer", "暂缓", deciding.defer, P.DECIDE, forms.DeferForm, frozenset({"consulted"}), initial=choices.decide_initial, done="已暂缓,批复已发出。"),
    Action("escalate", "提请上级", deciding.escalate, P.DECIDE, forms.EscalateForm, frozenset({"consulted"}), initial=choices.escalate_initial,
           raises=(errors.NoSuperior,), confirm="连同会商结论提请上级巡视巡察办决定,确认提请?", done="已提请上级。"),
    Action("sign_above", "签收上级批复", deciding.sign_above, P.HANDLE, SignForm, when=_waits_above, initial=sign_initial, tone="primary"),
    Action("decline", "不予同意", deciding.decline, P.DECIDE, forms.DeclineForm, frozenset({"consulted", "deferred"}),
           when=lambda row, _officer: row.escalated_to is None, initial=choices.decide_initial, tone="danger"),
    Action("return", "退回申请", deciding.send_back, P.HANDLE, ExplainForm, frozenset({"proposed", "signed"}),
           when=lambda row, _officer: row.request_number is not None, tone="danger", done="已退回。"),
)
CARRYING = (
    Action("issue_task", "下达任务书", carrying.issue_task, P.HANDLE, forms.TaskBookForm, frozenset({"approved"}), tone="primary", raises=(errors.DatesReversed,),
           done="任务书已送属地和抽调单位。"),
    Action("request_people", "提出抽调需求", staffing.request_people, P.STAFF, forms.PeopleForm, frozenset({"tasked", "staffing", "entered"}),
           when=lambda row, _officer: bool(row.contributors), choices={"contributor": choices.contributors},
           raises=(errors.NotAContributor, errors.DatesReversed), done="抽调需求已发出。"),
    Action("form_team", "组队", carrying.form_team, P.STAFF, forms.TeamForm, frozenset({"tasked", "staffing"}), tone="primary", raises=(errors.TeamIncomplete,),
           done="已组队,可以进驻。"),
    Action("enter", "进驻", carrying.enter, P.CARRY, forms.EnterForm, frozenset({"team_formed"}), tone="primary",
           raises=(errors.TeamIncomplete, errors.DatesReversed), done="进驻通知已发出。"),
    Action("report", "提交报告", carrying.report, P.CARRY, forms.ReportForm, frozenset({"entered"}), tone="primary", raises=(errors.FindingsDiffer,)),
    Action("feed_back", "双反馈", carrying.feed_back, P.CARRY, forms.FeedBackForm, frozenset({"reported"}), choices={"departments": choices.departments}, tone="primary",
           confirm="反馈意见送被巡察党组织、属地党委和所选部门,逐份签收。", done="反馈意见已发出。"),
    Action("hand_over", "移交清单", carrying.hand_over, P.CARRY, forms.HandOverForm, frozenset({"fed_back"}), tone="primary",
           confirm="问题清单移交属地监督整改;线索只列件数,另按线索移交办理。", done="移交清单已发出,等待属地签收。"),
    Action("review", "审核整改上报", results.review, P.FOLLOW, forms.ReviewForm, RESULTS, choices={"report": choices.open_reports}, raises=(errors.NothingToReview,)),
    Action("decide_extension", "答复延期", results.decide_extension, P.FOLLOW, forms.ExtensionForm, SUPERVISING,
           when=lambda row, _officer: row.extension == "requested", tone="primary", raises=(errors.NothingToReview,)),
    Action("urge", "催办督办", results.urge, P.FOLLOW, forms.UrgeForm, SUPERVISING, done="已发出。"),
    Action("close", "办结", carrying.close, P.FOLLOW, forms.CloseForm, frozenset({"result_reported_up"}), tone="primary", raises=(errors.ResultNotAccepted,), done="已办结。"),
    Action("void", "作废", carrying.void, P.DECIDE, ExplainForm, VOIDABLE, when=lambda row, _officer: row.request_number is None or row.outcome is not None, tone="danger",
           confirm="作废后通知属地和抽调单位,编号保留。"),
)

TASKS = Ledger(
    capability="lifted_inspection", key="tasks", title="提级、交叉、联动任务台账", model=Task, machine=TASK, permission=P.VIEW, process=TASK_LINE,
    name=lambda row: f"{words.Kind.label_of(row.kind)} {row.target_name}", detail_template="lifted_inspection.organiser/task.html", detail_context=board,
    help="下级申请或本级自主发起的提级、交叉、联动、一体巡察。一个任务只由统计归口单位统计一次。",
    columns=(
        Column("target_name", "被巡察党组织", "link", wide=True), Column("kind", "方式", value=_kind), Column("marks", "标记", "tags", value=_marks, sortable=False),
        Column("requester", "申请单位", "office"), Column("host", "属地", "office", hidden=True), Column("contributors", "抽调单位", value=_contributors, sortable=False, hidden=True),
        Column("decision_number", "批复文号"), Column("entered_on", "进驻", "date"), Column("fed_back_on", "反馈", "date", hidden=True),
        Column("findings", "问题(个)", "number", hidden=True), Column("clues", "线索(件)", "number", hidden=True), Column("counting_owner", "统计归口", "office", hidden=True),
        Column("light", "期限", "light", value=light, sortable=False), Column("urged", "被催办(次)", "number", hidden=True), Column("status", "状态", "status"),
    ),
    filters=(
        Filter("q", "党组织/文号", "text", ("target_name", "request_number", "decision_number", "task_number")),
        Filter("kind", "方式", "choice", ("kind",), choices=words.Kind.choices()), Filter("requester", "申请单位", "office", ("requester",)),
        Filter("host", "属地", "office", ("host",)), Filter("entered_on", "进驻日期", "date_range", ("entered_on",)),
    ),
    tabs=(
        Tab("sign", "待签收", lambda model: model.status == "proposed"), Tab("decide", "会商审批", lambda model: model.status.in_(sorted(UNDECIDED | {"deferred", "escalated"}))),
        Tab("staffing", "组队", lambda model: model.status.in_(("approved", "tasked", "staffing", "team_formed"))),
        Tab("site", "巡察实施", lambda model: model.status.in_(("entered", "reported", "fed_back", "handed_over"))),
        Tab("results", "整改监督", lambda model: model.status.in_(sorted(RESULTS))),
        Tab("done", "已办结", lambda model: model.status.in_([code for code, state in TASK.states.items() if state.final])),
    ),
    create=Action("initiate", "自主发起", deciding.initiate, P.HANDLE, forms.InitiateForm, done="已立项,请发起会商。"),
    actions=(*DECIDING, *CARRYING),
    facts=(
        Fact("target_name", "被巡察党组织"), Fact("kind", "方式", value=_kind), Fact("marks", "标记", "tags", value=_marks), Fact("request_number", "申请文号"),
        Fact("chain", "申请经过", "long", value=_chain), Fact("reasons", "提级理由", value=reasons_text),
        Fact("facts", "对象情况", "long", value=lambda row, _uow: facts_text(row.facts)), Fact("explanation", "情况说明", "long"),
        Fact("signed_by", "申请签收人"), Fact("signed_on", "申请签收", "date"), Fact("consult_why", "会商期限", "long"), Fact("opinions", "会商意见", "number", value=lambda row, _uow: (row.opinions, "份")), Fact("consulted_on", "会商完成", "date"),
        Fact("decision_number", "批复文号"), Fact("decided_by", "决定单位", "office"), Fact("decided_on", "批复日期", "date"), Fact("decision_text", "批复意见", "long"),
        Fact("revisit_on", "再议日期", "date"), Fact("decision_signed_by", "批复签收人"), Fact("decision_signed_on", "批复签收", "date"),
        Fact("escalated_to", "提请单位", "office"), Fact("above_signed_by", "上级批复签收人"),
        Fact("organiser", "组织单位", "office", value=lambda row, uow: uow.office if row.status in DECIDED_FOR else row.escalated_to),
        Fact("host", "属地", "office"), Fact("contributors", "抽调单位", value=_contributors), Fact("counting_owner", "统计归口单位", "office"),
        Fact("task_number", "任务书文号"), Fact("planned_entry_on", "计划进驻", "date"), Fact("planned_end_on", "计划结束", "date"), Fact("team_name", "巡察组"),
        Fact("team_leader", "组长"), Fact("own_members", "本单位人员", "number", value=lambda row, _uow: (row.own_members, "名")), Fact("formed_on", "组队日期", "date"),
        Fact("entered_on", "进驻日期", "date"), Fact("report_number", "报告文号"), Fact("reported_on", "报告日期", "date"),
        Fact("findings", "发现问题", "number", value=lambda row, _uow: (row.findings, "个")), Fact("clues", "线索(另行移交)", "number", value=lambda row, _uow: (row.clues, "件")),
        Fact("feedback_number", "反馈文号"), Fact("fed_back_on", "反馈日期", "date"), Fact("hand_over_number", "移交清单"), Fact("clues_note", "线索移交说明", "long"),
        Fact("result_due_on", "结果上报期限", "date"), Fact("result_why", "期限说明", "long"),
        Fact("rectified", "已整改", "number", value=lambda row, _uow: (row.rectified, "个")), Fact("long_term", "长期坚持", "number", value=lambda row, _uow: (row.long_term, "个")),
        Fact("result_urged", "催办(次)", "number"), Fact("extension_until", "延期至", "date"), Fact("closed_on", "办结日期", "date"), Fact("summary", "成果摘要", "long"),
        Fact("light", "期限", "light", value=light),
    ),
    related=(
        Related("会商意见", (
            Column("office", "会商单位", "office"), Column("document_number", "文号"), Column("due_on", "期限", "date"), Column("signed_by", "签收人"),
            Column("opinion", "意见", value=lambda row, _uow: words.Opinion.label_of(row.opinion) if row.opinion else None), Column("text", "内容", wide=True),
            Column("replied_by", "答复人"), Column("replied_on", "答复日期", "date"),
        ), _consultations, empty="尚未会商。"),
        Related("发现问题", (Column("number", "编号"), Column("category", "类别", value=lambda row, _uow: f"{row.category} {register.category_label(row.category)}"), Column("statement", "问题表述", wide=True)), _findings, empty="报告提交后列出。"),
        Related("属地整改上报", (
            Column("number", "序号", "number"), Column("step", "类别", value=lambda row, _uow: words.Step.label_of(row.step)), Column("reported_on", "日期", "date"),
            Column("findings", "问题", "number"), Column("rectified", "已整改", "number"), Column("long_term", "长期坚持", "number"), Column("text", "情况", wide=True),
            Column("reported_by", "报送人"), Column("status", "审核", value=lambda row, _uow: {"sent": "待审核", "accepted": "已认可", "redo": "需补充"}[row.status]),
        ), _reports, empty="属地签收移交清单后上报。"),
    ),
)
