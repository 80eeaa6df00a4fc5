"""Registers of the reporting side: batches told upward, escalations with their fate."""

from collections.abc import Mapping, Sequence
from typing import Any

from capabilities.common_issue.common.identifying import NamesSomebody, known_names
from capabilities.common_issue.domain import deidentify, states, words
from capabilities.common_issue.reporter import commands, errors, forms, permissions, queries
from capabilities.common_issue.reporter.models import Escalation, Report
from capabilities.inspection import register
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork
from nodekit.web.ledger import Action, Choice, Column, Fact, Filter, Ledger, Related, Tab


async def addressees(uow: UnitOfWork, _officer: Officer, _record: Any) -> Sequence[Choice]:
    above = uow.node.directory.parent_inspection(uow.office)
    return [*([(above.id, above.name)] if above else []), (uow.office, "本级分析")]


async def reportable(uow: UnitOfWork, _officer: Officer, _record: Any) -> Sequence[Choice]:
    """Confirmed findings with a wording that can leave the office."""
    standing = await register.list_findings(uow, confirmed=True)
    told = await queries.reported_ids(uow)
    return [
        (str(finding.id), f"{finding.number} {finding.category_label}:{finding.deidentified}{'(已报送)' if finding.id in told else ''}")
        for finding in standing
        if finding.deidentified.strip()
    ]


async def report_start(uow: UnitOfWork, officer: Officer, record: Any) -> Mapping[str, Any]:
    latest = await register.current_round(uow)
    return {"addressee": (await addressees(uow, officer, record))[0][0], "round_label": latest.label if latest else ""}


async def wordings(uow: UnitOfWork, _officer: Officer, record: Report) -> Mapping[str, Any]:
    return {"findings": [{"finding": str(row.finding_id), "text": row.text} for row in await queries.list_reported(uow, record.id)]}


async def own_findings(uow: UnitOfWork, _officer: Officer, record: Report) -> Sequence[Choice]:
    return [(str(row.finding_id), f"{row.number} {row.text}") for row in await queries.list_reported(uow, record.id) if not row.withdrawn]


async def categories(_uow: UnitOfWork, _officer: Officer, _record: Any) -> Sequence[Choice]:
    return register.category_choices()


async def _reported(uow: UnitOfWork, _officer: Officer, record: Report) -> Sequence[Any]:
    return await queries.list_reported(uow, record.id)


async def report_context(uow: UnitOfWork, _officer: Officer, record: Report) -> Mapping[str, Any]:
    """What the check would say now, before anybody presses 报送."""
    if record.status != "drafted":
        return {"doubts": []}
    known = await known_names(uow)
    rows = await queries.list_reported(uow, record.id)
    return {"doubts": [(row.number, "、".join(find.sentence for find in found)) for row in rows if (found := deidentify.finds(row.text, known))]}


