"""One value of one record, ready for the screen, the spreadsheet and JSON: prepared once, shown three ways."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from nodekit.clock import SHANGHAI
from shared_schemas.states import State, StateMachine, Tone

if TYPE_CHECKING:
    from nodekit.unit_of_work import UnitOfWork
    from nodekit.web.ledger import Column, Fact

NOTHING = "—"
TAG_TONES = ("blue", "purple", "amber", "green", "red", "grey")


@dataclass(frozen=True)
class Tag:
    """A small label. A value that is a pair `(label, tone)` chooses its tone; otherwise it is grey."""

    label: str
    tone: str = "grey"


@dataclass(frozen=True)
class Cell:
    """A value and how it looks. `text` is what a person reads; `data` is what programs get."""

    kind: str
    text: str
    data: Any = None
    tone: str = ""
    tags: tuple[Tag, ...] = ()
    unit: str = ""

    @property
    def empty(self) -> bool:
        return self.text in ("", NOTHING)


def local_text(value: datetime | date | None, *, seconds: bool = False) -> str:
    """Local time as printed: 2026-03-15 09:30; a date without time."""
    if value is None:
        return NOTHING
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M")
    return value.isoformat()


def number_text(value: Any, unit: str = "") -> str:
    """Thousands separated, no trailing zeros, unit behind: 1,234.5 万元."""
    if value is None or value == "":
        return NOTHING
    number = value if isinstance(value, int) else Decimal(str(value))
    text = f"{number:,}" if isinstance(number, int) else f"{number:,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text + (unit if unit == "%" else f" {unit}" if unit else "")


def label_of(value: Any) -> str:
    """How a plain value reads: Enum labels, 是/否, local times, lists joined."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, list | tuple | set | frozenset):
        return "、".join(label_of(item) for item in value) or NOTHING
    for kinds, read in _READINGS:
        if isinstance(value, kinds):
            return read(value)
    return str(value)


_READINGS: tuple[tuple[Any, Callable[[Any], str]], ...] = (
    (Enum, lambda value: str(getattr(value, "label", value.value))),
    (bool, lambda value: "是" if value else "否"),
    ((datetime, date), local_text),
    ((int, Decimal, float), number_text),
)
"""First match wins: a bool is an int, too."""


def cell_of(column: Column | Fact, row: Any, uow: UnitOfWork, machine: StateMachine | None = None) -> Cell:
    """The cell of one column (or fact) of one row."""
    value = column.value(row, uow) if column.value else getattr(row, column.key)
    return make_cell(column.kind, value, uow, machine)


def make_cell(kind: str, value: Any, uow: UnitOfWork, machine: StateMachine | None = None) -> Cell:
    """The cell of a value by its kind."""
    if value is None:
        return Cell(kind, NOTHING, [] if kind == "tags" else None)
    if kind == "office":
        return Cell(kind, uow.node.directory.name(str(value)), str(value))
    if kind == "status":
        return _status(value, machine)
    maker = _MAKERS.get(kind)
    return maker(value) if maker else Cell(kind, label_of(value), _plain(value))


def _status(value: Any, machine: StateMachine | None) -> Cell:
    """A code of the ledger's machine, a State, or a pair (label, tone) for other people's states."""
    if isinstance(value, State):
        return Cell("status", value.label, value.label, tone=_tone(value.tone))
    if isinstance(value, tuple):
        return Cell("status", value[0], value[0], tone=_tone(value[1]))
    code = str(value.value if isinstance(value, Enum) else value)
    state = machine.states.get(code) if machine else None
    return Cell("status", state.label if state else code, code, tone=_tone(state.tone if state else Tone.GREY))


def _date(value: Any) -> Cell:
    day = value.astimezone(SHANGHAI).date() if isinstance(value, datetime) else value
    return Cell("date", label_of(day), day.isoformat() if isinstance(day, date) else str(day))


def _datetime(value: Any) -> Cell:
    return Cell("datetime", label_of(value), value.isoformat() if isinstance(value, date) else str(value))


def _number(value: Any) -> Cell:
    """A number, or a pair (number, unit)."""
    number, unit = value if isinstance(value, tuple) else (value, "")
    return Cell("number", number_text(number, unit), _plain(number), unit=unit)


def _light(value: Any) -> Cell:
    """A nodekit.deadlines Light."""
    return Cell("light", value.label, {"code": value.code, "label": value.label, "days_left": value.days_left}, tone=_tone(value.tone))


def _progress(value: Any) -> Cell:
    share = max(0, min(100, round(float(value))))
    return Cell("progress", f"{share}%", share)


def _tags(value: Any) -> Cell:
    single = isinstance(value, str) or (isinstance(value, tuple) and len(value) == len(("label", "tone")) and value[1] in TAG_TONES)
    items: Sequence[Any] = [value] if single else list(value)
    tags = tuple(Tag(item[0], _tone(item[1])) if isinstance(item, tuple) else Tag(label_of(item)) for item in items)
    return Cell("tags", "、".join(tag.label for tag in tags) or NOTHING, [tag.label for tag in tags], tags=tags)


def _tone(value: Any) -> str:
    return str(value.value if isinstance(value, Enum) else value)


def _plain(value: Any) -> Any:
    """JSON form of a value without a kind of its own."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return _simple(value)


def _simple(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


_MAKERS: dict[str, Callable[[Any], Cell]] = {
    "date": _date, "datetime": _datetime, "number": _number, "light": _light, "tags": _tags, "progress": _progress,
    "bool": lambda value: Cell("bool", label_of(bool(value)), bool(value)),
}
