"""Ledgers of the issuing side: lists, items, copies, proposals, filings, extensions, kinds."""

from typing import Any

from capabilities.shared_list.domain.states import (
    COPY, EXTENSION, FILING, ISSUED_UPSTREAM, ITEM, KIND, OPEN_UPSTREAM, PROPOSAL, UPSTREAM, Change, Copy, Upstream,
)
from capabilities.shared_list.issuer import errors, forms, permissions, queries, views
from capabilities.shared_list.issuer.commands import answering, drafting, publishing, soliciting
from capabilities.shared_list.issuer.models import AskedExtension, CollectedProposal, Filing, IssuedCopy, IssuedItem, IssuedList, ListKind
from nodekit.errors import InvalidInput, StepNotAllowed
from nodekit.unit_of_work import UnitOfWork
from nodekit.web.ledger import Action, Column, Fact, Filter, Ledger, Related, Tab

CAPABILITY = "shared_list"
EDITABLE = frozenset(drafting.EDITABLE)


def _sign_light(row: Any, uow: UnitOfWork) -> Any:
    return uow.node.deadlines.light(row.sign_due_on, uow.today, done=row.signed_on is not None)


def _adapt_light(row: Any, uow: UnitOfWork) -> Any:
    return uow.node.deadlines.light(row.adapt_due_on, uow.today, done=row.filed_on is not None)


def _choices(machine: Any) -> tuple[tuple[str, str], ...]:
    return tuple(machine.labels.items())


MATRIX = Related(
    "签收、改编与备案", (
        Column("office", "单位", "office"),
        Column("status", "状态", "status", value=lambda row, _: COPY.states[row.status]),
        Column("delivered", "送达", "status"),
        Column("signed_on", "签收", "date"),
        Column("sign_light", "签收时限", "light", value=_sign_light),
        Column("progress", "已定/总数"),
        Column("local_version", "本地版本"),
        Column("filed_on", "报备", "date"),
        Column("adapt_light", "报备时限", "light", value=_adapt_light),
        Column("adoption", "采用率"),
        Column("urged_times", "催办", "number"),
    ),
    load=views.matrix, link=lambda row: f"/shared-list/copies/{row.id}", empty="发布后在此查看各单位签收、改编和备案情况。",
)
ITEMS = Related(
    "条目", (
        Column("number", "编号"), Column("kind_title", "所属清单", "tags"), Column("section", "分节"), Column("content", "内容", wide=True),
        Column("basis", "依据"), Column("locked", "锁定", "tags", value=lambda row, _: [("锁定", "red")] if row.locked else []),
    ),
    load=lambda uow, _, row: queries.list_items(uow, row.id), link=lambda item: f"/shared-list/items/{item.id}",
    empty="还没有条目,请逐条录入或从表格粘贴导入。",
)
SOLICITED = Related(
    "征求意见回复", (
        Column("office", "单位", "office"), Column("replied_at", "回复时间", "datetime"), Column("replied_by", "回复人"),
        Column("proposals", "结果", value=lambda row, _: None if row.proposals is None else f"{row.proposals}条建议" if row.proposals else "无意见"),
    ),
    load=lambda uow, _, row: queries.list_solicited(uow, row.id), empty="未征求意见。",
)
PROPOSALS_OF_LIST = Related(
    "意见建议", (
        Column("content", "建议内容", wide=True), Column("office", "提出单位", "office"), Column("change", "类别", value=lambda row, _: Change.of(row.change).label),
        Column("item_number", "条目"), Column("reason", "理由", wide=True), Column("status", "处理", "status", value=lambda row, _: PROPOSAL.states[row.status]),
        Column("adopted_in", "采纳于", value=lambda row, _: f"v{row.adopted_in}" if row.adopted_in else None),
    ),
    load=lambda uow, _, row: queries.list_proposals(uow, row.list_id), link=lambda row: f"/shared-list/proposals/{row.id}", empty="暂无意见建议。",
)
BASIS = Related(
    "依据文件", (Column("title", "文件名称", wide=True), Column("serial", "文号"), Column("issued_by", "印发单位")),
    load=lambda uow, _, row: queries.list_basis(uow, row.id), empty="未填写依据文件。",
)

