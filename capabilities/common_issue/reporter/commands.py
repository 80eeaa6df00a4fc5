"""What officers do with findings to be told upward, and with issues they cannot solve alone."""

from uuid import UUID

from capabilities.common_issue.common.identifying import refuse_names
from capabilities.common_issue.common.numbering import ESCALATION, REPORT
from capabilities.common_issue.common.pseudonym import unit_pseudonym
from capabilities.common_issue.domain import states
from capabilities.common_issue.reporter import forms, queries
from capabilities.common_issue.reporter.errors import AlreadyReported, NoSuperior, NotConfirmed
from capabilities.common_issue.reporter.models import Escalation, Report, ReportedFinding
from capabilities.inspection import register
from nodekit.errors import InvalidInput, StepNotAllowed
from nodekit.identity.officer import Officer
from nodekit.numbering import take
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.common_issue import v1


async def prepare(uow: UnitOfWork, officer: Officer, form: forms.ReportForm) -> Report:
    """Put confirmed findings into a batch. Nothing leaves yet.

    Raises:
        NotConfirmed: a finding does not stand or has no de-identified wording.
        AlreadyReported: a finding is in another batch for the same addressee.
    """
    findings = await register.list_findings(uow, ids=form.findings)
    bad = [finding.number for finding in findings if not finding.confirmed or not finding.deidentified.strip()]
    if bad or len(findings) != len(set(form.findings)):
        raise NotConfirmed(bad or ["所选问题不存在"])
    if twice := await queries.reported_ids(uow, form.addressee) & set(form.findings):
        raise AlreadyReported([finding.number for finding in findings if finding.id in twice])
    report = Report(
        id=uow.new_id(), status=states.REPORT.initial, version=0, created_at=uow.now, updated_at=uow.now, addressee=form.addressee,
        round_label=form.round_label, note=form.note, size=len(findings), pooled=0, prepared_by=officer.id,
    )
    uow.session.add(report)
    await uow.session.flush()
    uow.session.add_all(_reported(uow, report, finding) for finding in findings)
    await uow.log(report, "prepared", "准备材料", note=f"{len(findings)}个问题")
    return report


async def reword(uow: UnitOfWork, _officer: Officer, report_id: UUID, form: forms.RewordForm) -> Report:
    """Change wordings before they leave."""
    report = await queries.get_report(uow, report_id)
    _must_be_draft(report, "修改表述")
    wanted = {row.finding: row.text for row in form.findings}
    rows = {row.finding_id: row for row in await queries.list_reported(uow, report.id)}
    if unknown := set(wanted) - set(rows):
        raise InvalidInput([{"path": "findings", "message": f"有{len(unknown)}条不在本批材料中"}])
    changed = [rows[key] for key, text in wanted.items() if rows[key].text != text]
    for row in changed:
        row.text = wanted[row.finding_id]
    await uow.log(report, "reworded", "修改表述", before=report.status, note="、".join(row.number for row in changed))
    return report


async def send(uow: UnitOfWork, _officer: Officer, report_id: UUID) -> Report:
    """Tell the batch to its addressee.

    Raises:
        NamesSomebody: a wording still tells who is meant.
    """
    report = await queries.get_report(uow, report_id)
    _must_be_draft(report, "报送")
    rows = await queries.list_reported(uow, report.id)
    await refuse_names(uow, **{f"问题{row.number}的表述": row.text for row in rows}, 说明=report.note)
    report.serial = await take(uow, REPORT)
    report.reported_at = uow.now
    event = v1.FindingsReported(
        report_id=report.id, serial=report.serial, round_label=report.round_label, note=report.note,
        findings=[
            v1.ReportedFinding(
                finding_id=row.finding_id, category=row.category, text=row.text, unit=row.unit, confirmed_on=row.confirmed_on,
                cross_tags=[tag for tag in row.tags.split("、") if tag],
            )
            for row in rows
        ],
    )
    report.event_id = await uow.publish(event, to=report.addressee)
    await uow.move(report, states.REPORT, "reported", "报送", note=report.serial, event_id=report.event_id)
    return report


