"""Copies sent out and their receipts."""

from typing import Any

from capabilities.lifted_inspection.domain.machines import PAPER
from capabilities.lifted_inspection.domain.words import Addressee, PaperKind
from capabilities.lifted_inspection.organiser import forms, permissions
from capabilities.lifted_inspection.organiser.commands import papers
from capabilities.lifted_inspection.organiser.ledgers import choices
from capabilities.lifted_inspection.organiser.models import Copy
from nodekit.unit_of_work import UnitOfWork
from nodekit.web.ledger import Action, Column, Fact, Filter, Ledger, Tab


def _light(row: Copy, uow: UnitOfWork) -> Any:
    return uow.node.deadlines.light(row.sign_due_on, uow.today, done=row.status in {"signed", "voided"})


def _kind(row: Copy, _uow: UnitOfWork) -> str:
    return PaperKind.label_of(row.kind)


def _capacity(row: Copy, _uow: UnitOfWork) -> str:
    return Addressee.label_of(row.addressee)


COPIES = Ledger(
    capability="lifted_inspection", key="copies", title="提级交叉文书回执", model=Copy, machine=PAPER, permission=permissions.VIEW,
    name=lambda row: f"{PaperKind.label_of(row.kind)} {row.document_number}", process=("sent", "signed"),
    detail_template="lifted_inspection.organiser/copy.html", help="任务书、进驻通知、反馈意见、移交清单逐份送达、逐份签收。",
    columns=(
        Column("document_number", "文号", "link"), Column("kind", "文书", value=_kind), Column("target_name", "被巡察党组织", wide=True),
        Column("recipient", "送达单位", "office"), Column("addressee", "送达身份", value=_capacity), Column("sent_on", "发出", "date"), Column("signed_by", "签收人"),
        Column("signed_on", "签收", "date"), Column("light", "期限", "light", value=_light, sortable=False), Column("urged", "催办(次)", "number", hidden=True),
        Column("status", "状态", "status"),
    ),
    filters=(
        Filter("q", "文号/党组织", "text", ("document_number", "target_name")), Filter("kind", "文书", "choice", ("kind",), choices=PaperKind.choices()),
        Filter("recipient", "送达单位", "office", ("recipient",)),
    ),
    tabs=(
        Tab("sent", "待签收", lambda model: model.status == "sent"), Tab("returned", "已退回", lambda model: model.status == "returned"),
        Tab("signed", "已签收", lambda model: model.status == "signed"),
    ),
    actions=(
        Action("resend", "更正重发", papers.resend, permissions.HANDLE, forms.ResendForm, frozenset({"returned"}), initial=choices.resend_initial, tone="primary"),
        Action("urge", "催办签收", papers.urge, permissions.HANDLE, None, frozenset({"sent"}), done="已催办。"),
    ),
    facts=(
        Fact("document_number", "文号"), Fact("kind", "文书", value=_kind), Fact("target_name", "被巡察党组织"), Fact("recipient", "送达单位", "office"),
        Fact("addressee", "送达身份", value=_capacity), Fact("revision", "稿次", "number"), Fact("sent_on", "发出日期", "date"), Fact("sign_why", "签收期限", "long"),
        Fact("signed_by", "签收人"), Fact("signed_on", "签收日期", "date"), Fact("return_reason", "退回原因", "long"), Fact("urged", "催办(次)", "number"),
        Fact("text", "正文", "long"), Fact("light", "期限", "light", value=_light),
    ),
)
