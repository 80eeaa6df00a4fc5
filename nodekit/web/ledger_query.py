"""A ledger's list as its URL says it: scope, filters, tab, order, page. The same for page, JSON, print and Excel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import sqlalchemy as sa

from nodekit.clock import SHANGHAI
from nodekit.errors import InvalidInput
from nodekit.web.hostile import is_hostile
from nodekit.web.ledger import Choice, Filter, Ledger

if TYPE_CHECKING:
    from nodekit.identity.officer import Officer
    from nodekit.unit_of_work import UnitOfWork

PAGE_SIZES = (20, 50, 100)
FILTER_CHARS_MAX = 200
BOOL_CHOICES: tuple[Choice, ...] = (("1", "是"), ("0", "否"))


@dataclass
class ListQuery:
    """What the URL asks for. `problems` are said to the officer; nothing is listed while there are any."""

    tab: str = ""
    sort: str = ""
    page: int = 1
    size: int = PAGE_SIZES[0]
    values: dict[str, str] = field(default_factory=dict)
    shown: frozenset[str] = frozenset()
    problems: list[dict[str, str]] = field(default_factory=list)

    def must_be_clean(self) -> ListQuery:
        """For answers that cannot show a remark: Excel and JSON.

        Raises:
            InvalidInput: a filter value makes no sense.
        """
        if self.problems:
            raise InvalidInput(self.problems)
        return self

    def url(self, base: str, **changes: Any) -> str:
        """The same list with some things changed, shortest form. A change other than `page` goes back to page 1."""
        given: dict[str, Any] = {**self.values, "tab": self.tab, "sort": self.sort, "size": self.size, "page": self.page, "show": sorted(self.shown)}
        given.update({} if "page" in changes else {"page": 1}, **changes)
        dull = {"page": 1, "size": PAGE_SIZES[0]}
        kept = {key: value for key, value in given.items() if value not in ("", None, []) and dull.get(key) != value}
        return f"{base}?{urlencode(kept, doseq=True)}" if kept else base


def filter_keys(entry: Filter) -> tuple[str, ...]:
    return (f"{entry.key}_from", f"{entry.key}_to") if entry.kind == "date_range" else (entry.key,)


def read_query(ledger: Ledger, params: Mapping[str, str], shown: Sequence[str] = ()) -> ListQuery:
    """Parse the query string. Unknown keys are ignored: a link from another release still opens."""
    query = ListQuery(shown=frozenset(shown) & {column.key for column in ledger.columns if column.hidden})
    query.tab = params.get("tab", "") if params.get("tab") in {tab.key for tab in ledger.tabs} else ""
    query.sort = params.get("sort", "") if params.get("sort", "").removeprefix("-") in sortable_keys(ledger) else ""
    query.page = min(_positive(params.get("page"), 1), 1_000_000)
    query.size = _positive(params.get("size"), PAGE_SIZES[0])
    query.size = query.size if query.size in PAGE_SIZES else PAGE_SIZES[0]
    for entry in ledger.filters:
        for key in filter_keys(entry):
            value = params.get(key, "").strip()
            if value:
                query.values[key] = value
                _check_value(query, entry, key, value)
    return query


def _check_value(query: ListQuery, entry: Filter, key: str, value: str) -> None:
    if is_hostile(value) or len(value) > FILTER_CHARS_MAX:
        query.values[key] = ""
        query.problems.append({"path": key, "message": f"“{entry.title}”筛选内容过长或含有控制字符"})
    elif entry.kind == "date_range" and _date(value) is None:
        query.problems.append({"path": key, "message": f"“{entry.title}”应填写日期,如 2026-03-15"})


def sortable_keys(ledger: Ledger) -> frozenset[str]:
    """Columns that are columns of the table, too."""
    attributes = sa.inspect(ledger.model).column_attrs.keys()
    return frozenset(column.key for column in ledger.columns if column.sortable and column.key in attributes)


def base_select(ledger: Ledger, officer: Officer, uow: UnitOfWork) -> sa.Select[Any]:
    """Everything this officer may know to exist."""
    select = sa.select(ledger.model)
    return ledger.scope(select, officer, uow) if ledger.scope else select


def filtered(ledger: Ledger, query: ListQuery, officer: Officer, uow: UnitOfWork) -> sa.Select[Any]:
    """Scope and filters, without tab."""
    select = base_select(ledger, officer, uow)
    for entry in ledger.filters:
        select = _apply(ledger, entry, query.values, select)
    return select


def _apply(ledger: Ledger, entry: Filter, values: Mapping[str, str], select: sa.Select[Any]) -> sa.Select[Any]:
    if entry.kind == "date_range":
        return _apply_range(ledger, entry, values, select)
    value = values.get(entry.key)
    if not value:
        return select
    if entry.apply:
        return entry.apply(select, value)
    columns = [getattr(ledger.model, name) for name in entry.columns or (entry.key,)]
    if entry.kind == "text":
        return select.where(sa.or_(*(sa.cast(column, sa.Text).icontains(value, autoescape=True) for column in columns)))
    if entry.kind == "bool":
        return select.where(columns[0].is_(value == "1"))
    return select.where(sa.cast(columns[0], sa.Text) == value)


def _apply_range(ledger: Ledger, entry: Filter, values: Mapping[str, str], select: sa.Select[Any]) -> sa.Select[Any]:
    """Both days belong to the range. Columns with a time are compared with the local days' limits."""
    column = getattr(ledger.model, (entry.columns or (entry.key,))[0])
    timed = isinstance(column.type, sa.DateTime)
    first, last = _date(values.get(f"{entry.key}_from")), _date(values.get(f"{entry.key}_to"))
    if first:
        select = select.where(column >= (_midnight(first) if timed else first))
    if last:
        select = select.where(column < _midnight(last + timedelta(days=1))) if timed else select.where(column <= last)
    return select


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=SHANGHAI).astimezone(UTC)


