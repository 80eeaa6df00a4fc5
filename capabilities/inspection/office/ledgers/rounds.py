"""Register of rounds: the plan, its organisations and every step to the archive."""

from collections.abc import Mapping, Sequence
from typing import Any

from capabilities.inspection import domain
from capabilities.inspection.office import choices, queries
from capabilities.inspection.office.calendar import round_context
from capabilities.inspection.office.commands import filings, round_steps, rounds
from capabilities.inspection.office.errors import (
    AlreadyThere,
    DateOutOfOrder,
    FindingsOpen,
    NoCurrentTerm,
    NoSuperior,
    RoundClosedToChange,
    RoundNotReady,
    SchemeNotFiled,
    TaskEntered,
    TeamNotReady,
)
from capabilities.inspection.office.forms import rounds as forms
from capabilities.inspection.office.models import Phase, Round, Task, shown, with_counts
from capabilities.inspection.vocabulary import FilingKind, Level, RoundKind
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork
from nodekit.web.ledger import Action, Column, Fact, Filter, Ledger, Related, Tab
from shared_schemas.states import State

VIEW, PLAN, DECIDE, RUN, FILE = "inspection.view", "inspection.plan", "inspection.decide", "inspection.run", "inspection.file"
OPEN_LIST = domain.BEFORE_ENTRY | domain.ON_SITE


def _light(row: Round, uow: UnitOfWork) -> Any:
    return uow.node.deadlines.light(row.due_on, uow.today, done=row.status in {"evaluated", "archived", "voided"})


async def _tasks(uow: UnitOfWork, _officer: Officer, record: Round) -> Sequence[Mapping[str, Any]]:
    return await queries.tasks_of_round(uow, record.id)


async def _teams(uow: UnitOfWork, _officer: Officer, record: Round) -> Sequence[Any]:
    return await queries.list_teams(uow, round_id=record.id)


async def _phases(uow: UnitOfWork, _officer: Officer, record: Round) -> Sequence[Phase]:
    return await queries.list_phases(uow, record.id)


async def _filings(uow: UnitOfWork, _officer: Officer, record: Round) -> Sequence[Any]:
    return await queries.list_filings(uow, record.id)


async def _as_plan(_uow: UnitOfWork, _officer: Officer, record: Round) -> Mapping[str, Any]:
    return {name: getattr(record, name) for name in forms.PlanForm.model_fields}


async def _today(uow: UnitOfWork, _officer: Officer, _record: Round) -> Mapping[str, Any]:
    return {"on": uow.today}


async def _next_number(uow: UnitOfWork, _officer: Officer, _record: None) -> Mapping[str, Any]:
    term = await queries.current_term(uow)
    taken = [row.number for row in await queries.list_rounds(uow, term_id=term.id)] if term else []
    return {"number": max(taken, default=0) + 1, "kind": RoundKind.ROUTINE, "counting_owner": uow.office}


async def _scheme_start(_uow: UnitOfWork, _officer: Officer, record: Round) -> Mapping[str, Any]:
    return {"title": f"{record.name}工作方案"}


async def _report_start(_uow: UnitOfWork, _officer: Officer, record: Round) -> Mapping[str, Any]:
    return {"title": f"{record.name}综合情况报告"}


def _has_waiting_batch(row: Round, _officer: Officer) -> bool:
    return shown(row, "batches_waiting") != 0


def _is_unreported(row: Round, _officer: Officer) -> bool:
    return not shown(row, "reports_filed")


def _due_state(row: Task | Mapping[str, Any]) -> tuple[str, str]:
    entered = row["entered_on"] is not None if isinstance(row, Mapping) else row.entered_on is not None
    return ("已进驻", "purple") if entered else ("待进驻", "grey")


