"""Ledgers of proposals and of the kinds of lists."""

from capabilities.shared_list.domain.states import KIND, PROPOSAL, Change
from capabilities.shared_list.issuer import errors, forms, permissions, views
from capabilities.shared_list.issuer.commands import drafting, soliciting
from capabilities.shared_list.issuer.models import CollectedProposal, ListKind
from nodekit.errors import StepNotAllowed
from nodekit.web.ledger import Action, Column, Fact, Filter, Ledger, Tab

CAPABILITY = "shared_list"

PROPOSALS = Ledger(
    CAPABILITY,
    "proposals",
    "意见建议",
    CollectedProposal,
    PROPOSAL,
    permission=permissions.VIEW.code,
    help="下级对清单的修改建议;每条都要有结果:采纳于哪一版,或不采纳的理由,结果自动告知提出单位。",
    name=lambda row: f"{row.list_name} {Change.of(row.change).label}",
    columns=(
        Column("content", "建议内容", "link", wide=True),
        Column("list_name", "清单"),
        Column("office", "提出单位", "office"),
        Column("change", "类别", value=lambda row, _: Change.of(row.change).label),
        Column("item_number", "条目"),
        Column("reason", "理由", wide=True),
        Column("status", "处理", "status"),
        Column("adopted_in", "采纳于", value=lambda row, _: f"v{row.adopted_in}" if row.adopted_in else None),
        Column("created_at", "收到时间", "datetime"),
    ),
    filters=(
        Filter("q", "内容", columns=("content", "reason", "list_name")),
        Filter("office", "单位", "office", ("office",)),
        Filter("status", "处理", "choice", ("status",), choices=tuple(PROPOSAL.labels.items())),
    ),
    tabs=(
        Tab("open", "待研究", lambda model: model.status == "received"),
        Tab("adopted", "已采纳", lambda model: model.status == "adopted"),
        Tab("declined", "未采纳", lambda model: model.status == "declined"),
    ),
    actions=(
        Action(
            "adopt",
            "采纳",
            soliciting.adopt_proposal,
            permissions.ANSWER.code,
            forms.AdoptProposalForm,
            frozenset({"received"}),
            tone="primary",
            raises=(StepNotAllowed,),
            done="已采纳并告知提出单位。",
        ),
        Action(
            "decline",
            "不采纳",
            soliciting.decline_proposal,
            permissions.ANSWER.code,
            forms.DeclineForm,
            frozenset({"received"}),
            raises=(StepNotAllowed,),
            done="已告知提出单位。",
        ),
    ),
    facts=(
        Fact("list_name", "清单"),
        Fact("office", "提出单位", "office"),
        Fact("change", "类别", value=lambda row, _: Change.of(row.change).label),
        Fact("item_number", "条目"),
        Fact("adopted_in", "采纳于", value=lambda row, _: f"v{row.adopted_in}" if row.adopted_in else None),
        Fact("decided_by", "处理人"),
        Fact("content", "建议内容", "long"),
        Fact("reason", "理由", "long"),
        Fact("decline_reason", "不采纳理由", "long"),
    ),
)

KINDS = Ledger(
    CAPABILITY,
    "kinds",
    "清单类型",
    ListKind,
    KIND,
    permission=permissions.VIEW.code,
    help="清单类型是数据:需要新的清单种类时在此增加,不必改程序。",
    name=lambda row: row.title,
    order_by=("created_at", "code"),
    columns=(
        Column("title", "名称", "link"),
        Column("code", "代码", hidden=True),
        Column("bundle", "成套", "bool"),
        Column("travels", "随文下发", "bool"),
        Column("note", "说明", wide=True),
        Column("status", "状态", "status"),
    ),
    create=Action("create", "新增类型", drafting.create_kind, permissions.KINDS.code, forms.KindForm, raises=(errors.KindTaken,), done="已新增。"),
    actions=(
        Action(
            "edit",
            "修改",
            drafting.edit_kind,
            permissions.KINDS.code,
            forms.KindEditForm,
            initial=views.kind_values,
            raises=(errors.KindTaken,),
            done="已保存。",
        ),
        Action("switch", "停用或启用", drafting.switch_kind, permissions.KINDS.code),
    ),
)
