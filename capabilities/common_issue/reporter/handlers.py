"""What the superior office's answers do to reports and escalations. The sender is checked against the record's addressee."""

from capabilities.common_issue.domain import states, words
from capabilities.common_issue.reporter import queries
from capabilities.common_issue.reporter.errors import UnknownEscalation, UnknownReport
from nodekit.handlers import Handlers
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.common_issue import v1
from shared_schemas.event import Message

handlers = Handlers("common_issue.reporter")


@handlers.on(v1.FindingsPooled)
async def note_pooled(uow: UnitOfWork, message: Message[v1.FindingsPooled]) -> None:
    """The batch is in the pool above. Repeated or late: the count is simply the latest."""
    report = await queries.find_report(uow, message.data.report_id)
    if report is None or report.addressee != message.origin:
        raise UnknownReport
    if report.status == "reported":
        report.pooled = min(message.data.pooled, report.size)
        await uow.move(report, states.REPORT, "pooled", "已入库", note=f"{report.pooled}个问题", event_id=message.id)


@handlers.on(v1.EscalationDecided)
async def note_decision(uow: UnitOfWork, message: Message[v1.EscalationDecided]) -> None:
    """The fate of the request. One taken back meanwhile stays taken back; an outcome of a newer release reads as answered.

    An issue above that was taken up may later be joined with another: the number that holds it now is shown.
    """
    said, row = message.data, await queries.find_escalation(uow, message.data.escalation_id)
    if row is None or row.addressee != message.origin or row.document_number is None:
        raise UnknownEscalation
    moved = said.outcome == "merged_into" and row.status in {"taken_up", "merged_into"} and said.issue_number != row.issue_number
    if row.status != "escalated" and not moved:
        return
    row.outcome, row.issue_number, row.guidance = said.outcome, said.issue_number, said.guidance
    row.decided_by, row.decided_on = said.decided_by, said.decided_on
    state = said.outcome if said.outcome in words.OUTCOMES else "decided"
    if row.status == state:
        await uow.log(row, "moved", "上级并入其他共性问题", before=row.status, note=said.issue_number, event_id=message.id)
        return
    await uow.move(row, states.ESCALATION, state, "上级答复", note=words.label(words.OUTCOMES, said.outcome), event_id=message.id)
