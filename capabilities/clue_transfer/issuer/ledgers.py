"""The issuer's registers: clues and stubs. No column and no fact says what a clue is about or whom it names."""

from typing import Any

import sqlalchemy as sa

from capabilities.clue_transfer import domain
from capabilities.clue_transfer.common.confidential import NOTE_KINDS, look_alikes, need_to_know, notes_of
from capabilities.clue_transfer.issuer import commands, errors, followup, forms, permissions, stubs
from capabilities.clue_transfer.issuer.models import Clue, Stub
from nodekit.files import files_summary
from nodekit.identity.accounts import list_accounts
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork
from nodekit.web.ledger import Action, Choice, Column, Fact, Filter, Ledger, Related, Tab

WAITING = frozenset({"registered", "team_reviewed", "approved", "sealed", "returned"})


def light(row: Clue, uow: UnitOfWork) -> Any:
    return uow.node.deadlines.light(row.due_on, uow.today, done=domain.ISSUED.states[row.status].final or row.feedback_final)


def marks(row: Clue, _uow: UnitOfWork) -> list[tuple[str, str]]:
    found = [("优先", "red")] if row.urgent else []
    found += [("改派", "purple")] if row.rerouted else []
    found += [(f"催办{row.urged}次", "amber")] if row.urged else []
    found += [("督办", "red")] if row.supervised_until else []
    return found + ([("申请延期", "amber")] if row.extension == "requested" else [])


def seal_mark(row: Clue, _uow: UnitOfWork) -> str:
    if row.body is None:
        return "正文已销毁"
    return "密封送达" if row.attempt else "加密保存"


def disposition(row: Clue, _uow: UnitOfWork) -> str | None:
    return domain.Disposition.of(row.disposition).label if row.disposition else None


async def colleagues(uow: UnitOfWork, _officer: Officer, _record: Any) -> list[Choice]:
    return [(str(line.account.id), f"{line.account.name}({line.account.username})") for line in await list_accounts(uow) if line.account.disabled_at is None]


async def _slip_initial(_uow: UnitOfWork, officer: Officer, _record: Any) -> dict[str, Any]:
    return {"handed_over_by": officer.name}


async def detail_context(uow: UnitOfWork, officer: Officer, row: Clue) -> dict[str, Any]:
    """Look-alikes this officer may know of, and whether he may open the body."""
    return {
        "look_alikes": await look_alikes(uow, officer, row, permissions.OVERSEE),
        "may_read": row.body is not None and (officer.may(permissions.READ) or officer.id in row.known_to),
        "files": await files_summary(uow, row),
        "may_attach": row.status in domain.ISSUED_EDITABLE and row.body is not None and officer.may(permissions.REGISTER),
    }


async def _notes(uow: UnitOfWork, _officer: Officer, row: Clue) -> Any:
    return await notes_of(uow, row)


ACTIONS = (
    Action("review", "组内审核", commands.review, permissions.REVIEW, forms.ReviewForm, frozenset({"registered"}), tone="primary", done="已记录组务会审核。"),
    Action("approve", "审批通过", commands.approve, permissions.APPROVE, forms.ApproveForm, frozenset({"team_reviewed"}), tone="primary",
           raises=(errors.ApprovesOwn,), done="已审批,可封装移交。"),
    Action("send-back", "退回修改", commands.send_back, permissions.APPROVE, forms.ReasonForm, frozenset({"team_reviewed", "approved"})),
    Action("seal", "封装", commands.seal, permissions.SEND, forms.SealForm, frozenset({"approved", "returned"}), initial=_slip_initial, tone="primary",
           done="已封装并编号,请核对交接单后发出。"),
    Action("send", "移交发出", commands.send, permissions.SEND, None, frozenset({"sealed"}), tone="primary",
           confirm="发出后正文以密封件送接收机关,签收前可撤回。确认发出?", done="已发出,等待对方签收。"),
    Action("correct", "补正内容", commands.correct, permissions.REGISTER, forms.BodyForm, domain.ISSUED_EDITABLE),
    Action("reroute", "改派", commands.reroute, permissions.APPROVE, forms.RerouteForm, frozenset({"registered", "team_reviewed", "approved", "returned"}),
           raises=(errors.NoDesk, errors.NothingToReroute), confirm="改派将公开标注在记录上,并留存规则原判断。"),
    Action("withdraw", "撤回", followup.withdraw, permissions.SEND, forms.ReasonForm, frozenset({"sent"}), tone="danger",
           confirm="对方未签收时方可撤回;对方已先行签收的,以签收为准。", done="已发出撤回请求,等待对方确认。"),
    Action("urge", "催办", followup.urge, permissions.URGE, forms.UrgeForm, domain.ISSUED_URGEABLE, done="催办单已发出。"),
    Action("supervise", "督办", followup.supervise, permissions.URGE, forms.SuperviseForm, domain.ISSUED_URGEABLE, raises=(errors.TooEarlyToSupervise,), done="督办单已发出。"),
    Action("decide-extension", "答复延期", followup.decide_extension, permissions.VERIFY, forms.ExtensionForm, domain.ISSUED_AT_DESK,
           when=lambda row, _officer: row.extension == "requested", raises=(errors.NoExtensionAsked,), tone="primary"),
    Action("verify", "核实通过", followup.verify, permissions.VERIFY, None, frozenset({"feedback_received"}), tone="primary", done="已核实。"),
    Action("ask-again", "退回补充", followup.ask_again, permissions.VERIFY, forms.ReasonForm, frozenset({"feedback_received"})),
    Action("close", "办结", followup.close, permissions.VERIFY, None, frozenset({"verified"}), when=lambda row, _officer: row.feedback_final, tone="primary",
           raises=(errors.NotFinal,), confirm="办结后不再接收反馈。确认办结?", done="已办结。"),
    Action("inquiry", "登记打听过问", followup.register_inquiry, permissions.INQUIRY, forms.InquiryForm, done="已登记,内容加密保存。"),
    Action("admit", "增加知悉人员", commands.admit_reader, permissions.APPROVE, forms.AdmitForm, frozenset(domain.ISSUED.states) - {"closed", "withdrawn", "voided"},
           choices={"account": colleagues}),
    Action("void", "作废", commands.void, permissions.APPROVE, forms.ReasonForm, WAITING, tone="danger", confirm="作废后编号保留、不再使用。确认作废?"),
    Action("destroy", "销毁正文", commands.destroy, permissions.DESTROY, forms.ReasonForm, frozenset({"closed", "withdrawn", "voided"}),
           when=lambda row, _officer: row.body is not None, tone="danger", confirm="正文和往来说明销毁后不可恢复,台账保留。确认销毁?"),
)

