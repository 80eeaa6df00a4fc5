"""From one Ledger its pages and its JSON: see nodekit/web/ledger.py for the list of addresses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from nodekit.errors import InvalidInput, NodeError, NotFound, NotPermitted, NotSignedIn, StaleForm
from nodekit.identity.session import CurrentOfficer
from nodekit.ids import new_random_id
from nodekit.web import actions, detail, flash, forms
from nodekit.web.cells import cell_of
from nodekit.web.edge import ReadUow, WriteUow
from nodekit.web.export import MEDIA_TYPE, export_xlsx, file_name
from nodekit.web.ledger import Action, Ledger
from nodekit.web.ledger_api import add_json_routes
from nodekit.web.ledger_query import PAGE_SIZES, ListQuery, choices_of, count_tabs, fetch_page, filter_keys, read_query, sortable_keys
from nodekit.web.templating import render

if TYPE_CHECKING:
    from starlette.datastructures import FormData

    from nodekit.identity.officer import Officer
    from nodekit.unit_of_work import UnitOfWork

ROW_ACTIONS_MAX = 2
"""Shortcuts beside 查看 in a list row."""
FORM_FIELDS_MAX = 5_000


def ledger_router(ledger: Ledger) -> APIRouter:
    """Routes of one ledger. JSON first in OpenAPI; pages are left out of it."""
    router = APIRouter(tags=[ledger.title])
    add_json_routes(router, ledger)
    _add_list_pages(router, ledger)
    if ledger.create:
        _add_action_pages(router, ledger, ledger.create, creates=True)
    _add_detail_page(router, ledger)
    for action in ledger.actions:
        _add_action_pages(router, ledger, action, creates=False)
    return router


def _add_list_pages(router: APIRouter, ledger: Ledger) -> None:
    @router.get(ledger.url, include_in_schema=False)
    async def list_page(request: Request, uow: ReadUow, officer: CurrentOfficer) -> Response:
        return await show_list(ledger, request, uow, officer)

    if ledger.exportable:

        @router.get(f"{ledger.url}/export.xlsx", include_in_schema=False)
        async def export(request: Request, uow: WriteUow, officer: CurrentOfficer) -> Response:
            for needed in filter(None, (ledger.permission, ledger.export_permission)):
                detail.permit(uow, officer, needed)
            query = read_query(ledger, request.query_params).must_be_clean()
            content = await export_xlsx(ledger, query, officer, uow)
            name = quote(file_name(ledger, uow))
            return Response(content, media_type=MEDIA_TYPE, headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"})


def _add_detail_page(router: APIRouter, ledger: Ledger) -> None:
    @router.get(f"{ledger.url}/{{record_id}}", include_in_schema=False)
    async def detail_page(record_id: UUID, request: Request, uow: ReadUow, officer: CurrentOfficer) -> Response:
        detail.permit(uow, officer, ledger.permission)
        row = await detail.load(ledger, uow, officer, record_id)
        extra = await ledger.detail_context(uow, officer, row) if ledger.detail_context else {}
        history = await detail.timeline(ledger, uow, row)
        return await render(
            request, uow, ledger.detail_template or "ledger/detail.html", ledger=ledger, row=row, extra=extra, name=ledger.name(row),
            state=ledger.machine.states.get(row.status), facts=detail.facts_of(ledger, row, uow), steps=detail.steps_of(ledger, row, history),
            related=await detail.related_tables(ledger, uow, officer, row), timeline=history,
            actions=detail.offered(ledger, officer, row), submission=new_random_id(),
        )


def _add_action_pages(router: APIRouter, ledger: Ledger, action: Action, *, creates: bool) -> None:
    """GET shows the form, POST does it. `create` lives at /new, the others at /<id>/<action>."""
    if creates:

        @router.get(f"{ledger.url}/new", include_in_schema=False)
        async def new_page(request: Request, uow: ReadUow, officer: CurrentOfficer) -> Response:
            return await show_form(FormPage(ledger, action), request, uow, officer)

        @router.post(f"{ledger.url}/new", include_in_schema=False)
        async def create(request: Request, uow: WriteUow, officer: CurrentOfficer) -> Response:
            return await submit(ledger, action, None, request, uow, officer)

        return
    path = f"{ledger.url}/{{record_id}}/{action.name.replace('_', '-')}"

    @router.get(path, include_in_schema=False)
    async def action_page(record_id: UUID, request: Request, uow: ReadUow, officer: CurrentOfficer) -> Response:
        return await show_form(FormPage(ledger, action, record_id), request, uow, officer)

    @router.post(path, include_in_schema=False)
    async def act(record_id: UUID, request: Request, uow: WriteUow, officer: CurrentOfficer) -> Response:
        return await submit(ledger, action, record_id, request, uow, officer)


async def show_list(ledger: Ledger, request: Request, uow: UnitOfWork, officer: Officer) -> Response:
    """The list page, or only its table when htmx asks for a part."""
    detail.permit(uow, officer, ledger.permission)
    query = read_query(ledger, request.query_params, request.query_params.getlist("show"))
    counts = await count_tabs(ledger, query, officer, uow) if not query.problems else dict.fromkeys(["", *(tab.key for tab in ledger.tabs)], 0)
    pages = max(1, -(-counts[query.tab] // query.size))
    query.page = min(query.page, pages)
    rows = await fetch_page(ledger, query, officer, uow) if counts[query.tab] else []
    columns = [column for column in ledger.columns if not column.hidden or column.key in query.shown]
    lines = [Row(row, [cell_of(column, row, uow, ledger.machine) for column in columns], _shortcuts(ledger, officer, row)) for row in rows]
    extra = await ledger.list_context(uow, officer) if ledger.list_context else {}
    response = await render(
        request, uow, ledger.list_template or "ledger/list.html", extra=extra, status=422 if query.problems else 200, ledger=ledger, query=query, counts=counts, pages=pages, lines=lines,
        columns=columns, link_key=_link_key(ledger), sortable=sortable_keys(ledger), choices=await choices_of(ledger, uow),
        sizes=PAGE_SIZES, may_create=bool(ledger.create and officer.may(ledger.create.permission)),
        may_export=ledger.exportable and (not ledger.export_permission or officer.may(ledger.export_permission)), total=counts[query.tab],
        advanced=_advanced(ledger, query), link=lambda **changes: query.url(ledger.url, **changes),
        reset_url=ListQuery(tab=query.tab, sort=query.sort, size=query.size, shown=query.shown).url(ledger.url),
    )
    if request.headers.get("HX-Request"):
        response.headers["HX-Push-Url"] = query.url(ledger.url)
    return response


@dataclass(frozen=True)
class Row:
    """One line of the list."""

    record: Any
    cells: Sequence[Any]
    shortcuts: Sequence[Action]


def _shortcuts(ledger: Ledger, officer: Officer, row: Any) -> list[Action]:
    """The row's next steps, those that matter most first; nothing dangerous from a list."""
    safe = [action for action in detail.offered(ledger, officer, row) if action.tone != "danger"]
    return sorted(safe, key=lambda action: action.tone != "primary")[:ROW_ACTIONS_MAX]


