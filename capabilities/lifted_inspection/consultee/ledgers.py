"""A desk's registers: questions and papers."""

from typing import Any

from capabilities.lifted_inspection.common.columns import facts_text, reasons_text
from capabilities.lifted_inspection.common.forms import SignForm
from capabilities.lifted_inspection.common.papers import PaperDesk, paper_ledger, sign_initial
from capabilities.lifted_inspection.consultee import commands, permissions
from capabilities.lifted_inspection.consultee.models import Opinion, Paper
from capabilities.lifted_inspection.domain import words
from capabilities.lifted_inspection.domain.machines import CONSULTATION
from nodekit.unit_of_work import UnitOfWork
from nodekit.web.ledger import Action, Column, Fact, Filter, Ledger, Tab


def _light(row: Opinion, uow: UnitOfWork) -> Any:
    return uow.node.deadlines.light(row.due_on, uow.today, done=row.status == "replied")


def _kind(row: Opinion, _uow: UnitOfWork) -> str:
    return words.Kind.label_of(row.wanted_kind)


def _opinion(row: Opinion, _uow: UnitOfWork) -> str | None:
    return words.Opinion.label_of(row.opinion) if row.opinion else None


OPINIONS = Ledger(
    capability="lifted_inspection", key="opinions", title="提级巡察会商台账", model=Opinion, machine=CONSULTATION, permission=permissions.VIEW,
    name=lambda row: f"会商 {row.target_name}", order_by=("-arrived_at",), process=("sent", "signed", "replied"),
    help="巡视巡察办就提级、交叉巡察征求本单位意见,签收后在期限内答复。",
    columns=(
        Column("document_number", "文号", "link"), Column("target_name", "被巡察党组织", wide=True), Column("wanted_kind", "方式", value=_kind),
        Column("origin", "来函单位", "office"), Column("due_on", "答复期限", "date"), Column("light", "期限", "light", value=_light, sortable=False),
        Column("opinion", "意见", value=_opinion), Column("replied_on", "答复日期", "date"), Column("status", "状态", "status"),
    ),
    filters=(Filter("q", "文号/党组织", "text", ("document_number", "target_name")), Filter("due_on", "答复期限", "date_range", ("due_on",))),
    tabs=(
        Tab("sent", "待签收", lambda model: model.status == "sent"), Tab("signed", "待答复", lambda model: model.status == "signed"),
        Tab("replied", "已答复", lambda model: model.status == "replied"),
    ),
    actions=(
        Action("sign", "签收", commands.sign, permissions.HANDLE, SignForm, frozenset({"sent"}), initial=sign_initial, tone="primary", done="已签收。"),
        Action("answer", "答复", commands.answer, permissions.ANSWER, commands.AnswerForm, frozenset({"signed"}), initial=commands.answer_initial, tone="primary",
               done="会商意见已发出。"),
    ),
    facts=(
        Fact("document_number", "文号"), Fact("origin", "来函单位", "office"), Fact("target_name", "被巡察党组织"), Fact("wanted_kind", "方式", value=_kind),
        Fact("reasons", "提级理由", value=reasons_text), Fact("facts", "对象情况", "long", value=lambda row, _uow: facts_text(row.facts)),
        Fact("question", "征求意见事项", "long"), Fact("requested_by", "来函经办人"), Fact("due_on", "答复期限", "date"), Fact("light", "期限", "light", value=_light),
        Fact("signed_by", "签收人"), Fact("signed_on", "签收日期", "date"), Fact("opinion", "意见", value=_opinion), Fact("text", "意见内容", "long"),
        Fact("replied_by", "答复人"), Fact("replied_on", "答复日期", "date"),
    ),
)
PAPERS = paper_ledger(PaperDesk(Paper, permissions.VIEW, permissions.HANDLE, commands.sign_paper, commands.return_paper))
