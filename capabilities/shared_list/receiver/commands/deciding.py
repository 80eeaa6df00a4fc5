"""Deciding item by item: the heart of an adaptation."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from capabilities.shared_list.domain.counting import allowed_decisions
from capabilities.shared_list.domain.merge import Outcome, Settlement, settlements_of
from capabilities.shared_list.domain.states import LOCAL, Decision, Local
from capabilities.shared_list.receiver import errors, forms, queries
from capabilities.shared_list.receiver.models import AdaptedItem, ReceivedList
from nodekit.errors import InvalidInput, NotFound, StaleForm
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork
from shared_schemas.shared_list.v1 import BASIS_CHARS_MAX, CONTENT_CHARS_MAX, ITEMS_MAX, ListProgressed

REASON_CHARS_MAX = 500
REMOVED_REASON = "上级新版已删除,不再保留"


@dataclass(frozen=True)
class Verdict:
    """What an officer decided about one item. `settlement` is set when a merge conflict is settled."""

    item_id: UUID
    decision: Decision | None = None
    settlement: Settlement | None = None
    content: str = ""
    basis: str = ""
    reason: str = ""


async def decide(uow: UnitOfWork, officer: Officer, record_id: UUID, verdicts: Sequence[Verdict], *, version: int | None = None) -> ReceivedList:
    """Take decisions on some items: all of them, or none and a message for every bad one.

    Raises:
        InvalidInput: paths are `<item id>.<field>`.
        StaleForm: somebody else changed the adaptation since the page was opened.
    """
    record = await being_adapted(uow, record_id, version)
    items = await queries.items_for_change(uow, record_id, [verdict.item_id for verdict in verdicts])
    if any(verdict.item_id not in items for verdict in verdicts):
        raise NotFound("该条目")
    verdicts = [_settled(items[verdict.item_id], verdict) for verdict in verdicts]
    wrong = [error for verdict in verdicts for error in _check(items[verdict.item_id], verdict)]
    if wrong:
        raise InvalidInput(wrong)
    changed = sum(_apply(uow, officer, items[verdict.item_id], verdict) for verdict in verdicts)
    if changed:
        await uow.log(record, "decided", f"决定{changed}条")
        await _recount_and_tell(uow, record)
    return record


async def adopt_rest(uow: UnitOfWork, officer: Officer, record_id: UUID) -> ReceivedList:
    """Adopt everything not decided yet. Conflicts stay: somebody wrote something there."""
    record = await being_adapted(uow, record_id)
    rest = await queries.undecided_items(uow, record_id)
    for item in rest:
        _apply(uow, officer, item, Verdict(item.id, Decision.ADOPT))
    await uow.log(record, "decided", f"其余{len(rest)}条全部采用")
    await _recount_and_tell(uow, record)
    uow.notes.append(f"已采用 {len(rest)} 条。")
    return record


async def add_item(uow: UnitOfWork, officer: Officer, record_id: UUID, form: forms.AddItemForm) -> ReceivedList:
    """Add an item of this office's own."""
    record = await being_adapted(uow, record_id)
    items = await queries.list_items(uow, record_id)
    if any(item.number == form.number for item in items):
        raise InvalidInput([{"path": "number", "message": "清单中已有此编号"}])
    if len(items) >= ITEMS_MAX:
        raise InvalidInput([{"path": "number", "message": f"一份清单最多 {ITEMS_MAX} 条"}])
    kind = next((item.kind for item in items if item.kind_title == form.kind_title), record.kind)
    uow.session.add(
        AdaptedItem(
            id=uow.new_id(),
            received_list_id=record_id,
            item_key=uow.new_id(),
            position=max((item.position for item in items), default=-1) + 1,
            from_upstream=False,
            kind=kind,
            kind_title=form.kind_title,
            number=form.number,
            section=form.section,
            content=None,
            basis="",
            locked=False,
            links=[],
            decision=Decision.ADD,
            local_section=form.section,
            local_content=form.content,
            local_basis=form.basis,
            reason=form.reason,
            decided_at=uow.now,
            decided_by=officer.name,
            merge_outcome="",
            conflict=False,
        )
    )
    await uow.log(record, "item_added", "新增本地条目", note=form.number)
    await _recount_and_tell(uow, record)
    return record


async def being_adapted(uow: UnitOfWork, record_id: UUID, version: int | None = None) -> ReceivedList:
    """The adaptation, locked, if decisions may be taken now.

    Raises:
        NotBeingAdapted: not started, finished or ended.
    """
    record = await queries.get(uow, ReceivedList, record_id)
    if version is not None and version != record.version:
        raise StaleForm(version, record.version)
    if record.status != Local.ADAPTING:
        raise errors.NotBeingAdapted(LOCAL.label(record.status))
    return record