ISSUED = Ledger(
    capability="clue_transfer",
    key="issued",
    title="线索移交台账",
    model=Clue,
    machine=domain.ISSUED,
    permission=permissions.VIEW,
    export_permission=permissions.EXPORT,
    scope=need_to_know(Clue, permissions.OVERSEE),
    name=lambda row: f"线索 {row.serial}",
    help="一人一表登记,按干部管理权限移交;正文加密保存,台账不显示姓名和内容,查阅须说明事由。",
    process=domain.ISSUED_PROCESS,
    columns=(
        Column("serial", "编号", "link"),
        Column("marks", "标记", "tags", value=marks, sortable=False),
        Column("status", "状态", "status"),
        Column("round_label", "轮次", hidden=True),
        Column("matter", "事项类别", value=lambda row, _uow: domain.Matter.of(row.matter).label),
        Column("recipient", "接收机关", "office"),
        Column("sent_on", "移交日期", "date"),
        Column("signed_on", "签收日期", "date"),
        Column("disposition", "处置方式", value=disposition),
        Column("fed_back_on", "反馈日期", "date"),
        Column("light", "期限", "light", value=light, sortable=False),
        Column("document_number", "移交文号", hidden=True),
        Column("handed_over_by", "移交经办人", hidden=True),
        Column("signed_by", "接收经办人", hidden=True),
        Column("seal", "密封标志", value=seal_mark, sortable=False, hidden=True),
        Column("disposed_on", "处置日期", "date", hidden=True),
        Column("outcome", "结果类别(计数)", value=lambda row, _uow: domain.outcome_text(row), sortable=False, hidden=True),
        Column("feedback_due_on", "反馈期限", "date", hidden=True),
    ),
    filters=(
        Filter("q", "编号/文号", "text", ("serial", "document_number")),
        Filter("matter", "事项类别", "choice", ("matter",), choices=domain.Matter.choices()),
        Filter("recipient", "接收机关", "office", ("recipient",)),
        Filter("sent_on", "移交日期", "date_range", ("sent_on",)),
        Filter("disposition", "处置方式", "choice", ("disposition",), choices=domain.Disposition.choices()),
        Filter("urgent", "优先办理", "bool", ("urgent",)),
    ),
    tabs=(
        Tab("approval", "移交审批", lambda model: model.status.in_(("registered", "team_reviewed", "approved", "sealed"))),
        Tab("sent", "待签收", lambda model: model.status.in_(("sent", "withdrawing"))),
        Tab("returned", "已退回", lambda model: model.status == "returned"),
        Tab("handling", "办理反馈", lambda model: model.status.in_(sorted(domain.ISSUED_AT_DESK))),
        Tab("urged", "催办督办", lambda model: sa.and_(model.urged > 0, model.status.not_in(("closed", "voided", "withdrawn")))),
        Tab("done", "已办结", lambda model: model.status.in_(("closed", "withdrawn", "voided"))),
    ),
    create=Action("register", "登记线索", commands.register, permissions.REGISTER, forms.RegisterForm, raises=(errors.ManagedAbove, errors.NoDesk), done="已登记,正文加密保存。"),
    actions=ACTIONS,
    facts=(
        Fact("serial", "编号"),
        Fact("marks", "标记", "tags", value=marks),
        Fact("round_label", "轮次"),
        Fact("matter", "事项类别", value=lambda row, _uow: domain.Matter.of(row.matter).label),
        Fact("cadre_tier", "干部管理权限", value=lambda row, _uow: domain.TIER_LABELS[row.cadre_tier]),
        Fact("recipient", "接收机关", "office"),
        Fact("route_why", "移送依据", "long"),
        Fact("approval_number", "审批表"),
        Fact("document_number", "移交文号"),
        Fact("attempt", "移交次数", "number", value=lambda row, _uow: (row.attempt, "次")),
        Fact("handed_over_by", "移交经办人"),
        Fact("sent_at", "移交时间", "datetime"),
        Fact("sign_why", "签收期限", "long"),
        Fact("signed_by", "接收经办人"),
        Fact("signed_on", "签收日期", "date"),
        Fact("return_reason", "退回原因", value=lambda row, _uow: domain.ReturnReason.of(row.return_reason).label if row.return_reason else None),
        Fact("dispose_due_on", "处置期限", "date"),
        Fact("disposition", "处置方式", value=disposition),
        Fact("disposed_on", "处置日期", "date"),
        Fact("feedback_due_on", "下次反馈期限", "date"),
        Fact("feedbacks", "反馈", "number", value=lambda row, _uow: (row.feedbacks, "次")),
        Fact("fed_back_on", "最近反馈", "date"),
        Fact("outcome", "结果类别(计数)", value=lambda row, _uow: domain.outcome_text(row)),
        Fact("urged", "催办", "number", value=lambda row, _uow: (row.urged, "次")),
        Fact("supervised_until", "督办期限", "date"),
        Fact("extension_until", "延期至", "date"),
        Fact("seal", "密封标志", value=seal_mark),
        Fact("closed_on", "办结日期", "date"),
        Fact("light", "期限", "light", value=light),
    ),
    related=(
        Related(
            "往来与登记(内容加密,查阅正文时显示)",
            (
                Column("at", "时间", "datetime"), Column("kind", "类别", value=lambda note, _uow: NOTE_KINDS.get(note.kind, note.kind)),
                Column("code", "编号/方式"), Column("on", "日期", "date"), Column("author", "登记人"),
            ),
            _notes,
        ),
    ),
    detail_template="clue_transfer.issuer/detail.html",
    detail_context=detail_context,
)


