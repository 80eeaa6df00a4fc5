"""Pages a ledger cannot express: deciding item by item, settling a merge, the differences. And the same decisions as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel
from starlette.datastructures import FormData

from capabilities.shared_list.domain.merge import Outcome, Settlement
from capabilities.shared_list.domain.states import Decision, Local
from capabilities.shared_list.receiver import permissions, queries, views
from capabilities.shared_list.receiver.commands import deciding
from capabilities.shared_list.receiver.commands.deciding import Verdict
from capabilities.shared_list.receiver.errors import NotBeingAdapted
from capabilities.shared_list.receiver.forms import DecisionForm, DecisionsForm
from capabilities.shared_list.receiver.ledgers import RECEIVED
from capabilities.shared_list.receiver.models import ReceivedList
from nodekit.errors import InvalidInput, NodeError, NotFound, NotPermitted, StaleForm
from nodekit.identity.officer import Officer
from nodekit.identity.session import CurrentOfficer
from nodekit.unit_of_work import UnitOfWork
from nodekit.web import flash
from nodekit.web.actions import all_or_nothing
from nodekit.web.detail import load, permit
from nodekit.web.edge import ReadUow, WriteUow
from nodekit.web.hostile import is_hostile
from nodekit.web.ledger_api import IdempotencyKey, refusals
from nodekit.web.submissions import AlreadySubmitted, claim, fingerprint, settle
from nodekit.web.templating import query_string, render

router = APIRouter(tags=["清单改编"])
FIELDS = ("row", "decision", "settlement", "content", "basis", "reason")
"""`row` is always sent, so that an untouched line is known to have been on the page."""
FORM_FIELDS_MAX = 2_000


@dataclass(frozen=True)
class View:
    """Which items of an adaptation a page shows; lives in the query string."""

    show: str = "all"
    section: str = ""
    page: Annotated[int, Query(ge=1, le=100)] = 1


@dataclass(frozen=True)
class Attempt:
    """What an officer typed on a page, by item id and field, and the refusal if it was not taken."""

    typed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    error: NodeError | None = None

    @property
    def status(self) -> int:
        return self.error.status if self.error else HTTPStatus.OK

    @property
    def errors(self) -> Mapping[str, Mapping[str, str]]:
        """Messages by item id and field."""
        fields: Any = self.error.facts.get("fields", []) if isinstance(self.error, InvalidInput) else []
        return views.item_errors(fields)


UNTOUCHED = Attempt()


def adaptation_url(record_id: UUID) -> str:
    return f"/shared-list/adaptations/{record_id}"


@router.get("/shared-list/adaptations/{record_id}", include_in_schema=False, response_class=HTMLResponse)
async def work_page(record_id: UUID, view: Annotated[View, Depends()], request: Request, uow: ReadUow, officer: CurrentOfficer) -> Response:
    """Decide item by item; read only unless the list is being adapted."""
    return await _show_work(request, uow, officer, record_id, view)


@router.post("/shared-list/adaptations/{record_id}", include_in_schema=False, response_class=HTMLResponse)
async def save_work(record_id: UUID, view: Annotated[View, Depends()], request: Request, uow: WriteUow, officer: CurrentOfficer) -> Response:
    """Save the decisions of a page, or adopt all of its undecided items; refused, the page comes back as typed."""
    async with request.form(max_files=0, max_fields=FORM_FIELDS_MAX) as data:
        attempt = await _take(uow, officer, record_id, data)
    if attempt.error is not None:
        return await _show_work(request, uow, officer, record_id, view, attempt)
    return flash.redirect(adaptation_url(record_id) + query_string(show=view.show, section=view.section, page=view.page), ["已保存。"])


@router.get("/shared-list/adaptations/{record_id}/merge", include_in_schema=False, response_class=HTMLResponse)
async def merge_page(record_id: UUID, request: Request, uow: ReadUow, officer: CurrentOfficer) -> Response:
    """Base, upstream and local side by side; conflicts first."""
    return await _show_merge(request, uow, officer, record_id)


@router.post("/shared-list/adaptations/{record_id}/merge", include_in_schema=False, response_class=HTMLResponse)
async def save_merge(record_id: UUID, request: Request, uow: WriteUow, officer: CurrentOfficer) -> Response:
    """Settle the conflicts chosen on the page."""
    async with request.form(max_files=0, max_fields=FORM_FIELDS_MAX) as data:
        attempt = await _take(uow, officer, record_id, data)
    if attempt.error is not None:
        return await _show_merge(request, uow, officer, record_id, attempt)
    return flash.redirect(f"{adaptation_url(record_id)}/merge", ["已保存。"])


@router.get("/shared-list/adaptations/{record_id}/diff", include_in_schema=False, response_class=HTMLResponse)
async def diff_page(record_id: UUID, request: Request, uow: ReadUow, officer: CurrentOfficer) -> Response:
    """What this office made different from the published version."""
    record = await _load(uow, officer, record_id)
    items = await queries.list_items(uow, record_id)
    return await render(
        request, uow, "shared_list.receiver/diff.html", record=record, rows=views.departures(items), composition=views.composition_of(items)
    )


class ItemOut(BaseModel, from_attributes=True):
    """One item of an adaptation as JSON."""

    id: UUID
    item_key: UUID
    number: str
    kind_title: str
    section: str
    content: str | None
    basis: str
    locked: bool
    from_upstream: bool
    decision: str | None
    local_content: str | None
    local_basis: str | None
    reason: str
    merge_outcome: str
    conflict: bool


class AdaptationOut(BaseModel):
    """An adaptation with all its items."""

    id: UUID
    name: str
    status: str
    version: int
    local_version: str
    decided: int
    total: int
    items: list[ItemOut]


@router.get("/api/shared-list/received/{record_id}/items")
async def items_json(record_id: UUID, uow: ReadUow, officer: CurrentOfficer) -> AdaptationOut:
    """Every item with its upstream wording and this office's decision."""
    record = await _load(uow, officer, record_id)
    return await _out(uow, record)


