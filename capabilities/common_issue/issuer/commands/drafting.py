"""A letter until it leaves: draft, review, sign off, issue to every addressee."""

from collections.abc import Sequence
from uuid import UUID

from capabilities.common_issue.common.columns import counts_of
from capabilities.common_issue.common.identifying import refuse_names
from capabilities.common_issue.common.numbering import LETTERS
from capabilities.common_issue.domain import instruments, states
from capabilities.common_issue.issuer import forms, queries
from capabilities.common_issue.issuer.errors import ReviewsOwn, WrongAddressees
from capabilities.common_issue.issuer.models import Addressee, Copy, Instrument, Issue
from nodekit.errors import StepNotAllowed
from nodekit.identity.officer import Officer
from nodekit.numbering import take
from nodekit.peers.directory import Office
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.common_issue import v1


async def draft(uow: UnitOfWork, officer: Officer, form: forms.InstrumentForm) -> Instrument:
    """Write a letter under an open issue.

    Raises:
        WrongAddressees: the kind of letter does not go there, or goes to one only.
    """
    issue = await queries.get_open_issue(uow, form.issue)
    row = Instrument(
        id=uow.new_id(), status=states.INSTRUMENT.initial, version=0, created_at=uow.now, updated_at=uow.now, issue_id=issue.id, kind=form.kind,
        drafted_by=officer.id, drafted_name=officer.name, due_why="", notice="", title=form.title, statement=form.statement,
        typical_case=form.typical_case, requirement=form.requirement,
    )
    uow.session.add(row)
    await uow.session.flush()
    await _set_addressees(uow, row, form.addressees)
    await uow.log(row, "drafted", "起草", note=f"{instruments.kind_title(row.kind)},{issue.serial}")
    return row


async def redraft(uow: UnitOfWork, officer: Officer, instrument_id: UUID, form: forms.RedraftForm) -> Instrument:
    """Change text or addressees before review."""
    row = await queries.get(uow, Instrument, instrument_id)
    _must_be(row, "drafted", "修改")
    row.title, row.statement, row.typical_case, row.requirement = form.title, form.statement, form.typical_case, form.requirement
    row.drafted_by, row.drafted_name = officer.id, officer.name
    await _set_addressees(uow, row, form.addressees)
    await uow.log(row, "redrafted", "修改文稿", before=row.status)
    return row


async def review(uow: UnitOfWork, officer: Officer, instrument_id: UUID, form: forms.OpinionForm) -> Instrument:
    """Somebody else has read it, and it names nobody.

    Raises:
        ReviewsOwn: the reviewer wrote it. NamesSomebody: the text tells who is meant.
    """
    row = await queries.get(uow, Instrument, instrument_id)
    if row.drafted_by == officer.id:
        raise ReviewsOwn
    await refuse_names(uow, 标题=row.title, 问题表述=row.statement, 典型情况=row.typical_case, 工作要求=row.requirement)
    row.reviewed_by, row.reviewed_name = officer.id, officer.name
    await uow.move(row, states.INSTRUMENT, "reviewed", "审核(去标识)", note=form.opinion)
    return row


async def send_back(uow: UnitOfWork, _officer: Officer, instrument_id: UUID, form: forms.ReasonForm) -> Instrument:
    """Not yet: back to the desk."""
    row = await queries.get(uow, Instrument, instrument_id)
    await uow.move(row, states.INSTRUMENT, "drafted", "退回修改", note=form.explanation)
    row.reviewed_by = row.reviewed_name = row.signed_off_by = row.signed_off_on = None
    return row


async def sign_off(uow: UnitOfWork, officer: Officer, instrument_id: UUID, form: forms.OpinionForm) -> Instrument:
    """签发."""
    row = await queries.get(uow, Instrument, instrument_id)
    row.signed_off_by, row.signed_off_on = officer.name, uow.today
    await uow.move(row, states.INSTRUMENT, "signed_off", "签发", note=form.opinion)
    return row


