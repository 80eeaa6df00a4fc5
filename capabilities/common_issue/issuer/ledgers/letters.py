"""Registers of letters: the texts on their way to signature, and 函件台账 with one line per addressee."""

from collections.abc import Sequence
from typing import Any

from capabilities.common_issue.common.columns import counts_text
from capabilities.common_issue.common.identifying import NamesSomebody
from capabilities.common_issue.domain import instruments, states, words
from capabilities.common_issue.issuer import choices, errors, forms, permissions, queries, views
from capabilities.common_issue.issuer.commands import drafting, following, issuing, superseding
from capabilities.common_issue.issuer.models import Copy, Instrument
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork
from nodekit.web.ledger import Action, Column, Fact, Filter, Ledger, Related, Tab


def kind(row: Any, _uow: UnitOfWork) -> str:
    return instruments.kind_title(row.kind)


async def _copies(uow: UnitOfWork, _officer: Officer, row: Instrument) -> Sequence[Any]:
    return await queries.list_copies(uow, instrument_id=row.id)


async def _addressees(uow: UnitOfWork, _officer: Officer, row: Instrument) -> Sequence[Any]:
    return await queries.list_addressees(uow, row.id)


async def _replies(uow: UnitOfWork, _officer: Officer, row: Copy) -> Sequence[Any]:
    return await queries.list_replies(uow, [row.id])


INSTRUMENTS: Ledger = Ledger(
    capability="common_issue", key="instruments", title="通报函件", model=Instrument, machine=states.INSTRUMENT, permission=permissions.VIEW,
    name=lambda row: row.document_number or row.title,
    help="共性问题通报、巡察建议函、抄告单、提级整改通知。起草、审核(去标识)、签发、印发分人办理,印发时编号。", process=states.INSTRUMENT_PROCESS,
    columns=(
        Column("title", "标题", "link", wide=True), Column("kind", "种类", value=kind), Column("document_number", "文号"), Column("status", "状态", "status"),
        Column("drafted_name", "起草"), Column("signed_off_by", "签发"), Column("issued_on", "印发日期", "date"),
    ),
    filters=(
        Filter("q", "标题/文号", "text", ("title", "document_number")), Filter("kind", "种类", "choice", ("kind",), choices=instruments.KIND_CHOICES),
        Filter("issued_on", "印发日期", "date_range", ("issued_on",)),
    ),
    tabs=(
        Tab("approval", "审签中", lambda model: model.status.in_(("drafted", "reviewed", "signed_off"))), Tab("out", "已印发", lambda model: model.status == "issued"),
        Tab("done", "已办结", lambda model: model.status.in_(("closed", "withdrawn", "voided", "superseded"))),
    ),
    create=Action("draft", "起草函件", drafting.draft, permissions.DRAFT, forms.InstrumentForm, choices={"issue": choices.open_issues, "addressees": choices.addressees},
                  raises=(errors.WrongAddressees, errors.IssueNotOpen), done="已起草,待审核。"),
    actions=(
        Action("review", "审核通过", drafting.review, permissions.REVIEW, forms.OpinionForm, frozenset({"drafted"}), tone="primary", raises=(errors.ReviewsOwn, NamesSomebody),
               done="已审核,文稿不含具体对象。"),
        Action("sign-off", "签发", drafting.sign_off, permissions.SIGN_OFF, forms.OpinionForm, frozenset({"reviewed"}), tone="primary", done="已签发。"),
        Action("issue", "印发", issuing.issue, permissions.ISSUE, None, frozenset({"signed_off"}), tone="primary", raises=(errors.NotReplaceable, errors.IssueNotOpen), confirm="印发即编号并送达各主送单位,内容不再修改。确认印发?",
               done="已印发,等待对方签收。"),
        Action("redraft", "修改文稿", drafting.redraft, permissions.DRAFT, forms.RedraftForm, frozenset({"drafted"}), choices={"addressees": choices.addressees},
               initial=choices.redraft_start, raises=(errors.WrongAddressees,)),
        Action("send-back", "退回修改", drafting.send_back, permissions.REVIEW, forms.ReasonForm, frozenset({"reviewed", "signed_off"})),
        Action("replace", "起草替代件", superseding.replace, permissions.DRAFT, forms.ReplaceForm, frozenset({"issued"}), choices={"addressees": choices.addressees},
               initial=choices.replace_start, raises=(errors.WrongAddressees, errors.AlreadyReplaced, errors.IssueNotOpen),
               done="替代件已起草,经审核、签发、印发后替代原函件。", goes_to=lambda row: INSTRUMENTS.record_url(row.id)),
        Action("void", "作废", following.void, permissions.ISSUE, forms.VoidForm, frozenset({"drafted", "reviewed", "signed_off", "issued"}), tone="danger",
               confirm="作废后文号保留;已印发的将向各主送单位发更正说明。确认作废?"),
    ),
    facts=(
        Fact("kind", "种类", value=kind), Fact("duty", "答复要求", value=lambda row, _uow: instruments.KINDS[row.kind].duty), Fact("document_number", "文号"),
        Fact("statement", "问题表述", "long"), Fact("typical_case", "典型情况", "long"), Fact("requirement", "工作要求", "long"), Fact("drafted_name", "起草人"), Fact("reviewed_name", "审核人"),
        Fact("signed_off_by", "签发人"), Fact("issued_on", "印发日期", "date"), Fact("due_why", "期限依据", "long"), Fact("notice", "更正说明", "long"),
        Fact("replacing_why", "替代原因", "long"), Fact("source_number", "转发的上级文号"), Fact("paper_to", "纸质送达", "long"),
    ),
    related=(
        Related("主送", (Column("office", "单位", "office"),), _addressees),
        Related(
            "办理情况", (
                Column("recipient", "主送", "office"), Column("status", "状态", "status", value=lambda row, _uow: states.COPY.states[row.status]), Column("signed_on", "签收", "date"),
                Column("plan_on", "首报", "date"), Column("result_on", "终报", "date"), Column("counts", "自查情况", value=lambda row, _uow: counts_text(row)),
                Column("light", "灯", "light", value=views.letter_light),
            ), _copies, link=lambda row: LETTERS.record_url(row.id), empty="印发后显示",
        ),
    ),
    detail_template="common_issue.issuer/instrument.html", detail_context=views.instrument_context,
)

