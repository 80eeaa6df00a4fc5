"""The desk's registers: clues it handles, papers announced to it. No column and no fact says what a clue is about or whom it names."""

from typing import Any

import sqlalchemy as sa

from capabilities.clue_transfer import domain
from capabilities.clue_transfer.common.confidential import NOTE_KINDS, look_alikes, need_to_know, notes_of
from capabilities.clue_transfer.receiver import commands, errors, feedback, forms, permissions
from capabilities.clue_transfer.receiver.models import Clue, Stub
from nodekit.files import files_summary
from nodekit.identity.accounts import list_accounts
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork
from nodekit.web.ledger import Action, Choice, Column, Fact, Filter, Ledger, Related, Tab

HANDLER_POSTS = frozenset({"discipline_desk", "org_dept"})


def light(row: Clue, uow: UnitOfWork) -> Any:
    return uow.node.deadlines.light(row.due_on, uow.today, done=domain.RECEIVED.states[row.status].final or row.status == "fed_back")


def marks(row: Clue, _uow: UnitOfWork) -> list[tuple[str, str]]:
    found = [("优先", "red")] if row.urgent else []
    found += [("重新移交", "purple")] if row.attempt > 1 else []
    found += [(f"被催{row.urged}次", "amber")] if row.urged else []
    found += [("督办", "red")] if row.supervised_until else []
    return found + ([("延期待答复", "amber")] if row.extension == "requested" else [])


def disposition(row: Clue, _uow: UnitOfWork) -> str | None:
    return domain.Disposition.of(row.disposition).label if row.disposition else None


def seal_mark(row: Clue, _uow: UnitOfWork) -> str:
    return "正文已销毁" if row.body is None else "密封收到,加密保存"


async def handlers_to_choose(uow: UnitOfWork, _officer: Officer, _record: Clue | None) -> list[Choice]:
    """Working accounts with a handler's post."""
    return [
        (str(line.account.id), f"{line.account.name}({line.account.username})")
        for line in await list_accounts(uow)
        if line.account.disabled_at is None and line.posts & HANDLER_POSTS
    ]


async def _sign_initial(_uow: UnitOfWork, officer: Officer, _record: Any) -> dict[str, Any]:
    return {"signed_by": officer.name}


async def _feedback_initial(_uow: UnitOfWork, _officer: Officer, row: Clue) -> dict[str, Any]:
    """Counts are cumulative: start from what was said last."""
    return {key: getattr(row, key) for key, _label, _unit in domain.OUTCOMES}


async def _paper_initial(uow: UnitOfWork, officer: Officer, _record: Any) -> dict[str, Any]:
    return {"received_on": uow.today.isoformat(), "received_by": officer.name}


async def detail_context(uow: UnitOfWork, officer: Officer, row: Clue) -> dict[str, Any]:
    """Look-alikes this officer may know of, and whether he may open the body."""
    return {
        "look_alikes": await look_alikes(uow, officer, row, permissions.OVERSEE),
        "may_read": row.body is not None and (officer.may(permissions.READ) or officer.id in row.known_to),
        "files": await files_summary(uow, row),
        "may_attach": False,
    }


async def _notes(uow: UnitOfWork, _officer: Officer, row: Clue) -> Any:
    return await notes_of(uow, row)


