"""Ledgers (台账) as data: columns, filters, the record's actions. One component renders them all.

From one `Ledger` the runtime makes (nodekit/web/ledger_routes.py):
  GET  /<capability>/<key>                     page: tabs, filters in the URL, sorting, paging, print, Excel of all filtered rows
  GET  /<capability>/<key>/new                 page: form of `create`
  GET  /<capability>/<key>/<id>                page: detail with facts, time line, delivery state and the state's next actions
  GET  /<capability>/<key>/<id>/<action>       page: the action's form;  POST the same: run it, 303 back, or the form again with errors and everything typed
  GET  /api/<capability>/<key>                 JSON list (same filters);  POST: create
  GET  /api/<capability>/<key>/<id>            JSON record
  POST /api/<capability>/<key>/<id>/<action>   JSON action
(`<capability>` and `<key>` are written with hyphens in URLs: /clue-transfer/issued.)
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, field_validator
from pydantic_core import PydanticCustomError

from nodekit.web.hostile import holds_hostile

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import Select
    from sqlalchemy.sql import ColumnElement

    from nodekit.errors import NodeError
    from nodekit.identity.officer import Officer
    from nodekit.unit_of_work import UnitOfWork
    from shared_schemas.states import StateMachine

Choice = tuple[str, str]
"""(value on the wire, label on screen)"""


class Form(BaseModel):
    """Input of an action. Fields carry `title` (Chinese label), `description` (hint under the field) and limits.

    Widgets are chosen from the type: str -> text (textarea when max_length > 200), date, int/Decimal, bool, Enum/Literal -> select,
    list[str] with choices -> checkboxes, list[Form] -> a table of rows with add/remove.
    `json_schema_extra={"widget": "textarea" | "rows" | "radio" | "select" | "checkboxes" | "hidden"}` overrides;
    beside it `unit` (printed behind the input), `placeholder` and `labels` ({value: Chinese label} of a Literal or Enum).
    """

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @field_validator("*", mode="before")
    @classmethod
    def _no_hostile_text(cls, value: Any) -> Any:
        """Control characters and lone surrogates stop here: PostgreSQL and documents would choke on them later."""
        if holds_hostile(value):
            raise PydanticCustomError("hostile_text", "含有不可见的控制字符,请删除后重新填写")
        return value


@dataclass(frozen=True)
class Action:
    """Something an officer can do to a record (or, for `create`, to make one).

    `command(uow, officer, record_id, form)` for actions, `command(uow, officer, form)` for create. It returns the record.
    A command that raises a NodeError changes nothing: the transaction is rolled back at the edge.
    """

    name: str
    label: str
    command: Callable[..., Awaitable[Any]]
    permission: str
    form: type[Form] | None = None
    states: frozenset[str] | None = None
    """States from which the action is offered; None: always. (The command checks again.)"""
    when: Callable[[Any, Officer], bool] | None = None
    """Extra condition on the record for offering the button."""
    choices: Mapping[str, Callable[[UnitOfWork, Officer, Any], Awaitable[Sequence[Choice]]]] = field(default_factory=dict)
    """Choices of a field known only at run time: field -> async (uow, officer, record or None) -> choices."""
    initial: Callable[[UnitOfWork, Officer, Any], Awaitable[Mapping[str, Any]]] | None = None
    """Values the form starts with."""
    tone: Literal["primary", "default", "danger"] = "default"
    confirm: str = ""
    """Chinese question shown above the button of an action that cannot be undone."""
    raises: tuple[type[NodeError], ...] = ()
    """Refusals declared in OpenAPI."""
    done: str = ""
    """Flash sentence after success, e.g. 已发出。"""
    goes_to: Callable[[Any], str] | None = None
    """Where to go after success; default: the record's detail page."""


@dataclass(frozen=True)
class Column:
    """One column. `key` is an attribute of the model unless `value` is given."""

    key: str
    title: str
    kind: Literal["text", "link", "status", "date", "datetime", "office", "number", "light", "tags", "bool", "progress", "note"] = "text"
    value: Callable[[Any, UnitOfWork], Any] | None = None
    sortable: bool = True
    wide: bool = False
    hidden: bool = False
    """Not in the default view; offered under 列设置 and in the export."""


