"""Register of what lower offices filed (下级报备)."""

from collections.abc import Mapping
from typing import Any

from capabilities.inspection import domain
from capabilities.inspection.superior import commands
from capabilities.inspection.superior.errors import NumberTaken, ReportAlreadyThere
from capabilities.inspection.superior.forms import AcknowledgeForm, ReturnForm, UrgeReportForm
from capabilities.inspection.superior.models import ReceivedFiling
from capabilities.inspection.vocabulary import FilingKind, RoundKind
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork
from nodekit.web.ledger import Action, Column, Fact, Filter, Ledger, Related, Tab

VIEW, RECEIVE = "inspection.view_filings", "inspection.receive_filing"


def _light(row: ReceivedFiling, uow: UnitOfWork) -> Any:
    return uow.node.deadlines.light(row.sign_due_on, uow.today, done=row.status != "sent")


async def _targets(_uow: UnitOfWork, _officer: Officer, record: ReceivedFiling) -> list[Mapping[str, Any]]:
    return [{"name": name} for name in record.targets]


def _is_open_scheme(row: ReceivedFiling, _officer: Officer) -> bool:
    return row.kind == FilingKind.SCHEME


RECEIVED = Ledger(
    capability="inspection", key="received_filings", title="下级报备", model=ReceivedFiling, machine=domain.FILING, permission=VIEW,
    name=lambda row: row.title, order_by=("-received_at",), process=domain.FILING_LINE,
    help="下级巡察机构报备的工作方案、讲话和综合报告。备案不是审批:可提出指导意见,材料不全的退回补正。",
    columns=(
        Column("origin", "报送单位", "office"), Column("title", "标题", "link", wide=True), Column("kind", "类别", value=lambda row, _uow: FilingKind.label_of(row.kind)),
        Column("document", "文号", hidden=True), Column("round_kind", "方式", value=lambda row, _uow: RoundKind.label_of(row.round_kind)),
        Column("targets", "对象", "number", value=lambda row, _uow: len(row.targets), sortable=False), Column("findings", "问题", "number"),
        Column("received_at", "收到时间", "datetime"), Column("signed_by", "签收人", hidden=True), Column("record_number", "备案号"),
        Column("urged", "催办(次)", "number", hidden=True), Column("light", "签收期限", "light", value=_light, sortable=False), Column("status", "状态", "status"),
    ),
    filters=(
        Filter("q", "关键字", columns=("title", "document", "round_name")), Filter("origin", "报送单位", "office"),
        Filter("kind", "类别", "choice", choices=FilingKind.choices()), Filter("received_at", "收到时间", "date_range"),
    ),
    tabs=(
        Tab("sent", "待签收", lambda model: model.status == "sent"), Tab("signed", "待备案", lambda model: model.status == "signed"),
        Tab("returned", "已退回", lambda model: model.status == "returned"), Tab("acknowledged", "已备案", lambda model: model.status == "acknowledged"),
    ),
    actions=(
        Action("sign", "签收", commands.sign_filing, RECEIVE, None, frozenset({"sent"}), tone="primary", done="已签收。"),
        Action("acknowledge", "备案", commands.acknowledge_filing, RECEIVE, AcknowledgeForm, frozenset({"signed"}), tone="primary", raises=(NumberTaken,), done="已备案,回执已发出。"),
        Action("return", "退回补正", commands.return_filing, RECEIVE, ReturnForm, frozenset({"signed"}), tone="danger", done="已退回。"),
        Action(
            "urge_report", "催报综合报告", commands.urge_report, RECEIVE, UrgeReportForm, frozenset({"acknowledged"}), when=_is_open_scheme,
            raises=(ReportAlreadyThere,), done="已催报。",
        ),
    ),
    facts=(
        Fact("origin", "报送单位", "office"), Fact("title", "标题"), Fact("kind", "类别", value=lambda row, _uow: FilingKind.label_of(row.kind)), Fact("document", "文号"),
        Fact("revision", "稿次", "number"), Fact("round_name", "轮次"), Fact("round_kind", "方式", value=lambda row, _uow: RoundKind.label_of(row.round_kind)),
        Fact("topic", "专项主题"), Fact("planned_entry_on", "计划进驻", "date"), Fact("planned_end_on", "计划结束", "date"), Fact("teams", "巡察组", "number"),
        Fact("fed_back_on", "反馈日期", "date"), Fact("findings", "发现问题(个)", "number"), Fact("received_at", "收到时间", "datetime"),
        Fact("light", "签收期限", "light", value=_light), Fact("sign_due_why", "期限说明", "long"), Fact("signed_by", "签收人"), Fact("signed_at", "签收时间", "datetime"),
        Fact("record_number", "备案号"), Fact("remarks", "指导意见/退回原因", "long"), Fact("urged", "被催办(次)", "number"), Fact("report_urged", "催报(次)", "number"),
        Fact("basis_documents", "依据文件", "long", value=lambda row, _uow: ";".join(row.basis_documents)), Fact("content", "主要内容", "long"),
    ),
    related=(Related("拟巡察党组织", (Column("name", "党组织", value=lambda row, _uow: row["name"]),), _targets, empty="未列明。"),),
)