async def recount(uow: UnitOfWork, record: ReceivedList) -> None:
    """Bring the counters up to the rows."""
    await uow.session.flush()
    record.decided, record.total = await queries.progress_of(uow, record.id)


async def tell_progress(uow: UnitOfWork, record: ReceivedList) -> UUID:
    event = ListProgressed(
        list_id=record.list_id,
        number=record.number,
        revision=record.revision,
        status=record.status,
        decided=record.decided,
        total=record.total,
    )
    return await uow.publish(event, to=record.origin)


async def _recount_and_tell(uow: UnitOfWork, record: ReceivedList) -> None:
    """Tell the issuer when the counters moved, so that both offices speak of the same numbers."""
    before = record.decided, record.total
    await recount(uow, record)
    if before != (record.decided, record.total):
        await tell_progress(uow, record)


def _settled(item: AdaptedItem, verdict: Verdict) -> Verdict:
    """Turn the settlement of a conflict into a plain decision about the item.

    Raises:
        InvalidInput: the conflict leaves no such choice.
    """
    if verdict.settlement is None:
        return verdict
    if not item.conflict or verdict.settlement not in settlements_of(Outcome(item.merge_outcome)):
        raise InvalidInput([{"path": f"{item.id}.settlement", "message": "该条目没有这种处理方式"}])
    if verdict.settlement is Settlement.TAKE_UPSTREAM:
        return Verdict(item.id, Decision.ADOPT) if item.from_upstream else Verdict(item.id, Decision.DROP, reason=REMOVED_REASON)
    kept = Decision.ADD if not item.from_upstream else Decision.MODIFY
    if verdict.settlement is Settlement.KEEP_LOCAL:
        if item.local_content is None:
            return Verdict(item.id, Decision.DROP, reason=item.reason)
        return Verdict(item.id, kept, content=item.local_content, basis=item.local_basis or "", reason=item.reason)
    return Verdict(item.id, kept, content=verdict.content, basis=verdict.basis, reason=verdict.reason or item.reason)


def _check(item: AdaptedItem, verdict: Verdict) -> list[dict[str, str]]:
    decision = verdict.decision
    allowed = allowed_decisions(from_upstream=item.from_upstream, locked=item.locked)
    if decision not in allowed:
        why = f"条目“{item.number}”已锁定,只能采用" if item.locked else "请从" + "、".join(one.label for one in allowed) + "中选择"
        return [{"path": f"{item.id}.decision", "message": why}]
    needs_words = decision in (Decision.MODIFY, Decision.ADD)
    checks = (
        ("content", needs_words and not verdict.content, "请填写修改后的内容"),
        ("content", len(verdict.content) > CONTENT_CHARS_MAX, f"不能超过 {CONTENT_CHARS_MAX} 字"),
        ("content", decision is Decision.MODIFY and _unchanged(item, verdict), "内容与上级原文相同,请选“采用”或写明修改"),
        ("basis", len(verdict.basis) > BASIS_CHARS_MAX, f"不能超过 {BASIS_CHARS_MAX} 字"),
        ("reason", decision is not Decision.ADOPT and not verdict.reason, "修改、删去、新增都须写明理由"),
        ("reason", len(verdict.reason) > REASON_CHARS_MAX, f"不能超过 {REASON_CHARS_MAX} 字"),
    )
    return [{"path": f"{item.id}.{field}", "message": message} for field, bad, message in checks if bad]


def _unchanged(item: AdaptedItem, verdict: Verdict) -> bool:
    return verdict.content == item.content and verdict.basis in ("", item.basis)


def _apply(uow: UnitOfWork, officer: Officer, item: AdaptedItem, verdict: Verdict) -> bool:
    """Write a checked verdict; False when it says what was decided already."""
    own_words = verdict.decision in (Decision.MODIFY, Decision.ADD)
    basis = (verdict.basis or item.basis) if own_words else None
    wanted = (verdict.decision, verdict.content if own_words else None, basis, "" if verdict.decision is Decision.ADOPT else verdict.reason)
    if wanted == (item.decision, item.local_content, item.local_basis, item.reason) and not item.conflict:
        return False
    item.decision, item.local_content, item.local_basis, item.reason = wanted
    item.local_section = (item.local_section or item.section) if own_words else None
    item.decided_at, item.decided_by, item.conflict = uow.now, officer.name, False
    return True