@router.post("/api/shared-list/received/{record_id}/decisions", responses=refusals(NotBeingAdapted, InvalidInput, StaleForm, AlreadySubmitted))
async def decide_json(
    record_id: UUID, form: DecisionsForm, uow: WriteUow, officer: CurrentOfficer, idempotency_key: IdempotencyKey = ""
) -> AdaptationOut:
    """Take decisions on some items: all of them, or none. A repeat with the same key is answered with the present state."""
    record = await _load(uow, officer, record_id)
    permit(uow, officer, permissions.ADAPT.code)
    async with all_or_nothing(uow):
        asked = fingerprint(f"{record_id}/decisions", form.model_dump(mode="json"))
        if idempotency_key and await claim(uow, officer.id, idempotency_key, asked):
            return await _out(uow, record)
        record = await deciding.decide(uow, officer, record_id, [_verdict(one) for one in form.decisions], version=form.version)
        if idempotency_key:
            await settle(uow, officer.id, idempotency_key, url=adaptation_url(record_id), record_id=record_id)
    return await _out(uow, record)


def _verdict(one: DecisionForm) -> Verdict:
    return Verdict(
        one.item_id,
        Decision(one.decision) if one.decision else None,
        Settlement(one.settlement) if one.settlement else None,
        one.content,
        one.basis,
        one.reason,
    )


async def _out(uow: UnitOfWork, record: ReceivedList) -> AdaptationOut:
    items = [ItemOut.model_validate(item) for item in await queries.list_items(uow, record.id)]
    return AdaptationOut(
        id=record.id,
        name=record.name,
        status=record.status,
        version=record.version,
        local_version=record.local_version,
        decided=record.decided,
        total=record.total,
        items=items,
    )


async def _load(uow: UnitOfWork, officer: Officer, record_id: UUID) -> ReceivedList:
    permit(uow, officer, permissions.VIEW.code)
    record: ReceivedList = await load(RECEIVED, uow, officer, record_id)
    return record