REPORTS = Ledger(
    capability="common_issue",
    key="reports",
    title="共性问题上报",
    model=Report,
    machine=states.REPORT,
    permission=permissions.VIEW,
    name=lambda row: row.serial or "上报材料(未编号)",
    help="从已确认的问题中选取,以去标识表述成批报上级(或本级)分析共性问题;单位只以不可还原的代号计数。",
    process=("drafted", "reported", "pooled"),
    columns=(
        Column("serial", "文号", "link", value=lambda row, _uow: row.serial or "未编号"), Column("status", "状态", "status"), Column("addressee", "报送单位", "office"),
        Column("round_label", "轮次"), Column("size", "问题数", "number", value=lambda row, _uow: (row.size, "个")), Column("reported_at", "报送时间", "datetime"),
        Column("note", "说明", "note", hidden=True),
    ),
    filters=(Filter("q", "文号/轮次", "text", ("serial", "round_label")), Filter("reported_at", "报送日期", "date_range", ("reported_at",))),
    tabs=(Tab("drafted", "待报送", lambda model: model.status == "drafted"), Tab("sent", "已报送", lambda model: model.status.in_(("reported", "pooled")))),
    create=Action("prepare", "准备上报材料", commands.prepare, permissions.PREPARE, forms.ReportForm, choices={"addressee": addressees, "findings": reportable},
                  initial=report_start, raises=(errors.NotConfirmed, errors.AlreadyReported), done="材料已备好,请核对去标识表述后报送。"),
    actions=(
        Action("send", "报送", commands.send, permissions.SEND, None, frozenset({"drafted"}), tone="primary", raises=(NamesSomebody,),
               confirm="报送前逐条检查表述不含单位、人员名称和号码。确认报送?", done="已报送。"),
        Action("reword", "修改表述", commands.reword, permissions.PREPARE, forms.RewordForm, frozenset({"drafted"}), initial=wordings, choices={"findings.finding": own_findings}),
        Action("withdraw", "撤回问题", commands.withdraw, permissions.SEND, forms.WithdrawForm, frozenset({"reported", "pooled"}), choices={"findings": own_findings}, tone="danger",
               confirm="撤回后上级不再计入该问题。"),
        Action("void", "作废", commands.void, permissions.PREPARE, forms.ReasonForm, frozenset({"drafted"}), tone="danger"),
    ),
    facts=(
        Fact("serial", "文号"), Fact("addressee", "报送单位", "office"), Fact("round_label", "轮次"), Fact("size", "问题数", "number", value=lambda row, _uow: (row.size, "个")),
        Fact("pooled", "已入库", "number", value=lambda row, _uow: (row.pooled, "个")), Fact("reported_at", "报送时间", "datetime"), Fact("note", "说明", "long"),
    ),
    related=(
        Related("报送的问题", (
            Column("number", "编号"), Column("category_label", "类别"), Column("text", "去标识表述", "note", wide=True), Column("tags", "标签"), Column("unit", "单位代号"),
            Column("withdrawn", "已撤回", "bool"),
        ), _reported),
    ),
    detail_template="common_issue.reporter/report.html",
    detail_context=report_context,
)

ESCALATIONS = Ledger(
    capability="common_issue",
    key="escalations",
    title="下借上势",
    model=Escalation,
    machine=states.ESCALATION,
    permission=permissions.VIEW,
    name=lambda row: row.title,
    help="本级难以解决的共性问题,提请上级巡视巡察机构研究解决;上级受理、退回指导或并入已有问题,结果在此可见。",
    process=("drafted", "escalated", "taken_up"),
    columns=(
        Column("title", "共性问题", "link", wide=True), Column("status", "状态", "status"), Column("document_number", "文号"), Column("addressee", "提请单位", "office"),
        Column("category", "类别", value=lambda row, _uow: register.category_label(row.category)), Column("units", "涉及单位", "number", value=lambda row, _uow: (row.units, "家")),
        Column("escalated_on", "提请日期", "date"), Column("issue_number", "上级编号"), Column("decided_on", "答复日期", "date"),
    ),
    filters=(Filter("q", "问题/文号", "text", ("title", "document_number", "issue_number")),),
    tabs=(Tab("waiting", "待上级研究", lambda model: model.status == "escalated"),),
    create=Action("draft", "起草提请", commands.draft_escalation, permissions.PREPARE, forms.EscalationForm, choices={"category": categories},
                  raises=(errors.NoSuperior, NamesSomebody), done="已起草,待报送。"),
    actions=(
        Action("escalate", "提请上级", commands.escalate, permissions.SEND, None, frozenset({"drafted"}), tone="primary", confirm="确认提请上级研究?", done="已提请。"),
        Action("withdraw", "撤回提请", commands.withdraw_escalation, permissions.SEND, forms.ReasonForm, frozenset({"escalated"}), tone="danger"),
        Action("void", "作废", commands.void_escalation, permissions.PREPARE, forms.ReasonForm, frozenset({"drafted"}), tone="danger"),
    ),
    facts=(
        Fact("document_number", "文号"), Fact("addressee", "提请单位", "office"), Fact("local_number", "本级编号"), Fact("category", "类别", value=lambda row, _uow: register.category_label(row.category)),
        Fact("units", "涉及单位", "number", value=lambda row, _uow: (row.units, "家")), Fact("statement", "问题表述", "long"), Fact("wanted", "提请事项", "long"), Fact("escalated_on", "提请日期", "date"),
        Fact("outcome", "上级意见", value=lambda row, _uow: words.label(words.OUTCOMES, row.outcome)), Fact("issue_number", "上级共性问题编号"), Fact("guidance", "指导意见", "long"),
        Fact("decided_by", "答复人"), Fact("decided_on", "答复日期", "date"),
    ),
)
ALL = (REPORTS, ESCALATIONS)