def _link_key(ledger: Ledger) -> str:
    """The column that leads to the record: the one of kind link, else the first."""
    return next((column.key for column in ledger.columns if column.kind == "link"), ledger.columns[0].key)


def _advanced(ledger: Ledger, query: ListQuery) -> bool:
    """Whether a filter from the second row on is in use, so that it is not hidden."""
    return any(query.values.get(key) for entry in ledger.filters[4:] for key in filter_keys(entry))


@dataclass(frozen=True)
class FormPage:
    """A form to show: untouched, or again after a refusal with everything typed."""

    ledger: Ledger
    action: Action
    record_id: UUID | None = None
    typed: Mapping[str, Any] | None = None
    error: NodeError | None = None


async def show_form(page: FormPage, request: Request, uow: UnitOfWork, officer: Officer) -> Response:
    """The page of an action's form."""
    ledger, action = page.ledger, page.action
    detail.permit(uow, officer, ledger.permission)
    detail.permit(uow, officer, action.permission)
    row = await detail.load(ledger, uow, officer, page.record_id) if page.record_id else None
    errors = page.error.facts.get("fields", []) if isinstance(page.error, InvalidInput) else []
    fields: list[forms.FieldView] = []
    if action.form:
        values = page.typed
        if values is None:
            values = forms.defaults(action.form) | dict(await action.initial(uow, officer, row) if action.initial else {})
        choices = await forms.choices_for(action, uow, officer, row)
        fields = forms.views(action.form, values, choices, errors)
    newest = (await detail.timeline(ledger, uow, row))[:1] if row is not None and isinstance(page.error, StaleForm) else []
    return await render(
        request, uow, "ledger/form.html", status=page.error.status if page.error else 200, ledger=ledger, action=action, row=row,
        name=ledger.name(row) if row is not None else "", state=ledger.machine.states.get(row.status) if row is not None else None,
        fields=fields, flat=forms.flat(fields), error=page.error, unplaced=forms.unplaced(fields, errors), newest=newest,
        offered=row is None or detail.fits(action, officer, row), submission=new_random_id(),
        facts=detail.facts_of(ledger, row, uow)[:6] if row is not None else [],
    )


async def submit(ledger: Ledger, action: Action, record_id: UUID | None, request: Request, uow: UnitOfWork, officer: Officer) -> Response:
    """Do it and go on (303), or show the form again with what is wrong and everything typed."""
    async with request.form(max_files=0, max_fields=FORM_FIELDS_MAX) as data:
        typed: dict[str, Any] = {}
        try:
            typed = forms.read_form(action.form, data) if action.form else {}
            asked = actions.Request(action, record_id, typed, version=_version(data), token=_text(data, "submission"))
            outcome = await actions.run(ledger, asked, uow, officer)
        except (NotFound, NotPermitted, NotSignedIn):
            raise
        except NodeError as error:
            return await show_form(FormPage(ledger, action, record_id, typed, error), request, uow, officer)
    return flash.redirect(outcome.url, uow.notes)


def _text(data: FormData, name: str) -> str:
    value = data.get(name)
    return value.strip()[:100] if isinstance(value, str) else ""


def _version(data: FormData) -> int | None:
    text = _text(data, "version")
    return int(text) if text.isascii() and text.isdigit() else None