LETTERS: Ledger = Ledger(
    capability="common_issue", key="letters", title="函件台账", model=Copy, machine=states.COPY, permission=permissions.VIEW,
    name=lambda row: f"{row.document_number} {row.title}",
    help="每个主送单位一行:签收、首报、终报、评价、办结。一函一报,催办次数和延期在标记中显示。", process=states.COPY_PROCESS,
    columns=(
        Column("document_number", "文号", "link"), Column("kind", "种类", value=kind, hidden=True), Column("recipient", "主送", "office"), Column("title", "事项", wide=True),
        Column("status", "状态", "status"), Column("signed_on", "签收", "date", hidden=True), Column("result_due_on", "回复期限", "date"), Column("plan_on", "首报", "date"),
        Column("result_on", "终报", "date"), Column("assessment", "评价", value=views.assessment, sortable=False, hidden=True), Column("light", "灯", "light", value=views.letter_light, sortable=False),
        Column("marks", "标记", "tags", value=views.letter_marks, sortable=False), Column("counts", "自查情况", value=lambda row, _uow: counts_text(row), sortable=False, hidden=True),
    ),
    filters=(
        Filter("q", "文号/事项", "text", ("document_number", "title")), Filter("kind", "种类", "choice", ("kind",), choices=instruments.KIND_CHOICES),
        Filter("recipient", "主送", "office", ("recipient",)), Filter("due", "回复期限", "date_range", ("result_due_on",)),
    ),
    tabs=(
        Tab("sign", "待签收", lambda model: model.status.in_(("sent", "withdrawing"))), Tab("work", "办理中", lambda model: model.status.in_(states.AT_WORK)),
        Tab("assess", "待评价", lambda model: model.status == "result_replied"), Tab("returned", "对方退回", lambda model: model.status == "returned"),
        Tab("done", "已办结", lambda model: model.status.in_(("assessed", "closed", "superseded"))),
    ),
    actions=(
        Action("accept", "评价通过", following.accept, permissions.ASSESS, forms.OpinionForm, frozenset({"result_replied"}), tone="primary", done="已评价通过。"),
        Action("redo", "退回重办", following.redo, permissions.ASSESS, forms.RedoForm, frozenset({"result_replied"}), initial=choices.redo_start, done="已退回重办。"),
        Action("close", "办结", following.close, permissions.ASSESS, forms.CloseCopyForm, frozenset({"assessed"}), tone="primary", raises=(errors.NotHeard,), done="已办结。"),
        Action("decide-extension", "答复延期", following.decide_extension, permissions.ASSESS, forms.ExtensionAnswerForm, states.AT_WORK,
               when=lambda row, _officer: row.extension == "requested", raises=(errors.NoExtensionAsked,), tone="primary"),
        Action("urge", "催办", following.urge, permissions.URGE, forms.UrgeForm, states.COPY_OWED, done="催办已发出。"),
        Action("supervise", "督办", following.supervise, permissions.URGE, forms.SuperviseForm, states.COPY_OWED, raises=(errors.TooEarlyToSupervise,), done="督办单已发出。"),
        Action("withdraw", "撤回", following.withdraw, permissions.ISSUE, forms.ReasonForm, frozenset({"sent", "returned"}), tone="danger",
               confirm="对方未签收时方可撤回;对方已先行签收的,以签收为准。"),
    ),
    facts=(
        Fact("document_number", "文号"), Fact("kind", "种类", value=kind), Fact("recipient", "主送", "office"), Fact("issued_on", "印发日期", "date"), Fact("sign_due_on", "签收期限", "date"),
        Fact("signed_by", "签收人"), Fact("signed_on", "签收日期", "date"), Fact("plan_due_on", "首报期限", "date"), Fact("plan_on", "首报", "date"), Fact("result_due_on", "终报期限", "date"),
        Fact("result_on", "终报", "date"), Fact("counts", "自查和治理情况", "long", value=lambda row, _uow: counts_text(row)), Fact("assessment", "评价", value=views.assessment),
        Fact("opinion", "评价意见", "long"), Fact("redone", "重办", "number", value=lambda row, _uow: (row.redone, "次")), Fact("urged", "催办", "number", value=lambda row, _uow: (row.urged, "次")),
        Fact("supervised_until", "督办期限", "date"), Fact("extension_until", "延期至", "date"), Fact("extension_why", "延期理由", "long"),
        Fact("return_reason", "退回原因", value=lambda row, _uow: words.label(words.RETURN_REASONS, row.return_reason)), Fact("return_note", "退回说明", "long"),
        Fact("superseded_by", "被该函件替代"), Fact("closed_on", "办结日期", "date"), Fact("light", "灯", "light", value=views.letter_light),
    ),
    related=(
        Related("对方报告", (
            Column("number", "序号", "number"), Column("kind", "类别", value=lambda row, _uow: words.label(words.REPLIES, row.kind)), Column("replied_on", "日期", "date"), Column("replied_by", "报告人"),
            Column("document_number", "文号"), Column("text", "内容", "note", wide=True), Column("counts", "数据", value=lambda row, _uow: counts_text(row)),
        ), _replies, empty="尚无报告"),
    ),
)
