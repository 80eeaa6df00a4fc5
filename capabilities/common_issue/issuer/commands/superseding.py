"""A newer letter replaces an older one: drafted as any letter, and when it is issued nothing more is owed on the old one.

What an addressee has reported so far is carried over when the newer letter says so: its first report counts and is not asked for
again, its totals are where the new ones start. An answer that crosses the replacement is kept with the old letter.
"""

from uuid import UUID

from capabilities.common_issue.common.columns import COUNTERS
from capabilities.common_issue.domain import states
from capabilities.common_issue.issuer import forms, queries
from capabilities.common_issue.issuer.commands.drafting import Replacing, new_draft
from capabilities.common_issue.issuer.errors import AlreadyReplaced, NotReplaceable
from capabilities.common_issue.issuer.models import Copy, Instrument
from nodekit.errors import StepNotAllowed
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.common_issue import v1


async def replace(uow: UnitOfWork, officer: Officer, instrument_id: UUID, form: forms.ReplaceForm) -> Instrument:
    """Draft a letter that will replace one that is out. The old one stays in force until the new one is issued.

    Raises:
        AlreadyReplaced: a replacement is being written.
    """
    old = await queries.get(uow, Instrument, instrument_id)
    if not states.INSTRUMENT.allows(old.status, "superseded"):
        raise StepNotAllowed(states.INSTRUMENT.label(old.status), "起草替代件", state=old.status)
    if other := await queries.find_replacement(uow, old.id):
        raise AlreadyReplaced(other.title)
    issue = await queries.get_open_issue(uow, old.issue_id)
    row = await new_draft(uow, officer, issue, old.kind, form, instead=Replacing(old, form.carry_over, form.explanation))
    await uow.log(old, "replacement_drafted", "起草替代件", before=old.status, note=form.explanation)
    return row


async def earlier_copies(uow: UnitOfWork, row: Instrument) -> dict[str, Copy]:
    """Copies of the letter that `row` replaces, by addressee, as far as something is open on them.

    Raises:
        NotReplaceable: the old letter has ended meanwhile.
    """
    if row.replaces_id is None:
        return {}
    old = await queries.get(uow, Instrument, row.replaces_id)
    if not states.INSTRUMENT.allows(old.status, "superseded"):
        raise NotReplaceable(old.document_number or old.title, states.INSTRUMENT.label(old.status))
    copies = await queries.list_copies(uow, instrument_id=old.id, lock=True)
    return {copy.recipient: copy for copy in copies if not states.COPY.states[copy.status].final}


def carried(row: Instrument, before: Copy | None) -> bool:
    """Whether reports on the old copy count for the new one."""
    return row.carries_over and before is not None and before.signed_on is not None


def carry_over(copy: Copy, before: Copy) -> None:
    """Totals reported so far are where the new letter starts."""
    copy.carried_from = before.id
    for key, _, _ in COUNTERS:
        setattr(copy, key, getattr(before, key))


async def supersede(uow: UnitOfWork, row: Instrument, earlier: dict[str, Copy], newer: dict[str, Copy]) -> None:
    """End the old letter and tell each of its addressees what takes its place."""
    if row.replaces_id is None or row.document_number is None:
        return
    old = await queries.get(uow, Instrument, row.replaces_id)
    for copy in earlier.values():
        after = newer.get(copy.recipient)
        event = v1.InstrumentSuperseded(
            copy_id=copy.id, by_number=row.document_number, by_copy_id=after.id if after else None,
            carried_over=after is not None and after.carried_from is not None, explanation=row.replacing_why,
        )
        event_id = await uow.publish(event, to=copy.recipient)
        copy.superseded_by, copy.extension = row.document_number, "none" if copy.extension == "requested" else copy.extension
        note = f"{row.document_number} {'' if after else '(不再主送)'}{row.replacing_why}".strip()
        await uow.move(copy, states.COPY, "superseded", "被替代", note=note, event_id=event_id)
    await uow.move(old, states.INSTRUMENT, "superseded", "被替代", note=f"{row.document_number} {row.replacing_why}".strip())


async def note_late(uow: UnitOfWork, copy: Copy, label: str, event_id: UUID, note: str = "") -> None:
    """Something the addressee said before it knew of the replacement: kept on the time line, moves nothing."""
    await uow.log(copy, "crossed_replacement", label, before=copy.status, note=f"{note},发出时尚未收到替代函件".lstrip(","), event_id=event_id)