@dataclass(frozen=True)
class Filter:
    """One filter of the bar; its value lives in the query string under `key`.

    text: searches `columns` (case-insensitive contains); choice: equality on columns[0]; date_range: `key_from`/`key_to` on columns[0].
    `apply(select, value)` replaces the default.
    """

    key: str
    title: str
    kind: Literal["text", "choice", "date_range", "bool", "office"] = "text"
    columns: tuple[str, ...] = ()
    choices: Sequence[Choice] | Callable[[UnitOfWork], Awaitable[Sequence[Choice]]] = ()
    apply: Callable[[Select[Any], str], Select[Any]] | None = None


@dataclass(frozen=True)
class Tab:
    """A group of states shown as a tab with its count."""

    key: str
    title: str
    where: Callable[[Any], ColumnElement[bool]]
    """Given the model class, returns the condition."""


@dataclass(frozen=True)
class Fact:
    """One label/value line of the detail page. `secret` facts are shown only by a dedicated page that audits the read."""

    key: str
    title: str
    kind: Literal["text", "long", "status", "date", "datetime", "office", "number", "light", "tags", "bool", "officer"] = "text"
    value: Callable[[Any, UnitOfWork], Any] | None = None


@dataclass(frozen=True)
class Related:
    """A table of dependent rows on the detail page (items of a list, replies to a letter, outcomes …)."""

    title: str
    columns: tuple[Column, ...]
    load: Callable[[UnitOfWork, Officer, Any], Awaitable[Sequence[Any]]]
    link: Callable[[Any], str] | None = None
    empty: str = "暂无"


@dataclass(frozen=True)
class Ledger:
    """One register of one slice. `model` is an ORM class with: id (UUID), status, version (int), created_at, updated_at (see nodekit.db.record)."""

    capability: str
    key: str
    title: str
    model: type[Any]
    machine: StateMachine
    columns: tuple[Column, ...]
    permission: str
    """Needed to see the ledger and its records."""
    filters: tuple[Filter, ...] = ()
    tabs: tuple[Tab, ...] = ()
    create: Action | None = None
    actions: tuple[Action, ...] = ()
    facts: tuple[Fact, ...] = ()
    related: tuple[Related, ...] = ()
    name: Callable[[Any], str] = lambda row: str(row.id)
    """How a record is called in headings and the time line, e.g. its serial and title."""
    order_by: tuple[str, ...] = ("-created_at",)
    scope: Callable[[Select[Any], Officer, UnitOfWork], Select[Any]] | None = None
    """Row-level need-to-know: what this officer may know to exist. Applied to lists, counts, details, exports."""
    detail_template: str | None = None
    """Template extending `ledger/detail.html` (blocks `above`, `below`, `aside`); gets `row`, `extra`."""
    detail_context: Callable[[UnitOfWork, Officer, Any], Awaitable[Mapping[str, Any]]] | None = None
    list_template: str | None = None
    """Template extending `ledger/list.html` (blocks `tools`, `above`); gets `extra` beside what the list gets."""
    list_context: Callable[[UnitOfWork, Officer], Awaitable[Mapping[str, Any]]] | None = None
    out: type[BaseModel] | None = None
    """JSON form of a record (`from_attributes=True`); default: made from facts and columns."""
    help: str = ""
    """One or two Chinese sentences for a newcomer, shown under the title."""
    exportable: bool = True
    export_permission: str = ""
    """Needed to take the rows away as a file; "": seeing them is enough."""
    process: tuple[str, ...] = ()
    """Main line of states for the step bar on the detail page, in order."""

    @property
    def slug(self) -> str:
        return self.capability.replace("_", "-")

    @property
    def url(self) -> str:
        return f"/{self.slug}/{self.key.replace('_', '-')}"

    @property
    def api_url(self) -> str:
        return "/api" + self.url

    def record_url(self, record_id: UUID) -> str:
        return f"{self.url}/{record_id}"

    def action(self, name: str) -> Action:
        """The action called `name`; KeyError when there is none."""
        return next(a for a in self.actions if a.name == name)
