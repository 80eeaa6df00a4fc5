"""Register of the stubs lower offices told about."""

from capabilities.clue_transfer import domain
from capabilities.clue_transfer.observer import permissions
from capabilities.clue_transfer.observer.models import Stub
from nodekit.web.ledger import Column, Fact, Filter, Ledger, Tab

OBSERVED_STUBS = Ledger(
    capability="clue_transfer",
    key="observed_stubs",
    title="下级线索存根",
    model=Stub,
    machine=domain.ANNOUNCED,
    permission=permissions.OBSERVE,
    name=lambda row: f"存根 {row.serial}",
    help="下级登记的上级管理干部线索:只有编号、日期和送往机关。",
    process=("announced", "received"),
    columns=(
        Column("serial", "编号", "link"), Column("status", "状态", "status"), Column("origin", "登记机关", "office"), Column("slip_number", "交接单号"),
        Column("addressee", "送往", "office"), Column("registered_on", "登记日期", "date"), Column("received_on", "收讫日期", "date"),
        Column("light", "期限", "light", sortable=False, value=lambda row, uow: uow.node.deadlines.light(row.paper_due_on, uow.today, done=row.status != "announced")),
    ),
    filters=(Filter("q", "编号/交接单号", "text", ("serial", "slip_number")), Filter("origin", "登记机关", "office", ("origin",))),
    tabs=(Tab("waiting", "待收纸件", lambda model: model.status == "announced"),),
    facts=(
        Fact("serial", "编号"), Fact("origin", "登记机关", "office"), Fact("slip_number", "交接单号"), Fact("addressee", "送往", "office"),
        Fact("registered_on", "登记日期", "date"), Fact("paper_due_on", "送达期限", "date"), Fact("received_on", "收讫日期", "date"),
    ),
)
