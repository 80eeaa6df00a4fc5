"""The organiser's papers as letters: consultation, decision, task book, request for people, secondment letter, and every copy that is signed for."""

from collections.abc import Sequence

from capabilities.inspection import register
from capabilities.lifted_inspection.common.columns import facts_text
from capabilities.lifted_inspection.common.letters import Letter, Sheet, chinese_date, paragraphs
from capabilities.lifted_inspection.domain.words import Addressee, Kind, Outcome, PaperKind, Reason, Skill, labels_of
from capabilities.lifted_inspection.organiser.models import Candidate, Consultation, Copy, Finding, Secondment, Task
from nodekit.clock import local_date
from nodekit.unit_of_work import UnitOfWork


def decision(uow: UnitOfWork, row: Task) -> Letter:
    """批复."""
    name, kind, outcome = uow.node.directory.name, Kind.label_of(row.kind), Outcome.label_of(row.outcome or "")
    asked = f"你单位《关于对{row.target_name}开展{Kind.label_of(row.wanted_kind)}的申请》({row.request_number})收悉。" if row.request_number else ""
    lines: list[tuple[str, str]] = [("决定", outcome)]
    if row.outcome == Outcome.APPROVED:
        lines += [
            ("组织方式", kind), ("属地", name(row.host) if row.host else ""), ("抽调单位", "、".join(name(office) for office in row.contributors)),
            ("统计归口", name(row.counting_owner)),
        ]
    if row.revisit_on:
        lines.append(("再议日期", chinese_date(row.revisit_on)))
    return Letter(
        kind="批复", sender=name(row.decided_by or uow.office), number=row.decision_number or "", title=f"关于对{row.target_name}开展{kind}的批复", to=(name(row.requester),),
        paragraphs=(*((asked,) if asked else ()), "经研究,现批复如下:", *paragraphs(row.decision_text)), lines=tuple(lines), dated_on=row.decided_on,
    )


def consultation(uow: UnitOfWork, row: Task, asked: Sequence[Consultation]) -> Letter:
    """会商函: one number, every desk that was asked under it."""
    newest = asked[-1]
    together = [entry for entry in asked if entry.document_number == newest.document_number]
    return Letter(
        kind="会商函", sender=uow.node.office.name, number=newest.document_number, title=f"关于对{row.target_name}开展{Kind.label_of(row.wanted_kind)}征求意见的函",
        to=tuple(uow.node.directory.name(entry.office) for entry in together),
        paragraphs=(f"现就对{row.target_name}开展{Kind.label_of(row.wanted_kind)}征求你单位意见。", f"理由:{labels_of(Reason, row.reasons)}。", facts_text(row.facts)),
        lines=(("请于何时前回复", chinese_date(newest.due_on)),), dated_on=local_date(newest.created_at),
    )


def task_book(uow: UnitOfWork, row: Task) -> Letter:
    """任务书, to the host and every contributor."""
    name = uow.node.directory.name
    offices = tuple(dict.fromkeys(name(office) for office in (row.host, *row.contributors) if office))
    return Letter(
        kind="任务书", sender=uow.node.office.name, number=row.task_number or "", title=f"关于对{row.target_name}开展{Kind.label_of(row.kind)}的任务书", to=offices,
        paragraphs=(f"根据{row.decision_number},现下达任务如下:", *paragraphs(row.task_text)),
        lines=(
            ("属地", name(row.host) if row.host else ""), ("抽调单位", "、".join(name(office) for office in row.contributors)),
            ("计划进驻", chinese_date(row.planned_entry_on)), ("计划结束", chinese_date(row.planned_end_on)), ("统计归口", name(row.counting_owner)),
        ),
        dated_on=None,
    )