ISSUED = Ledger(
    CAPABILITY, "issued", "清单发布", IssuedList, UPSTREAM, permission=permissions.VIEW.code,
    help="清单和手册由本单位起草、征求意见、审批后下发;下级结合实际逐条改编并报备,本单位可提意见,不作审批。",
    name=lambda row: row.name, process=(Upstream.DRAFTING, Upstream.SOLICITING, Upstream.APPROVED, Upstream.PUBLISHED),
    columns=(
        Column("title", "清单名称", "link", wide=True),
        Column("number", "版本", value=lambda row, _: f"v{row.number}"),
        Column("kind_title", "类型", "tags"), Column("round_label", "届次轮次"), Column("status", "状态", "status"),
        Column("published_on", "发布日期", "date"), Column("serial", "文号"), Column("sign_due_on", "签收期限", "date"),
        Column("adapt_due_on", "报备期限", "date"), Column("updated_at", "最近更新", "datetime", hidden=True),
    ),
    filters=(
        Filter("q", "名称", columns=("title", "serial")), Filter("kind", "类型", "choice", ("kind",), choices=lambda uow: views.kind_choices(uow, None, None)),
        Filter("round", "届次轮次", columns=("round_label",)), Filter("published", "发布日期", "date_range", ("published_on",)),
    ),
    tabs=(
        Tab("open", "起草中", lambda model: model.status.in_(OPEN_UPSTREAM)),
        Tab("in_force", "现行", lambda model: model.status == "published"),
        Tab("ended", "已替代或结束", lambda model: model.status.in_(("superseded", "withdrawn", "retired", "voided"))),
    ),
    create=Action("create", "新建清单", drafting.create_list, permissions.DRAFT.code, forms.ListForm, choices={"kind": views.kind_choices}, done="已新建,请录入条目。"),
    actions=(
        Action("paste", "粘贴导入条目", drafting.paste_items, permissions.DRAFT.code, forms.PasteForm, EDITABLE, tone="primary", raises=(errors.ItemsAreFixed, InvalidInput)),
        Action("add_item", "增加条目", drafting.add_item, permissions.DRAFT.code, forms.ItemForm, EDITABLE, choices={"kind": views.item_kind_choices},
               initial=views.single_kind, raises=(errors.ItemsAreFixed, errors.NumberTaken, errors.NoSuchLink), done="已增加。"),
        Action("edit", "修改清单信息", drafting.edit_head, permissions.DRAFT.code, forms.ListForm, EDITABLE, choices={"kind": views.kind_choices}, initial=views.head_of,
               raises=(errors.ItemsAreFixed,), done="已保存。"),
        Action("solicit", "征求意见", soliciting.start_soliciting, permissions.DRAFT.code, forms.SolicitForm, frozenset({Upstream.DRAFTING}),
               choices={"offices": views.office_choices}, initial=views.solicit_start, raises=(errors.DueInThePast, StepNotAllowed), done="已发出征求意见。"),
        Action("close_soliciting", "结束征求意见", soliciting.close_soliciting, permissions.DRAFT.code, states=frozenset({Upstream.SOLICITING}), raises=(StepNotAllowed,)),
        Action("approve", "审批通过", drafting.approve, permissions.APPROVE.code, forms.OpinionForm, frozenset({Upstream.DRAFTING}), raises=(errors.ListHasNoItems, StepNotAllowed), done="已审批,可以发布。"),
        Action("return_to_draft", "退回起草", drafting.return_to_draft, permissions.APPROVE.code, forms.ReasonForm, frozenset({Upstream.APPROVED}), raises=(StepNotAllowed,)),
        Action("publish", "发布", publishing.publish, permissions.PUBLISH.code, forms.PublishForm, frozenset({Upstream.APPROVED}), choices={"offices": views.office_choices},
               initial=views.all_offices, tone="primary", raises=(errors.NothingTravels, errors.DueInThePast, errors.NotInForce, StepNotAllowed), done="已发布,各单位签收情况见下表。"),
        Action("new_version", "修订新版", drafting.new_version, permissions.DRAFT.code, forms.NewVersionForm, frozenset(ISSUED_UPSTREAM), initial=views.title_of,
               raises=(errors.VersionInProgress,), done="已生成新版草稿,条目沿用上一版。"),
        Action("retire", "归档", publishing.retire, permissions.PUBLISH.code, forms.RetireForm, frozenset({Upstream.PUBLISHED}), confirm="归档后上下级均为只读,确定归档?", raises=(StepNotAllowed,)),
        Action("withdraw", "撤回", publishing.withdraw, permissions.PUBLISH.code, forms.ReasonForm, frozenset({Upstream.PUBLISHED}), tone="danger",
               confirm="撤回后各单位不能再使用本版清单,确定撤回?", raises=(StepNotAllowed,), done="已撤回并通知各单位。"),
        Action("void", "作废", drafting.void, permissions.DRAFT.code, forms.ReasonForm, frozenset(OPEN_UPSTREAM), tone="danger", confirm="作废后版本号不再使用,确定作废?", raises=(StepNotAllowed,)),
    ),
    facts=(
        Fact("title", "清单名称"), Fact("number", "版本", value=lambda row, _: f"v{row.number}"), Fact("kind_title", "清单类型", "tags"), Fact("round_label", "届次轮次"),
        Fact("serial", "文号"), Fact("approved_by", "审批人"), Fact("approved_at", "审批时间", "datetime"), Fact("published_on", "发布日期", "date"),
        Fact("published_by", "发布人"), Fact("sign_due_on", "签收期限", "date"), Fact("adapt_due_on", "报备期限", "date"), Fact("solicit_due_on", "征求意见期限", "date"),
        Fact("sends_restricted", "下发信息清单", "bool"), Fact("restricted_reason", "下发理由"), Fact("sign_due_why", "签收期限说明", "long"),
        Fact("note", "使用说明", "long"), Fact("ended_reason", "撤回或作废原因", "long"),
    ),
    related=(MATRIX, ITEMS, PROPOSALS_OF_LIST, SOLICITED, BASIS),
)

