"""Making a version: its head, its items, approval."""

from uuid import UUID

from capabilities.shared_list.domain.pasting import parse_rows, split_numbers
from capabilities.shared_list.domain.states import ITEM, KIND, UPSTREAM, Upstream
from capabilities.shared_list.issuer import errors, forms, queries
from capabilities.shared_list.issuer.models import BasisPaper, IssuedItem, IssuedList, ListKind
from nodekit.errors import InvalidInput
from nodekit.identity.officer import Officer
from nodekit.unit_of_work import UnitOfWork

EDITABLE = (Upstream.DRAFTING, Upstream.SOLICITING)


async def create_list(uow: UnitOfWork, _officer: Officer, form: forms.ListForm) -> IssuedList:
    """Open a new list at version 1."""
    kind = await queries.find_kind(uow, form.kind)
    record = _new_version(uow, list_id=uow.new_id(), number=1, kind=form.kind, kind_title=kind.title if kind else form.kind)
    record.title, record.round_label, record.round_id, record.note = form.title, form.round_label, form.round, form.note
    uow.session.add(record)
    await uow.session.flush()
    _add_basis(uow, record, form.basis)
    await uow.log(record, "created", "新建清单", note=form.title)
    return record


async def edit_head(uow: UnitOfWork, _officer: Officer, record_id: UUID, form: forms.ListForm) -> IssuedList:
    """Change the head of a version in the making."""
    record = await editable(uow, record_id)
    kind = await queries.find_kind(uow, form.kind)
    record.kind, record.kind_title = form.kind, kind.title if kind else form.kind
    record.title, record.round_label, record.round_id, record.note = form.title, form.round_label, form.round, form.note
    for paper in await queries.list_basis(uow, record_id):
        await uow.session.delete(paper)
    await uow.session.flush()
    _add_basis(uow, record, form.basis)
    await uow.log(record, "edited", "修改清单信息")
    return record


async def new_version(uow: UnitOfWork, _officer: Officer, record_id: UUID, form: forms.NewVersionForm) -> IssuedList:
    """Start the next version from one that was published; items keep their keys, so that lower offices can merge.

    Raises:
        VersionInProgress: another version of this list is being made.
    """
    old = await queries.get(uow, IssuedList, record_id)
    if open_version := await queries.find_open_version(uow, old.list_id):
        raise errors.VersionInProgress(open_version.name)
    number = await queries.last_number(uow, old.list_id) + 1
    record = _new_version(uow, list_id=old.list_id, number=number, kind=old.kind, kind_title=old.kind_title)
    record.title, record.round_label, record.round_id, record.note = form.title, old.round_label, old.round_id, form.note
    uow.session.add(record)
    await uow.session.flush()
    for paper in await queries.list_basis(uow, old.id):
        uow.session.add(
            BasisPaper(
                id=uow.new_id(),
                issued_list_id=record.id,
                position=paper.position,
                title=paper.title,
                serial=paper.serial,
                issued_by=paper.issued_by,
            )
        )
    for item in await queries.list_items(uow, old.id):
        uow.session.add(
            _new_item(
                uow,
                record,
                key=item.item_key,
                position=item.position,
                number=item.number,
                kind=item.kind,
                kind_title=item.kind_title,
                section=item.section,
                content=item.content,
                basis=item.basis,
                locked=item.locked,
                links=list(item.links),
            )
        )
    await uow.log(record, "created", f"由 v{old.number} 修订", note=form.note)
    return record


async def add_item(uow: UnitOfWork, _officer: Officer, record_id: UUID, form: forms.ItemForm) -> IssuedList:
    """Enter one item at the end of a version in the making."""
    record = await editable(uow, record_id)
    numbers = {item.number: item.item_key for item in await queries.list_items(uow, record_id)}
    if form.number in numbers:
        raise errors.NumberTaken(form.number)
    kind = await queries.find_kind(uow, form.kind)
    uow.session.add(
        _new_item(
            uow,
            record,
            key=uow.new_id(),
            position=await queries.last_position(uow, record_id) + 1,
            number=form.number,
            kind=form.kind,
            kind_title=kind.title if kind else form.kind,
            section=form.section,
            content=form.content,
            basis=form.basis,
            locked=form.locked,
            links=_links(form.links, numbers),
        )
    )
    await uow.log(record, "item_added", "增加条目", note=form.number)
    return record


