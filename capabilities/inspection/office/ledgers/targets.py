"""Registers of terms, organisations to be inspected, and meetings."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select

from capabilities.inspection import domain
from capabilities.inspection.office import choices, queries
from capabilities.inspection.office.commands import targets as commands
from capabilities.inspection.office.errors import AlreadyThere, DateOutOfOrder, NoCurrentTerm, TargetInWork, TermStillOpen
from capabilities.inspection.office.forms.targets import AbolishForm, EndTermForm, MeetingForm, MergeForm, RenameForm, TargetForm, TermForm, VoidForm
from capabilities.inspection.office.models import Meeting, Target, Term, shown, with_counts
from capabilities.inspection.vocabulary import Affiliation, MeetingKind, OrgKind, Sector
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork
from nodekit.web.ledger import Action, Column, Fact, Filter, Ledger, Related, Tab

VIEW, MANAGE = "inspection.view", "inspection.manage_targets"
ACTIVE = frozenset({"active"})

TERMS = Ledger(
    capability="inspection", key="terms", title="届次", model=Term, machine=domain.TERM, permission=VIEW, name=lambda row: row.name,
    help="党委届次是全覆盖和轮次编号的基准,同一时间只有一个本届。", order_by=("-number",),
    columns=(
        Column("name", "名称", "link"), Column("number", "届数", "number"), Column("started_on", "起始日期", "date"),
        Column("planned_end_on", "预计届满", "date"), Column("ended_on", "换届日期", "date"), Column("status", "状态", "status"),
    ),
    create=Action("create", "登记本届", commands.open_term, MANAGE, TermForm, tone="primary", raises=(TermStillOpen, AlreadyThere, DateOutOfOrder), done="已登记本届。"),
    actions=(
        Action(
            "end", "换届", commands.end_term, MANAGE, EndTermForm, frozenset({"current"}), tone="danger", raises=(DateOutOfOrder,), done="已办理换届。",
            confirm="换届后本届轮次和覆盖情况不再变动,确认办理?",
        ),
    ),
)


async def _successions(uow: UnitOfWork, _officer: Officer, record: Target) -> Sequence[Mapping[str, Any]]:
    return await queries.successions_of(uow, record.id)


async def _inspections(uow: UnitOfWork, _officer: Officer, record: Target) -> Sequence[Mapping[str, Any]]:
    return await queries.inspections_of(uow, record.id)


async def _as_form(_uow: UnitOfWork, _officer: Officer, record: Target) -> Mapping[str, Any]:
    plain = {name: getattr(record, name) for name in TargetForm.model_fields}
    return plain | {"uscc": record.uscc or "", "tags": "、".join(record.tags)}


async def _rename_start(_uow: UnitOfWork, _officer: Officer, record: Target) -> Mapping[str, Any]:
    return {"kind": record.kind}


def _covered(select: Select[Any], value: str) -> Select[Any]:
    return select.where(Target.term_rounds.is_not(None) if value == "1" else Target.term_rounds.is_(None))


TARGETS = Ledger(
    capability="inspection", key="targets", title="巡察对象库", model=Target, machine=domain.TARGET, permission=VIEW,
    name=lambda row: row.name, order_by=("sector", "name"), scope=with_counts,
    help="本级党委管理、应在一届任期内实现巡察全覆盖的党组织。更名、合并后原有巡察记录继续有效。",
    columns=(
        Column("name", "党组织名称", "link", wide=True),
        Column("kind", "组织形式", value=lambda row, _uow: OrgKind.label_of(row.kind)),
        Column("sector", "系统", value=lambda row, _uow: Sector.label_of(row.sector)),
        Column("affiliation", "管理权限", value=lambda row, _uow: Affiliation.label_of(row.affiliation)),
        Column("tags", "标签", "tags", value=lambda row, _uow: [*([("重点", "red")] if row.key_target else []), *row.tags], sortable=False),
        Column("term_rounds", "本届巡察", value=lambda row, _uow: shown(row, "term_rounds") or "未巡察", wide=True),
        Column("in_scope", "全覆盖任务", "bool", hidden=True),
        Column("place", "所在地", hidden=True),
        Column("uscc", "统一社会信用代码", hidden=True),
        Column("valid_from", "设立", "date", hidden=True),
        Column("valid_to", "终止", "date", hidden=True),
        Column("status", "状态", "status"),
    ),
    filters=(
        Filter("q", "关键字", columns=("name", "uscc", "place")),
        Filter("sector", "系统", "choice", choices=Sector.choices()),
        Filter("affiliation", "管理权限", "choice", choices=Affiliation.choices()),
        Filter("covered", "本届已巡察", "bool", apply=_covered),
        Filter("key_target", "重点对象", "bool"),
    ),
    tabs=(
        Tab("active", "在库", lambda model: model.status == "active"),
        Tab("scope", "全覆盖任务", lambda model: (model.status == "active") & model.in_scope),
        Tab("uninspected", "本届未巡察", lambda model: (model.status == "active") & model.in_scope & model.term_rounds.is_(None)),
        Tab("gone", "已更名合并撤销", lambda model: model.status != "active"),
    ),
    create=Action("create", "登记对象", commands.register_target, MANAGE, TargetForm, tone="primary", raises=(AlreadyThere,), done="已登记入库。"),
    actions=(
        Action("amend", "更正信息", commands.amend_target, MANAGE, TargetForm, ACTIVE, initial=_as_form, raises=(AlreadyThere,), done="已更正。"),
        Action(
            "rename", "更名", commands.rename_target, MANAGE, RenameForm, ACTIVE, initial=_rename_start, raises=(AlreadyThere, TargetInWork, DateOutOfOrder),
            done="已更名,原名称下的巡察记录继续计入覆盖。",
        ),
        Action(
            "merge", "合并", commands.merge_target, MANAGE, MergeForm, ACTIVE, choices={"into": choices.other_targets},
            raises=(TargetInWork, DateOutOfOrder), done="已合并。",
        ),
        Action(
            "abolish", "撤销", commands.abolish_target, MANAGE, AbolishForm, ACTIVE, tone="danger", raises=(TargetInWork, DateOutOfOrder), done="已撤销。",
            confirm="撤销后不再列入全覆盖任务,确认办理?",
        ),
    ),
    facts=(
        Fact("name", "党组织名称"), Fact("kind", "组织形式", value=lambda row, _uow: OrgKind.label_of(row.kind)),
        Fact("sector", "系统", value=lambda row, _uow: Sector.label_of(row.sector)),
        Fact("affiliation", "管理权限", value=lambda row, _uow: Affiliation.label_of(row.affiliation)),
        Fact("uscc", "统一社会信用代码"), Fact("place", "所在地"), Fact("tags", "业务标签", "tags"), Fact("in_scope", "列入全覆盖任务", "bool"),
        Fact("key_target", "重点对象", "bool"), Fact("valid_from", "设立日期", "date"), Fact("valid_to", "终止日期", "date"), Fact("note", "备注", "long"),
    ),
    related=(
        Related(
            "历次巡察", (
                Column("round", "轮次", value=lambda row, _uow: row["round"]), Column("team", "巡察组", value=lambda row, _uow: row["team"]),
                Column("entered_on", "进驻日期", "date", value=lambda row, _uow: row["entered_on"]),
                Column("findings", "问题(个)", "number", value=lambda row, _uow: row["findings"]),
            ), _inspections, link=lambda row: f"/inspection/rounds/{row['round_id']}", empty="本系统中还没有巡察记录。",
        ),
        Related(
            "沿革", (
                Column("name", "党组织", value=lambda row, _uow: row["name"]), Column("relation", "关系", value=lambda row, _uow: row["relation"]),
                Column("on", "日期", "date", value=lambda row, _uow: row["on"]), Column("document", "文号", value=lambda row, _uow: row["document"]),
            ), _successions, link=lambda row: f"/inspection/targets/{row['id']}", empty="没有更名、合并记录。",
        ),
    ),
)

MEETINGS = Ledger(
    capability="inspection", key="meetings", title="会议记录", model=Meeting, machine=domain.MEETING, permission=VIEW,
    name=lambda row: row.subject, order_by=("-held_on",),
    help="党委、领导小组研究巡察工作的会议。轮次“听取汇报”环节登记后自动生成。",
    columns=(
        Column("held_on", "日期", "date"), Column("kind", "会议", value=lambda row, _uow: MeetingKind.label_of(row.kind)),
        Column("subject", "议题", "link", wide=True), Column("instructions", "批示要求(次)", "number"), Column("document", "纪要文号"),
        Column("term", "届次", value=lambda row, _uow: row.term.name, sortable=False), Column("status", "状态", "status"),
    ),
    filters=(Filter("q", "议题", columns=("subject", "document")), Filter("kind", "会议", "choice", choices=MeetingKind.choices()), Filter("held_on", "日期", "date_range")),
    create=Action("create", "登记会议", commands.record_meeting, "inspection.plan", MeetingForm, tone="primary", raises=(NoCurrentTerm, DateOutOfOrder), done="已登记。"),
    actions=(Action("void", "作废", commands.void_meeting, "inspection.plan", VoidForm, frozenset({"recorded"}), tone="danger", done="已作废。"),),
)