STEPS = (
    Action("draft_scheme", "拟定方案", round_steps.draft_scheme, PLAN, forms.DraftForm, frozenset({"planned"}), initial=_today, tone="primary", raises=(DateOutOfOrder,)),
    Action(
        "file_scheme", "报备方案", filings.file_scheme, FILE, forms.FileForm, frozenset({"scheme_drafted"}), initial=_scheme_start, tone="primary",
        raises=(NoSuperior, AlreadyThere), done="已报送上级,等待签收。",
    ),
    Action(
        "authorise", "授权", round_steps.authorise, DECIDE, forms.AuthoriseForm, frozenset({"scheme_drafted", "scheme_filed"}), initial=_today, tone="primary",
        raises=(SchemeNotFiled, RoundNotReady, TeamNotReady, DateOutOfOrder), done="已授权本轮巡察组。",
    ),
    Action(
        "enter", "进驻", round_steps.enter, RUN, forms.EnterForm, frozenset({"authorised"}), initial=_today, tone="primary",
        raises=(RoundNotReady, DateOutOfOrder), done="已登记进驻。",
    ),
    Action(
        "enter_batch", "批次进驻", round_steps.enter, RUN, forms.EnterForm, domain.ON_SITE, when=_has_waiting_batch, initial=_today,
        raises=(RoundNotReady, DateOutOfOrder),
    ),
    Action("review_midterm", "中期点评", round_steps.review_midterm, DECIDE, forms.MidtermForm, frozenset({"entered"}), initial=_today, raises=(DateOutOfOrder,)),
    Action("end_onsite", "结束现场", round_steps.end_onsite, RUN, forms.EndOnsiteForm, domain.ON_SITE, initial=_today, tone="primary", raises=(RoundNotReady, DateOutOfOrder)),
    Action("extend", "延期", rounds.extend_round, DECIDE, forms.ExtendForm, domain.ON_SITE, raises=(DateOutOfOrder,), done="已延期。"),
    Action("submit_report", "提交报告", round_steps.submit_report, RUN, forms.ReportForm, frozenset({"onsite_ended"}), initial=_today, tone="primary", raises=(DateOutOfOrder,)),
    Action(
        "hear_in_leading_group", "领导小组听取", round_steps.hear_in_leading_group, DECIDE, forms.HearForm, frozenset({"reported"}),
        initial=_today, tone="primary", raises=(DateOutOfOrder,),
    ),
    Action(
        "hear_in_secretary_meeting", "书记专题会听取", round_steps.hear_in_secretary_meeting, DECIDE, forms.HearForm,
        frozenset({"heard_by_leading_group"}), initial=_today, tone="primary", raises=(DateOutOfOrder,),
    ),
    Action(
        "feed_back", "反馈", round_steps.feed_back, DECIDE, forms.FeedBackForm, frozenset({"heard_by_secretary_meeting"}), initial=_today, tone="primary",
        raises=(FindingsOpen, DateOutOfOrder), confirm="反馈后本轮问题全部转入整改,编号和表述不再变动。", done="已反馈,整改期限开始计算。",
    ),
    Action(
        "file_report", "报综合报告", filings.file_report, FILE, forms.FileForm, domain.AFTER_FEEDBACK, when=_is_unreported, initial=_report_start,
        raises=(NoSuperior, AlreadyThere), done="讲话和综合报告已报送上级。",
    ),
    Action("begin_rectification", "进入整改", round_steps.begin_rectification, RUN, forms.StepForm, frozenset({"fed_back"}), initial=_today, tone="primary", raises=(DateOutOfOrder,)),
    Action("evaluate", "整改评估", round_steps.evaluate, DECIDE, forms.EvaluateForm, frozenset({"rectifying"}), initial=_today, tone="primary", raises=(DateOutOfOrder,)),
    Action("archive", "归档", round_steps.archive, PLAN, forms.ArchiveForm, frozenset({"evaluated"}), initial=_today, tone="primary", raises=(DateOutOfOrder,), done="已归档。"),
)
LISTS = (
    Action("add_targets", "增加巡察对象", rounds.add_targets, PLAN, forms.AddTargetsForm, OPEN_LIST, choices={"targets": choices.free_targets}, raises=(RoundClosedToChange,)),
    Action(
        "assign_targets", "分工", rounds.assign_targets, PLAN, forms.AssignForm, OPEN_LIST,
        choices={"team": choices.round_teams, "targets": choices.waiting_targets}, raises=(RoundClosedToChange, TaskEntered), done="已分工。",
    ),
    Action("add_batch", "增设批次", rounds.add_batch, PLAN, forms.BatchForm, OPEN_LIST, raises=(AlreadyThere, DateOutOfOrder, RoundClosedToChange)),
    Action(
        "amend", "修改计划", rounds.amend_round, PLAN, forms.PlanForm, domain.BEFORE_ENTRY, choices={"counting_owner": choices.offices}, initial=_as_plan,
        raises=(AlreadyThere, DateOutOfOrder, RoundClosedToChange),
    ),
    Action(
        "remove_target", "移出对象", rounds.remove_target, PLAN, forms.RemoveTargetForm, OPEN_LIST, choices={"target": choices.waiting_targets},
        tone="danger", raises=(RoundClosedToChange, TaskEntered),
    ),
    Action("void", "作废", rounds.void_round, DECIDE, forms.VoidRoundForm, domain.BEFORE_ENTRY, tone="danger", confirm="作废后本轮对象和巡察组一并释放,确认作废?", done="已作废。"),
)

TASK_COLUMNS = (
    Column("target", "巡察对象", value=lambda row, _uow: row["target"]),
    Column("batch", "批次", value=lambda row, _uow: f"第{domain.chinese_number(row['batch'])}批" if row["batch"] else ""),
    Column("team", "巡察组", value=lambda row, _uow: row["team"] or "未分组"), Column("entered_on", "进驻日期", "date", value=lambda row, _uow: row["entered_on"]),
    Column("findings", "问题(个)", "number", value=lambda row, _uow: row["findings"]), Column("status", "状态", "status", value=lambda row, _uow: _due_state(row)),
)
TEAM_COLUMNS = (
    Column("name", "巡察组"), Column("code", "编号前缀"), Column("members", "人员", "number", value=lambda row, _uow: shown(row, "members_count")),
    Column("targets", "对象", "number", value=lambda row, _uow: shown(row, "targets_count")), Column("authorised_on", "授权日期", "date"),
    Column("status", "状态", "status", value=lambda row, _uow: domain.TEAM.states[row.status]),
)
PHASE_COLUMNS = (
    Column("state", "环节", value=lambda row, _uow: domain.ROUND.label(row.state)), Column("on", "日期", "date"), Column("document", "文号"),
    Column("note", "说明", wide=True), Column("officer_name", "登记人"),
)
FILING_COLUMNS = (
    Column("kind", "报备", value=lambda row, _uow: FilingKind.label_of(row.kind)), Column("document", "文号"), Column("recipient", "报送", "office"),
    Column("sent_at", "报送时间", "datetime"), Column("status", "状态", "status", value=lambda row, _uow: _filing_state(row.status)), Column("remarks", "指导意见", wide=True),
)


