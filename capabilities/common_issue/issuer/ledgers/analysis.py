"""Registers of the analysis: the pool of findings, candidates, what was analysed when, and the thresholds."""

from collections.abc import Mapping, Sequence
from typing import Any

from capabilities.common_issue.common.identifying import NamesSomebody
from capabilities.common_issue.domain import states, words
from capabilities.common_issue.issuer import choices, errors, forms, permissions, queries, views
from capabilities.common_issue.issuer.commands import judging, setting
from capabilities.common_issue.issuer.commands.detecting import thresholds
from capabilities.common_issue.issuer.ledgers.cells import by_category, category, spread, unit_mark
from capabilities.common_issue.issuer.models import Analysis, Candidate, PooledFinding, ThresholdSetting
from capabilities.inspection import register
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork
from nodekit.web.ledger import Action, Column, Fact, Filter, Ledger, Related, Tab


async def _candidate_findings(uow: UnitOfWork, _officer: Officer, row: Candidate) -> Sequence[Any]:
    return await queries.candidate_findings(uow, row.id)


async def _analysis_context(uow: UnitOfWork, officer: Officer) -> Mapping[str, Any]:
    """The last look and the thresholds, above the list."""
    return {
        "last": await queries.find_last_analysis(uow), "limits": views.limits_text(await thresholds(uow)), "set_by_hand": await queries.find_setting(uow) is not None,
        "may_judge": officer.may(permissions.JUDGE), "may_set": officer.may(permissions.SET), "waiting": await queries.count(uow, PooledFinding, PooledFinding.status == "pooled"),
    }


FINDING_COLUMNS = (
    Column("origin", "报送单位", "office"), Column("category", "类别", value=category), Column("text", "去标识表述", "note", wide=True), Column("tags", "标签"),
    Column("unit_mark", "单位代号", value=unit_mark, sortable=False), Column("status", "状态", "status", value=lambda row, _uow: states.POOLED.states[row.status]),
)

POOL = Ledger(
    capability="common_issue", key="pool", title="上报问题库", model=PooledFinding, machine=states.POOLED, permission=permissions.VIEW,
    name=lambda row: f"{row.category} {row.text[:30]}",
    help="下级报送和本级确认的去标识问题;本级问题确认后自动入库(由其他单位计数的轮次除外)。单位只有报送单位可以还原的代号,用于按家数计数。",
    columns=(
        Column("origin", "报送单位", "office"), Column("category", "类别", value=category), Column("text", "去标识表述", "link", wide=True), Column("status", "状态", "status"),
        Column("round_label", "轮次"), Column("tags", "标签"), Column("confirmed_on", "确认日期", "date", hidden=True), Column("report_serial", "报送文号", hidden=True),
        Column("unit_mark", "单位代号", value=unit_mark, hidden=True),
    ),
    filters=(Filter("q", "表述", "text", ("text",)), Filter("category", "类别", "choice", ("category",), choices=by_category), Filter("origin", "报送单位", "office", ("origin",))),
    tabs=(Tab("free", "待分析", lambda model: model.status == "pooled"), Tab("taken", "已列入", lambda model: model.status == "in_issue")),
    create=Action("take-own", "纳入本级问题", judging.pool_chosen, permissions.JUDGE, forms.OwnFindingsForm, choices={"findings": choices.own_findings},
                  raises=(NamesSomebody, errors.NoMembers)),
    facts=(
        Fact("origin", "报送单位", "office"), Fact("category", "类别", value=category), Fact("text", "去标识表述", "long"), Fact("tags", "标签"), Fact("round_label", "轮次"),
        Fact("report_serial", "报送文号"), Fact("unit_mark", "单位代号", value=unit_mark), Fact("confirmed_on", "确认日期", "date"),
    ),
)