ACTIONS = (
    Action("sign", "签收", commands.sign, permissions.SIGN, forms.SignForm, frozenset({"delivered"}), initial=_sign_initial, tone="primary",
           done="已签收,移出机关将收到签收回执。"),
    Action("return", "退回", commands.give_back, permissions.SIGN, forms.ReturnForm, frozenset({"delivered"}), tone="danger",
           confirm="退回后本机关不再保存正文。确认退回?", done="已退回。"),
    Action("number", "编号", commands.number, permissions.ASSIGN, None, frozenset({"signed"}), tone="primary", done="已编号。"),
    Action("assign", "分办", commands.assign, permissions.ASSIGN, forms.AssignForm, frozenset({"numbered", "assigned", "reactivated"}),
           choices={"handler": handlers_to_choose}, tone="primary", raises=(errors.HandlerExcluded,), done="已分办。"),
    Action("propose", "提出处置意见", commands.propose, permissions.HANDLE, forms.ProposeForm, frozenset({"assigned", "reactivated"}), tone="primary", done="已报审批。"),
    Action("dispose", "审批处置", commands.dispose, permissions.APPROVE, forms.ApproveForm, frozenset({"disposition_proposed"}), tone="primary",
           raises=(errors.ApprovesOwn,), done="已处置,移出机关将收到处置方式和日期。"),
    Action("reject", "退回意见", commands.reject, permissions.APPROVE, forms.ReasonForm, frozenset({"disposition_proposed"})),
    Action("reactivate", "重启", commands.reactivate, permissions.HANDLE, forms.ReasonForm, frozenset({"shelved"})),
    Action("file-case", "立案", commands.file_case, permissions.HANDLE, forms.CaseFiledForm, frozenset({"disposed"}), raises=(errors.NoCase,)),
    Action("close-case", "结案", commands.close_case, permissions.HANDLE, forms.CaseClosedForm, frozenset({"case_filed"}), tone="primary"),
    Action("progress", "阶段反馈", feedback.report_progress, permissions.FEED_BACK, forms.FeedbackForm, domain.RECEIVED_INTERIM, initial=_feedback_initial, done="已反馈。"),
    Action("feed-back", "最终反馈", feedback.feed_back, permissions.FEED_BACK, forms.FeedbackForm, domain.RECEIVED.sources_of("fed_back"), initial=_feedback_initial,
           tone="primary", confirm="最终反馈后办理结束,待移出机关核实办结。", done="已作最终反馈。"),
    Action("extend", "申请延期", feedback.ask_for_time, permissions.FEED_BACK, forms.ExtensionForm, domain.RECEIVED_OPEN,
           when=lambda row, _officer: row.extension != "requested", raises=(errors.NoMoreTime,)),
    Action("inquiry", "登记打听过问", commands.register_inquiry, permissions.HANDLE, forms.InquiryForm, done="已登记,内容加密保存。"),
    Action("destroy", "销毁正文", commands.destroy, permissions.DESTROY, forms.ReasonForm, frozenset({"closed"}),
           when=lambda row, _officer: row.body is not None, tone="danger", confirm="正文和往来说明销毁后不可恢复,台账保留。确认销毁?"),
)

