"""收到函件: letters of the office above or beside, and what this office answered."""

from collections.abc import Mapping, Sequence
from typing import Any

from capabilities.common_issue.common.columns import counts_text
from capabilities.common_issue.common.identifying import NamesSomebody
from capabilities.common_issue.domain import instruments, states, words
from capabilities.common_issue.receiver import commands, errors, forms, passing_on, permissions, queries
from capabilities.common_issue.receiver.models import Letter
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork
from nodekit.web.ledger import Action, Column, Fact, Filter, Ledger, Related, Tab


def kind(row: Letter, _uow: UnitOfWork) -> str:
    return instruments.kind_title(row.kind)


def light(row: Letter, uow: UnitOfWork) -> Any:
    return uow.node.deadlines.light(row.due_on, uow.today, done=states.RECEIVED.states[row.status].final or row.status in {"result_replied", "accepted"})


def marks(row: Letter, _uow: UnitOfWork) -> list[tuple[str, str]]:
    found = [(f"被催办{row.urged}次", "amber")] if row.urged else []
    found += [("督办", "red")] if row.supervised_until else []
    found += [(f"重办{row.redone}次", "red")] if row.redone else []
    found += [("已转发", "green")] if row.passed_on_on else []
    found += [("替代件", "blue")] if row.replaces_number else []
    extensions = {"requested": ("已申请延期", "amber"), "granted": ("已延期", "blue"), "refused": ("延期未准", "grey")}
    return found + ([extensions[row.extension]] if row.extension in extensions else [])


async def _by_me(_uow: UnitOfWork, officer: Officer, _row: Letter) -> Mapping[str, Any]:
    return {"signed_by": officer.name}


async def _report_start(_uow: UnitOfWork, officer: Officer, row: Letter) -> Mapping[str, Any]:
    names = ("units_checked", "found", "rectified", "institutions", "amount")
    return {"replied_by": officer.name, **{name: getattr(row, name) for name in names}}


async def _plan_start(_uow: UnitOfWork, officer: Officer, _row: Letter) -> Mapping[str, Any]:
    return {"replied_by": officer.name}


async def _replies(uow: UnitOfWork, _officer: Officer, row: Letter) -> Sequence[Any]:
    return await queries.list_replies(uow, row.id)


