"""Register of teams: members, declarations, recusal."""

from collections.abc import Mapping, Sequence
from typing import Any

from capabilities.inspection import domain
from capabilities.inspection.office import choices, queries
from capabilities.inspection.office.commands import teams as commands
from capabilities.inspection.office.errors import (
    AlreadyThere,
    CannotOverride,
    DateOutOfOrder,
    MustStandBack,
    NotInTeam,
    RoundClosedToChange,
    TeamNotReady,
)
from capabilities.inspection.office.forms import teams as forms
from capabilities.inspection.office.models import Member, Team, shown, with_counts
from capabilities.inspection.office.recusal_check import open_conflicts
from capabilities.inspection.vocabulary import InterestKind, Role
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork
from nodekit.web.ledger import Action, Column, Fact, Filter, Ledger, Related, Tab

VIEW, FORM, DECIDE = "inspection.view", "inspection.form_team", "inspection.decide"
STANDING = frozenset({"forming", "authorised", "on_site"})


async def _members(uow: UnitOfWork, _officer: Officer, record: Team) -> Sequence[Member]:
    return await queries.list_members(uow, [record.id], present_only=False)


async def _targets(uow: UnitOfWork, _officer: Officer, record: Team) -> Sequence[Mapping[str, Any]]:
    return [row for row in await queries.tasks_of_round(uow, record.round_id) if row["team_id"] == record.id]


async def _conflicts(uow: UnitOfWork, _officer: Officer, record: Team) -> Sequence[Any]:
    return await open_conflicts(uow, record)


async def _interests(uow: UnitOfWork, officer: Officer, record: Team) -> Sequence[Mapping[str, Any]]:
    """Relatives' workplaces and home towns are for those who form teams, nobody else."""
    return await queries.interests_of(uow, record.id) if officer.may(FORM) or officer.may(DECIDE) else []


async def _today(uow: UnitOfWork, _officer: Officer, _record: Team) -> Mapping[str, Any]:
    return {"on": uow.today, "joined_on": uow.today, "declared_on": uow.today, "left_on": uow.today, "decided_on": uow.today}


TEAMS = Ledger(
    capability="inspection", key="teams", title="巡察组", model=Team, machine=domain.TEAM, permission=VIEW,
    name=lambda row: f"{row.round.name} {row.name}", order_by=("-created_at", "number"), process=("forming", "authorised", "on_site", "disbanded"), scope=with_counts,
    help="一轮一授权:人员齐备、回避申报齐全且无未处理的回避情形,方可授权和进驻。",
    columns=(
        Column("name", "巡察组", "link"), Column("round", "轮次", value=lambda row, _uow: row.round.name, sortable=False, wide=True), Column("code", "编号前缀"),
        Column("members_count", "人员", "number", value=lambda row, _uow: shown(row, "members_count")),
        Column("targets_count", "对象", "number", value=lambda row, _uow: shown(row, "targets_count")),
        Column("authorised_on", "授权日期", "date"), Column("authorisation", "授权文号", hidden=True), Column("status", "状态", "status"),
    ),
    filters=(Filter("q", "关键字", columns=("name", "code")), Filter("round_id", "轮次", "choice", choices=queries.round_choices)),
    tabs=(
        Tab("forming", "组建中", lambda model: model.status == "forming"), Tab("authorised", "已授权", lambda model: model.status == "authorised"),
        Tab("on_site", "现场巡察", lambda model: model.status == "on_site"), Tab("disbanded", "已撤组", lambda model: model.status == "disbanded"),
    ),
    create=Action(
        "create", "组建巡察组", commands.form_team, FORM, forms.TeamForm, choices={"round": choices.open_rounds}, tone="primary",
        raises=(RoundClosedToChange, AlreadyThere), done="已组建,请增加人员并登记回避申报。",
    ),
    actions=(
        Action("add_member", "增加人员", commands.add_member, FORM, forms.MemberForm, STANDING, choices={"person": choices.listed_people}, initial=_today, tone="primary",
               raises=(AlreadyThere, MustStandBack, CannotOverride)),
        Action(
            "declare", "登记回避申报", commands.declare, FORM, forms.DeclareForm, STANDING, choices={"member": choices.members}, initial=_today,
            raises=(NotInTeam, DateOutOfOrder), done="已登记回避申报。",
        ),
        Action(
            "rule_on_conflict", "认定无需回避", commands.rule_on_conflict, DECIDE, forms.RuleForm, STANDING,
            choices={"member": choices.members_in_conflict, "target": choices.targets_in_conflict}, initial=_today, raises=(NotInTeam, DateOutOfOrder),
        ),
        Action(
            "authorise", "单独授权", commands.authorise_team, DECIDE, forms.AuthoriseTeamForm, frozenset({"forming"}), initial=_today,
            raises=(RoundClosedToChange, TeamNotReady, DateOutOfOrder), done="已授权。",
        ),
        Action(
            "remove_member", "人员离组", commands.remove_member, FORM, forms.RemoveMemberForm, STANDING, choices={"member": choices.members}, initial=_today,
            tone="danger", raises=(NotInTeam, DateOutOfOrder),
        ),
        Action("disband", "撤组", commands.disband_team, FORM, forms.DisbandForm, frozenset({"forming", "authorised"}), tone="danger", confirm="撤组后已分配的对象退回待分工,确认撤组?"),
    ),
    facts=(
        Fact("name", "巡察组"), Fact("round", "轮次", value=lambda row, _uow: row.round.name), Fact("code", "问题编号前缀"),
        Fact("authorised_on", "授权日期", "date"), Fact("authorisation", "授权文号"),
    ),
    related=(
        Related(
            "未处理的回避情形", (
                Column("member", "人员", value=lambda row, _uow: row.member_name), Column("kind", "类型", "tags", value=lambda row, _uow: [(row.kind_label, "red")]),
                Column("target", "巡察对象", value=lambda row, _uow: row.target_name), Column("sentence", "说明", wide=True),
                Column("certain", "核查方式", value=lambda row, _uow: "按档案" if row.certain else "按名称,请复核"),
            ), _conflicts, empty="无。回避档案按对象核查,只有文字申报的按名称比对,请结合申报表人工复核。",
        ),
        Related(
            "人员", (
                Column("name", "姓名"), Column("role", "组内职务", value=lambda row, _uow: Role.label_of(row.role)), Column("unit", "工作单位"),
                Column("rank", "职务职级"), Column("joined_on", "到组", "date"),
                Column("declared_on", "回避申报", "status", value=lambda row, _uow: ("已签署", "green") if row.declared_on else ("未签署", "red")),
                Column("left_on", "离组", "date"), Column("left_reason", "离组原因"),
            ), _members, empty="还没有人员。",
        ),
        Related(
            "巡察对象", (
                Column("target", "党组织", value=lambda row, _uow: row["target"]), Column("entered_on", "进驻日期", "date", value=lambda row, _uow: row["entered_on"]),
                Column("findings", "问题(个)", "number", value=lambda row, _uow: row["findings"]),
            ), _targets, link=lambda row: f"/inspection/targets/{row['target_id']}", empty="尚未分工。",
        ),
        Related(
            "回避申报事项", (
                Column("member", "申报人", value=lambda row, _uow: row["member"]), Column("kind", "类型", value=lambda row, _uow: InterestKind.label_of(row["kind"])),
                Column("place", "单位或地方", value=lambda row, _uow: row["place"]), Column("until_on", "离任日期", "date", value=lambda row, _uow: row["until_on"]),
            ), _interests, empty="无申报事项,或您的岗位不查看申报内容。",
        ),
    ),
)