async def paste_items(uow: UnitOfWork, _officer: Officer, record_id: UUID, form: forms.PasteForm) -> IssuedList:
    """Enter many items from a spreadsheet: all of them, or none and a message for every bad row.

    Raises:
        InvalidInput: with one entry per bad cell.
    """
    record = await editable(uow, record_id)
    known = {item.number: item.item_key for item in await queries.list_items(uow, record_id)}
    kinds = await queries.list_kinds(uow)
    bundle = next((kind.bundle for kind in kinds if kind.code == record.kind), False)
    titles = {kind.title: kind.code for kind in kinds if not kind.bundle}
    pasted = parse_rows(form.text, titles, frozenset(known), "" if bundle else record.kind)
    if pasted.errors:
        raise InvalidInput([{"path": f"text.{number}", "message": str(error)} for number, error in enumerate(pasted.errors[:100])])
    keys = known | {item.number: uow.new_id() for item in pasted.items}
    by_code = {kind.code: kind.title for kind in kinds}
    start = await queries.last_position(uow, record_id) + 1
    for offset, item in enumerate(pasted.items):
        uow.session.add(
            _new_item(
                uow,
                record,
                key=keys[item.number],
                position=start + offset,
                number=item.number,
                kind=item.kind,
                kind_title=by_code.get(item.kind, item.kind),
                section=item.section,
                content=item.content,
                basis=item.basis,
                locked=item.locked,
                links=[keys[link] for link in item.links],
            )
        )
    await uow.log(record, "items_pasted", "粘贴导入条目", note=f"共 {len(pasted.items)} 条")
    uow.notes.append(f"已导入 {len(pasted.items)} 条。")
    return record


async def edit_item(uow: UnitOfWork, _officer: Officer, record_id: UUID, form: forms.ItemForm) -> IssuedItem:
    """Change one item of a version in the making."""
    item = await queries.get(uow, IssuedItem, record_id)
    await editable(uow, item.issued_list_id)
    numbers = {other.number: other.item_key for other in await queries.list_items(uow, item.issued_list_id)}
    if numbers.get(form.number, item.item_key) != item.item_key:
        raise errors.NumberTaken(form.number)
    kind = await queries.find_kind(uow, form.kind)
    item.kind, item.kind_title = form.kind, kind.title if kind else form.kind
    item.number, item.section, item.content, item.basis, item.locked = form.number, form.section, form.content, form.basis, form.locked
    item.links = _links(form.links, numbers)
    await uow.log(item, "edited", "修改条目")
    return item


async def remove_item(uow: UnitOfWork, _officer: Officer, record_id: UUID) -> IssuedItem:
    """Take an item out of a version in the making; the row stays, closed."""
    item = await queries.get(uow, IssuedItem, record_id)
    await editable(uow, item.issued_list_id)
    for other in await queries.list_items(uow, item.issued_list_id):
        if item.item_key in other.links:
            other.links = [key for key in other.links if key != item.item_key]
    await uow.move(item, ITEM, "removed", "删除条目")
    return item


async def approve(uow: UnitOfWork, officer: Officer, record_id: UUID, form: forms.OpinionForm) -> IssuedList:
    """Approve a version: its items are fixed until it is published or taken back.

    Raises:
        ListHasNoItems: nothing to approve.
    """
    record = await queries.get(uow, IssuedList, record_id)
    items = await queries.list_items(uow, record_id)
    if not items:
        raise errors.ListHasNoItems(record.name)
    record.approved_at, record.approved_by = uow.now, officer.name
    await uow.move(record, UPSTREAM, Upstream.APPROVED, "审批通过", note=form.note)
    for item in items:
        item.status = "fixed"
    return record