RECEIVED = Ledger(
    capability="common_issue", key="received", title="收到通报函件", model=Letter, machine=states.RECEIVED, permission=permissions.VIEW,
    name=lambda row: f"{row.document_number} {row.title}",
    help="上级或同级巡视巡察机构发来的共性问题通报、建议函、抄告单和提级整改通知:签收后按期首报、终报,一函一报。", process=states.RECEIVED_PROCESS,
    columns=(
        Column("document_number", "文号", "link"), Column("kind", "种类", value=kind), Column("origin", "来文单位", "office"), Column("title", "事项", wide=True), Column("status", "状态", "status"),
        Column("issued_on", "来文日期", "date", hidden=True), Column("signed_on", "签收", "date"), Column("result_due_on", "回复期限", "date"), Column("plan_on", "首报", "date"), Column("result_on", "终报", "date"),
        Column("light", "灯", "light", value=light, sortable=False), Column("marks", "标记", "tags", value=marks, sortable=False),
    ),
    filters=(
        Filter("q", "文号/事项", "text", ("document_number", "title")), Filter("kind", "种类", "choice", ("kind",), choices=instruments.KIND_CHOICES),
        Filter("due", "回复期限", "date_range", ("result_due_on",)),
    ),
    tabs=(
        Tab("sign", "待签收", lambda model: model.status == "delivered"), Tab("work", "办理中", lambda model: model.status.in_(states.AT_WORK)),
        Tab("answered", "已反馈", lambda model: model.status.in_(("result_replied", "accepted"))), Tab("done", "已办结", lambda model: model.status.in_(("closed", "superseded"))),
    ),
    actions=(
        Action("sign", "签收", commands.sign, permissions.SIGN, forms.SignForm, frozenset({"delivered"}), initial=_by_me, tone="primary", done="已签收。"),
        Action("plan", "首次报告", commands.report_plan, permissions.REPORT, forms.PlanForm, frozenset({"signed"}), initial=_plan_start, raises=(NamesSomebody,), tone="primary", done="首报已发出。"),
        Action("result", "报送结果", commands.report_result, permissions.REPORT, forms.ResultForm, states.AT_WORK, initial=_report_start,
               raises=(NamesSomebody, errors.CountsMissing, errors.MoreRectifiedThanFound), tone="primary", done="结果已报送,等待评价。"),
        Action("progress", "治理进展", commands.report_progress, permissions.REPORT, forms.ProgressForm, states.AT_WORK, initial=_report_start,
               raises=(NamesSomebody, errors.MoreRectifiedThanFound), done="进展已报送。"),
        Action("extension", "申请延期", commands.ask_extension, permissions.REPORT, forms.ExtensionForm, states.AT_WORK, when=lambda row, _officer: row.extension != "requested",
               raises=(errors.TooLateToExtend,), done="延期申请已发出。"),
        Action("pass-on", "转发", passing_on.pass_on, permissions.PASS_ON, forms.PassOnForm, passing_on.OFFERED, when=lambda row, _officer: passing_on.may_pass_on(row),
               choices={"addressees": passing_on.offices, "units": passing_on.units}, initial=passing_on.start, raises=(NamesSomebody, errors.CannotPassOn),
               confirm="转发即以本单位文号印发并送达,内容不再修改。确认转发?", done="已转发,可在函件台账中查看签收和报送情况。"),
        Action("return", "退回", commands.give_back, permissions.SIGN, forms.ReturnForm, frozenset({"delivered"}), tone="danger", done="已退回。"),
    ),
    facts=(
        Fact("document_number", "文号"), Fact("kind", "种类", value=kind), Fact("origin", "来文单位", "office"), Fact("signed_off_by", "签发人"), Fact("issued_on", "来文日期", "date"),
        Fact("spread", "问题范围", value=lambda row, _uow: f"{row.offices}个地区(单位){row.units}家" if row.units else None), Fact("statement", "问题表述", "long"),
        Fact("typical_case", "典型情况", "long"), Fact("requirement", "工作要求", "long"), Fact("sign_due_on", "签收期限", "date"), Fact("plan_due_on", "首报期限", "date"),
        Fact("result_due_on", "终报期限", "date"), Fact("due_why", "期限依据", "long"), Fact("signed_by", "签收人"), Fact("signed_on", "签收日期", "date"), Fact("plan_on", "首报", "date"),
        Fact("result_on", "终报", "date"), Fact("counts", "自查和治理情况", "long", value=lambda row, _uow: counts_text(row)), Fact("opinion", "发函单位意见", "long"),
        Fact("supervised_note", "督办要求", "long"), Fact("supervised_until", "督办期限", "date"), Fact("extension_until", "延期至", "date"), Fact("notice", "更正说明", "long"),
        Fact("replaces_number", "替代原函件"), Fact("carried", "已报情况", value=lambda row, _uow: "原函件已报情况继续有效" if row.carried_over else None),
        Fact("superseded_by", "被该函件替代"), Fact("passed_on_on", "转发日期", "date"), Fact("passed_on_to", "转发单位", "long"),
        Fact("closed_on", "办结日期", "date"), Fact("light", "灯", "light", value=light),
    ),
    related=(
        Related("本单位报告", (
            Column("number", "序号", "number"), Column("kind", "类别", value=lambda row, _uow: words.label(words.REPLIES, row.kind)), Column("replied_on", "日期", "date"), Column("replied_by", "报告人"),
            Column("document_number", "文号"), Column("text", "内容", "note", wide=True), Column("counts", "数据", value=lambda row, _uow: counts_text(row)),
        ), _replies, empty="尚未报告"),
    ),
    detail_template="common_issue.receiver/letter.html",
)
