"""Publishing a version, ending it, urging those who are late."""

from collections.abc import Sequence
from uuid import UUID

from capabilities.shared_list.domain.states import COPY, UPSTREAM, URGE_LEVELS, Copy, Upstream
from capabilities.shared_list.domain.texts import pages
from capabilities.shared_list.issuer import errors, forms, queries
from capabilities.shared_list.issuer.models import IssuedCopy, IssuedItem, IssuedList
from nodekit.errors import InvalidInput
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.event import Event
from shared_schemas.shared_list.v1 import PAGE_ITEMS_MAX, BasisDocument, ListItem, ListPublished, ListRetired, ListUrged, ListWithdrawn

URGEABLE = (Copy.SENT, Copy.SIGNED, Copy.ADAPTING, Copy.ADAPTED, Copy.CONFIRMED, Copy.IN_USE)


async def publish(uow: UnitOfWork, officer: Officer, record_id: UUID, form: forms.PublishForm) -> IssuedList:
    """Send an approved version to the chosen offices and supersede the version in force.

    Raises:
        NothingTravels: every item belongs to a list that stays in this office.
    """
    record = await queries.get(uow, IssuedList, record_id)
    if not UPSTREAM.allows(record.status, Upstream.PUBLISHED):
        raise errors.NotInForce(record.name, UPSTREAM.label(record.status))
    if form.sends_restricted and not form.restricted_reason:
        raise InvalidInput([{"path": "restricted_reason", "message": "下发信息清单须写明理由"}])
    if form.adapt_due_on and form.adapt_due_on < uow.today:
        raise errors.DueInThePast("改编报备期限")
    items = await travelling_items(uow, record, everything=form.sends_restricted)
    if not items:
        raise errors.NothingTravels
    offices = list(dict.fromkeys(form.offices))
    await _supersede(uow, record, offices)
    due = uow.node.deadlines.due("shared_list.sign", uow.today)
    record.serial, record.adapt_due_on = form.serial, form.adapt_due_on
    record.sends_restricted, record.restricted_reason = form.sends_restricted, form.restricted_reason
    record.published_on, record.published_by, record.sign_due_on, record.sign_due_why = uow.today, officer.name, due.on, due.why
    await uow.move(record, UPSTREAM, Upstream.PUBLISHED, "发布", note=f"下发{len(offices)}家,{len(items)}条")
    events = await published_events(uow, record, items)
    for office in offices:
        await _send_copy(uow, record, office, events, len(items))
    return record


async def withdraw(uow: UnitOfWork, _officer: Officer, record_id: UUID, form: forms.ReasonForm) -> IssuedList:
    """Take a published version back; every office that got it is told why."""
    record = await queries.get(uow, IssuedList, record_id)
    record.ended_reason = form.reason
    await uow.move(record, UPSTREAM, Upstream.WITHDRAWN, "撤回", note=form.reason)
    event = ListWithdrawn(list_id=record.list_id, number=record.number, reason=form.reason)
    await _end_copies(uow, record, Copy.WITHDRAWN, "撤回", event)
    return record


async def retire(uow: UnitOfWork, _officer: Officer, record_id: UUID, form: forms.RetireForm) -> IssuedList:
    """The round is over: read only from now on, above and below."""
    record = await queries.get(uow, IssuedList, record_id)
    await _retire(uow, record, form.note)
    return record


async def retire_for_round(uow: UnitOfWork, round_id: UUID, name: str) -> int:
    """For a service's policy: the round these lists were made for is filed away. Twice is harmless; what somebody retired before stays so.

    Returns:
        how many lists were retired.
    """
    lists = await queries.list_in_force_for(uow, round_id)
    for record in lists:
        await _retire(uow, record, f"{name}已归档,清单随轮次归档。")
    return len(lists)


async def _retire(uow: UnitOfWork, record: IssuedList, note: str) -> None:
    await uow.move(record, UPSTREAM, Upstream.RETIRED, "归档", note=note)
    await _end_copies(uow, record, Copy.RETIRED, "归档", ListRetired(list_id=record.list_id, number=record.number, note=note))


async def urge(uow: UnitOfWork, _officer: Officer, record_id: UUID, form: forms.UrgeForm) -> IssuedCopy:
    """Remind, urge or supervise an office that has not signed or filed back; every time is counted.

    Raises:
        NothingToUrge: filed back, superseded, withdrawn or retired.
    """
    copy = await queries.get(uow, IssuedCopy, record_id)
    if copy.status not in URGEABLE:
        raise errors.NothingToUrge(COPY.label(copy.status))
    copy.urged_times += 1
    copy.urged_on, copy.urge_level = uow.today, form.level.value
    event = ListUrged(list_id=copy.list_id, number=copy.number, level=form.level.value, times=copy.urged_times, note=form.note)
    event_id = await uow.publish(event, to=copy.office)
    await uow.log(copy, "urged", f"{URGE_LEVELS[form.level.value]}(第{copy.urged_times}次)", note=form.note, event_id=event_id)
    return copy