async def withdraw(uow: UnitOfWork, _officer: Officer, report_id: UUID, form: forms.WithdrawForm) -> Report:
    """Take findings back; a batch without findings is withdrawn as a whole."""
    report = await queries.get_report(uow, report_id)
    if report.status not in {"reported", "pooled"}:
        raise StepNotAllowed(states.REPORT.label(report.status), "撤回", state=report.status)
    rows = await queries.list_reported(uow, report.id)
    taken = [row for row in rows if row.finding_id in set(form.findings) and not row.withdrawn]
    if len(taken) != len(set(form.findings)):
        raise InvalidInput([{"path": "findings", "message": "请从本批未撤回的问题中选择"}])
    for row in taken:
        row.withdrawn = True
    event_id = await uow.publish(
        v1.FindingsWithdrawn(report_id=report.id, finding_ids=[row.finding_id for row in taken], explanation=form.explanation), to=report.addressee
    )
    note = f"{'、'.join(row.number for row in taken)}:{form.explanation}"
    if all(row.withdrawn for row in rows):
        await uow.move(report, states.REPORT, "withdrawn", "撤回", note=note, event_id=event_id)
    else:
        await uow.log(report, "withdrawn_some", "撤回部分问题", before=report.status, note=note, event_id=event_id)
    return report


async def void(uow: UnitOfWork, _officer: Officer, report_id: UUID, form: forms.ReasonForm) -> Report:
    """Drop a batch that never left."""
    report = await queries.get_report(uow, report_id)
    await uow.move(report, states.REPORT, "voided", "作废", note=form.explanation)
    return report


async def draft_escalation(uow: UnitOfWork, _officer: Officer, form: forms.EscalationForm) -> Escalation:
    """Write down what the superior office is to be asked.

    Raises:
        NoSuperior: there is no office above.
        NamesSomebody: the text tells who is meant.
    """
    above = uow.node.directory.parent_inspection(uow.office)
    if above is None:
        raise NoSuperior
    await refuse_names(uow, 共性问题=form.title, 问题表述=form.statement, 提请事项=form.wanted)
    row = Escalation(
        id=uow.new_id(), status=states.ESCALATION.initial, version=0, created_at=uow.now, updated_at=uow.now, addressee=above.id,
        issue_number="", guidance="", decided_by="", **form.model_dump(),
    )
    uow.session.add(row)
    await uow.session.flush()
    await uow.log(row, "drafted", "起草提请")
    return row


async def escalate(uow: UnitOfWork, _officer: Officer, escalation_id: UUID) -> Escalation:
    """Ask: numbered and on its way."""
    row = await queries.get_escalation(uow, escalation_id)
    if not states.ESCALATION.allows(row.status, "escalated"):
        raise StepNotAllowed(states.ESCALATION.label(row.status), "提请", state=row.status)
    row.document_number, row.escalated_on = await take(uow, ESCALATION), uow.today
    event = v1.IssueEscalated(
        escalation_id=row.id, document_number=row.document_number, local_number=row.local_number, title=row.title, category=row.category,
        statement=row.statement, wanted=row.wanted, units=row.units, escalated_on=uow.today,
    )
    row.event_id = await uow.publish(event, to=row.addressee)
    await uow.move(row, states.ESCALATION, "escalated", "提请上级", note=row.document_number, event_id=row.event_id)
    return row


async def withdraw_escalation(uow: UnitOfWork, _officer: Officer, escalation_id: UUID, form: forms.ReasonForm) -> Escalation:
    """Take the request back; an answer already on its way is noted and changes nothing."""
    row = await queries.get_escalation(uow, escalation_id)
    event_id = await uow.publish(v1.EscalationWithdrawn(escalation_id=row.id, explanation=form.explanation), to=row.addressee)
    await uow.move(row, states.ESCALATION, "withdrawn", "撤回提请", note=form.explanation, event_id=event_id)
    return row


async def void_escalation(uow: UnitOfWork, _officer: Officer, escalation_id: UUID, form: forms.ReasonForm) -> Escalation:
    row = await queries.get_escalation(uow, escalation_id)
    await uow.move(row, states.ESCALATION, "voided", "作废", note=form.explanation)
    return row


def _must_be_draft(report: Report, act: str) -> None:
    if report.status != "drafted":
        raise StepNotAllowed(states.REPORT.label(report.status), act, state=report.status)


def _reported(uow: UnitOfWork, report: Report, finding: register.Finding) -> ReportedFinding:
    return ReportedFinding(
        id=uow.new_id(), report_id=report.id, finding_id=finding.id, number=finding.number, category=finding.category, category_label=finding.category_label,
        text=finding.deidentified.strip()[: v1.FINDING_TEXT_MAX], unit=unit_pseudonym(uow, finding.target_id),
        confirmed_on=finding.confirmed_on, tags="、".join(finding.cross_tags), withdrawn=False,
    )