ITEM_LEDGER = Ledger(
    CAPABILITY, "items", "清单条目", IssuedItem, ITEM, permission=permissions.VIEW.code, help="跨清单查找条目;起草中的清单可在此修改、删除条目。",
    name=lambda row: f"{row.list_name} {row.number}", order_by=("list_name", "position"),
    columns=(
        Column("number", "编号", "link"), Column("list_name", "清单"), Column("kind_title", "所属清单", "tags"), Column("section", "分节"),
        Column("content", "内容", wide=True), Column("basis", "依据"), Column("locked", "锁定", "bool"), Column("status", "状态", "status"),
    ),
    filters=(
        Filter("q", "内容", columns=("number", "section", "content", "basis")), Filter("list", "清单", columns=("list_name",)),
        Filter("kind", "所属清单", "choice", ("kind",), choices=lambda uow: views.item_kind_choices(uow, None, None)), Filter("locked", "锁定", "bool", ("locked",)),
    ),
    tabs=(Tab("current", "有效", lambda model: model.status != "removed"), Tab("removed", "已删除", lambda model: model.status == "removed")),
    actions=(
        Action("edit", "修改", drafting.edit_item, permissions.DRAFT.code, forms.ItemForm, frozenset({"editing"}), choices={"kind": views.item_kind_choices}, initial=views.item_values,
               tone="primary", raises=(errors.ItemsAreFixed, errors.NumberTaken, errors.NoSuchLink), done="已保存。", goes_to=lambda row: f"/shared-list/issued/{row.issued_list_id}"),
        Action("remove", "删除", drafting.remove_item, permissions.DRAFT.code, states=frozenset({"editing"}), tone="danger", confirm="确定从本版清单中删除此条目?",
               raises=(errors.ItemsAreFixed, StepNotAllowed), goes_to=lambda row: f"/shared-list/issued/{row.issued_list_id}"),
    ),
    facts=(
        Fact("list_name", "清单"), Fact("number", "编号"), Fact("kind_title", "所属清单", "tags"), Fact("section", "分节"), Fact("locked", "锁定", "bool"),
        Fact("basis", "依据", "long"), Fact("content", "内容", "long"),
    ),
)