CANDIDATES = Ledger(
    capability="common_issue", key="candidates", title="候选共性问题", model=Candidate, machine=states.CANDIDATE, permission=permissions.VIEW,
    name=lambda row: f"候选:{register.category_label(row.category)}",
    help="按类别和文本相似自动归集,达到阈值的列为候选;是否属于共性问题由人研判:确认、并入或排除。",
    order_by=("-units", "-created_at"),
    columns=(
        Column("category", "类别", "link", value=category), Column("why", "归集理由", wide=True), Column("status", "状态", "status"), Column("findings", "问题数", "number", value=lambda row, _uow: (row.findings, "个")),
        Column("units", "涉及单位", "number", value=lambda row, _uow: (row.units, "家")), Column("offices", "报送地区", "number", value=lambda row, _uow: (row.offices, "个")),
        Column("basis", "依据", value=lambda row, _uow: words.label(words.BASIS, row.basis)),
    ),
    filters=(Filter("category", "类别", "choice", ("category",), choices=by_category),),
    tabs=(Tab("open", "待研判", lambda model: model.status == "detected"), Tab("decided", "已研判", lambda model: model.status.in_(("confirmed", "merged", "dismissed")))),
    actions=(
        Action("confirm", "确认为共性问题", judging.confirm, permissions.JUDGE, forms.ConfirmForm, frozenset({"detected"}), tone="primary",
               choices={"category": choices.categories, "members": choices.candidate_members}, initial=choices.confirm_start,
               raises=(NamesSomebody, errors.NoMembers, errors.FindingTaken), done="已确认并编号。"),
        Action("merge", "并入已有问题", judging.merge, permissions.JUDGE, forms.MergeForm, frozenset({"detected"}),
               choices={"issue": choices.open_issues, "members": choices.candidate_members}, initial=choices.merge_start, raises=(errors.IssueNotOpen,)),
        Action("dismiss", "排除", judging.dismiss, permissions.JUDGE, forms.ReasonForm, frozenset({"detected"}), tone="danger", confirm="排除后,同样的问题不再提示,除非又有新的报送。"),
    ),
    facts=(
        Fact("why", "归集理由", "long"), Fact("category", "类别", value=category), Fact("findings", "问题数", "number", value=lambda row, _uow: (row.findings, "个")), Fact("spread", "范围", value=spread),
    ),
    related=(Related("所含问题", FINDING_COLUMNS, _candidate_findings),),
    list_template="common_issue.issuer/candidates.html", list_context=_analysis_context,
)

ANALYSES = Ledger(
    capability="common_issue", key="analyses", title="分析记录", model=Analysis, machine=states.ANALYSIS, permission=permissions.VIEW,
    name=lambda row: f"{row.asked_by}的分析",
    help="每次人工分析,以及自动分析中有变化的,均留记录:比对多少问题、新增多少候选、用的什么阈值。",
    columns=(
        Column("created_at", "时间", "datetime"), Column("asked_by", "发起人", "link"), Column("compared", "比对问题", "number", value=lambda row, _uow: (row.compared, "个")),
        Column("added", "新增候选", "number", value=lambda row, _uow: (row.added, "条")), Column("updated", "更新候选", "number", value=lambda row, _uow: (row.updated, "条")),
        Column("dropped", "不再成立", "number", value=lambda row, _uow: (row.dropped, "条")), Column("held_back", "未纳入", "number", value=lambda row, _uow: (row.held_back, "个")),
        Column("limits", "阈值", value=views.limits, sortable=False),
    ),
    facts=(
        Fact("asked_by", "发起人"), Fact("compared", "比对问题", "number", value=lambda row, _uow: (row.compared, "个")), Fact("added", "新增候选", "number", value=lambda row, _uow: (row.added, "条")),
        Fact("updated", "更新候选", "number", value=lambda row, _uow: (row.updated, "条")), Fact("dropped", "不再成立", "number", value=lambda row, _uow: (row.dropped, "条")),
        Fact("held_back", "本级未纳入", "number", value=lambda row, _uow: (row.held_back, "个")), Fact("limits", "阈值", value=views.limits),
    ),
)

THRESHOLDS = Ledger(
    capability="common_issue", key="thresholds", title="分析阈值", model=ThresholdSetting, machine=states.THRESHOLD, permission=permissions.VIEW,
    name=lambda row: f"{row.set_by}确定的阈值",
    help="候选共性问题的归集阈值。未调整过的,用系统默认值;每次调整须写明理由,旧阈值保留备查,调整后立即重新分析。",
    columns=(
        Column("limits", "阈值", "link", value=views.limits, sortable=False), Column("status", "状态", "status"), Column("reason", "调整理由", "note", wide=True), Column("set_by", "确定人"),
        Column("created_at", "确定时间", "datetime"),
    ),
    create=Action("set", "调整阈值", setting.set_thresholds, permissions.SET, forms.ThresholdForm, initial=choices.threshold_start, done="阈值已调整。",
                  goes_to=lambda _row: CANDIDATES.url),
    facts=(
        Fact("units_min", "涉及单位不少于", "number", value=lambda row, _uow: (row.units_min, "家")), Fact("offices_min", "或报送地区不少于", "number", value=lambda row, _uow: (row.offices_min, "个")),
        Fact("similarity_min", "文本相似度不低于"), Fact("reason", "调整理由", "long"), Fact("set_by", "确定人"),
    ),
)