RECEIVED = Ledger(
    capability="clue_transfer",
    key="received",
    title="线索办理台账",
    model=Clue,
    machine=domain.RECEIVED,
    permission=permissions.VIEW,
    export_permission=permissions.EXPORT,
    scope=need_to_know(Clue, permissions.OVERSEE),
    name=lambda row: f"线索 {row.number or row.serial}",
    help="签收后一个月内提出处置意见,三个月内首次反馈,此后按季反馈直至办结;正文须说明事由方可查阅。",
    process=domain.RECEIVED_PROCESS,
    columns=(
        Column("serial", "来件编号", "link"),
        Column("number", "本机关编号"),
        Column("marks", "标记", "tags", value=marks, sortable=False),
        Column("status", "状态", "status"),
        Column("origin", "移出机关", "office"),
        Column("matter", "事项类别", value=lambda row, _uow: domain.Matter.of(row.matter).label),
        Column("sent_on", "移交日期", "date", hidden=True),
        Column("signed_on", "签收日期", "date"),
        Column("handler_name", "承办人"),
        Column("disposition", "处置方式", value=disposition),
        Column("fed_back_on", "反馈日期", "date", hidden=True),
        Column("light", "期限", "light", value=light, sortable=False),
        Column("document_number", "移交文号", hidden=True),
        Column("handed_over_by", "移交经办人", hidden=True),
        Column("signed_by", "接收经办人", hidden=True),
        Column("disposed_on", "处置日期", "date", hidden=True),
        Column("outcome", "结果类别(计数)", value=lambda row, _uow: domain.outcome_text(row), sortable=False, hidden=True),
        Column("seal", "密封标志", value=seal_mark, sortable=False, hidden=True),
    ),
    filters=(
        Filter("q", "编号/文号", "text", ("serial", "number", "document_number")),
        Filter("matter", "事项类别", "choice", ("matter",), choices=domain.Matter.choices()),
        Filter("handler", "承办人", "text", ("handler_name",)),
        Filter("signed_on", "签收日期", "date_range", ("signed_on",)),
        Filter("disposition", "处置方式", "choice", ("disposition",), choices=domain.Disposition.choices()),
        Filter("urgent", "优先办理", "bool", ("urgent",)),
    ),
    tabs=(
        Tab("delivered", "待签收", lambda model: model.status == "delivered"),
        Tab("deciding", "待处置", lambda model: model.status.in_(("signed", "numbered", "assigned", "disposition_proposed", "reactivated"))),
        Tab("handling", "办理中", lambda model: model.status.in_(("disposed", "case_filed", "case_closed", "feedback_redo"))),
        Tab("shelved", "暂存待查", lambda model: model.status == "shelved"),
        Tab("urged", "被催办督办", lambda model: sa.and_(sa.or_(model.urged > 0, model.supervised_until.is_not(None)), model.status.in_(sorted(domain.RECEIVED_OPEN)))),
        Tab("done", "已反馈办结", lambda model: model.status.in_(("fed_back", "closed"))),
    ),
    actions=ACTIONS,
    facts=(
        Fact("serial", "来件编号"),
        Fact("number", "本机关编号"),
        Fact("marks", "标记", "tags", value=marks),
        Fact("origin", "移出机关", "office"),
        Fact("round_label", "轮次"),
        Fact("matter", "事项类别", value=lambda row, _uow: domain.Matter.of(row.matter).label),
        Fact("cadre_tier", "干部管理权限", value=lambda row, _uow: _tier_label(row.cadre_tier)),
        Fact("document_number", "移交文号"),
        Fact("attempt", "移交次数", "number", value=lambda row, _uow: (row.attempt, "次")),
        Fact("handed_over_by", "移交经办人"),
        Fact("sent_on", "移交日期", "date"),
        Fact("arrived_at", "送达时间", "datetime"),
        Fact("sign_due_on", "签收期限", "date"),
        Fact("signed_by", "接收经办人"),
        Fact("signed_on", "签收日期", "date"),
        Fact("handler_name", "承办人"),
        Fact("dispose_why", "处置期限", "long"),
        Fact("proposed", "拟处置方式", value=lambda row, _uow: domain.Disposition.of(row.proposed).label if row.proposed else None),
        Fact("disposition", "处置方式", value=disposition),
        Fact("disposed_on", "处置日期", "date"),
        Fact("approval_number", "审批文号"),
        Fact("case_filed_on", "立案日期", "date"),
        Fact("case_closed_on", "结案日期", "date"),
        Fact("feedback_due_on", "下次反馈期限", "date"),
        Fact("feedback_why", "反馈期限依据", "long"),
        Fact("feedbacks", "反馈", "number", value=lambda row, _uow: (row.feedbacks, "次")),
        Fact("fed_back_on", "最近反馈", "date"),
        Fact("outcome", "结果类别(计数)", value=lambda row, _uow: domain.outcome_text(row)),
        Fact("urged", "被催办", "number", value=lambda row, _uow: (row.urged, "次")),
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
    detail_template="clue_transfer.receiver/detail.html",
    detail_context=detail_context,
)

ANNOUNCED = Ledger(
    capability="clue_transfer",
    key="announced",
    title="下级转送存根",
    model=Stub,
    machine=domain.ANNOUNCED,
    permission=permissions.VIEW,
    name=lambda row: f"存根 {row.serial}",
    help="下级巡察机构发现的本机关管理干部线索:系统只有编号和日期,内容见纸件。收到纸件后在此登记,并按线下规定办理。",
    process=("announced", "received"),
    columns=(
        Column("serial", "来件编号", "link"), Column("status", "状态", "status"), Column("origin", "来自", "office"), Column("slip_number", "交接单号"),
        Column("registered_on", "登记日期", "date"), Column("received_on", "收到日期", "date"), Column("received_by", "收件人"),
        Column("light", "期限", "light", sortable=False, value=lambda row, uow: uow.node.deadlines.light(row.paper_due_on, uow.today, done=row.status != "announced")),
    ),
    filters=(Filter("q", "编号/交接单号", "text", ("serial", "slip_number")), Filter("origin", "来自", "office", ("origin",))),
    tabs=(Tab("waiting", "待收纸件", lambda model: model.status == "announced"),),
    actions=(
        Action("receive", "登记收到纸件", feedback.receive_paper, permissions.SIGN, forms.PaperForm, frozenset({"announced"}), initial=_paper_initial, tone="primary",
               done="已登记,转送机关将收到收讫日期。"),
    ),
    facts=(
        Fact("serial", "来件编号"), Fact("slip_number", "交接单号"), Fact("origin", "来自", "office"), Fact("registered_on", "登记日期", "date"),
        Fact("paper_due_on", "送达期限", "date"), Fact("received_on", "收到日期", "date"), Fact("received_by", "收件人"),
    ),
)


def _tier_label(code: str) -> str:
    return next((label for tier, label in domain.TIER_LABELS.items() if tier == code), code)
