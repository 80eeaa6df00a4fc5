"""Registers of hosted tasks and their papers."""

from typing import Any

from capabilities.inspection import register
from capabilities.lifted_inspection.common.papers import PaperDesk, paper_ledger
from capabilities.lifted_inspection.domain import words
from capabilities.lifted_inspection.domain.machines import ASSIGNMENT, ASSIGNMENT_LINE
from capabilities.lifted_inspection.participant import errors, forms, permissions, queries
from capabilities.lifted_inspection.participant.commands import tasks as commands
from capabilities.lifted_inspection.participant.models import Assignment, Paper
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork
from nodekit.web.ledger import Action, Column, Fact, Filter, Ledger, Related, Tab

P = permissions
ROLES = {"host": "属地", "contributor": "抽调单位"}


def _light(row: Assignment, uow: UnitOfWork) -> Any:
    return uow.node.deadlines.light(row.due_on, uow.today, done=row.status in {"result_reported", "closed", "voided"})


def _kind(row: Assignment, _uow: UnitOfWork) -> str:
    return words.Kind.label_of(row.kind)


def _marks(row: Assignment, _uow: UnitOfWork) -> list[tuple[str, str]]:
    found = [("上级组织", "purple")] + ([("督办", "red")] if row.supervised else [])
    found += [(f"催办{row.urged}次", "amber")] if row.urged else []
    return found + ([("申请延期", "amber")] if row.extension == "requested" else [])


async def _findings(uow: UnitOfWork, _officer: Officer, row: Assignment) -> Any:
    return await queries.findings(uow, row.id)


async def _reports(uow: UnitOfWork, _officer: Officer, row: Assignment) -> Any:
    return await queries.reports(uow, row.id)


ASSIGNMENTS = Ledger(
    capability="lifted_inspection", key="assignments", title="上级组织任务台账", model=Assignment, machine=ASSIGNMENT, permission=P.VIEW, process=ASSIGNMENT_LINE,
    name=lambda row: f"{words.Kind.label_of(row.kind)} {row.target_name}",
    help="上级组织的提级、交叉、联动巡察中本单位作为属地或抽调单位的任务。任务由统计归口单位统计,本台账只列示,不重复计数。",
    columns=(
        Column("target_name", "被巡察党组织", "link", wide=True), Column("kind", "方式", value=_kind), Column("origin", "组织单位", "office"),
        Column("role", "本单位", value=lambda row, _uow: ROLES[row.role]), Column("marks", "标记", "tags", value=_marks, sortable=False),
        Column("task_number", "任务书", hidden=True), Column("entered_on", "进驻", "date"), Column("fed_back_on", "反馈", "date"), Column("findings", "问题(个)", "number"),
        Column("rectified", "已整改(个)", "number"), Column("light", "结果期限", "light", value=_light, sortable=False), Column("status", "状态", "status"),
    ),
    filters=(
        Filter("q", "党组织/文号", "text", ("target_name", "task_number")), Filter("origin", "组织单位", "office", ("origin",)),
        Filter("role", "本单位", "choice", ("role",), choices=tuple(ROLES.items())),
    ),
    tabs=(
        Tab("site", "巡察实施", lambda model: model.status.in_(("tasked", "entered", "fed_back"))),
        Tab("rectify", "整改监督", lambda model: model.status.in_(("handed_over", "supervising", "result_reported"))),
        Tab("done", "已办结", lambda model: model.status.in_(("closed", "voided"))),
    ),
    actions=(
        Action("report", "上报整改情况", commands.report, P.REPORT, forms.ReportForm, frozenset({"supervising"}), tone="primary",
               raises=(errors.MoreThanFound, errors.PlanMissing), done="已上报组织单位。"),
        Action("request_extension", "申请延期", commands.request_extension, P.REPORT, forms.ExtensionForm, frozenset({"supervising"}),
               when=lambda row, _officer: row.extension != "requested", raises=(errors.ExtensionPending, errors.TooLateToExtend), done="已提出,等待答复。"),
    ),
    facts=(
        Fact("target_name", "被巡察党组织"), Fact("kind", "方式", value=_kind), Fact("marks", "标记", "tags", value=_marks), Fact("origin", "组织单位", "office"),
        Fact("role", "本单位", value=lambda row, _uow: ROLES[row.role]), Fact("host", "属地", "office"),
        Fact("contributors", "抽调单位", value=lambda row, uow: "、".join(uow.node.directory.name(office) for office in row.contributors)),
        Fact("counting_owner", "统计归口单位", "office"), Fact("task_number", "任务书文号"), Fact("task_text", "任务内容", "long"), Fact("planned_entry_on", "计划进驻", "date"),
        Fact("planned_end_on", "计划结束", "date"), Fact("entered_on", "进驻日期", "date"), Fact("fed_back_on", "反馈日期", "date"),
        Fact("findings", "问题", "number", value=lambda row, _uow: (row.findings, "个")), Fact("handed_over_on", "移交日期", "date"),
        Fact("clues", "线索(另行移交)", "number", value=lambda row, _uow: (row.clues, "件")), Fact("clues_note", "线索移交说明", "long"),
        Fact("supervising_since", "监督整改起", "date"), Fact("result_due_on", "结果上报期限", "date"),
        Fact("rectified", "已整改", "number", value=lambda row, _uow: (row.rectified, "个")), Fact("long_term", "长期坚持", "number", value=lambda row, _uow: (row.long_term, "个")),
        Fact("urged_text", "催办督办内容", "long"), Fact("extension_until", "延期至", "date"), Fact("closed_on", "办结日期", "date"), Fact("summary", "办结/作废说明", "long"),
        Fact("light", "期限", "light", value=_light),
    ),
    related=(
        Related("移交问题", (Column("number", "编号"), Column("category", "类别", value=lambda row, _uow: f"{row.category} {register.category_label(row.category)}"), Column("statement", "问题表述", wide=True)), _findings, empty="移交清单到达后列出。"),
        Related("整改上报", (
            Column("number", "序号", "number"), Column("step", "类别", value=lambda row, _uow: words.Step.label_of(row.step)), Column("reported_on", "日期", "date"),
            Column("document_number", "文号"), Column("rectified", "已整改", "number"), Column("long_term", "长期坚持", "number"), Column("text", "情况", wide=True),
            Column("status", "审核", value=lambda row, _uow: {"sent": "待审核", "accepted": "已认可", "redo": "需补充"}[row.status]), Column("review", "审核意见"),
        ), _reports, empty="尚未上报。"),
    ),
)
PAPERS = paper_ledger(PaperDesk(Paper, P.VIEW, P.SIGN, commands.sign_paper, commands.return_paper))
