"""From signing to filing back: the steps of a local adaptation."""

from uuid import UUID

from capabilities.shared_list.domain.merge import ItemText, LocalItem, Merged, UpstreamItem, three_way_merge
from capabilities.shared_list.domain.states import LOCAL, Decision, Local
from capabilities.shared_list.domain.texts import pages
from capabilities.shared_list.receiver import errors, forms, queries
from capabilities.shared_list.receiver.commands.deciding import recount, tell_progress
from capabilities.shared_list.receiver.models import AdaptedItem, ReceivedList
from capabilities.shared_list.receiver.options import ReceiverOptions
from nodekit.errors import InvalidInput, StepNotAllowed
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.shared_list.v1 import PAGE_ITEMS_MAX, AdaptationFiled, FiledItem, ListSigned


async def sign(uow: UnitOfWork, officer: Officer, record_id: UUID, form: forms.SignForm) -> ReceivedList:
    """A named officer signs for the list; the clock of the adaptation starts."""
    record = await queries.get(uow, ReceivedList, record_id)
    event = ListSigned(list_id=record.list_id, number=record.number, signed_by=officer.name, signed_at=uow.now)
    if LOCAL.allows(record.status, Local.SIGNED):
        record.signed_at, record.signed_by = uow.now, officer.name
        if record.adapt_due_on is None:
            due = uow.node.deadlines.due("shared_list.adapt", uow.today)
            record.adapt_due_on, record.adapt_due_why = due.on, due.why
    await uow.move(record, LOCAL, Local.SIGNED, "签收", note=form.note)
    event_id = await uow.publish(event, to=record.origin, in_reply_to=record.message_id)
    await uow.log(record, "receipt", "签收回执", event_id=event_id)
    return record


async def start_adapting(uow: UnitOfWork, officer: Officer, record_id: UUID) -> ReceivedList:
    """Begin the adaptation. When an earlier version was adapted here, its decisions are merged in.

    Raises:
        NotAdaptedHere: this office uses lists as they are.
    """
    if not uow.options(ReceiverOptions).may_adapt:
        raise errors.NotAdaptedHere
    record = await queries.get(uow, ReceivedList, record_id)
    await uow.move(record, LOCAL, Local.ADAPTING, "开始改编")
    source = await queries.find_merge_source(uow, record)
    if source is not None:
        conflicts = await _merge(uow, officer, record, source)
        await uow.log(record, "merged", f"与 {source.local_version} 三方合并", note=f"待处理冲突{conflicts}条")
        uow.notes.append(
            f"已与 {source.local_version} 合并,有 {conflicts} 条需要处理。" if conflicts else f"已与 {source.local_version} 合并,没有冲突。"
        )
    await recount(uow, record)
    await tell_progress(uow, record)
    return record


async def use_as_is(uow: UnitOfWork, officer: Officer, record_id: UUID) -> ReceivedList:
    """Use a signed list word for word: every item is adopted.

    Raises:
        AdaptationExpected: this office adapts lists; adopting everything is an adaptation, too.
    """
    if uow.options(ReceiverOptions).may_adapt:
        raise errors.AdaptationExpected
    record = await queries.get(uow, ReceivedList, record_id)
    if record.status == Local.SIGNED:
        for item in await queries.list_items(uow, record_id):
            item.decision, item.decided_at, item.decided_by = Decision.ADOPT, uow.now, officer.name
        await uow.session.flush()
        record.decided, record.total = await queries.progress_of(uow, record_id)
    await uow.move(record, LOCAL, Local.IN_USE, "原文启用")
    await tell_progress(uow, record)
    return record


async def finish(uow: UnitOfWork, _officer: Officer, record_id: UUID) -> ReceivedList:
    """Close the adaptation as vN.m, ready for the leading group.

    Raises:
        ItemsUndecided: some item, or some conflict of the merge, is still open.
    """
    record = await queries.get(uow, ReceivedList, record_id)
    decided, total = await queries.progress_of(uow, record_id)
    if record.status == Local.ADAPTING and decided < total:
        raise errors.ItemsUndecided(total - decided)
    if record.status == Local.ADAPTING:
        record.revision += 1
    await uow.move(record, LOCAL, Local.ADAPTED, "完成改编", note=record.local_version)
    await tell_progress(uow, record)
    return record


async def confirm(uow: UnitOfWork, officer: Officer, record_id: UUID, form: forms.ConfirmForm) -> ReceivedList:
    """Record that the local leading group confirmed the adaptation."""
    record = await queries.get(uow, ReceivedList, record_id)
    if form.confirmed_on > uow.today:
        raise InvalidInput([{"path": "confirmed_on", "message": "审定日期不能晚于今天"}])
    await uow.move(record, LOCAL, Local.CONFIRMED, "领导小组审定", note=form.meeting)
    record.confirmed_on, record.meeting, record.confirmed_by = form.confirmed_on, form.meeting, officer.name
    await tell_progress(uow, record)
    return record


async def put_in_use(uow: UnitOfWork, _officer: Officer, record_id: UUID) -> ReceivedList:
    """The teams work with it from now on."""
    record = await queries.get(uow, ReceivedList, record_id)
    if record.status == Local.SIGNED:
        raise errors.NotConfirmed
    await uow.move(record, LOCAL, Local.IN_USE, "启用")
    await tell_progress(uow, record)
    return record


