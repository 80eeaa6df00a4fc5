"""Registers of what was found to be common: issues, campaigns, requests from below."""

import sqlalchemy as sa

from capabilities.common_issue.common.columns import counts_text
from capabilities.common_issue.common.identifying import NamesSomebody
from capabilities.common_issue.domain import states
from capabilities.common_issue.issuer import choices, errors, forms, permissions, views
from capabilities.common_issue.issuer.commands import answering, campaigning, judging
from capabilities.common_issue.issuer.ledgers.cells import by_category, category, spread
from capabilities.common_issue.issuer.models import Campaign, Incoming, Issue
from nodekit.web.ledger import Action, Column, Fact, Filter, Ledger, Tab

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
