"""Terms, the registry of organisations to be inspected, and meetings."""

from datetime import date
from uuid import UUID

from capabilities.inspection import domain
from capabilities.inspection.office import queries
from capabilities.inspection.office.commands.steps import check_done_on, fresh
from capabilities.inspection.office.errors import AlreadyThere, DateOutOfOrder, NoCurrentTerm, TargetInWork, TermStillOpen
from capabilities.inspection.office.forms.targets import AbolishForm, EndTermForm, MeetingForm, MergeForm, RenameForm, TargetForm, TermForm, VoidForm
from capabilities.inspection.office.models import Meeting, Succession, Target, Term
from nodekit.errors import NotFound
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork

TAGS_MAX = 10
TAG_MAX = 20


async def open_term(uow: UnitOfWork, _officer: Officer, form: TermForm) -> Term:
    """Begin a committee term; the one before must have ended.

    Raises:
        TermStillOpen: another term is current. AlreadyThere: the number was used.
    """
    if open_one := await queries.current_term(uow):
        raise TermStillOpen(open_one.name)
    if any(term.number == form.number for term in await queries.list_terms(uow)):
        raise AlreadyThere(f"第{form.number}届")
    if form.planned_end_on <= form.started_on:
        raise DateOutOfOrder("预计届满", form.planned_end_on, earliest=form.started_on)
    term = Term(**fresh(uow, domain.TERM), **form.model_dump(), ended_on=None)
    uow.session.add(term)
    await uow.log(term, "opened", "登记本届", note=form.name)
    return term


async def end_term(uow: UnitOfWork, _officer: Officer, term_id: UUID, form: EndTermForm) -> Term:
    term = await queries.get_term(uow, term_id, lock=True)
    check_done_on(uow, "换届", form.ended_on, earliest=term.started_on)
    term.ended_on = form.ended_on
    await uow.move(term, domain.TERM, "ended", "换届")
    return term


async def the_current_term(uow: UnitOfWork) -> Term:
    """The term of today.

    Raises:
        NoCurrentTerm: none has been entered.
    """
    term = await queries.current_term(uow)
    if term is None:
        raise NoCurrentTerm
    return term


async def register_target(uow: UnitOfWork, _officer: Officer, form: TargetForm) -> Target:
    """Enter an organisation in the registry.

    Raises:
        AlreadyThere: an organisation of that name is in the registry now.
    """
    await _refuse_taken_name(uow, form.name)
    target = Target(**fresh(uow, domain.TARGET), **_columns(form), valid_to=None)
    uow.session.add(target)
    await uow.log(target, "registered", "登记入库", note=form.name)
    return target


async def amend_target(uow: UnitOfWork, _officer: Officer, target_id: UUID, form: TargetForm) -> Target:
    """Correct what was entered wrong. A new name by decision is a rename, which keeps the old name on record."""
    target = await _active(uow, target_id)
    if form.name != target.name:
        await _refuse_taken_name(uow, form.name)
    for column, value in _columns(form).items():
        setattr(target, column, value)
    await uow.log(target, "amended", "更正信息")
    return target


async def rename_target(uow: UnitOfWork, _officer: Officer, target_id: UUID, form: RenameForm) -> Target:
    """The organisation goes on under a new name; inspections under the old one still count.

    Returns:
        The successor.
    """
    old = await _leaving(uow, target_id, "更名", form.on)
    await _refuse_taken_name(uow, form.name)
    new = Target(
        **fresh(uow, domain.TARGET), name=form.name, kind=form.kind, sector=old.sector, affiliation=old.affiliation, uscc=old.uscc,
        place=old.place, tags=list(old.tags), in_scope=old.in_scope, key_target=old.key_target, valid_from=form.on, valid_to=None, note="",
    )
    uow.session.add(new)
    await uow.session.flush()
    await _close(uow, old, "renamed", f"更名为{form.name}", form.on, form.document)
    uow.session.add(Succession(predecessor_id=old.id, successor_id=new.id, kind="renamed", on=form.on, document=form.document))
    await uow.log(new, "registered", "更名登记", note=f"原{old.name}")
    return new


async def merge_target(uow: UnitOfWork, _officer: Officer, target_id: UUID, form: MergeForm) -> Target:
    """The organisation goes over into another one of the registry."""
    old = await _leaving(uow, target_id, "合并", form.on)
    new = await queries.get_target(uow, form.into)
    if new.id == old.id or new.status != "active":
        raise NotFound("合并后的党组织")
    await _close(uow, old, "merged", f"并入{new.name}", form.on, form.document)
    uow.session.add(Succession(predecessor_id=old.id, successor_id=new.id, kind="merged", on=form.on, document=form.document))
    return old


async def abolish_target(uow: UnitOfWork, _officer: Officer, target_id: UUID, form: AbolishForm) -> Target:
    """The organisation is dissolved and leaves the task of the term."""
    old = await _leaving(uow, target_id, "撤销", form.on)
    await _close(uow, old, "abolished", form.reason, form.on, form.document)
    return old


async def record_meeting(uow: UnitOfWork, _officer: Officer, form: MeetingForm, round_id: UUID | None = None) -> Meeting:
    """Put a meeting on record; figures count them by kind."""
    check_done_on(uow, "会议", form.held_on)
    term = await the_current_term(uow)
    meeting = Meeting(**fresh(uow, domain.MEETING), term=term, term_id=term.id, round_id=round_id, **form.model_dump())
    uow.session.add(meeting)
    await uow.log(meeting, "recorded", "登记会议", note=form.subject)
    return meeting


async def void_meeting(uow: UnitOfWork, _officer: Officer, meeting_id: UUID, form: VoidForm) -> Meeting:
    meeting = await uow.session.get(Meeting, meeting_id, with_for_update=True)
    if meeting is None:
        raise NotFound("该会议")
    await uow.move(meeting, domain.MEETING, "voided", "作废", note=form.reason)
    return meeting


def split_tags(text: str) -> list[str]:
    """Tags as typed, separated by 、,; or spaces; order kept, no repeats."""
    for mark in "、,，;；/":
        text = text.replace(mark, " ")
    return list(dict.fromkeys(word[:TAG_MAX] for word in text.split()))[:TAGS_MAX]


def _columns(form: TargetForm) -> dict[str, object]:
    return form.model_dump() | {"uscc": form.uscc or None, "tags": split_tags(form.tags)}


async def _refuse_taken_name(uow: UnitOfWork, name: str) -> None:
    if await queries.find_active_target(uow, name):
        raise AlreadyThere(f"巡察对象“{name}”")


async def _active(uow: UnitOfWork, target_id: UUID) -> Target:
    target = await queries.get_target(uow, target_id, lock=True)
    if target.status != "active":
        raise NotFound("在库的巡察对象")
    return target


async def _leaving(uow: UnitOfWork, target_id: UUID, label: str, on: date) -> Target:
    """The organisation, free to leave the registry on that day."""
    target = await _active(uow, target_id)
    check_done_on(uow, label, on, earliest=target.valid_from)
    if waiting := await queries.find_round_waiting_for(uow, target_id):
        raise TargetInWork(target.name, waiting.name)
    return target


async def _close(uow: UnitOfWork, target: Target, state: str, note: str, on: date, document: str) -> None:
    target.valid_to = on
    await uow.move(target, domain.TARGET, state, domain.TARGET.label(state), note=f"{note} {document}".strip())