def paper(uow: UnitOfWork, task: Task, copy: Copy, found: Sequence[Finding]) -> Letter:
    """One copy for one addressee, as it was sent."""
    kind, name = PaperKind(copy.kind), uow.node.directory.name
    lines: list[tuple[str, str]] = []
    sheet = None
    if kind is PaperKind.TASK_BOOK:
        lines = [("计划进驻", chinese_date(task.planned_entry_on)), ("计划结束", chinese_date(task.planned_end_on)), ("统计归口", name(task.counting_owner))]
    elif kind is PaperKind.ENTRY_NOTICE:
        lines = [("进驻日期", chinese_date(task.entered_on)), ("计划结束", chinese_date(task.ends_on)), ("巡察组", f"{task.team_name},组长{task.team_leader}")]
    elif kind is PaperKind.FEEDBACK:
        lines = [("反馈问题", f"{task.findings}个"), ("整改情况报送期限", chinese_date(task.result_due_on))]
    else:
        lines = [("移交问题", f"{task.findings}个"), ("移交线索", f"{task.clues}件(另按线索移交规定办理,不随本清单)")]
        sheet = Sheet("问题移交清单", ("编号", "类别", "问题表述"), [(row.number, f"{row.category} {register.category_label(row.category)}", row.statement) for row in found])
    to = {Addressee.INSPECTED_ORG: task.target_name, Addressee.HOST_COMMITTEE: f"{name(copy.recipient)}转党委"}.get(Addressee(copy.addressee), name(copy.recipient))
    return Letter(
        kind=kind.label, sender=uow.node.office.name, number=copy.document_number, title=f"{_about(task, kind)}", to=(to,), paragraphs=paragraphs(copy.text),
        lines=tuple(lines), sheet=sheet, dated_on=copy.sent_on, note=f"请于{chinese_date(copy.sign_due_on)}前签收",
    )


def _about(task: Task, kind: PaperKind) -> str:
    return {
        PaperKind.TASK_BOOK: f"关于对{task.target_name}开展{Kind.label_of(task.kind)}的任务书",
        PaperKind.ENTRY_NOTICE: f"关于对{task.target_name}开展{Kind.label_of(task.kind)}的进驻通知",
        PaperKind.FEEDBACK: f"关于{task.target_name}{Kind.label_of(task.kind)}情况的反馈意见",
        PaperKind.HAND_OVER: f"关于移交{task.target_name}{Kind.label_of(task.kind)}发现问题的函",
    }[kind]


def people_wanted(uow: UnitOfWork, row: Secondment) -> Letter:
    """抽调商请函: how many, with what skills, from when to when."""
    return Letter(
        kind="抽调商请函", sender=uow.node.office.name, number=row.document_number, title="关于商请抽调人员参加巡察工作的函", to=(uow.node.directory.name(row.contributor),),
        paragraphs=(f"因对{row.target_name}开展巡察工作需要,商请你单位推荐人员{row.wanted}名。", *paragraphs(row.note)),
        lines=(
            ("专业要求", labels_of(Skill, row.skills)), ("抽调时间", f"{chinese_date(row.begins_on)}至{chinese_date(row.ends_on)}"),
            ("请于何时前回复", chinese_date(row.reply_due_on)),
        ),
        dated_on=local_date(row.created_at), note="推荐人选须先行核查任职、地域、公务、亲属回避情形",
    )


def secondment(uow: UnitOfWork, row: Secondment, people: Sequence[Candidate]) -> Letter:
    """抽调函, naming those chosen."""
    chosen = [person for person in people if person.status in {"chosen", "released", "joined", "returned"}]
    return Letter(
        kind="抽调函", sender=uow.node.office.name, number=row.letter_number or "", title="关于抽调人员参加巡察工作的函", to=(uow.node.directory.name(row.contributor),),
        paragraphs=(
            f"因对{row.target_name}开展巡察工作需要,经研究,抽调你单位下列{len(chosen)}名同志参加巡察组工作。抽调期间工作关系不变,请做好工作交接,按期放行。",
        ),
        lines=(
            ("抽调时间", f"{chinese_date(row.begins_on)}至{chinese_date(row.ends_on)}"), ("报到", f"{chinese_date(row.report_on)},{row.report_at}"),
        ),
        sheet=Sheet("抽调人员名单", ("姓名", "工作单位", "职务职级", "回避核查"), [(person.name, person.unit, person.rank or "—", "核查通过") for person in chosen]),
        dated_on=None, note="请签收并于放行时在系统内登记",
    )
