"""What is filed with the superior inspection office: the scheme before the round, speech and report after feedback."""

from datetime import date
from uuid import UUID

from capabilities.inspection import domain
from capabilities.inspection.office import queries
from capabilities.inspection.office.commands.steps import fresh
from capabilities.inspection.office.errors import AlreadyThere, NoSuperior, RoundClosedToChange
from capabilities.inspection.office.forms.filings import WithdrawForm
from capabilities.inspection.office.forms.rounds import FileForm
from capabilities.inspection.office.models import Filing, Phase, Round
from capabilities.inspection.office.options import OfficeOptions
from capabilities.inspection.vocabulary import FilingKind
from nodekit.errors import StepNotAllowed
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.inspection.v1 import FilingUrged, FilingWithdrawn, ReportFiled, RoundSummary, SchemeFiled


async def file_scheme(uow: UnitOfWork, _officer: Officer, round_id: UUID, form: FileForm) -> Round:
    """Send the scheme to the superior office and go on: a filing informs, it does not ask for approval.

    Raises:
        NoSuperior: nobody to file with. AlreadyThere: the scheme was filed.
    """
    row = await queries.get_round(uow, round_id, lock=True)
    if not domain.ROUND.allows(row.status, "scheme_filed"):
        raise StepNotAllowed(domain.ROUND.label(row.status), "报备方案")
    filing = await _send_new(uow, row, FilingKind.SCHEME, form)
    await _mark_filed(uow, row, filing)
    return row


async def file_report(uow: UnitOfWork, _officer: Officer, round_id: UUID, form: FileForm) -> Round:
    """After feedback: the secretary's speech and the general report go up (R8)."""
    row = await queries.get_round(uow, round_id, lock=True)
    if row.status not in domain.AFTER_FEEDBACK:
        raise RoundClosedToChange(row.name, domain.ROUND.label(row.status), "报送讲话和综合报告")
    filing = await _send_new(uow, row, FilingKind.REPORT, form)
    await uow.log(row, "report_filed", "报送讲话和综合报告", note=form.document, event_id=filing.event_id)
    return row


async def file_again(uow: UnitOfWork, _officer: Officer, filing_id: UUID, form: FileForm) -> Filing:
    """A returned filing, corrected: same filing, next revision."""
    filing = await queries.get_filing(uow, filing_id, lock=True)
    row = await queries.get_round(uow, filing.round_id, lock=True)
    if filing.status != "returned":
        raise StepNotAllowed(domain.FILING.label(filing.status), "补正重报")
    filing.revision += 1
    filing.title, filing.document, filing.content = form.title, form.document, form.content
    filing.event_id = await _publish(uow, filing, row)
    filing.signed_at, filing.signed_by, filing.remarks, filing.sent_at = None, "", "", uow.now
    filing.sign_due_on = _sign_due(uow)
    await uow.move(filing, domain.FILING, "sent", "补正重报", note=f"第{filing.revision}次", event_id=filing.event_id)
    if filing.kind == FilingKind.SCHEME and row.status == "scheme_drafted":
        await _mark_filed(uow, row, filing)
    return filing


async def withdraw_filing(uow: UnitOfWork, _officer: Officer, filing_id: UUID, form: WithdrawForm) -> Filing:
    """Take a filing back before it is signed for, or give a returned one up. The scheme is then a draft again."""
    filing = await queries.get_filing(uow, filing_id, lock=True)
    event = FilingWithdrawn(filing_id=filing.id, revision=filing.revision, reason=form.reason)
    if filing.status not in {"sent", "returned"}:
        raise StepNotAllowed(domain.FILING.label(filing.status), "撤回")
    event_id = await uow.publish(event, to=filing.recipient)
    await uow.move(filing, domain.FILING, "withdrawn", "撤回", note=form.reason, event_id=event_id)
    row = await queries.get_round(uow, filing.round_id, lock=True)
    if filing.kind == FilingKind.SCHEME and row.status == "scheme_filed":
        await uow.move(row, domain.ROUND, "scheme_drafted", "撤回报备", note=form.reason)
    return filing


