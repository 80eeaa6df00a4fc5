"""Ledgers of the adapting side: lists received, requests for proposals, own proposals."""

from typing import Any

from capabilities.shared_list.domain.states import LOCAL, PROPOSAL, REVISABLE, SOLICITATION, Change, Decision, Local
from capabilities.shared_list.receiver import errors, forms, permissions, queries, views
from capabilities.shared_list.receiver.commands import adapting, deciding, proposing
from capabilities.shared_list.receiver.models import ReceivedList, ReceivedSolicitation, SubmittedProposal
from nodekit.errors import InvalidInput, StepNotAllowed
from nodekit.unit_of_work import UnitOfWork
from nodekit.web.ledger import Action, Column, Fact, Filter, Ledger, Related, Tab

CAPABILITY = "shared_list"
ADAPTING = frozenset({Local.ADAPTING})
UNFILED = frozenset({Local.SIGNED, Local.ADAPTING, Local.ADAPTED, Local.CONFIRMED, Local.IN_USE})
ENDED = ("stale", "withdrawn", "retired")


def _sign_light(row: Any, uow: UnitOfWork) -> Any:
    return uow.node.deadlines.light(row.sign_due_on, uow.today, done=row.signed_at is not None)


def _adapt_light(row: Any, uow: UnitOfWork) -> Any:
    """Nothing is due any more on a copy that ended."""
    ended = LOCAL.states[row.status].final
    return uow.node.deadlines.light(None if ended else row.adapt_due_on, uow.today, done=ended or row.filed_on is not None)


def _share(row: Any, _uow: UnitOfWork) -> float | None:
    return 100 * row.decided / row.total if row.total else None


ITEMS = Related(
    "条目",
    (
        Column("number", "编号", "link"),
        Column("kind_title", "所属清单", "tags"),
        Column("section", "分节", "link", value=lambda row, _: row.local_section or row.section),
        Column("content", "内容", wide=True, value=lambda row, _: row.shown_content),
        Column(
            "decision",
            "决定",
            "tags",
            value=lambda row, _: [(Decision.of(row.decision).label, views.TONES[Decision.of(row.decision)])] if row.decision else [],
        ),
        Column("reason", "理由"),
        Column("locked", "锁定", "tags", value=lambda row, _: [("锁定", "red")] if row.locked else []),
    ),
    load=lambda uow, _, row: queries.list_items(uow, row.id),
)
BASIS = Related(
    "依据文件",
    (Column("title", "文件名称", wide=True), Column("serial", "文号"), Column("issued_by", "印发单位")),
    load=lambda uow, _, row: queries.list_basis(uow, row.id),
    empty="上级未列依据文件。",
)
MY_PROPOSALS = Related(
    "本单位意见建议",
    (
        Column("content", "建议内容", wide=True),
        Column("change", "类别", value=lambda row, _: Change.of(row.change).label),
        Column("status", "处理", "status", value=lambda row, _: PROPOSAL.states[row.status]),
        Column("adopted_in", "采纳于", value=lambda row, _: f"v{row.adopted_in}" if row.adopted_in else None),
        Column("decline_reason", "答复"),
    ),
    load=lambda uow, _, row: queries.list_submitted(uow, row.origin, row.list_id),
    link=lambda row: f"/shared-list/submitted-proposals/{row.id}",
    empty="未提出过意见建议。",
)

