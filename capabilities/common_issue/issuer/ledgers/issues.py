"""Registers of what is found: pool, candidates, common issues, campaigns, requests from below."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from capabilities.common_issue.common.columns import counts_text
from capabilities.common_issue.common.identifying import NamesSomebody
from capabilities.common_issue.domain import states, words
from capabilities.common_issue.issuer import choices, errors, forms, permissions, queries, views
from capabilities.common_issue.issuer.commands import answering, campaigning, judging
from capabilities.common_issue.issuer.models import Campaign, Candidate, Incoming, Issue, PooledFinding
from capabilities.inspection import register
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork
from nodekit.web.ledger import Action, Column, Fact, Filter, Ledger, Related, Tab


def category(row: Any, _uow: UnitOfWork) -> str:
    return register.category_label(row.category)


def spread(row: Any, _uow: UnitOfWork) -> str:
    return f"{row.offices}个地区(单位)/{row.units}家"


async def by_category(_uow: UnitOfWork) -> Sequence[tuple[str, str]]:
    return register.category_choices()


async def _candidate_findings(uow: UnitOfWork, _officer: Officer, row: Candidate) -> Sequence[Any]:
    return await queries.candidate_findings(uow, row.id)


def unit_mark(row: Any, _uow: UnitOfWork) -> str:
    """Enough of the pseudonym to tell the units of one office apart on screen."""
    return str(row.unit)[:6].upper()


FINDING_COLUMNS = (
    Column("origin", "报送单位", "office"), Column("category", "类别", value=category), Column("text", "去标识表述", "note", wide=True), Column("tags", "标签"),
    Column("unit", "单位代号", value=unit_mark, sortable=False), Column("status", "状态", "status", value=lambda row, _uow: states.POOLED.states[row.status]),
)

POOL = Ledger(
    capability="common_issue", key="pool", title="上报问题库", model=PooledFinding, machine=states.POOLED, permission=permissions.VIEW,
    name=lambda row: f"{row.category} {row.text[:30]}",
    help="下级和本级报送的去标识问题。单位只有报送单位可以还原的代号,用于按家数计数。",
    columns=(
        Column("origin", "报送单位", "office"), Column("category", "类别", value=category), Column("text", "去标识表述", "link", wide=True), Column("status", "状态", "status"),
        Column("round_label", "轮次"), Column("tags", "标签"), Column("confirmed_on", "确认日期", "date", hidden=True), Column("report_serial", "报送文号", hidden=True),
        Column("unit", "单位代号", value=unit_mark, hidden=True),
    ),
    filters=(Filter("q", "表述", "text", ("text",)), Filter("category", "类别", "choice", ("category",), choices=by_category), Filter("origin", "报送单位", "office", ("origin",))),
    tabs=(Tab("free", "待分析", lambda model: model.status == "pooled"), Tab("taken", "已列入", lambda model: model.status == "in_issue")),
    facts=(
        Fact("origin", "报送单位", "office"), Fact("category", "类别", value=category), Fact("text", "去标识表述", "long"), Fact("tags", "标签"), Fact("round_label", "轮次"),
        Fact("report_serial", "报送文号"), Fact("unit", "单位代号", value=unit_mark), Fact("confirmed_on", "确认日期", "date"),
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
        Fact("threshold", "阈值", value=views.thresholds),
    ),
    related=(Related("所含问题", FINDING_COLUMNS, _candidate_findings),),
)

ISSUES = Ledger(
    capability="common_issue", key="issues", title="共性问题", model=Issue, machine=states.ISSUE, permission=permissions.VIEW, name=lambda row: f"{row.serial} {row.title}",
    help="经研判确认的共性问题,从问题到通报、建议函、答复、专项治理一条链办到底。", process=states.ISSUE_PROCESS, order_by=("-serial",),
    columns=(
        Column("serial", "编号", "link"), Column("title", "共性问题", wide=True), Column("status", "状态", "status"), Column("category", "类别", value=category),
        Column("spread", "范围", value=spread, sortable=False), Column("confirmed_on", "确认日期", "date"), Column("closed_on", "办结日期", "date", hidden=True),
        Column("superior_answer", "上级意见", "note", hidden=True),
    ),
    filters=(
        Filter("q", "编号/问题", "text", ("serial", "title")), Filter("category", "类别", "choice", ("category",), choices=by_category),
        Filter("confirmed_on", "确认日期", "date_range", ("confirmed_on",)),
    ),
    tabs=(Tab("open", "办理中", lambda model: model.status.in_(states.ISSUE_OPEN)), Tab("closed", "已办结", lambda model: model.status == "closed")),
    create=Action("register", "登记共性问题", judging.register, permissions.JUDGE, forms.IssueForm, choices={"category": choices.categories, "members": choices.free_findings},
                  raises=(NamesSomebody, errors.FindingTaken), done="已登记。"),
    actions=(
        Action("add-members", "列入问题", judging.add_members, permissions.JUDGE, forms.MembersForm, states.ISSUE_OPEN, choices={"members": choices.free_findings}),
        Action("remove-members", "移出问题", judging.remove_members, permissions.JUDGE, forms.RemoveForm, states.ISSUE_OPEN, choices={"members": choices.issue_members}),
        Action("merge", "并入其他问题", judging.merge_issue, permissions.JUDGE, forms.MergeIssueForm, frozenset({"confirmed"}), choices={"issue": choices.open_issues}, raises=(errors.LettersOpen,)),
        Action("close", "办结", judging.close, permissions.ASSESS, forms.CloseIssueForm, states.ISSUE_OPEN, tone="primary", raises=(errors.LettersOpen,), done="已办结。"),
    ),
    facts=(
        Fact("serial", "编号"), Fact("category", "类别", value=category), Fact("spread", "范围", value=spread), Fact("why", "确认依据", "long"), Fact("statement", "问题表述", "long"),
        Fact("confirmed_on", "确认日期", "date"), Fact("superior_answer", "上级意见", "long"), Fact("closed_on", "办结日期", "date"), Fact("closed_note", "办结说明", "long"),
    ),
    detail_template="common_issue.issuer/issue.html", detail_context=views.issue_chain,
)

CAMPAIGNS = Ledger(
    capability="common_issue", key="campaigns", title="专项治理", model=Campaign, machine=states.CAMPAIGN, permission=permissions.VIEW, name=lambda row: row.title,
    help="针对共性问题集中治理:部署、自查自纠、实地抽查、总结、建章立制。各项数据为累计数。", process=states.CAMPAIGN_PROCESS,
    columns=(
        Column("title", "专项治理", "link", wide=True), Column("status", "阶段", "status"), Column("lead", "牵头单位"), Column("launched_on", "部署日期", "date", hidden=True),
        Column("units_checked", "检查单位", "number", value=lambda row, _uow: (row.units_checked, "家")), Column("found", "发现问题", "number", value=lambda row, _uow: (row.found, "个")),
        Column("rectified", "整改问题", "number", value=lambda row, _uow: (row.rectified, "个")), Column("institutions", "建章立制", "number", value=lambda row, _uow: (row.institutions, "项")),
        Column("outcome", "特有成果", value=views.outcome, sortable=False), Column("light", "灯", "light", value=views.campaign_light, sortable=False),
    ),
    filters=(Filter("q", "名称/牵头", "text", ("title", "lead")),),
    tabs=(Tab("running", "进行中", lambda model: model.status.not_in(("closed", "voided"))),),
    create=Action("launch", "部署专项治理", campaigning.launch, permissions.CAMPAIGN, forms.CampaignForm, choices={"issue": choices.open_issues}, initial=choices.campaign_start,
                  raises=(errors.IssueNotOpen,), done="已部署。"),
    actions=(
        Action("advance", "推进阶段", campaigning.advance, permissions.CAMPAIGN, forms.CampaignCountsForm, frozenset(states.CAMPAIGN_PROCESS[:4]), tone="primary", initial=choices.counts_start),
        Action("update", "更新数据", campaigning.update, permissions.CAMPAIGN, forms.CampaignCountsForm, frozenset(states.CAMPAIGN_PROCESS[:5]), initial=choices.counts_start),
        Action("close", "办结", campaigning.close, permissions.ASSESS, forms.CloseIssueForm, frozenset({"institution_built"}), tone="primary", raises=(errors.NothingBuilt,), done="已办结。"),
        Action("void", "作废", campaigning.void, permissions.CAMPAIGN, forms.ReasonForm, frozenset(states.CAMPAIGN_PROCESS[:4]), tone="danger"),
    ),
    facts=(
        Fact("lead", "牵头单位"), Fact("scope_note", "范围和安排", "long"), Fact("launched_on", "部署日期", "date"), Fact("planned_end_on", "计划结束", "date"),
        Fact("counts", "累计数据", "long", value=lambda row, _uow: counts_text(row)), Fact("outcome", "特有成果", value=views.outcome), Fact("closed_on", "办结日期", "date"),
    ),
)

INCOMING = Ledger(
    capability="common_issue", key="incoming", title="下级提请", model=Incoming, machine=states.INCOMING, permission=permissions.VIEW, name=lambda row: row.title,
    help="下级提请本级研究解决的共性问题:受理立项、并入已有问题,或退回并指导;下级可见结果。",
    columns=(
        Column("title", "共性问题", "link", wide=True), Column("origin", "提请单位", "office"), Column("status", "状态", "status"), Column("document_number", "文号"),
        Column("category", "类别", value=category), Column("units", "涉及单位", "number", value=lambda row, _uow: (row.units, "家")), Column("escalated_on", "提请日期", "date"),
        Column("decided_on", "答复日期", "date"),
    ),
    filters=(Filter("q", "问题/文号", "text", ("title", "document_number")), Filter("origin", "提请单位", "office", ("origin",))),
    tabs=(Tab("waiting", "待研究", lambda model: model.status == "received"), Tab("decided", "已答复", lambda model: sa.not_(model.status.in_(("received", "withdrawn"))))),
    actions=(
        Action("take-up", "受理立项", answering.take_up, permissions.DECIDE, forms.TakeUpForm, frozenset({"received"}), tone="primary", initial=choices.take_up_start,
               raises=(NamesSomebody,), done="已受理并编号,结果已告知下级。"),
        Action("merge", "并入已有问题", answering.merge_into, permissions.DECIDE, forms.MergeIncomingForm, frozenset({"received"}), choices={"issue": choices.open_issues},
               raises=(errors.IssueNotOpen,), done="已并入,结果已告知下级。"),
        Action("give-back", "退回并指导", answering.give_back, permissions.DECIDE, forms.GuidanceForm, frozenset({"received"}), done="已退回并指导。"),
    ),
    facts=(
        Fact("origin", "提请单位", "office"), Fact("document_number", "文号"), Fact("local_number", "下级编号"), Fact("category", "类别", value=category),
        Fact("units", "涉及单位", "number", value=lambda row, _uow: (row.units, "家")), Fact("statement", "问题表述", "long"), Fact("wanted", "提请事项", "long"),
        Fact("escalated_on", "提请日期", "date"), Fact("guidance", "告知内容", "long"), Fact("decided_on", "答复日期", "date"),
    ),
)