async def urge_filing(uow: UnitOfWork, _officer: Officer, filing_id: UUID) -> Filing:
    """Ask the superior office to sign or answer; counted."""
    filing = await queries.get_filing(uow, filing_id, lock=True)
    if filing.status not in {"sent", "signed"}:
        raise StepNotAllowed(domain.FILING.label(filing.status), "催办")
    filing.urged += 1
    event_id = await uow.publish(FilingUrged(filing_id=filing.id, times=filing.urged), to=filing.recipient)
    await uow.log(filing, "urged", "催办", note=f"第{filing.urged}次", event_id=event_id)
    return filing


async def _send_new(uow: UnitOfWork, row: Round, kind: FilingKind, form: FileForm) -> Filing:
    superior = uow.node.directory.parent_inspection(uow.office)
    if superior is None:
        raise NoSuperior
    if await queries.find_filing_of(uow, row.id, kind):
        raise AlreadyThere(f"{row.name}的{kind.label}报备")
    filing = Filing(
        **fresh(uow, domain.FILING), **form.model_dump(), round=row, round_id=row.id, kind=kind, recipient=superior.id, revision=1, sent_at=uow.now,
        sign_due_on=_sign_due(uow), signed_at=None, signed_by="", acknowledged_at=None, remarks="", urged=0,
    )
    filing.event_id = await _publish(uow, filing, row)
    uow.session.add(filing)
    await uow.log(filing, "filed", "报备", note=form.document, event_id=filing.event_id)
    return filing


async def _publish(uow: UnitOfWork, filing: Filing, row: Round) -> UUID:
    common = {"filing_id": filing.id, "revision": filing.revision, "title": filing.title, "document": filing.document, "content": filing.content}
    summary = await _summary(uow, row)
    if filing.kind == FilingKind.SCHEME:
        return await uow.publish(SchemeFiled(**common, basis_documents=row.basis_documents, round=summary), to=filing.recipient)
    findings = await queries.list_findings(uow, round_id=row.id, statuses=domain.CONFIRMED_ON)
    counted = sum(domain.counts(finding.level, finding.group_id, row.counting_level) for finding in findings)
    heard = [phase.on for phase in await queries.list_phases(uow, row.id) if phase.state == "heard_by_secretary_meeting"]
    event = ReportFiled(**common, heard_on=max(heard, default=None), fed_back_on=_known(row.fed_back_on), findings=counted, round=summary)
    return await uow.publish(event, to=filing.recipient)


async def _summary(uow: UnitOfWork, row: Round) -> RoundSummary:
    term = await queries.get_term(uow, row.term_id)
    tasks = await queries.list_tasks(uow, round_id=row.id)
    names = await queries.target_names(uow, [task.target_id for task in tasks])
    return RoundSummary(
        round_id=row.id, term=term.name, number=row.number, name=row.name, kind=row.kind, topic=row.topic, counting_owner=row.counting_owner,
        planned_entry_on=row.planned_entry_on, planned_end_on=row.planned_end_on, targets=list(names.values()),
        teams=sum(team.status != "disbanded" or row.status in domain.AFTER_FEEDBACK for team in await queries.list_teams(uow, round_id=row.id)),
    )


async def _mark_filed(uow: UnitOfWork, row: Round, filing: Filing) -> None:
    """The filing is a step of the round, dated by the day it was sent."""
    uow.session.add(
        Phase(
            id=uow.new_id(), round_id=row.id, state="scheme_filed", on=uow.today, document=filing.document,
            note=f"报送{uow.node.directory.name(filing.recipient)}", officer_name=uow.officer.name if uow.officer else "系统", recorded_at=uow.now,
        )
    )
    await uow.move(row, domain.ROUND, "scheme_filed", "报备方案", note=filing.document, event_id=filing.event_id)


def _sign_due(uow: UnitOfWork) -> date:
    return uow.node.deadlines.due(uow.options(OfficeOptions).sign_due_item, uow.today).on


def _known(day: date | None) -> date:
    if day is None:
        raise AssertionError("a round after feedback has its day")  # a CHECK of the table says so
    return day
