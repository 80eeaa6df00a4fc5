"""A letter leaves: it gets its number, every addressee its copy, and the letter it replaces ends."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from capabilities.common_issue.common.columns import counts_of
from capabilities.common_issue.common.numbering import LETTERS
from capabilities.common_issue.domain import instruments, states
from capabilities.common_issue.issuer import queries
from capabilities.common_issue.issuer.commands import superseding
from capabilities.common_issue.issuer.models import Copy, Instrument, Issue
from nodekit.errors import StepNotAllowed
from nodekit.identity.officer import Officer
from nodekit.numbering import take
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.common_issue import v1


@dataclass(frozen=True)
class Days:
    """What the addressees owe, until when, and why."""

    sign: date
    plan: date | None
    result: date
    why: str


async def issue(uow: UnitOfWork, _officer: Officer, instrument_id: UUID) -> Instrument:
    """Number the letter and send each addressee its copy. Days count from today.

    Raises:
        NotReplaceable: the letter it was to replace has ended meanwhile.
    """
    row = await queries.get(uow, Instrument, instrument_id)
    if row.status != "signed_off":
        raise StepNotAllowed(states.INSTRUMENT.label(row.status), "印发", state=row.status)
    kind = instruments.KINDS[row.kind]
    sign, result = uow.node.deadlines.due("common_issue.sign", uow.today), uow.node.deadlines.due(kind.result_item, uow.today)
    plan = uow.node.deadlines.due(kind.plan_item, uow.today) if kind.plan_item else None
    why = "".join(due.why for due in (sign, plan, result) if due)
    await send_out(uow, row, Days(sign.on, plan.on if plan else None, result.on, why))
    await uow.move(row, states.INSTRUMENT, "issued", "印发", note=row.document_number or "")
    return row


async def send_out(uow: UnitOfWork, row: Instrument, days: Days) -> None:
    """Number a letter and publish its copies; the caller moves the letter itself."""
    matter = await queries.get_open_issue(uow, row.issue_id)
    earlier = await superseding.earlier_copies(uow, row)
    row.document_number, row.issued_on = await take(uow, LETTERS[row.kind]), uow.today
    row.due_why = days.why
    newer = {one.office: await _send_copy(uow, row, matter, one.office, days, earlier.get(one.office)) for one in await queries.list_addressees(uow, row.id)}
    await superseding.supersede(uow, row, earlier, newer)
    if matter.status == "confirmed":
        await uow.move(matter, states.ISSUE, "in_governance", "开展治理", note=row.document_number)


async def _send_copy(uow: UnitOfWork, row: Instrument, matter: Issue, recipient: str, days: Days, before: Copy | None) -> Copy:
    continued = superseding.carried(row, before)
    plan_due_on = None if before and continued and before.plan_on else days.plan
    copy = Copy(
        id=uow.new_id(), status=states.COPY.initial, version=0, created_at=uow.now, updated_at=uow.now, instrument_id=row.id, issue_id=matter.id, kind=row.kind,
        document_number=row.document_number, title=row.title, recipient=recipient, issued_on=uow.today, sign_due_on=days.sign, plan_due_on=plan_due_on,
        result_due_on=days.result, return_note="", replies=0, redone=0, opinion="", urged=0, extension="none", extension_why="", carried_from=None,
        superseded_by="", **counts_of(None),
    )
    if before and continued:
        superseding.carry_over(copy, before)
    copy.event_id = await uow.publish(_letter(row, matter, copy, before), to=recipient)
    uow.session.add(copy)
    await uow.session.flush()
    await uow.log(copy, "sent", "印发", note=f"{row.document_number}{f',替代 {before.document_number}' if before else ''}", event_id=copy.event_id)
    return copy


def _letter(row: Instrument, matter: Issue, copy: Copy, before: Copy | None) -> v1.InstrumentIssued:
    return v1.InstrumentIssued(
        copy_id=copy.id, kind=row.kind, document_number=copy.document_number, issue_number=matter.serial, title=row.title, category=matter.category,
        statement=row.statement, typical_case=row.typical_case, requirement=row.requirement, units=matter.units, offices=matter.offices,
        signed_off_by=row.signed_off_by or "", issued_on=copy.issued_on, sign_due_on=copy.sign_due_on, plan_due_on=copy.plan_due_on,
        result_due_on=copy.result_due_on, due_why=row.due_why[:500], counts_required=instruments.KINDS[row.kind].counts,
        replaces=before.id if before else None, replaces_number=before.document_number if before else "", carried_over=copy.carried_from is not None,
    )