async def travelling_items(uow: UnitOfWork, record: IssuedList, *, everything: bool) -> Sequence[IssuedItem]:
    """Items that leave the office: those of kinds that stay (信息清单) only on express order."""
    staying = {kind.code for kind in await queries.list_kinds(uow, active_only=False) if not kind.travels}
    return [item for item in await queries.list_items(uow, record.id) if everything or item.kind not in staying]


async def published_events(uow: UnitOfWork, record: IssuedList, items: Sequence[IssuedItem]) -> list[ListPublished]:
    """The version as events, one per page. Links to items that stay behind are left out."""
    sent = {item.item_key for item in items}
    wire = [
        ListItem(
            key=item.item_key,
            number=item.number,
            kind=item.kind,
            kind_title=item.kind_title,
            section=item.section,
            content=item.content,
            basis=item.basis,
            locked=item.locked,
            links=[key for key in item.links if key in sent],
        )
        for item in items
    ]
    cut = list(pages(wire, lambda item: len(item.model_dump_json().encode()), items_max=PAGE_ITEMS_MAX))
    basis = [BasisDocument(title=paper.title, serial=paper.serial, issued_by=paper.issued_by) for paper in await queries.list_basis(uow, record.id)]
    return [
        ListPublished(
            list_id=record.list_id,
            number=record.number,
            title=record.title,
            kind=record.kind,
            kind_title=record.kind_title,
            round_label=record.round_label,
            serial=record.serial,
            note=record.note,
            basis=basis,
            published_on=record.published_on,
            sign_due_on=record.sign_due_on,
            adapt_due_on=record.adapt_due_on,
            item_total=len(wire),
            first_position=first,
            page=number,
            pages=len(cut),
            items=page,
        )
        for number, (first, page) in enumerate(cut, start=1)
    ]


async def _send_copy(uow: UnitOfWork, record: IssuedList, office: str, events: Sequence[ListPublished], total: int) -> None:
    """The last page's event id stays on the copy: order is kept, so its receipt stands for the whole list."""
    event_ids = [await uow.publish(event, to=office) for event in events]
    copy = IssuedCopy(
        id=uow.new_id(),
        status=Copy.SENT,
        version=0,
        created_at=uow.now,
        updated_at=uow.now,
        issued_list_id=record.id,
        list_id=record.list_id,
        number=record.number,
        list_name=record.name,
        round_label=record.round_label,
        office=office,
        event_id=event_ids[-1],
        sent_on=uow.today,
        sign_due_on=record.sign_due_on,
        adapt_due_on=record.adapt_due_on,
        signed_on=None,
        signed_by=None,
        revision=0,
        decided=0,
        total=total,
        filed_on=None,
        adopted=None,
        modified=None,
        dropped=None,
        added=None,
        urged_times=0,
        urged_on=None,
        urge_level=None,
    )
    uow.session.add(copy)
    await uow.log(copy, "sent", "下发", event_id=event_ids[-1])


async def _supersede(uow: UnitOfWork, record: IssuedList, offices: Sequence[str]) -> None:
    """The version in force gives way. An office that is left out this time is told that its copy no longer counts."""
    old = await queries.find_in_force(uow, record.list_id)
    if old is None:
        return
    await uow.move(old, UPSTREAM, Upstream.SUPERSEDED, f"被 v{record.number} 替代")
    notice = ListWithdrawn(list_id=old.list_id, number=old.number, reason=f"已由 v{record.number} 替代,新版不再下发你单位。")
    for copy in await queries.list_copies(uow, old.id):
        if copy.office in offices:
            await uow.move(copy, COPY, Copy.SUPERSEDED, f"被 v{record.number} 替代")
        else:
            await uow.move(copy, COPY, Copy.WITHDRAWN, "新版不再下发", event_id=await uow.publish(notice, to=copy.office))
    await uow.session.flush()


async def _end_copies(uow: UnitOfWork, record: IssuedList, state: Copy, label: str, event: Event) -> None:
    for copy in await queries.list_copies(uow, record.id):
        if COPY.allows(copy.status, state):
            await uow.move(copy, COPY, state, label, event_id=await uow.publish(event, to=copy.office))
