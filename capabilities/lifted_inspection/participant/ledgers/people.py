"""Registers of requests for people and of people lent."""

from typing import Any

from capabilities.lifted_inspection.common.columns import skills_text
from capabilities.lifted_inspection.common.forms import ExplainForm, SignForm
from capabilities.lifted_inspection.common.papers import sign_initial
from capabilities.lifted_inspection.domain import words
from capabilities.lifted_inspection.domain.machines import CANDIDATE, SECONDMENT, SECONDMENT_LINE
from capabilities.lifted_inspection.participant import errors, forms, permissions, queries
from capabilities.lifted_inspection.participant.commands import people as commands
from capabilities.lifted_inspection.participant.models import Lending, LentPerson
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork
from nodekit.web.ledger import Action, Column, Fact, Filter, Ledger, Related, Tab

P = permissions


def _light(row: Lending, uow: UnitOfWork) -> Any:
    return uow.node.deadlines.light(row.due_on, uow.today, done=row.due_on is None)


def _interests(row: LentPerson, _uow: UnitOfWork) -> str:
    return ";".join(f"{words.InterestKind.label_of(line['kind'])}:{line['place']}" for line in row.interests) or "无申报事项"


async def _people(uow: UnitOfWork, _officer: Officer, row: Lending) -> Any:
    return await queries.people(uow, row.id)


async def _release_initial(uow: UnitOfWork, officer: Officer, _row: Lending) -> dict[str, Any]:
    return {"signed_by": officer.name, "released_on": uow.today.isoformat()}


LENT = Ledger(
    capability="lifted_inspection", key="lent", title="派出人员台账", model=LentPerson, machine=CANDIDATE, permission=P.VIEW,
    name=lambda row: f"{row.name}({row.unit})", process=("offered", "chosen", "released", "joined", "returned"), help="推荐和派到上级任务的人员、回避申报、返回鉴定。",
    columns=(
        Column("name", "姓名", "link"), Column("unit", "工作单位", wide=True), Column("rank", "职务职级"), Column("skills", "专业", value=skills_text, sortable=False),
        Column("target_name", "被巡察党组织", wide=True), Column("returned_on", "返回日期", "date"), Column("status", "状态", "status"),
    ),
    filters=(Filter("q", "姓名/单位", "text", ("name", "unit", "target_name")),),
    tabs=(
        Tab("offered", "待遴选", lambda model: model.status == "offered"), Tab("out", "派出中", lambda model: model.status.in_(("chosen", "released", "joined"))),
        Tab("back", "已返回", lambda model: model.status == "returned"), Tab("rejected", "未选用", lambda model: model.status == "rejected"),
    ),
    facts=(
        Fact("name", "姓名"), Fact("unit", "工作单位"), Fact("rank", "职务职级"), Fact("skills", "专业", value=skills_text), Fact("target_name", "被巡察党组织"),
        Fact("interests", "回避申报", "long", value=_interests), Fact("reject_reason", "更换原因", "long"), Fact("returned_on", "返回日期", "date"),
        Fact("appraisal", "鉴定意见", "long"),
    ),
)

LENDINGS = Ledger(
    capability="lifted_inspection", key="lendings", title="上级抽调台账", model=Lending, machine=SECONDMENT, permission=P.VIEW, process=SECONDMENT_LINE,
    name=lambda row: f"上级抽调 {row.document_number}", help="上级提出的抽调需求:签收、推荐人选(先自查回避)、收到抽调函后签收放行。",
    columns=(
        Column("document_number", "文号", "link"), Column("target_name", "被巡察党组织", wide=True), Column("origin", "组织单位", "office"), Column("wanted", "人数", "number"),
        Column("skills", "专业", value=skills_text, sortable=False), Column("begins_on", "开始", "date"), Column("ends_on", "结束", "date"),
        Column("light", "期限", "light", value=_light, sortable=False), Column("letter_number", "抽调函"), Column("status", "状态", "status"),
    ),
    filters=(Filter("q", "文号/党组织", "text", ("document_number", "target_name", "letter_number")), Filter("begins_on", "开始日期", "date_range", ("begins_on",))),
    tabs=(
        Tab("here", "待办理", lambda model: model.status.in_(("requested", "signed", "replacing", "lettered"))), Tab("offered", "待对方遴选", lambda model: model.status == "offered"),
        Tab("out", "派出中", lambda model: model.status.in_(("released", "joined"))), Tab("done", "已结束", lambda model: model.status.in_(("returned", "declined", "cancelled"))),
    ),
    actions=(
        Action("sign", "签收", commands.sign, P.LEND, SignForm, frozenset({"requested"}), initial=sign_initial, tone="primary", done="已签收。"),
        Action("offer", "推荐人选", commands.offer, P.LEND, forms.OfferForm, frozenset({"signed", "replacing", "offered"}), tone="primary", raises=(errors.SelfCheckHit,),
               done="已推荐,等待对方核查遴选。"),
        Action("release", "签收抽调函并放行", commands.release, P.LEND, forms.ReleaseForm, frozenset({"lettered"}), initial=_release_initial, tone="primary", done="已放行。"),
        Action("decline", "不能满足", commands.decline, P.LEND, ExplainForm, frozenset({"signed", "replacing"}), tone="danger"),
    ),
    facts=(
        Fact("document_number", "文号"), Fact("target_name", "被巡察党组织"), Fact("origin", "组织单位", "office"),
        Fact("wanted", "人数", "number", value=lambda row, _uow: (row.wanted, "名")), Fact("skills", "专业要求", value=skills_text), Fact("begins_on", "开始", "date"),
        Fact("ends_on", "结束", "date"), Fact("note", "说明", "long"), Fact("reply_due_on", "回复期限", "date"), Fact("signed_by", "签收人"), Fact("signed_on", "签收日期", "date"),
        Fact("decline_reason", "不能满足原因", "long"), Fact("letter_number", "抽调函"), Fact("letter_due_on", "抽调函签收期限", "date"), Fact("report_on", "报到日期", "date"),
        Fact("report_at", "报到地点"), Fact("letter_signed_by", "抽调函签收人"), Fact("released_on", "放行日期", "date"), Fact("joined_on", "到岗日期", "date"),
        Fact("light", "期限", "light", value=_light),
    ),
    related=(
        Related("推荐人选", (
            Column("name", "姓名"), Column("unit", "工作单位", wide=True), Column("skills", "专业", value=skills_text),
            Column("status", "状态", value=lambda row, _uow: CANDIDATE.label(row.status)), Column("reject_reason", "更换原因"),
        ), _people, link=lambda row: LENT.record_url(row.id), empty="尚未推荐。"),
    ),
)