async def return_to_draft(uow: UnitOfWork, _officer: Officer, record_id: UUID, form: forms.ReasonForm) -> IssuedList:
    """Take an approved, unpublished version back for changes."""
    record = await queries.get(uow, IssuedList, record_id)
    await uow.move(record, UPSTREAM, Upstream.DRAFTING, "退回起草", note=form.reason)
    record.approved_at = record.approved_by = None
    for item in await queries.list_items(uow, record_id):
        item.status = "editing"
    return record


async def void(uow: UnitOfWork, _officer: Officer, record_id: UUID, form: forms.ReasonForm) -> IssuedList:
    """Give up a version that was never published. Its number is not used again."""
    record = await queries.get(uow, IssuedList, record_id)
    record.ended_reason = form.reason
    await uow.move(record, UPSTREAM, Upstream.VOIDED, "作废", note=form.reason)
    return record


async def create_kind(uow: UnitOfWork, _officer: Officer, form: forms.KindForm) -> ListKind:
    """Add a kind of list: kinds are data."""
    if any(form.code == kind.code or form.title == kind.title for kind in await queries.list_kinds(uow, active_only=False)):
        raise errors.KindTaken(form.title)
    kind = ListKind(id=uow.new_id(), status="active", version=0, created_at=uow.now, updated_at=uow.now, **form.model_dump())
    uow.session.add(kind)
    await uow.log(kind, "created", "新增清单类型", note=form.title)
    return kind


async def edit_kind(uow: UnitOfWork, _officer: Officer, record_id: UUID, form: forms.KindEditForm) -> ListKind:
    kind = await queries.get(uow, ListKind, record_id)
    if any(form.title == other.title and other.id != record_id for other in await queries.list_kinds(uow, active_only=False)):
        raise errors.KindTaken(form.title)
    kind.title, kind.travels, kind.note = form.title, form.travels, form.note
    await uow.log(kind, "edited", "修改清单类型")
    return kind


async def switch_kind(uow: UnitOfWork, _officer: Officer, record_id: UUID) -> ListKind:
    """Stop or start offering a kind; lists that have it keep it."""
    kind = await queries.get(uow, ListKind, record_id)
    stopping = kind.status == "active"
    await uow.move(kind, KIND, "stopped" if stopping else "active", "停用" if stopping else "启用")
    return kind


async def editable(uow: UnitOfWork, record_id: UUID) -> IssuedList:
    """The version, locked, if its items may still change.

    Raises:
        ItemsAreFixed: approved, published or ended.
    """
    record = await queries.get(uow, IssuedList, record_id)
    if record.status not in EDITABLE:
        raise errors.ItemsAreFixed(record.name, UPSTREAM.label(record.status))
    return record


def _new_version(uow: UnitOfWork, *, list_id: UUID, number: int, kind: str, kind_title: str) -> IssuedList:
    return IssuedList(
        id=uow.new_id(),
        status=Upstream.DRAFTING,
        version=0,
        created_at=uow.now,
        updated_at=uow.now,
        list_id=list_id,
        number=number,
        kind=kind,
        kind_title=kind_title,
        serial="",
        sends_restricted=False,
        restricted_reason="",
        sign_due_why="",
        ended_reason="",
        solicit_due_on=None,
        approved_at=None,
        approved_by=None,
        published_on=None,
        published_by=None,
        sign_due_on=None,
        adapt_due_on=None,
    )


def _new_item(uow: UnitOfWork, record: IssuedList, *, key: UUID, **words: object) -> IssuedItem:
    return IssuedItem(
        id=uow.new_id(),
        status="editing",
        version=1,
        created_at=uow.now,
        updated_at=uow.now,
        issued_list_id=record.id,
        list_name=record.name,
        item_key=key,
        **words,
    )


def _add_basis(uow: UnitOfWork, record: IssuedList, papers: list[forms.BasisForm]) -> None:
    uow.session.add_all(
        BasisPaper(id=uow.new_id(), issued_list_id=record.id, position=position, **paper.model_dump()) for position, paper in enumerate(papers)
    )


def _links(typed: str, numbers: dict[str, UUID]) -> list[UUID]:
    wanted = split_numbers(typed)
    if unknown := [number for number in wanted if number not in numbers]:
        raise errors.NoSuchLink(unknown)
    return [numbers[number] for number in wanted][:20]