COPIES = Ledger(
    CAPABILITY, "copies", "签收与采用", IssuedCopy, COPY, permission=permissions.VIEW.code, help="每份清单在每个单位的签收、改编、审定、备案和采用情况;未按期的可提醒、催办、督办。",
    name=lambda row: row.list_name, process=(Copy.SENT, Copy.SIGNED, Copy.ADAPTING, Copy.ADAPTED, Copy.CONFIRMED, Copy.IN_USE, Copy.FILED_BACK),
    columns=(
        Column("list_name", "清单", "link"), Column("office", "单位", "office"), Column("status", "状态", "status"), Column("sent_on", "下发", "date"),
        Column("signed_on", "签收", "date"), Column("sign_due_on", "签收时限", "light", value=_sign_light), Column("progress", "已定/总数", value=lambda row, _: f"{row.decided}/{row.total}" if row.signed_on else None, sortable=False),
        Column("filed_on", "报备", "date"), Column("adapt_due_on", "报备时限", "light", value=_adapt_light), Column("adoption", "采用率", value=lambda row, _: views.adoption(row), sortable=False),
        Column("urged_times", "催办次数", "number"), Column("round_label", "届次轮次", hidden=True), Column("signed_by", "签收人", hidden=True),
    ),
    filters=(Filter("q", "清单", columns=("list_name",)), Filter("office", "单位", "office", ("office",)), Filter("status", "状态", "choice", ("status",), choices=_choices(COPY)), Filter("due", "签收期限", "date_range", ("sign_due_on",))),
    tabs=(
        Tab("unsigned", "待签收", lambda model: model.status == "sent"),
        Tab("working", "改编中", lambda model: model.status.in_(("signed", "adapting", "adapted", "confirmed", "in_use"))),
        Tab("filed", "已报备", lambda model: model.status == "filed_back"),
        Tab("ended", "已结束", lambda model: model.status.in_(("superseded", "withdrawn", "retired"))),
    ),
    actions=(Action("urge", "催办", publishing.urge, permissions.URGE.code, forms.UrgeForm, frozenset(publishing.URGEABLE), tone="primary", raises=(errors.NothingToUrge,), done="已发出。"),),
    facts=(
        Fact("list_name", "清单"), Fact("office", "单位", "office"), Fact("sent_on", "下发日期", "date"), Fact("signed_on", "签收日期", "date"), Fact("signed_by", "签收人"),
        Fact("sign_light", "签收时限", "light", value=_sign_light), Fact("adapt_due_on", "报备期限", "date"), Fact("adapt_light", "报备时限", "light", value=_adapt_light),
        Fact("progress", "改编进度", value=lambda row, _: f"{row.decided}/{row.total} 已定"), Fact("revision", "本地版本", value=lambda row, _: f"v{row.number}.{row.revision}" if row.revision else None),
        Fact("filed_on", "报备日期", "date"), Fact("composition", "构成", value=lambda row, _: views.composition(row)), Fact("adoption", "采用率", value=lambda row, _: views.adoption(row)),
        Fact("urged_times", "催办次数", "number"), Fact("urged_on", "最近催办", "date"),
    ),
    related=(Related("备案", (Column("local_version", "本地版本"), Column("filed_on", "报备日期", "date"), Column("meeting", "审定会议", wide=True), Column("composition", "构成", value=lambda row, _: views.composition(row))),
                     load=lambda uow, _, row: queries.list_filings(uow, row.id), link=lambda row: f"/shared-list/filings/{row.id}", empty="尚未报备。"),),
)

PROPOSALS = Ledger(
    CAPABILITY, "proposals", "意见建议", CollectedProposal, PROPOSAL, permission=permissions.VIEW.code, help="下级对清单的修改建议;每条都要有结果:采纳于哪一版,或不采纳的理由,结果自动告知提出单位。",
    name=lambda row: f"{row.list_name} {Change.of(row.change).label}",
    columns=(
        Column("content", "建议内容", "link", wide=True), Column("list_name", "清单"), Column("office", "提出单位", "office"), Column("change", "类别", value=lambda row, _: Change.of(row.change).label),
        Column("item_number", "条目"), Column("reason", "理由", wide=True), Column("status", "处理", "status"), Column("adopted_in", "采纳于", value=lambda row, _: f"v{row.adopted_in}" if row.adopted_in else None),
        Column("created_at", "收到时间", "datetime"),
    ),
    filters=(Filter("q", "内容", columns=("content", "reason", "list_name")), Filter("office", "单位", "office", ("office",)), Filter("status", "处理", "choice", ("status",), choices=_choices(PROPOSAL))),
    tabs=(Tab("open", "待研究", lambda model: model.status == "received"), Tab("adopted", "已采纳", lambda model: model.status == "adopted"), Tab("declined", "未采纳", lambda model: model.status == "declined")),
    actions=(
        Action("adopt", "采纳", soliciting.adopt_proposal, permissions.ANSWER.code, forms.AdoptProposalForm, frozenset({"received"}), tone="primary", raises=(StepNotAllowed,), done="已采纳并告知提出单位。"),
        Action("decline", "不采纳", soliciting.decline_proposal, permissions.ANSWER.code, forms.DeclineForm, frozenset({"received"}), raises=(StepNotAllowed,), done="已告知提出单位。"),
    ),
    facts=(
        Fact("list_name", "清单"), Fact("office", "提出单位", "office"), Fact("change", "类别", value=lambda row, _: Change.of(row.change).label), Fact("item_number", "条目"),
        Fact("adopted_in", "采纳于", value=lambda row, _: f"v{row.adopted_in}" if row.adopted_in else None), Fact("decided_by", "处理人"), Fact("content", "建议内容", "long"), Fact("reason", "理由", "long"), Fact("decline_reason", "不采纳理由", "long"),
    ),
)