async def _stub_initial(uow: UnitOfWork, officer: Officer, _record: Any) -> dict[str, Any]:
    return {"handed_over_on": uow.today.isoformat(), "handed_over_by": officer.name}


STUBS = Ledger(
    capability="clue_transfer",
    key="stubs",
    title="上级管理干部存根",
    model=Stub,
    machine=domain.STUB,
    permission=permissions.VIEW,
    name=lambda row: f"存根 {row.serial}",
    help="被反映人属上级管理的,本系统只登记编号和日期,不录入、不发送内容;纸件随交接单送上级纪检监察机关。",
    process=("registered", "handed_over", "received"),
    columns=(
        Column("serial", "编号", "link"), Column("status", "状态", "status"), Column("slip_number", "交接单号"),
        Column("cadre_tier", "干部管理权限", value=lambda row, _uow: domain.TIER_LABELS[row.cadre_tier]), Column("addressee", "送往", "office"),
        Column("registered_on", "登记日期", "date"), Column("handed_over_on", "送出日期", "date"), Column("received_on", "收讫日期", "date"),
        Column("light", "期限", "light", sortable=False,
               value=lambda row, uow: uow.node.deadlines.light(row.paper_due_on, uow.today, done=row.status in {"handed_over", "received", "voided"})),
    ),
    filters=(Filter("q", "编号/交接单号", "text", ("serial", "slip_number")), Filter("registered_on", "登记日期", "date_range", ("registered_on",))),
    tabs=(Tab("waiting", "待送纸件", lambda model: model.status == "registered"), Tab("out", "已送未收", lambda model: model.status == "handed_over")),
    create=Action("register", "登记存根", stubs.register_stub, permissions.REGISTER, forms.StubForm, raises=(errors.NoDesk,), done="已登记,请在期限内将纸件送达。"),
    actions=(
        Action("hand-over", "送出纸件", stubs.hand_over, permissions.REGISTER, forms.HandOverForm, frozenset({"registered"}), initial=_stub_initial, tone="primary"),
        Action("void", "作废存根", stubs.void_stub, permissions.APPROVE, None, frozenset({"registered"}), tone="danger", confirm="作废后编号保留、不再使用。确认作废?"),
    ),
    facts=(
        Fact("serial", "编号"), Fact("slip_number", "交接单号"), Fact("addressee", "送往", "office"),
        Fact("cadre_tier", "干部管理权限", value=lambda row, _uow: domain.TIER_LABELS[row.cadre_tier]),
        Fact("registered_on", "登记日期", "date"), Fact("paper_why", "送达期限", "long"), Fact("handed_over_on", "送出日期", "date"),
        Fact("handed_over_by", "送件人"), Fact("received_on", "收讫日期", "date"),
    ),
)

