"""The register of applications."""

from collections.abc import Sequence
from typing import Any

from capabilities.inspection import register
from capabilities.lifted_inspection.common.columns import facts_text, reasons_text
from capabilities.lifted_inspection.common.errors import TargetMissing
from capabilities.lifted_inspection.common.forms import ExplainForm, SignForm
from capabilities.lifted_inspection.common.papers import sign_initial
from capabilities.lifted_inspection.domain.machines import REQUEST, REQUEST_LINE, REQUEST_WAITING
from capabilities.lifted_inspection.domain.words import Kind, Outcome, Stage
from capabilities.lifted_inspection.requester import commands, errors, permissions, queries
from capabilities.lifted_inspection.requester.forms import RequestForm
from capabilities.lifted_inspection.requester.models import Request
from capabilities.lifted_inspection.requester.options import RequesterOptions
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork
from nodekit.web.ledger import Action, Choice, Column, Fact, Filter, Ledger, Related, Tab


def _light(row: Request, uow: UnitOfWork) -> Any:
    return uow.node.deadlines.light(row.due_on, uow.today, done=REQUEST.states[row.status].final)


def _kind(row: Request, _uow: UnitOfWork) -> str:
    return Kind.label_of(row.decided_kind or row.wanted_kind)


def _outcome(row: Request, _uow: UnitOfWork) -> str | None:
    return Outcome.label_of(row.outcome) if row.outcome else None


def _unsigned_decision(row: Request, _officer: Officer) -> bool:
    return row.decision_number is not None and row.decision_signed_on is None


async def _targets(uow: UnitOfWork, _officer: Officer, _record: Any) -> Sequence[Choice]:
    if not uow.options(RequesterOptions).reads_register:
        return []
    return [(str(target.id), f"{target.name}({target.sector_label})") for target in await register.list_targets(uow)]


async def _as_drafted(_uow: UnitOfWork, _officer: Officer, row: Request) -> dict[str, Any]:
    target = {"target": str(row.target_id)} if row.target_id else {}
    return {"target_name": row.target_name, "wanted_kind": row.wanted_kind, "reasons": row.reasons, "explanation": row.explanation, **row.facts, **target}


async def _progress(uow: UnitOfWork, _officer: Officer, row: Request) -> Any:
    return await queries.progress(uow, row.id)


def _stage(line: Any, _uow: UnitOfWork) -> str:
    return Outcome.label_of(line.stage) if line.stage in set(Outcome) else Stage.label_of(line.stage)


async def detail_context(_uow: UnitOfWork, _officer: Officer, row: Request) -> dict[str, Any]:
    return {"printable": row.document_number is not None}


REQUESTS = Ledger(
    capability="lifted_inspection", key="requests", title="提级巡察申请台账", model=Request, machine=REQUEST, permission=permissions.VIEW,
    name=lambda row: f"提级申请 {row.target_name}", process=REQUEST_LINE, detail_template="lifted_inspection.requester/request.html", detail_context=detail_context,
    help="同级难以巡深巡透的党组织,可申请上级提级、交叉或联动巡察。只报件数和紧急程度,不报线索内容。",
    columns=(
        Column("target_name", "党组织", "link", wide=True), Column("document_number", "申请文号"), Column("kind", "方式", value=_kind, sortable=False),
        Column("reasons", "理由", value=reasons_text, sortable=False, wide=True), Column("superior", "报送", "office"), Column("proposed_on", "报送日期", "date"),
        Column("outcome", "批复", value=_outcome), Column("decision_number", "批复文号", hidden=True), Column("decided_by", "决定单位", "office", hidden=True),
        Column("light", "期限", "light", value=_light, sortable=False), Column("urged", "催办(次)", "number", hidden=True), Column("status", "状态", "status"),
    ),
    filters=(
        Filter("q", "党组织/文号", "text", ("target_name", "document_number", "decision_number")),
        Filter("wanted_kind", "方式", "choice", ("wanted_kind",), choices=Kind.choices()), Filter("proposed_on", "报送日期", "date_range", ("proposed_on",)),
    ),
    tabs=(
        Tab("here", "待报送", lambda model: model.status.in_(("draft", "returned"))), Tab("above", "上级办理中", lambda model: model.status.in_(sorted(REQUEST_WAITING))),
        Tab("approved", "已批准", lambda model: model.status == "approved"),
        Tab("done", "已办结", lambda model: model.status.in_(("closed", "declined", "withdrawn", "voided"))),
    ),
    create=Action("draft", "起草申请", commands.draft, permissions.DRAFT, RequestForm, choices={"target": _targets}, raises=(errors.NoSuperior, TargetMissing),
                  done="已起草,核对后报送。"),
    actions=(
        Action("propose", "报送申请", commands.propose, permissions.SEND, None, frozenset({"draft", "returned"}), tone="primary",
               confirm="申请加密送上级巡视巡察办,签收前可撤回。确认报送?", done="已报送。"),
        Action("sign_decision", "签收批复", commands.sign_decision, permissions.DRAFT, SignForm, when=_unsigned_decision, initial=sign_initial, tone="primary",
               raises=(errors.NothingToSign,), done="批复已签收。"),
        Action("correct", "修改", commands.correct, permissions.DRAFT, RequestForm, frozenset({"draft", "returned"}), choices={"target": _targets}, initial=_as_drafted,
               raises=(TargetMissing,)),
        Action("urge", "催办", commands.urge, permissions.SEND, None, REQUEST_WAITING, confirm="向上级催办该申请?", done="已催办。"),
        Action("withdraw", "撤回", commands.withdraw, permissions.SEND, ExplainForm, frozenset({"proposed"}), tone="danger", done="已请求撤回,等待上级答复。"),
        Action("void", "作废", commands.void, permissions.SEND, ExplainForm, frozenset({"draft", "returned"}), tone="danger"),
    ),
    facts=(
        Fact("target_name", "党组织"), Fact("document_number", "申请文号"), Fact("kind", "方式", value=_kind), Fact("reasons", "提级理由", value=reasons_text),
        Fact("facts", "对象情况", "long", value=lambda row, _uow: facts_text(row.facts)), Fact("explanation", "情况说明", "long"), Fact("superior", "报送", "office"),
        Fact("revision", "稿次", "number"), Fact("proposed_by", "报送人"), Fact("proposed_on", "报送日期", "date"), Fact("sign_why", "签收期限", "long"),
        Fact("signed_by", "上级签收人"), Fact("signed_on", "上级签收日期", "date"), Fact("consult_due_on", "会商期限", "date"), Fact("return_reason", "退回原因", "long"),
        Fact("outcome", "批复", value=_outcome), Fact("decision_number", "批复文号"), Fact("decided_by", "决定单位", "office"), Fact("decided_on", "批复日期", "date"),
        Fact("decision_text", "批复意见", "long"), Fact("revisit_on", "再议日期", "date"), Fact("decision_signed_by", "批复签收人"),
        Fact("decision_signed_on", "批复签收日期", "date"), Fact("urged", "催办(次)", "number"), Fact("closed_on", "办结日期", "date"),
        Fact("light", "期限", "light", value=_light),
    ),
    related=(
        Related(
            "上级办理进展",
            (
                Column("on", "日期", "date"), Column("office", "单位", "office"), Column("stage", "进展", value=_stage), Column("note", "说明", wide=True),
            ),
            _progress, empty="上级尚未反馈进展。",
        ),
    ),
)
