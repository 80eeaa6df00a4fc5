"""Requests for people, and the people."""

from typing import Any

from capabilities.lifted_inspection.common.columns import skills_text
from capabilities.lifted_inspection.common.forms import ExplainForm
from capabilities.lifted_inspection.domain import words
from capabilities.lifted_inspection.domain.machines import CANDIDATE, SECONDMENT, SECONDMENT_LINE
from capabilities.lifted_inspection.organiser import errors, forms, permissions, queries
from capabilities.lifted_inspection.organiser.commands import staffing
from capabilities.lifted_inspection.organiser.models import Candidate, Secondment
from capabilities.lifted_inspection.organiser.views import recusal_light
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork
from nodekit.web.ledger import Action, Column, Fact, Filter, Ledger, Related, Tab

P = permissions


def _light(row: Secondment, uow: UnitOfWork) -> Any:
    return uow.node.deadlines.light(row.reply_due_on, uow.today, done=row.status not in {"requested", "signed", "replacing"})


def interests_text(row: Any, _uow: UnitOfWork) -> str:
    lines = [f"{words.InterestKind.label_of(line['kind'])}:{line['place']}{'(至' + line['until'] + ')' if line.get('until') else ''}" for line in row.interests]
    return ";".join(lines) or "无申报事项"


def _tags(row: Candidate, _uow: UnitOfWork) -> list[tuple[str, str]]:
    return [recusal_light(row)]


async def _people(uow: UnitOfWork, _officer: Officer, row: Secondment) -> Any:
    return await queries.offered(uow, row.id)


CANDIDATES = Ledger(
    capability="lifted_inspection", key="candidates", title="抽调人选与回避核查", model=Candidate, machine=CANDIDATE, permission=P.VIEW,
    name=lambda row: f"{row.name}({row.unit})", process=("offered", "chosen", "released", "joined", "returned"),
    help="各单位推荐的人选,到件即按任职、地域、公务、亲属四类自动核查回避;命中的须更换后才能组队。",
    columns=(
        Column("name", "姓名", "link"), Column("unit", "工作单位", wide=True), Column("rank", "职务职级"), Column("skills", "专业", value=skills_text, sortable=False),
        Column("contributor", "推荐单位", "office"), Column("target_name", "被巡察党组织", wide=True), Column("recusal", "回避核查", "tags", value=_tags, sortable=False),
        Column("status", "状态", "status"),
    ),
    filters=(Filter("q", "姓名/单位/党组织", "text", ("name", "unit", "target_name")), Filter("contributor", "推荐单位", "office", ("contributor",))),
    tabs=(
        Tab("open", "待遴选", lambda model: model.status == "offered"), Tab("conflicted", "需回避", lambda model: model.status == "conflicted"),
        Tab("on_board", "已选用", lambda model: model.status.in_(("chosen", "released", "joined"))),
        Tab("done", "已返回/更换", lambda model: model.status.in_(("returned", "rejected"))),
    ),
    actions=(
        Action("choose", "选用", staffing.choose, P.STAFF, None, frozenset({"offered"}), tone="primary", raises=(errors.RecusalHit,), done="已选用。"),
        Action("declare", "补充申报", staffing.declare, P.STAFF, forms.DeclareForm, frozenset({"offered", "chosen", "released", "joined"}),
               done="已登记,回避核查已重新进行。"),
        Action("replace", "更换", staffing.replace, P.STAFF, forms.ReplaceForm, frozenset({"offered", "conflicted", "chosen", "released", "joined"}), tone="danger",
               done="已通知推荐单位。"),
        Action("appraise", "返回鉴定", staffing.appraise, P.STAFF, forms.AppraiseForm, frozenset({"joined"}), done="鉴定意见已送推荐单位。"),
    ),
    facts=(
        Fact("name", "姓名"), Fact("unit", "工作单位"), Fact("rank", "职务职级"), Fact("skills", "专业", value=skills_text), Fact("contributor", "推荐单位", "office"),
        Fact("target_name", "被巡察党组织"), Fact("interests", "回避申报", "long", value=interests_text), Fact("recusal", "回避核查", "tags", value=_tags),
        Fact("hits", "命中说明", "long", value=lambda row, _uow: ";".join(row.hits)), Fact("checked_at", "核查时间", "datetime"), Fact("reject_reason", "更换原因", "long"),
        Fact("returned_on", "返回日期", "date"), Fact("appraisal", "鉴定意见", "long"),
    ),
)