async def _take(uow: UnitOfWork, officer: Officer, record_id: UUID, data: FormData) -> Attempt:
    """Read a page of decisions and take them, all or none."""
    await _load(uow, officer, record_id)
    permit(uow, officer, permissions.ADAPT.code)
    typed = _read(data)
    try:
        if any(is_hostile(text) for fields in typed.values() for text in fields.values()):
            raise InvalidInput([{"path": "", "message": "含有不可见的控制字符,请删除后重新填写"}])
        async with all_or_nothing(uow):
            await deciding.decide(uow, officer, record_id, _verdicts(typed, adopt_open=data.get("all") == "adopt"), version=_version(data))
    except (NotFound, NotPermitted):
        raise
    except NodeError as error:
        return Attempt(typed, error)
    return Attempt(typed)


def _read(data: FormData) -> dict[str, dict[str, str]]:
    """Fields named `<field>.<item id>` by item."""
    typed: dict[str, dict[str, str]] = {}
    for name, value in data.multi_items():
        field, _, item_id = name.partition(".")
        if field in FIELDS and item_id and isinstance(value, str):
            typed.setdefault(item_id, {})[field] = value.replace("\r\n", "\n").strip()
    return typed


def _verdicts(typed: dict[str, dict[str, str]], *, adopt_open: bool) -> Sequence[Verdict]:
    """Verdicts of the rows with a choice; with `adopt_open`, rows without one are adopted.

    Raises:
        NotFound: an item id that is none.
        InvalidInput: a choice that does not exist.
    """
    verdicts = []
    for item_id, fields in typed.items():
        key = views.as_uuid(item_id)
        if key is None:
            raise NotFound("该条目")
        decision, settlement = fields.get("decision", ""), fields.get("settlement", "")
        if not decision and not settlement and adopt_open:
            decision = Decision.ADOPT
        if not decision and not settlement:
            continue
        if (decision and Decision.of(decision) is Decision.UNKNOWN) or (settlement and settlement not in set(Settlement)):
            raise InvalidInput([{"path": f"{item_id}.decision", "message": "请从所列选项中选择"}])
        verdicts.append(
            Verdict(
                key,
                Decision(decision) if decision else None,
                Settlement(settlement) if settlement else None,
                fields.get("content", ""),
                fields.get("basis", ""),
                fields.get("reason", ""),
            )
        )
    return verdicts


def _version(data: FormData) -> int | None:
    text = data.get("version")
    return int(text) if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 10 else None  # noqa: PLR2004


async def _show_work(request: Request, uow: UnitOfWork, officer: Officer, record_id: UUID, view: View, attempt: Attempt = UNTOUCHED) -> Response:
    record = await _load(uow, officer, record_id)
    items = await queries.list_items(uow, record_id)
    chosen = views.choose(items, show=view.show, section=view.section, page=view.page)
    return await render(
        request,
        uow,
        "shared_list.receiver/work.html",
        status=attempt.status,
        record=record,
        error=attempt.error,
        shows=views.SHOWS,
        work=views.work_page(items, chosen, attempt.typed, attempt.errors),
        editable=_editable(record, officer),
        numbers={item.item_key: item.number for item in items},
    )


async def _show_merge(request: Request, uow: UnitOfWork, officer: Officer, record_id: UUID, attempt: Attempt = UNTOUCHED) -> Response:
    record = await _load(uow, officer, record_id)
    items = await queries.list_items(uow, record_id)
    source = await uow.session.get(ReceivedList, record.merged_from) if record.merged_from else None
    former = await queries.list_items(uow, source.id) if source else []
    return await render(
        request,
        uow,
        "shared_list.receiver/merge.html",
        status=attempt.status,
        record=record,
        source=source,
        error=attempt.error,
        rows=views.merge_rows(items, former, attempt.typed, attempt.errors),
        gone=views.gone_items(items, former),
        carried=sum(1 for item in items if item.merge_outcome == Outcome.CARRIED),
        editable=_editable(record, officer),
    )


def _editable(record: ReceivedList, officer: Officer) -> bool:
    return record.status == Local.ADAPTING and officer.may(permissions.ADAPT.code)
