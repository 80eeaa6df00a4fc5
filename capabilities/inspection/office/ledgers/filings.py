"""Register of filings with the superior office."""

from collections.abc import Mapping
from typing import Any

from capabilities.inspection import domain
from capabilities.inspection.office import queries
from capabilities.inspection.office.commands import filings as commands
from capabilities.inspection.office.forms.filings import WithdrawForm
from capabilities.inspection.office.forms.rounds import FileForm
from capabilities.inspection.office.models import Filing
from capabilities.inspection.vocabulary import FilingKind
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork
from nodekit.web.ledger import Action, Column, Fact, Filter, Ledger, Tab

VIEW, FILE = "inspection.view", "inspection.file"


def _light(row: Filing, uow: UnitOfWork) -> Any:
    return uow.node.deadlines.light(row.sign_due_on, uow.today, done=row.status != "sent")


async def _as_form(_uow: UnitOfWork, _officer: Officer, record: Filing) -> Mapping[str, Any]:
    return {name: getattr(record, name) for name in FileForm.model_fields}


FILINGS = Ledger(
    capability="inspection", key="filings", title="向上报备", model=Filing, machine=domain.FILING, permission=VIEW, name=lambda row: row.title,
    order_by=("-sent_at",), process=domain.FILING_LINE, help="报送上级巡视巡察机构的工作方案、讲话和综合报告。从轮次页面发起;上级签收、备案或退回后在此更新。",
    columns=(
        Column("title", "标题", "link", wide=True), Column("kind", "类别", value=lambda row, _uow: FilingKind.label_of(row.kind)), Column("document", "文号"),
        Column("recipient", "报送", "office"), Column("revision", "稿次", "number", hidden=True), Column("sent_at", "报送时间", "datetime"), Column("signed_by", "签收人"),
        Column("urged", "催办(次)", "number", hidden=True), Column("light", "签收期限", "light", value=_light, sortable=False), Column("status", "状态", "status"),
    ),
    filters=(Filter("q", "关键字", columns=("title", "document")), Filter("kind", "类别", "choice", choices=FilingKind.choices()), Filter("round_id", "轮次", "choice", choices=queries.round_choices)),
    tabs=(
        Tab("waiting", "待上级办理", lambda model: model.status.in_(("sent", "signed"))), Tab("returned", "已退回", lambda model: model.status == "returned"),
        Tab("done", "已备案", lambda model: model.status == "acknowledged"),
    ),
    actions=(
        Action("file_again", "补正重报", commands.file_again, FILE, FileForm, frozenset({"returned"}), initial=_as_form, tone="primary", done="已重新报送。"),
        Action("urge", "催办", commands.urge_filing, FILE, None, frozenset({"sent", "signed"}), confirm="将向上级发出一次催办,次数计入台账。确认催办?", done="已催办。"),
        Action("withdraw", "撤回", commands.withdraw_filing, FILE, WithdrawForm, frozenset({"sent", "returned"}), tone="danger", done="已撤回。"),
    ),
    facts=(
        Fact("title", "标题"), Fact("kind", "类别", value=lambda row, _uow: FilingKind.label_of(row.kind)), Fact("document", "文号"),
        Fact("round", "轮次", value=lambda row, _uow: row.round.name), Fact("recipient", "报送", "office"), Fact("revision", "稿次", "number"),
        Fact("sent_at", "报送时间", "datetime"), Fact("sign_due_on", "签收期限", "date"), Fact("signed_by", "签收人"), Fact("signed_at", "签收时间", "datetime"),
        Fact("acknowledged_at", "备案时间", "datetime"), Fact("urged", "催办(次)", "number"), Fact("remarks", "上级意见", "long"), Fact("content", "主要内容", "long"),
    ),
)