RECEIVED = Ledger(
    CAPABILITY,
    "received",
    "上级清单",
    ReceivedList,
    LOCAL,
    permission=permissions.VIEW.code,
    help="上级下发的清单和手册:签收后逐条改编(采用、修改、删去、新增),经领导小组审定后启用并报备;上级发布新版时与本地版本三方合并。",
    name=lambda row: f"{row.title} {row.local_version}",
    process=(Local.RECEIVED, Local.SIGNED, Local.ADAPTING, Local.ADAPTED, Local.CONFIRMED, Local.IN_USE, Local.FILED_BACK),
    scope=lambda select, _officer, _uow: select.where(ReceivedList.status != Local.INCOMING),
    columns=(
        Column("title", "清单名称", "link", wide=True),
        Column("local_version", "版本", sortable=False),
        Column("origin", "发布单位", "office"),
        Column("kind_title", "类型", "tags", hidden=True),
        Column("status", "状态", "status"),
        Column("sign_due_on", "签收时限", "light", value=_sign_light),
        Column("progress", "进度", sortable=False),
        Column("share", "完成", "progress", value=_share, sortable=False),
        Column("adapt_due_on", "报备时限", "light", value=_adapt_light),
        Column("round_label", "届次轮次"),
        Column("filed_on", "报备日期", "date", hidden=True),
        Column("signed_by", "签收人", hidden=True),
        Column("urged_times", "被催办", "number", hidden=True),
    ),
    filters=(
        Filter("q", "名称", columns=("title", "serial")),
        Filter("status", "状态", "choice", ("status",), choices=tuple(LOCAL.labels.items())),
        Filter("round", "届次轮次", columns=("round_label",)),
        Filter("due", "签收期限", "date_range", ("sign_due_on",)),
    ),
    tabs=(
        Tab("unsigned", "待签收", lambda model: model.status == Local.RECEIVED),
        Tab("working", "改编中", lambda model: model.status.in_((Local.SIGNED, Local.ADAPTING, Local.ADAPTED, Local.CONFIRMED))),
        Tab("in_use", "使用中", lambda model: model.status.in_((Local.IN_USE, Local.FILED_BACK))),
        Tab("ended", "已结束", lambda model: model.status.in_(ENDED)),
    ),
    actions=(
        Action(
            "sign",
            "签收",
            adapting.sign,
            permissions.SIGN.code,
            forms.SignForm,
            frozenset({Local.RECEIVED}),
            tone="primary",
            raises=(StepNotAllowed,),
            done="已签收。",
        ),
        Action(
            "start",
            "开始改编",
            adapting.start_adapting,
            permissions.ADAPT.code,
            states=frozenset({Local.SIGNED}),
            tone="primary",
            raises=(errors.NotAdaptedHere, StepNotAllowed),
            goes_to=lambda row: f"/shared-list/adaptations/{row.id}{'/merge' if row.merged_from else ''}",
        ),
        Action(
            "use_as_is",
            "原文启用",
            adapting.use_as_is,
            permissions.FILE.code,
            states=frozenset({Local.SIGNED}),
            raises=(errors.AdaptationExpected, StepNotAllowed),
            done="已启用。",
        ),
        Action(
            "adopt_rest",
            "其余全部采用",
            deciding.adopt_rest,
            permissions.ADAPT.code,
            states=ADAPTING,
            confirm="还没有决定的条目将全部采用上级原文,不再逐条询问;待处理的合并冲突不受影响。确认全部采用?",
            raises=(errors.NotBeingAdapted,),
            goes_to=lambda row: f"/shared-list/adaptations/{row.id}",
        ),
        Action(
            "add_item",
            "新增本地条目",
            deciding.add_item,
            permissions.ADAPT.code,
            forms.AddItemForm,
            ADAPTING,
            choices={"kind_title": views.kind_titles},
            raises=(errors.NotBeingAdapted, InvalidInput),
            done="已新增。",
        ),
        Action(
            "finish",
            "完成改编",
            adapting.finish,
            permissions.ADAPT.code,
            states=ADAPTING,
            tone="primary",
            raises=(errors.ItemsUndecided, StepNotAllowed),
            done="改编完成,请提请领导小组审定。",
        ),
        Action(
            "confirm",
            "领导小组审定",
            adapting.confirm,
            permissions.CONFIRM.code,
            forms.ConfirmForm,
            frozenset({Local.ADAPTED}),
            initial=views.today,
            tone="primary",
            raises=(StepNotAllowed, InvalidInput),
            done="已记录审定情况。",
        ),
        Action(
            "use",
            "启用",
            adapting.put_in_use,
            permissions.FILE.code,
            states=frozenset({Local.CONFIRMED}),
            tone="primary",
            raises=(errors.NotConfirmed, StepNotAllowed),
            done="已启用。",
        ),
        Action(
            "file",
            "报备",
            adapting.file_back,
            permissions.FILE.code,
            states=frozenset({Local.IN_USE}),
            when=lambda row, _: row.confirmed_on is not None,
            tone="primary",
            raises=(errors.NotConfirmed, StepNotAllowed),
            done="已向上级报备。",
        ),
        Action(
            "revise",
            "继续修订",
            adapting.revise,
            permissions.ADAPT.code,
            forms.ReviseForm,
            frozenset(REVISABLE),
            raises=(StepNotAllowed,),
            done="已转入改编,完成后须重新审定。",
        ),
        Action("propose", "提出意见建议", proposing.propose, permissions.PROPOSE.code, forms.ProposalForm, done="已报送上级。"),
        Action(
            "extend",
            "申请延期",
            proposing.request_extension,
            permissions.PROPOSE.code,
            forms.ExtensionForm,
            UNFILED,
            raises=(errors.ExtensionTooLate, errors.ExtensionPending, InvalidInput),
            done="已报送上级。",
        ),
    ),
    facts=(
        Fact("title", "清单名称"),
        Fact("local_version", "版本"),
        Fact("origin", "发布单位", "office"),
        Fact("kind_title", "清单类型", "tags"),
        Fact("round_label", "届次轮次"),
        Fact("serial", "文号"),
        Fact("published_on", "发布日期", "date"),
        Fact("signed_by", "签收人"),
        Fact("signed_at", "签收时间", "datetime"),
        Fact("sign_light", "签收时限", "light", value=_sign_light),
        Fact("adapt_due_on", "报备期限", "date"),
        Fact("adapt_light", "报备时限", "light", value=_adapt_light),
        Fact("progress", "改编进度"),
        Fact("confirmed_on", "审定日期", "date"),
        Fact("meeting", "审定会议"),
        Fact("filed_on", "报备日期", "date"),
        Fact("filed_by", "报备人"),
        Fact("urged_times", "被催办次数", "number"),
        Fact("urge_note", "催办内容"),
        Fact("adapt_due_why", "报备期限说明", "long"),
        Fact("note", "使用说明", "long"),
        Fact("ended_reason", "结束原因", "long"),
    ),
    related=(ITEMS, MY_PROPOSALS, BASIS),
    detail_template="shared_list.receiver/list.html",
    detail_context=views.detail_context,
)

