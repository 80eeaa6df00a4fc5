"""Register of findings (问题台账)."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, false, select

from capabilities.inspection import domain, taxonomy
from capabilities.inspection.office import choices, queries
from capabilities.inspection.office.commands import findings as commands
from capabilities.inspection.office.errors import AlreadyThere, DateOutOfOrder, NotInTeam, RoundClosedToChange, UnknownCategory, WrongGroup
from capabilities.inspection.office.forms import findings as forms
from capabilities.inspection.office.models import Finding, Member, shown
from capabilities.inspection.vocabulary import Level
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork
from nodekit.web.ledger import Action, Column, Fact, Filter, Ledger, Related, Tab

VIEW, REGISTER, REVIEW, CLOSE = "inspection.view_findings", "inspection.register_finding", "inspection.review_finding", "inspection.close_finding"
BODY_CHOICES = {"category": choices.categories, "cross_tags": choices.cross_tags}


def _own_teams_only(wanted: Select[Any], officer: Officer, _uow: UnitOfWork) -> Select[Any]:
    """Members see their own team's findings; other teams' do not exist for them."""
    if officer.may(commands.SEE_ALL):
        return wanted
    if not officer.username:
        return wanted.where(false())
    return wanted.where(Finding.team_id.in_(select(Member.team_id).where(Member.username == officer.username, Member.left_on.is_(None))))


def _in_group(wanted: Select[Any], value: str) -> Select[Any]:
    return wanted.where(Finding.category.startswith(f"{value}.", autoescape=True))


def _tagged(wanted: Select[Any], value: str) -> Select[Any]:
    return wanted.where(Finding.cross_tags.contains([value]))


def _category(row: Finding, _uow: UnitOfWork) -> str:
    return taxonomy.version(row.taxonomy).label(row.category)


def _group(row: Finding, _uow: UnitOfWork) -> str:
    version = taxonomy.version(row.taxonomy)
    return version.label(version.group_of(row.category))


def _implementation(row: Finding, _uow: UnitOfWork) -> str:
    version = taxonomy.version(row.taxonomy)
    return version.implementations.get(str(shown(row, "mapped_to") or version.implementation_of(row.category)), "")


async def _instances(uow: UnitOfWork, _officer: Officer, record: Finding) -> Sequence[Finding]:
    return await queries.list_instances(uow, record.id)


async def _as_form(_uow: UnitOfWork, _officer: Officer, record: Finding) -> Mapping[str, Any]:
    return {name: getattr(record, name) for name in forms.AmendForm.model_fields}


async def _confirm_start(uow: UnitOfWork, _officer: Officer, record: Finding) -> Mapping[str, Any]:
    return {"on": uow.today, "deidentified": record.deidentified}


async def _today(uow: UnitOfWork, _officer: Officer, _record: Finding) -> Mapping[str, Any]:
    return {"on": uow.today}


async def _team_choices(uow: UnitOfWork) -> Sequence[tuple[str, str]]:
    return [(str(team.id), f"{team.round.name} {team.name}") for team in await queries.list_teams(uow)]


FINDINGS = Ledger(
    capability="inspection", key="findings", title="问题台账", model=Finding, machine=domain.FINDING, permission=VIEW,
    name=lambda row: f"{row.number} {row.title}", order_by=("-created_at", "number"), process=domain.FINDING_LINE, scope=_own_teams_only,
    help="巡察发现的问题,一事一条。反映具体人员涉嫌违纪违法的,属问题线索,请到“线索移交”办理,不在此登记。",
    columns=(
        Column("number", "问题编号", "link"), Column("title", "问题摘要", wide=True),
        Column("category", "类别", value=_category), Column("tags", "标签", "tags", value=lambda row, _uow: row.cross_tags, sortable=False),
        Column("target", "被巡察党组织", value=lambda row, _uow: row.target.name, sortable=False), Column("round", "轮次", value=lambda row, _uow: row.round.name, sortable=False),
        Column("team", "巡察组", value=lambda row, _uow: row.team.name, sortable=False, hidden=True),
        Column("level", "层级", value=lambda row, _uow: Level.label_of(row.level), hidden=True), Column("group_label", "一级分类", value=_group, sortable=False, hidden=True),
        Column("implementation", "四个落实", value=_implementation, sortable=False, hidden=True), Column("statement", "问题表述", "note", hidden=True),
        Column("amount_yuan", "涉及金额(元)", "number", hidden=True), Column("confirmed_on", "确认日期", "date", hidden=True),
        Column("fed_back_on", "反馈日期", "date", hidden=True), Column("closed_on", "销号日期", "date", hidden=True), Column("status", "状态", "status"),
    ),
    filters=(
        Filter("q", "关键字", columns=("number", "title", "statement")), Filter("round_id", "轮次", "choice", choices=queries.round_choices),
        Filter("group", "一级分类", "choice", choices=[(entry.code, entry.label) for entry in taxonomy.current().groups()], apply=_in_group),
        Filter("category", "二级分类", "choice", choices=[(entry.code, entry.label) for entry in taxonomy.current().categories()]),
        Filter("tag", "标签", "choice", choices=[(tag, tag) for tag in taxonomy.CROSS_TAGS], apply=_tagged),
        Filter("team_id", "巡察组", "choice", choices=_team_choices), Filter("level", "层级", "choice", choices=Level.choices()),
        Filter("confirmed_on", "确认日期", "date_range"),
    ),
    tabs=(
        Tab("registered", "待审核", lambda model: model.status == "registered"), Tab("returned", "已退回", lambda model: model.status == "returned"),
        Tab("reviewed", "待确认", lambda model: model.status == "reviewed"), Tab("confirmed", "已确认", lambda model: model.status == "confirmed"),
        Tab("rectifying", "整改中", lambda model: model.status.in_(("fed_back", "rectifying"))), Tab("closed", "已销号", lambda model: model.status == "closed"),
    ),
    create=Action(
        "create", "登记问题", commands.register_finding, REGISTER, forms.FindingForm, tone="primary", done="已登记,等待组长审核。",
        choices={"team": choices.own_teams, "target": choices.entered_targets, "group": choices.open_groups, **BODY_CHOICES},
        raises=(RoundClosedToChange, NotInTeam, AlreadyThere, WrongGroup, UnknownCategory),
    ),
    actions=(
        Action("review", "审核通过", commands.review_finding, REVIEW, forms.ReviewForm, frozenset({"registered"}), tone="primary"),
        Action("return", "退回修改", commands.return_finding, REVIEW, forms.ReturnForm, frozenset({"registered", "reviewed"})),
        Action("amend", "修改", commands.amend_finding, REGISTER, forms.AmendForm, frozenset({"registered", "returned"}), choices=BODY_CHOICES, initial=_as_form, raises=(UnknownCategory,)),
        Action(
            "confirm", "确认问题", commands.confirm_finding, REVIEW, forms.ConfirmForm, frozenset({"reviewed"}), initial=_confirm_start, tone="primary",
            raises=(DateOutOfOrder,), done="问题已确认。",
        ),
        Action(
            "reclassify", "调整类别", commands.reclassify_finding, REVIEW, forms.ReclassifyForm, frozenset({"reviewed", "confirmed", "fed_back", "rectifying"}),
            choices={"category": choices.categories}, raises=(UnknownCategory,),
        ),
        Action("close", "销号", commands.close_finding, CLOSE, forms.CloseForm, frozenset({"fed_back", "rectifying"}), initial=_today, raises=(DateOutOfOrder,), done="已销号。"),
        Action("void", "作废", commands.void_finding, REVIEW, forms.VoidFindingForm, domain.FINDING_OPEN | {"confirmed"}, tone="danger"),
    ),
    facts=(
        Fact("number", "问题编号"), Fact("round", "轮次", value=lambda row, _uow: row.round.name), Fact("team", "巡察组", value=lambda row, _uow: row.team.name),
        Fact("target", "被巡察党组织", value=lambda row, _uow: row.target.name), Fact("group", "一级分类", value=_group), Fact("category", "二级分类", value=_category),
        Fact("implementation", "对应“四个落实”", value=_implementation), Fact("cross_tags", "交叉标签", "tags"), Fact("level", "层级", value=lambda row, _uow: Level.label_of(row.level)),
        Fact("statement", "问题表述", "long"), Fact("deidentified", "去标识表述", "long"), Fact("amount_yuan", "涉及金额(元)", "number"), Fact("handlers", "经办人"),
        Fact("reviewed_by", "审核人"), Fact("confirmation", "事实确认单"), Fact("confirmed_on", "确认日期", "date"), Fact("fed_back_on", "反馈日期", "date"),
        Fact("closed_on", "销号日期", "date"), Fact("opinion", "意见", "long"),
    ),
    related=(
        Related(
            "归入本归类的具体表现", (
                Column("number", "问题编号"), Column("title", "问题摘要", wide=True), Column("target", "被巡察党组织", value=lambda row, _uow: row.target.name),
                Column("status", "状态", "status"),
            ), _instances, link=lambda row: f"/inspection/findings/{row.id}",
        ),
    ),
)