def _filing_state(code: str) -> State:
    return domain.FILING.states[code]


ROUNDS = Ledger(
    capability="inspection", key="rounds", title="轮次", model=Round, machine=domain.ROUND, permission=VIEW, name=lambda row: row.name, scope=with_counts,
    order_by=("-created_at",),
    help="从计划、方案、报备、授权到反馈、整改、归档,按环节办理;每个环节留存日期和文号。",
    columns=(
        Column("name", "轮次", "link", wide=True), Column("kind", "方式", "tags", value=lambda row, _uow: [(RoundKind.label_of(row.kind), "blue" if row.kind == "routine" else "purple")]),
        Column("targets_count", "对象", "number", value=lambda row, _uow: shown(row, "targets_count")),
        Column("findings_count", "问题", "number", value=lambda row, _uow: shown(row, "findings_count")),
        Column("entered_on", "进驻", "date"), Column("onsite_ended_on", "现场结束", "date", hidden=True), Column("fed_back_on", "反馈", "date"),
        Column("counting_owner", "统计归口", "office", hidden=True), Column("topic", "专项主题", hidden=True),
        Column("planned_entry_on", "计划进驻", "date", hidden=True), Column("planned_end_on", "计划结束", "date", hidden=True),
        Column("villages_extended", "延伸村(社区)", "number", hidden=True),
        Column("due_on", "下一环节期限", "date", hidden=True), Column("light", "下一环节", "light", value=_light, sortable=False), Column("status", "状态", "status"),
    ),
    filters=(Filter("q", "关键字", columns=("name", "topic")), Filter("kind", "方式", "choice", choices=RoundKind.choices()), Filter("entered_on", "进驻日期", "date_range")),
    tabs=(
        Tab("prepare", "准备", lambda model: model.status.in_(domain.BEFORE_ENTRY)), Tab("onsite", "现场", lambda model: model.status.in_(domain.ON_SITE)),
        Tab("report", "汇报反馈", lambda model: model.status.in_(domain.REGISTRATION_OPEN - domain.ON_SITE)),
        Tab("rectify", "整改", lambda model: model.status.in_(("fed_back", "rectifying", "evaluated"))), Tab("archived", "已归档", lambda model: model.status == "archived"),
    ),
    create=Action(
        "create", "列入计划", rounds.plan_round, PLAN, forms.PlanForm, choices={"counting_owner": choices.offices}, initial=_next_number, tone="primary",
        raises=(NoCurrentTerm, AlreadyThere, DateOutOfOrder), done="已列入计划,请增加巡察对象并组建巡察组。",
    ),
    actions=(*STEPS, *LISTS),
    facts=(
        Fact("name", "轮次"), Fact("term", "届次", value=lambda row, _uow: row.term.name), Fact("kind", "方式", value=lambda row, _uow: RoundKind.label_of(row.kind)),
        Fact("topic", "专项主题"), Fact("counting_owner", "统计归口单位", "office"),
        Fact("counting_level", "问题计数口径", value=lambda row, _uow: Level.label_of(row.counting_level)),
        Fact("planned", "计划现场时间", value=lambda row, _uow: f"{row.planned_entry_on or '未定'} 至 {row.planned_end_on or '未定'}"),
        Fact("villages_extended", "延伸村(社区)", "number"), Fact("light", "下一环节", "light", value=_light), Fact("due_why", "期限说明", "long"),
        Fact("report_urged", "上级催报(次)", "number"), Fact("basis_documents", "依据文件", "long", value=lambda row, _uow: ";".join(row.basis_documents)),
    ),
    related=(
        Related("巡察对象", TASK_COLUMNS, _tasks, link=lambda row: f"/inspection/targets/{row['target_id']}", empty="尚未确定巡察对象,请“增加巡察对象”。"),
        Related("巡察组", TEAM_COLUMNS, _teams, link=lambda row: f"/inspection/teams/{row.id}", empty="尚未组建巡察组。"),
        Related("环节记录", PHASE_COLUMNS, _phases, empty="还没有办理环节。"),
        Related("向上报备", FILING_COLUMNS, _filings, link=lambda row: f"/inspection/filings/{row.id}", empty="还没有报备。"),
    ),
    detail_template="inspection.office/round.html",
    detail_context=round_context,
)
