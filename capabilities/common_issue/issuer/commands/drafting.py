"""A letter on its way to signature: draft, review, sign off. Issuing is in issuing.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from capabilities.common_issue.common.identifying import refuse_names
from capabilities.common_issue.domain import instruments, states
from capabilities.common_issue.issuer import forms, queries
from capabilities.common_issue.issuer.errors import ReviewsOwn, WrongAddressees
from capabilities.common_issue.issuer.models import Addressee, Instrument, Issue
from nodekit.errors import StepNotAllowed
from nodekit.identity.officer import Officer
from nodekit.peers.directory import Office
from nodekit.unit_of_work import UnitOfWork


async def draft(uow: UnitOfWork, officer: Officer, form: forms.InstrumentForm) -> Instrument:
    """Write a letter under an open issue.

    Raises:
        WrongAddressees: the kind of letter does not go there, or goes to one only.
    """
    issue = await queries.get_open_issue(uow, form.issue)
    return await new_draft(uow, officer, issue, form.kind, form)


@dataclass(frozen=True)
class Replacing:
    """What a letter takes the place of, whether reports made there count, and why."""

    old: Instrument
    carries_over: bool
    why: str


async def new_draft(uow: UnitOfWork, officer: Officer, issue: Issue, kind: str, form: forms.LetterText, *, instead: Replacing | None = None) -> Instrument:
    """A letter under an issue; with `instead`, one that takes another's place when it is issued."""
    replaces = instead.old if instead else None
    row = Instrument(
        id=uow.new_id(), status=states.INSTRUMENT.initial, version=0, created_at=uow.now, updated_at=uow.now, issue_id=issue.id, kind=kind,
        drafted_by=officer.id, drafted_name=officer.name, due_why="", notice="", title=form.title, statement=form.statement,
        typical_case=form.typical_case, requirement=form.requirement, replaces_id=replaces.id if replaces else None, carries_over=instead is not None and instead.carries_over,
        replacing_why=instead.why if instead else "", source_letter=replaces.source_letter if replaces else None, source_number=replaces.source_number if replaces else "", paper_to="",
    )
    uow.session.add(row)
    await uow.session.flush()
    await set_addressees(uow, row, form.addressees)
    note = f",替代 {replaces.document_number}" if replaces else ""
    await uow.log(row, "drafted", "起草", note=f"{instruments.kind_title(row.kind)},{issue.serial}{note}")
    return row


async def redraft(uow: UnitOfWork, officer: Officer, instrument_id: UUID, form: forms.RedraftForm) -> Instrument:
    """Change text or addressees before review."""
    row = await queries.get(uow, Instrument, instrument_id)
    _must_be(row, "drafted", "修改")
    row.title, row.statement, row.typical_case, row.requirement = form.title, form.statement, form.typical_case, form.requirement
    row.drafted_by, row.drafted_name = officer.id, officer.name
    await set_addressees(uow, row, form.addressees)
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


def may_go_to(uow: UnitOfWork, kind: instruments.Instrument) -> list[Office]:
    """Offices a kind of letter may be addressed to: those directly below on the line of inspection, and the desks beside."""
    directory = uow.node.directory
    below = [office for office in directory.children(uow.office) if office.is_inspection]
    return [office for office in [*below, *directory.desks(uow.office)] if office.kind in kind.addressees]


async def set_addressees(uow: UnitOfWork, row: Instrument, wanted: Sequence[str]) -> None:
    """Write down whom the letter goes to.

    Raises:
        WrongAddressees: the kind of letter does not go there, or goes to one only.
    """
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


def _must_be(row: Instrument, state: str, act: str) -> None:
    if row.status != state:
        raise StepNotAllowed(states.INSTRUMENT.label(row.status), act, state=row.status)