def ordered(ledger: Ledger, query: ListQuery, select: sa.Select[Any]) -> sa.Select[Any]:
    """The URL's order, else the ledger's; the id last, so that pages never overlap."""
    wanted = [query.sort] if query.sort else list(ledger.order_by)
    terms = []
    for key in wanted:
        column = getattr(ledger.model, key.removeprefix("-"))
        terms.append(column.desc().nulls_last() if key.startswith("-") else column.asc().nulls_last())
    return select.order_by(None).order_by(*terms, ledger.model.id)


def in_tab(ledger: Ledger, query: ListQuery, select: sa.Select[Any]) -> sa.Select[Any]:
    tab = next((tab for tab in ledger.tabs if tab.key == query.tab), None)
    return select.where(tab.where(ledger.model)) if tab else select


async def count_tabs(ledger: Ledger, query: ListQuery, officer: Officer, uow: UnitOfWork) -> dict[str, int]:
    """Records in all (key "") and in each tab under the present filters, in one statement."""
    counts = [sa.func.count(), *(sa.func.count().filter(tab.where(ledger.model)) for tab in ledger.tabs)]
    statement = filtered(ledger, query, officer, uow).with_only_columns(*counts, maintain_column_froms=True).order_by(None)
    row = (await uow.session.execute(statement)).one()
    return dict(zip(["", *(tab.key for tab in ledger.tabs)], row, strict=True))


async def fetch_page(ledger: Ledger, query: ListQuery, officer: Officer, uow: UnitOfWork) -> Sequence[Any]:
    """The rows of one page."""
    select = ordered(ledger, query, in_tab(ledger, query, filtered(ledger, query, officer, uow)))
    result = await uow.session.scalars(select.limit(query.size).offset((query.page - 1) * query.size))
    return result.unique().all()


async def choices_of(ledger: Ledger, uow: UnitOfWork) -> dict[str, Sequence[Choice]]:
    """Choices of the filter bar's selects, computed ones included."""
    found: dict[str, Sequence[Choice]] = {}
    for entry in ledger.filters:
        if entry.kind == "bool":
            found[entry.key] = BOOL_CHOICES
        elif callable(entry.choices):
            found[entry.key] = await entry.choices(uow)
        elif entry.kind == "office" and not entry.choices:
            found[entry.key] = [(office.id, office.short_name) for office in uow.node.directory.all()]
        else:
            found[entry.key] = entry.choices
    return found


def _positive(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 8 and int(text) > 0 else default  # noqa: PLR2004


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text and len(text) == len("2026-03-15") else None
    except ValueError:
        return None
