"""The JSON side of a ledger: typed requests and answers in OpenAPI, the same runner as the pages."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, cast
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Header, Request, Response
from pydantic import BaseModel, ConfigDict, Field, create_model

from nodekit.errors import InvalidInput, NodeError, NotFound, NotPermitted, StaleForm
from nodekit.identity.session import CurrentOfficer
from nodekit.web import actions, detail
from nodekit.web.cells import cell_of
from nodekit.web.edge import ReadUow, WriteUow
from nodekit.web.ledger import Action, Column, Fact, Form, Ledger
from nodekit.web.ledger_query import PAGE_SIZES, count_tabs, fetch_page, filter_keys, read_query
from nodekit.web.submissions import TOKEN_CHARS_MAX, AlreadySubmitted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nodekit.identity.officer import Officer
    from nodekit.unit_of_work import UnitOfWork

IdempotencyKey = Annotated[
    str, Header(alias="Idempotency-Key", max_length=TOKEN_CHARS_MAX, description="Chosen by the caller; a repeat with the same key is answered with the first result.")
]
IfMatch = Annotated[str, Header(alias="If-Match", max_length=20, description="Version of the record the caller has seen; another one is answered 409.")]


class Nothing(Form):
    """Body of an action that asks for nothing."""


class ErrorOut(BaseModel):
    """A refusal: what is wrong, what to do, values for programs."""

    code: str
    message: str
    hint: str
    facts: dict[str, Any]


class RecordOut(BaseModel):
    """What every record has, whatever its ledger."""

    model_config = ConfigDict(extra="allow")

    id: UUID
    version: int
    status: str
    status_label: str
    name: str = Field(description="How officers call the record.")
    url: str = Field(description="Page of the record.")
    created_at: str
    updated_at: str


class LightOut(BaseModel):
    """A deadline light."""

    code: str
    label: str
    days_left: int | None = None


CODE_CHARS_MAX = 40
"""Longer columns hold words, not codes."""
KINDS: dict[str, Any] = {
    "date": str | None, "datetime": str | None, "number": float | int | str | None, "tags": list[str], "bool": bool | None,
    "progress": int | None, "light": LightOut | None, "status": str | None, "office": str | None, "officer": str | None,
}
"""JSON type of each column kind; other kinds are whatever the value is."""


def record_model(ledger: Ledger) -> type[BaseModel]:
    """The answer's model: the common fields and those of `ledger.out`, else of its facts and columns."""
    name = _class_name(ledger)
    if ledger.out is not None:
        return cast("type[BaseModel]", create_model(name, __base__=(RecordOut, ledger.out)))
    common = set(RecordOut.model_fields)
    fields = {entry.key: (KINDS.get(entry.kind, Any), Field(default=None, title=entry.title)) for entry in _entries(ledger) if entry.key not in common}
    titles = {entry.key: entry.title for entry in _entries(ledger)}
    fields |= {f"{key}_code": (str | None, Field(default=None, title=f"{titles[key]}(代码)")) for key in coded(ledger)}
    return cast("type[BaseModel]", create_model(name, __base__=RecordOut, **cast("Any", fields)))


def _entries(ledger: Ledger) -> Sequence[Column | Fact]:
    """Columns and facts, each key once; the fact wins."""
    found: dict[str, Column | Fact] = {column.key: column for column in ledger.columns}
    found.update({fact.key: fact for fact in ledger.facts})
    return list(found.values())


def coded(ledger: Ledger) -> list[str]:
    """Entries shown by a label while the record holds a code: programs get the code beside it, as `<key>_code`.

    A label may be reworded in any release; a code is a promise.
    """
    held = _short_texts(cast("Any", ledger.model))
    keys = {entry.key for entry in _entries(ledger)}
    return [entry.key for entry in _entries(ledger) if entry.value is not None and entry.key in held and entry.key != "status" and f"{entry.key}_code" not in keys]


@cache
def _short_texts(model: Any) -> frozenset[str]:
    return frozenset(column.key for column in sa.inspect(model).mapper.column_attrs if _is_short_text(column))


def _is_short_text(attribute: Any) -> bool:
    kind = attribute.columns[0].type
    return isinstance(kind, sa.String) and not isinstance(kind, sa.Text) and (kind.length or CODE_CHARS_MAX + 1) <= CODE_CHARS_MAX


def _class_name(ledger: Ledger) -> str:
    return "".join(part.title() for part in re.split(r"[_.-]", f"{ledger.capability}_{ledger.key}"))


def record_json(ledger: Ledger, row: Any, uow: UnitOfWork) -> dict[str, Any]:
    """One record as JSON."""
    common = {
        "id": row.id, "version": row.version, "status": row.status, "status_label": ledger.machine.label(row.status), "name": ledger.name(row),
        "url": ledger.record_url(row.id), "created_at": row.created_at.isoformat(), "updated_at": row.updated_at.isoformat(),
    }
    if ledger.out is not None:
        return ledger.out.model_validate(row, from_attributes=True).model_dump(mode="json") | common
    codes = {f"{key}_code": getattr(row, key) for key in coded(ledger)}
    return {entry.key: cell_of(entry, row, uow, ledger.machine).data for entry in _entries(ledger)} | codes | common


def refusals(*kinds: type[NodeError]) -> dict[int | str, dict[str, Any]]:
    """`responses=` for OpenAPI: the codes an endpoint may refuse with, by status."""
    by_status: dict[int | str, list[str]] = {}
    for kind in dict.fromkeys(kinds):
        by_status.setdefault(kind.status, []).append(kind.code)
    return {status: {"model": ErrorOut, "description": " / ".join(codes)} for status, codes in by_status.items()}


