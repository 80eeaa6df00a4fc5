"""Registers of recusal records and of the mapping between the two classifications."""

from collections.abc import Mapping, Sequence
from typing import Any

from capabilities.inspection import domain, taxonomy
from capabilities.inspection.office import choices, queries
from capabilities.inspection.office.commands import mapping
from capabilities.inspection.office.commands import people as commands
from capabilities.inspection.office.errors import AlreadyThere, DateOutOfOrder, UnknownCategory
from capabilities.inspection.office.forms import people as forms
from capabilities.inspection.office.people_models import MappingRule, Person
from capabilities.inspection.vocabulary import InterestKind
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork
from nodekit.web.ledger import Action, Column, Fact, Filter, Ledger, Related, Tab

VIEW, FORM, MAP = "inspection.view_people", "inspection.form_team", "inspection.map_taxonomy"
LISTED = frozenset({"listed"})


async def _ties(uow: UnitOfWork, _officer: Officer, record: Person) -> Sequence[Mapping[str, Any]]:
    return await queries.ties_of(uow, record.id)


async def _start(uow: UnitOfWork, _officer: Officer, _record: Person | None) -> Mapping[str, Any]:
    return {"declared_on": uow.today}


async def _again(uow: UnitOfWork, _officer: Officer, record: Person) -> Mapping[str, Any]:
    ties = [
        {"kind": row["kind"], "target": str(row["target_id"]) if row["target_id"] else None, "place": row["place"], "relation": row["relation"], "until_on": row["until_on"]}
        for row in await queries.ties_of(uow, record.id)
    ]
    kept = {name: getattr(record, name) for name in ("name", "unit", "rank", "native_place")}
    return {**kept, "unit_target": str(record.unit_target_id) if record.unit_target_id else None, "username": record.username or "", "declared_on": uow.today, "ties": ties}


PEOPLE = Ledger(
    capability="inspection", key="people", title="回避档案", model=Person, machine=domain.PERSON, permission=VIEW, name=lambda row: f"{row.name}({row.unit})",
    order_by=("name",),
    help="拟抽调人员的回避申报:任职、地域、公务、亲属四类。一次建档,组建巡察组时自动核查;命中的不能入组,确需入组的由领导小组认定并写明理由。",
    columns=(
        Column("name", "姓名", "link"), Column("unit", "工作单位", wide=True), Column("rank", "职务职级"), Column("native_place", "籍贯"), Column("declared_on", "申报签署", "date"),
        Column("status", "状态", "status"),
    ),
    filters=(Filter("q", "姓名/单位", columns=("name", "unit")),),
    tabs=(Tab("listed", "在库", lambda model: model.status == "listed"),),
    create=Action("register", "建档", commands.list_person, FORM, forms.PersonForm, choices={"unit_target": choices.all_targets, "ties.target": choices.all_targets}, initial=_start,
                  raises=(AlreadyThere, DateOutOfOrder), done="已建档。"),
    actions=(
        Action("revise", "更新申报", commands.revise_person, FORM, forms.PersonForm, LISTED, initial=_again, tone="primary",
               choices={"unit_target": choices.all_targets, "ties.target": choices.all_targets}, raises=(AlreadyThere, DateOutOfOrder), done="申报已更新。"),
        Action("leave", "出库", commands.leave, FORM, forms.LeaveForm, LISTED, tone="danger"),
    ),
    facts=(
        Fact("name", "姓名"), Fact("unit", "工作单位"), Fact("rank", "职务职级"), Fact("native_place", "籍贯"), Fact("username", "本系统账号"), Fact("declared_on", "申报签署日期", "date"),
    ),
    related=(
        Related("申报事项", (
            Column("kind", "类型", "tags", value=lambda row, _uow: [(InterestKind.label_of(row["kind"]), "amber")]),
            Column("where", "单位或地方", value=lambda row, _uow: row["target"] or row["place"], wide=True), Column("relation", "关系", value=lambda row, _uow: row["relation"]),
            Column("until_on", "离任日期", "date", value=lambda row, _uow: row["until_on"]),
            Column("matched", "核查方式", value=lambda row, _uow: "按对象" if row["target"] else "按地方" if row["kind"] == "home" else "按名称(需人工复核)"),
        ), _ties, empty="无申报事项。"),
    ),
)


async def _codes(uow: UnitOfWork, _officer: Officer, _record: Any) -> list[tuple[str, str]]:
    return [(entry.code, entry.label) for entry in taxonomy.current(uow.today).entries.values()]


async def _implementations(uow: UnitOfWork, _officer: Officer, _record: Any) -> list[tuple[str, str]]:
    return [(code, f"{code} {name}") for code, name in taxonomy.current(uow.today).implementations.items()]


MAPPINGS = Ledger(
    capability="inspection", key="mappings", title="分类对应", model=MappingRule, machine=domain.MAPPING, permission="inspection.view",
    name=lambda row: f"{taxonomy.version(row.taxonomy).label(row.code)} → {row.implementation}", order_by=("code", "-created_at"),
    help="“三个聚焦”问题类别在“四个落实”口径下归入哪一项。一级类别的对应管其下全部二级类别,二级类别另有规定的从其规定;调整须写明理由,历史对应保留。",
    columns=(
        Column("code", "三个聚焦类别", "link", value=lambda row, _uow: taxonomy.version(row.taxonomy).label(row.code)),
        Column("implementation", "四个落实", value=lambda row, _uow: f"{row.implementation} {taxonomy.version(row.taxonomy).implementations.get(row.implementation, '')}", wide=True),
        Column("status", "状态", "status"), Column("reason", "理由", "note"), Column("document", "依据文号"), Column("set_by", "确定人"), Column("created_at", "确定时间", "datetime"),
    ),
    tabs=(Tab("in_force", "现行", lambda model: model.status == "in_force"), Tab("replaced", "历史", lambda model: model.status == "replaced")),
    create=Action("set", "调整对应", mapping.set_mapping, MAP, forms.MappingForm, choices={"code": _codes, "implementation": _implementations},
                  raises=(UnknownCategory, AlreadyThere), done="对应已调整,统计口径随之更新。"),
    facts=(
        Fact("code", "三个聚焦类别", value=lambda row, _uow: taxonomy.version(row.taxonomy).label(row.code)),
        Fact("implementation", "四个落实", value=lambda row, _uow: f"{row.implementation} {taxonomy.version(row.taxonomy).implementations.get(row.implementation, '')}"),
        Fact("taxonomy", "分类版本"), Fact("reason", "理由", "long"), Fact("document", "依据文号"), Fact("set_by", "确定人"),
    ),
)