FILINGS = Ledger(
    CAPABILITY, "filings", "改编备案", Filing, FILING, permission=permissions.VIEW.code, help="下级报备的本地版本与发布版的差异。本单位可提意见供其参考,不影响其使用。",
    name=lambda row: f"{row.list_name} 本地版 {row.local_version}",
    columns=(
        Column("list_name", "清单", "link"), Column("office", "单位", "office"), Column("local_version", "本地版本", sortable=False), Column("filed_on", "报备日期", "date"), Column("meeting", "审定会议"),
        Column("composition", "构成", value=lambda row, _: views.composition(row), sortable=False), Column("adoption", "采用率", value=lambda row, _: views.adoption(row), sortable=False), Column("status", "状态", "status"),
    ),
    filters=(Filter("q", "清单", columns=("list_name",)), Filter("office", "单位", "office", ("office",))),
    tabs=(Tab("filed", "待阅", lambda model: model.status == "filed"), Tab("commented", "已提意见", lambda model: model.status == "commented"), Tab("replaced", "已替代", lambda model: model.status == "replaced")),
    scope=lambda select, _officer, _uow: select.where(Filing.status != "incoming"),
    actions=(Action("comment", "提出意见", answering.comment, permissions.ANSWER.code, forms.CommentForm, frozenset({"filed", "commented"}), tone="primary", done="已告知报备单位。"),),
    facts=(
        Fact("list_name", "清单"), Fact("office", "报备单位", "office"), Fact("local_version", "本地版本"), Fact("filed_on", "报备日期", "date"), Fact("filed_by", "报备人"), Fact("confirmed_on", "审定日期", "date"),
        Fact("meeting", "审定会议"), Fact("composition", "构成", value=lambda row, _: views.composition(row)), Fact("adoption", "采用率", value=lambda row, _: views.adoption(row)),
    ),
    detail_template="shared_list.issuer/filing.html", detail_context=views.filing_context,
)

EXTENSIONS = Ledger(
    CAPABILITY, "extensions", "延期申请", AskedExtension, EXTENSION, permission=permissions.VIEW.code, help="下级申请延长改编报备期限,须在期限届满前提出。",
    name=lambda row: f"{row.list_name} 延期申请",
    columns=(Column("list_name", "清单", "link"), Column("office", "单位", "office"), Column("until", "申请延至", "date"), Column("reason", "理由", wide=True), Column("status", "答复", "status"), Column("created_at", "收到时间", "datetime")),
    filters=(Filter("office", "单位", "office", ("office",)),), tabs=(Tab("open", "待答复", lambda model: model.status == "requested"),),
    actions=(
        Action("grant", "同意", answering.grant_extension, permissions.ANSWER.code, forms.ExtensionAnswerForm, frozenset({"requested"}), tone="primary", raises=(StepNotAllowed,), done="已同意并告知。"),
        Action("refuse", "不同意", answering.refuse_extension, permissions.ANSWER.code, forms.ReasonForm, frozenset({"requested"}), raises=(StepNotAllowed,), done="已告知。"),
    ),
    facts=(Fact("list_name", "清单"), Fact("office", "单位", "office"), Fact("until", "申请延至", "date"), Fact("reason", "理由", "long"), Fact("answer", "答复说明", "long")),
)

KINDS = Ledger(
    CAPABILITY, "kinds", "清单类型", ListKind, KIND, permission=permissions.VIEW.code, help="清单类型是数据:需要新的清单种类时在此增加,不必改程序。", name=lambda row: row.title, order_by=("created_at", "code"),
    columns=(Column("title", "名称", "link"), Column("code", "代码"), Column("bundle", "成套", "bool"), Column("travels", "随文下发", "bool"), Column("note", "说明", wide=True), Column("status", "状态", "status")),
    create=Action("create", "新增类型", drafting.create_kind, permissions.KINDS.code, forms.KindForm, raises=(errors.KindTaken,), done="已新增。"),
    actions=(
        Action("edit", "修改", drafting.edit_kind, permissions.KINDS.code, forms.KindEditForm, initial=views.kind_values, raises=(errors.KindTaken,), done="已保存。"),
        Action("switch", "停用或启用", drafting.switch_kind, permissions.KINDS.code),
    ),
)

ALL = (ISSUED, ITEM_LEDGER, COPIES, PROPOSALS, FILINGS, EXTENSIONS, KINDS)