SECONDMENTS = Ledger(
    capability="lifted_inspection", key="secondments", title="抽调需求台账", model=Secondment, machine=SECONDMENT, permission=P.VIEW, process=SECONDMENT_LINE,
    name=lambda row: f"抽调 {row.document_number}", detail_template="lifted_inspection.organiser/secondment.html",
    help="向抽调单位提出的人员需求。对方推荐后逐人核查回避、遴选,再发抽调函。",
    columns=(
        Column("document_number", "文号", "link"), Column("target_name", "被巡察党组织", wide=True), Column("contributor", "抽调单位", "office"),
        Column("wanted", "人数", "number"), Column("skills", "专业", value=skills_text, sortable=False, hidden=True), Column("reply_due_on", "回复期限", "date"),
        Column("light", "期限", "light", value=_light, sortable=False), Column("letter_number", "抽调函"), Column("letter_signed_by", "抽调函签收人", hidden=True),
        Column("joined_on", "到岗", "date"), Column("status", "状态", "status"),
    ),
    filters=(Filter("q", "文号/党组织", "text", ("document_number", "target_name", "letter_number")), Filter("contributor", "抽调单位", "office", ("contributor",))),
    tabs=(
        Tab("waiting", "待对方推荐", lambda model: model.status.in_(("requested", "signed", "replacing"))), Tab("offered", "待遴选", lambda model: model.status == "offered"),
        Tab("letter", "待放行到岗", lambda model: model.status.in_(("lettered", "released"))), Tab("joined", "在岗", lambda model: model.status == "joined"),
        Tab("done", "已结束", lambda model: model.status.in_(("returned", "declined", "cancelled"))),
    ),
    actions=(
        Action("issue_letter", "发抽调函", staffing.issue_letter, P.STAFF, forms.LetterForm, frozenset({"offered"}), tone="primary", raises=(errors.NothingChosen,),
               done="抽调函已发出,等待对方签收放行。"),
        Action("join", "登记到岗", staffing.join, P.STAFF, forms.JoinForm, frozenset({"released"}), tone="primary", done="已登记到岗。"),
        Action("cancel", "取消", staffing.cancel, P.STAFF, ExplainForm, frozenset({"requested", "signed", "offered", "replacing", "lettered", "released"}), tone="danger",
               confirm="取消后已推荐的人选一并退回原单位,确定取消?"),
    ),
    facts=(
        Fact("document_number", "文号"), Fact("target_name", "被巡察党组织"), Fact("contributor", "抽调单位", "office"),
        Fact("wanted", "人数", "number", value=lambda row, _uow: (row.wanted, "名")), Fact("skills", "专业要求", value=skills_text), Fact("begins_on", "开始", "date"),
        Fact("ends_on", "结束", "date"), Fact("note", "说明", "long"), Fact("reply_why", "回复期限", "long"), Fact("signed_by", "需求签收人"), Fact("signed_on", "需求签收", "date"),
        Fact("decline_reason", "不能满足原因", "long"), Fact("letter_number", "抽调函文号"), Fact("report_on", "报到日期", "date"), Fact("report_at", "报到地点"),
        Fact("letter_signed_by", "抽调函签收人"), Fact("released_on", "放行日期", "date"), Fact("joined_on", "到岗日期", "date"), Fact("light", "期限", "light", value=_light),
    ),
    related=(
        Related("人选", (
            Column("name", "姓名"), Column("unit", "工作单位", wide=True), Column("recusal", "回避核查", "tags", value=_tags),
            Column("status", "状态", value=lambda row, _uow: CANDIDATE.label(row.status)),
        ), _people, link=lambda row: CANDIDATES.record_url(row.id), empty="对方尚未推荐。"),
    ),
)