def add_json_routes(router: APIRouter, ledger: Ledger) -> None:
    """All JSON routes of one ledger."""
    model = record_model(ledger)
    page_model = create_model(f"{_class_name(ledger)}Page", rows=(list[model], ...), total=(int, ...), page=(int, ...), size=(int, ...))  # type: ignore[valid-type]
    add_list(router, ledger, page_model)
    if ledger.create:
        add_action(router, ledger, ledger.create, model, creates=True)

    @router.get(f"{ledger.api_url}/{{record_id}}", response_model=model, operation_id=_operation(ledger, "get"), summary=f"{ledger.title}:一条记录",
                responses=refusals(NotPermitted, NotFound))
    async def one(record_id: UUID, uow: ReadUow, officer: CurrentOfficer) -> dict[str, Any]:
        detail.permit(uow, officer, ledger.permission)
        row = await detail.load(ledger, uow, officer, record_id)
        offered = [action.name for action in detail.offered(ledger, officer, row)]
        return record_json(ledger, row, uow) | {"actions": offered}

    for action in ledger.actions:
        add_action(router, ledger, action, model, creates=False)


def add_list(router: APIRouter, ledger: Ledger, page_model: type[BaseModel]) -> None:
    """GET the list; the query string is the page's."""

    async def rows(request: Request, uow: ReadUow, officer: CurrentOfficer) -> dict[str, Any]:
        detail.permit(uow, officer, ledger.permission)
        query = read_query(ledger, request.query_params).must_be_clean()
        total = (await count_tabs(ledger, query, officer, uow))[query.tab]
        found = await fetch_page(ledger, query, officer, uow)
        return {"rows": [record_json(ledger, row, uow) for row in found], "total": total, "page": query.page, "size": query.size}

    names = [*(key for entry in ledger.filters for key in filter_keys(entry)), "tab", "sort", "page", "size"]
    parameters = [{"name": name, "in": "query", "required": False, "schema": _parameter_schema(ledger, name)} for name in names]
    router.add_api_route(
        ledger.api_url, rows, methods=["GET"], response_model=page_model, operation_id=_operation(ledger, "list"), summary=ledger.title,
        responses=refusals(NotPermitted, InvalidInput), openapi_extra={"parameters": parameters},
    )


def _parameter_schema(ledger: Ledger, name: str) -> dict[str, Any]:
    special: dict[str, dict[str, Any]] = {
        "page": {"type": "integer", "minimum": 1}, "size": {"type": "integer", "enum": list(PAGE_SIZES)},
        "tab": {"type": "string", "enum": ["", *(tab.key for tab in ledger.tabs)]},
    }
    titles = {key: entry.title for entry in ledger.filters for key in filter_keys(entry)}
    return special.get(name) or {"type": "string"} | ({"title": titles[name]} if name in titles else {})


def add_action(router: APIRouter, ledger: Ledger, action: Action, model: type[BaseModel], *, creates: bool) -> None:
    """POST one action. The endpoint's `body` is annotated with the action's own form, so OpenAPI shows it."""
    body_model = action.form or Nothing

    async def perform(officer: Officer, uow: UnitOfWork, record_id: UUID | None, body: Form, token: str, if_match: str) -> dict[str, Any]:
        asked = actions.Request(action, record_id, body if action.form else {}, version=read_version(if_match), token=token)
        outcome = await actions.run(ledger, asked, uow, officer)
        return await outcome_json(ledger, outcome, uow, officer)

    if creates:

        async def endpoint(response: Response, uow: WriteUow, officer: CurrentOfficer, body: Any, key: IdempotencyKey = "") -> dict[str, Any]:
            answer = await perform(officer, uow, None, body, key, "")
            response.headers["Location"] = str(answer["url"])
            return answer
    else:

        async def endpoint(  # type: ignore[misc]
            record_id: UUID, uow: WriteUow, officer: CurrentOfficer, body: Any = None, key: IdempotencyKey = "", if_match: IfMatch = ""
        ) -> dict[str, Any]:
            return await perform(officer, uow, record_id, body if body is not None else Nothing(), key, if_match)

    endpoint.__annotations__["body"] = body_model if creates or action.form else Nothing | None
    path = ledger.api_url if creates else f"{ledger.api_url}/{{record_id}}/{action.name.replace('_', '-')}"
    router.add_api_route(
        path, endpoint, methods=["POST"], response_model=model, status_code=201 if creates else 200, summary=f"{ledger.title}:{action.label}",
        operation_id=_operation(ledger, action.name),
        responses=refusals(*detail.refusals_of(action), StaleForm, AlreadySubmitted, InvalidInput),
    )


async def outcome_json(ledger: Ledger, outcome: actions.Outcome, uow: UnitOfWork, officer: Officer) -> dict[str, Any]:
    """The record as it is now, or as the command left it when it has gone out of the officer's sight."""
    try:
        row = await detail.load(ledger, uow, officer, outcome.record_id) if outcome.record_id else outcome.record
    except NotFound:
        row = outcome.record
    if not isinstance(row, ledger.model):
        raise NotFound
    return record_json(ledger, row, uow)


def read_version(if_match: str) -> int | None:
    """Version named by If-Match, with or without quotes; None when it is not given.

    Raises:
        InvalidInput: it is no number.
    """
    text = if_match.strip().strip('"')
    if not text:
        return None
    if not (text.isascii() and text.isdigit()):
        raise InvalidInput([{"path": "If-Match", "message": "应为记录的版本号"}])
    return int(text)


def _operation(ledger: Ledger, name: str) -> str:
    return f"{ledger.capability}_{ledger.key}_{name}".replace("-", "_")
