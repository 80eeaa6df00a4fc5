"""What a superior office does with a filing: sign, put on record, send back, ask for the report."""

from uuid import UUID

from capabilities.inspection import domain
from capabilities.inspection.superior import queries
from capabilities.inspection.superior.errors import NumberTaken, ReportAlreadyThere
from capabilities.inspection.superior.forms import AcknowledgeForm, ReturnForm, UrgeReportForm
from capabilities.inspection.superior.models import ReceivedFiling
from capabilities.inspection.vocabulary import FilingKind
from nodekit.errors import StepNotAllowed
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.inspection.v1 import FilingAcknowledged, FilingReturned, FilingSigned, ReportUrged


async def sign_filing(uow: UnitOfWork, officer: Officer, record_id: UUID) -> ReceivedFiling:
    """A named person takes the filing; the lower office sees who and when."""
    row = await queries.get_received(uow, record_id)
    event_id = await uow.publish(
        FilingSigned(filing_id=row.filing_id, revision=row.revision, signed_by=officer.name), to=row.origin, in_reply_to=row.last_event_id
    )
    row.signed_at, row.signed_by = uow.now, officer.name
    await uow.move(row, domain.FILING, "signed", "签收", event_id=event_id)
    return row


async def acknowledge_filing(uow: UnitOfWork, _officer: Officer, record_id: UUID, form: AcknowledgeForm) -> ReceivedFiling:
    """Put the filing on record under a number of our own, with guidance if any.

    Raises:
        NumberTaken: the number belongs to another filing.
    """
    row = await queries.get_received(uow, record_id)
    if taken := await queries.find_number(uow, form.number):
        raise NumberTaken(form.number, taken.title)
    event_id = await uow.publish(
        FilingAcknowledged(filing_id=row.filing_id, revision=row.revision, number=form.number, remarks=form.remarks),
        to=row.origin, in_reply_to=row.last_event_id,
    )
    row.record_number, row.remarks = form.number, form.remarks
    await uow.move(row, domain.FILING, "acknowledged", "备案", note=f"{form.number} {form.remarks}".strip(), event_id=event_id)
    return row


async def return_filing(uow: UnitOfWork, _officer: Officer, record_id: UUID, form: ReturnForm) -> ReceivedFiling:
    """Send back for correction; the lower office files the next revision."""
    row = await queries.get_received(uow, record_id)
    event_id = await uow.publish(
        FilingReturned(filing_id=row.filing_id, revision=row.revision, reason=form.reason), to=row.origin, in_reply_to=row.last_event_id
    )
    row.remarks = form.reason
    await uow.move(row, domain.FILING, "returned", "退回补正", note=form.reason, event_id=event_id)
    return row


async def urge_report(uow: UnitOfWork, _officer: Officer, record_id: UUID, form: UrgeReportForm) -> ReceivedFiling:
    """Ask for speech and report on a round whose scheme is on record; counted.

    Raises:
        ReportAlreadyThere: it has come.
    """
    row = await queries.get_received(uow, record_id)
    if row.kind != FilingKind.SCHEME or row.status != "acknowledged":
        raise StepNotAllowed(domain.FILING.label(row.status), "催报综合报告")
    if await queries.find_report_on(uow, row):
        raise ReportAlreadyThere
    row.report_urged += 1
    event_id = await uow.publish(ReportUrged(filing_id=row.filing_id, times=row.report_urged, note=form.note), to=row.origin)
    await uow.log(row, "report_urged", "催报综合报告", note=f"第{row.report_urged}次 {form.note}".strip(), event_id=event_id)
    return row