async def file_back(uow: UnitOfWork, officer: Officer, record_id: UUID) -> ReceivedList:
    """File the adapted version back: adopted keys and every departure with its reason.

    Raises:
        NotConfirmed: the leading group has not confirmed it (a list used word for word has nothing to file).
    """
    record = await queries.get(uow, ReceivedList, record_id)
    if not LOCAL.allows(record.status, Local.FILED_BACK):
        raise StepNotAllowed(LOCAL.label(record.status), "报备", state=record.status, wanted=Local.FILED_BACK)
    if record.confirmed_on is None:
        raise errors.NotConfirmed
    items = await queries.list_items(uow, record_id)
    event_ids = [await uow.publish(event, to=record.origin, in_reply_to=record.message_id) for event in _filing(record, officer, list(items))]
    event_id = event_ids[-1]
    record.filed_on, record.filed_by, record.filed_event_id = uow.today, officer.name, event_id
    await uow.move(record, LOCAL, Local.FILED_BACK, "报备", note=record.local_version, event_id=event_id)
    return record


async def revise(uow: UnitOfWork, _officer: Officer, record_id: UUID, form: forms.ReviseForm) -> ReceivedList:
    """Take the adaptation up again; finishing it gives the next m of vN.m, to be confirmed again."""
    record = await queries.get(uow, ReceivedList, record_id)
    await uow.move(record, LOCAL, Local.ADAPTING, "继续修订", note=form.reason)
    record.confirmed_on = record.meeting = record.confirmed_by = None
    await tell_progress(uow, record)
    return record


async def _merge(uow: UnitOfWork, officer: Officer, record: ReceivedList, source: ReceivedList) -> int:
    """Write the result of the three-way merge into the new version's rows. Returns the number of conflicts."""
    old, new = await queries.list_items(uow, source.id), await queries.list_items(uow, record.id)
    result = three_way_merge(
        [_upstream(item) for item in old if item.from_upstream],
        [_upstream(item) for item in new],
        {item.item_key: LocalItem(Decision(item.decision) if item.decision else None, local_text(item), item.reason) for item in old},
    )
    rows, former = {item.item_key: item for item in new}, {item.item_key: item for item in old}
    position = max((item.position for item in new), default=-1)
    for merged in result.items:
        row = rows.get(merged.key)
        if row is None:
            position += 1
            row = _own_row(uow, record, former[merged.key], position)
            uow.session.add(row)
        _carry(uow, officer, row, merged)
    await uow.session.flush()
    record.merged_from = source.id
    return len(result.conflicts)


def _carry(uow: UnitOfWork, officer: Officer, row: AdaptedItem, merged: Merged) -> None:
    row.merge_outcome, row.conflict = merged.outcome, merged.outcome.is_conflict
    row.decision, row.reason = merged.decision, merged.reason
    row.decided_at, row.decided_by = (uow.now, officer.name) if merged.decision else (None, None)
    words = merged.text
    row.local_section, row.local_content, row.local_basis = (words.section, words.content, words.basis) if words else (None, None, None)


def _own_row(uow: UnitOfWork, record: ReceivedList, former: AdaptedItem, position: int) -> AdaptedItem:
    """A row for an item that only this office has in the new version."""
    return AdaptedItem(
        id=uow.new_id(),
        received_list_id=record.id,
        item_key=former.item_key,
        position=position,
        from_upstream=False,
        kind=former.kind,
        kind_title=former.kind_title,
        number=former.number,
        section=former.local_section or former.section,
        content=None,
        basis="",
        locked=False,
        links=[],
        reason="",
    )


def _upstream(item: AdaptedItem) -> UpstreamItem:
    return UpstreamItem(item.item_key, ItemText(item.section, item.content or "", item.basis), item.locked)


def local_text(item: AdaptedItem) -> ItemText | None:
    """The local wording of a modified or added item."""
    if item.local_content is None:
        return None
    return ItemText(item.local_section or "", item.local_content, item.local_basis or "")


def _filing(record: ReceivedList, officer: Officer, items: list[AdaptedItem]) -> list[AdaptationFiled]:
    departures = [
        FiledItem(
            key=item.item_key,
            decision=item.decision,
            number=item.number,
            section=item.local_section or item.section,
            content=item.local_content or "",
            basis=item.local_basis or "",
            reason=item.reason,
        )
        for item in items
        if item.decision in (Decision.MODIFY, Decision.ADD) or (item.decision == Decision.DROP and item.from_upstream)
    ]
    adopted = [item.item_key for item in items if item.decision == Decision.ADOPT]
    cut = list(pages(departures, lambda item: len(item.model_dump_json().encode()), items_max=PAGE_ITEMS_MAX))
    return [
        AdaptationFiled(
            list_id=record.list_id,
            number=record.number,
            revision=record.revision,
            confirmed_on=record.confirmed_on,
            meeting=record.meeting,
            filed_by=officer.name,
            departures_total=len(departures),
            page=number,
            pages=len(cut),
            adopted=adopted if number == 1 else [],
            departures=page,
        )
        for number, (_, page) in enumerate(cut, start=1)
    ]