SOLICITATIONS = Ledger(
    CAPABILITY,
    "solicitations",
    "清单征求意见",
    ReceivedSolicitation,
    SOLICITATION,
    permission=permissions.VIEW.code,
    help="上级制定或修订清单前征求意见;没有意见也请回复“无意见”。",
    name=lambda row: row.name,
    columns=(
        Column("title", "清单名称", "link", wide=True),
        Column("number", "拟定版本", value=lambda row, _: f"v{row.number}"),
        Column("origin", "征求单位", "office"),
        Column("status", "状态", "status"),
        Column(
            "due_on", "回复时限", "light", value=lambda row, uow: uow.node.deadlines.light(row.due_on, uow.today, done=row.replied_at is not None)
        ),
        Column("replied_at", "回复时间", "datetime"),
        Column("proposals", "建议条数", "number"),
    ),
    filters=(Filter("q", "名称", columns=("title",)),),
    tabs=(Tab("open", "待回复", lambda model: model.status == "open"), Tab("done", "已回复", lambda model: model.status == "replied")),
    actions=(
        Action(
            "reply",
            "回复",
            proposing.reply,
            permissions.PROPOSE.code,
            forms.ReplyForm,
            frozenset({"open"}),
            tone="primary",
            raises=(errors.SolicitationOver, InvalidInput),
            done="已回复。",
        ),
    ),
    facts=(
        Fact("title", "清单名称"),
        Fact("number", "拟定版本", value=lambda row, _: f"v{row.number}"),
        Fact("origin", "征求单位", "office"),
        Fact("kind_title", "类型", "tags"),
        Fact("round_label", "届次轮次"),
        Fact("due_on", "回复期限", "date"),
        Fact("replied_by", "回复人"),
        Fact("replied_at", "回复时间", "datetime"),
        Fact("note", "征求意见说明", "long"),
    ),
    related=(MY_PROPOSALS,),
)

SUBMITTED = Ledger(
    CAPABILITY,
    "submitted_proposals",
    "本单位意见建议",
    SubmittedProposal,
    PROPOSAL,
    permission=permissions.VIEW.code,
    help="本单位提出的清单修改建议和上级的处理结果。",
    name=lambda row: f"{row.list_name} {Change.of(row.change).label}",
    columns=(
        Column("content", "建议内容", "link", wide=True),
        Column("list_name", "清单"),
        Column("recipient", "报送单位", "office"),
        Column("change", "类别", value=lambda row, _: Change.of(row.change).label),
        Column("submitted_on", "提出日期", "date"),
        Column("status", "处理", "status"),
        Column("adopted_in", "采纳于", value=lambda row, _: f"v{row.adopted_in}" if row.adopted_in else None),
        Column("decline_reason", "答复"),
    ),
    filters=(
        Filter("q", "内容", columns=("content", "list_name")),
        Filter("status", "处理", "choice", ("status",), choices=tuple(PROPOSAL.labels.items())),
    ),
    facts=(
        Fact("list_name", "清单"),
        Fact("recipient", "报送单位", "office"),
        Fact("change", "类别", value=lambda row, _: Change.of(row.change).label),
        Fact("item_number", "条目"),
        Fact("submitted_on", "提出日期", "date"),
        Fact("adopted_in", "采纳于", value=lambda row, _: f"v{row.adopted_in}" if row.adopted_in else None),
        Fact("decided_on", "答复日期", "date"),
        Fact("content", "建议内容", "long"),
        Fact("reason", "理由", "long"),
        Fact("decline_reason", "答复", "long"),
    ),
)

ALL = (RECEIVED, SOLICITATIONS, SUBMITTED)