async def issue(uow: UnitOfWork, _officer: Officer, instrument_id: UUID) -> Instrument:
    """Number the letter and send each addressee its copy. Days count from today."""
    row = await queries.get(uow, Instrument, instrument_id)
    _must_be(row, "signed_off", "印发")
    matter = await queries.get_open_issue(uow, row.issue_id)
    kind = instruments.KINDS[row.kind]
    sign, result = uow.node.deadlines.due("common_issue.sign", uow.today), uow.node.deadlines.due(kind.result_item, uow.today)
    plan = uow.node.deadlines.due(kind.plan_item, uow.today) if kind.plan_item else None
    row.document_number, row.issued_on = await take(uow, LETTERS[row.kind]), uow.today
    row.due_why = "".join(due.why for due in (sign, plan, result) if due)
    for addressee in await queries.list_addressees(uow, row.id):
        copy_id = uow.new_id()
        event = _letter(row, matter, copy_id, (sign.on, plan.on if plan else None, result.on))
        event_id = await uow.publish(event, to=addressee.office)
        copy = Copy(
            id=copy_id, status=states.COPY.initial, version=0, created_at=uow.now, updated_at=uow.now, instrument_id=row.id, issue_id=matter.id, kind=row.kind,
            document_number=row.document_number, title=row.title, recipient=addressee.office, issued_on=uow.today, event_id=event_id, sign_due_on=sign.on,
            plan_due_on=plan.on if plan else None, result_due_on=result.on, return_note="", replies=0, redone=0, opinion="", urged=0, extension="none",
            extension_why="", **counts_of(None),
        )
        uow.session.add(copy)
        await uow.session.flush()
        await uow.log(copy, "sent", "印发", note=row.document_number, event_id=event_id)
    await uow.move(row, states.INSTRUMENT, "issued", "印发", note=row.document_number)
    if matter.status == "confirmed":
        await uow.move(matter, states.ISSUE, "in_governance", "开展治理", note=row.document_number)
    return row


def may_go_to(uow: UnitOfWork, kind: instruments.Instrument) -> list[Office]:
    """Offices a kind of letter may be addressed to: those directly below on the line of inspection, and the desks beside."""
    directory = uow.node.directory
    below = [office for office in directory.children(uow.office) if office.is_inspection]
    return [office for office in [*below, *directory.desks(uow.office)] if office.kind in kind.addressees]


async def _set_addressees(uow: UnitOfWork, row: Instrument, wanted: Sequence[str]) -> None:
    kind = instruments.KINDS[row.kind]
    chosen = list(dict.fromkeys(wanted))
    allowed = {office.id for office in may_go_to(uow, kind)}
    if wrong := [uow.node.directory.name(office) for office in chosen if office not in allowed]:
        raise WrongAddressees(f"{kind.title}不能主送:{'、'.join(wrong)}。")
    if kind.single and len(chosen) > 1:
        raise WrongAddressees(f"{kind.title}一函一报,每份只主送一个单位。")
    for old in await queries.list_addressees(uow, row.id):
        await uow.session.delete(old)
    await uow.session.flush()
    uow.session.add_all(Addressee(instrument_id=row.id, office=office, place=place) for place, office in enumerate(chosen))
    await uow.session.flush()


def _letter(row: Instrument, matter: Issue, copy_id: UUID, days: tuple) -> v1.InstrumentIssued:  # type: ignore[type-arg]
    sign_due_on, plan_due_on, result_due_on = days
    return v1.InstrumentIssued(
        copy_id=copy_id, kind=row.kind, document_number=row.document_number or "", issue_number=matter.serial, title=row.title, category=matter.category,
        statement=row.statement, typical_case=row.typical_case, requirement=row.requirement, units=matter.units, offices=matter.offices,
        signed_off_by=row.signed_off_by or "", issued_on=row.issued_on or matter.confirmed_on, sign_due_on=sign_due_on, plan_due_on=plan_due_on,
        result_due_on=result_due_on, due_why=row.due_why[:500], counts_required=instruments.KINDS[row.kind].counts,
    )


def _must_be(row: Instrument, state: str, act: str) -> None:
    if row.status != state:
        raise StepNotAllowed(states.INSTRUMENT.label(row.status), act, state=row.status)
