"""Forms from pydantic models: read what a browser sent, check it, show it again with everything typed.

A field's place is its path: `title`, `items.0.amount`. The same path names the input, its error and its anchor.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError

from nodekit.errors import InvalidInput
from nodekit.web.cells import local_text
from nodekit.web.form_errors import FieldError, field_errors
from nodekit.web.form_types import FieldType, Widget, field_types
from nodekit.web.ledger import Choice, Form

if TYPE_CHECKING:
    from starlette.datastructures import FormData

    from nodekit.identity.officer import Officer
    from nodekit.unit_of_work import UnitOfWork
    from nodekit.web.ledger import Action

FormT = TypeVar("FormT", bound=Form)
ROWS_MAX = 500
SPARE_ROWS = 3
"""Empty rows shown under a table of rows; without JavaScript they are all there is to add."""
TEXT_HALF_LINE, CHOICE_LETTERS_HALF_LINE = 80, 34
"""What still fits into one of the two columns of a form."""
Choices = Mapping[str, Sequence[Choice]]


@dataclass
class FieldView:
    """One field on a page. `value` is text, or the set of texts chosen."""

    type: FieldType
    path: str
    value: Any = ""
    error: str = ""
    choices: Sequence[Choice] = ()
    rows: list[list[FieldView]] = field(default_factory=list)
    """Cells of a table of rows; the fields of a group are its only row."""
    template_row: list[FieldView] = field(default_factory=list)
    chosen_at_run_time: bool = False
    """The action names the field's choices, even if there are none just now."""

    @property
    def id(self) -> str:
        return "f-" + self.path.replace(".", "-")

    @property
    def place(self) -> str:
        """The title as an error list names it: 第 2 行 责任单位."""
        rows = [f"第 {int(part) + 1} 行" for part in self.path.split(".") if part.isdigit()]
        return " ".join([*rows, self.type.title])

    @property
    def widget(self) -> Widget:
        """Choices known only at run time turn a text into a select and lines into checkboxes, also while there is nothing to choose."""
        offered = bool(self.choices) or self.chosen_at_run_time
        if offered and self.type.widget in ("text", "textarea", "number"):
            return "select"
        return "checkboxes" if offered and self.type.widget == "lines" else self.type.widget

    @property
    def wide(self) -> bool:
        """Whether the field deserves a whole line of the form."""
        if self.widget in ("radio", "checkboxes"):
            return sum(len(label) + 4 for _, label in self.choices) > CHOICE_LETTERS_HALF_LINE
        return self.widget in ("textarea", "lines") or (self.widget == "text" and (self.type.max_length or 0) > TEXT_HALF_LINE)


def read_form(form: type[Form], data: FormData, prefix: str = "") -> dict[str, Any]:
    """A browser's fields as the nested values pydantic wants. Blank means not given. Files and unknown fields are ignored."""
    values: dict[str, Any] = {}
    for kind in field_types(form):
        found, value = _read_field(kind, data, prefix + kind.name)
        if found:
            values[kind.name] = value
    return values


def _read_field(kind: FieldType, data: FormData, path: str) -> tuple[bool, Any]:
    """(given, value) of one field."""
    if kind.widget == "rows" and kind.form:
        return True, _read_rows(kind.form, data, path)
    if kind.widget == "group" and kind.form:
        values = read_form(kind.form, data, path + ".")
        return bool(values) or kind.required, values
    sent = [value.replace("\r\n", "\n").strip() for value in data.getlist(path) if isinstance(value, str)]
    if kind.widget == "bool":
        return True, bool(sent) and sent[-1] not in ("", "0", "false")
    if kind.widget == "lines" and len(sent) == 1:
        sent = sent[0].splitlines()
    if kind.widget in ("checkboxes", "lines"):
        return True, [value.strip() for value in sent if value.strip()]
    if sent and sent[-1]:
        return True, sent[-1]
    return (True, None) if kind.nullable and not kind.required and path in data else (False, None)


def _read_rows(form: type[Form], data: FormData, path: str) -> list[dict[str, Any]]:
    """Rows in the order of their numbers; rows in which nothing was filled in do not count."""
    numbers = {key[len(path) + 1 :].partition(".")[0] for key in data if key.startswith(path + ".")}
    ordered = sorted({int(number) for number in numbers if number.isascii() and number.isdigit() and len(number) < 8})  # noqa: PLR2004
    if len(ordered) > ROWS_MAX:
        raise InvalidInput([{"path": path, "message": f"一次最多填写 {ROWS_MAX} 行"}])
    rows = [read_form(form, data, f"{path}.{number}.") for number in ordered]
    return [row for row in rows if any(value not in (None, "", [], False) for value in row.values())]


async def choices_for(action: Action, uow: UnitOfWork, officer: Officer, record: Any) -> dict[str, Sequence[Choice]]:
    """Run-time choices by dotted field name (`kind`, `items.category`)."""
    return {name: await load(uow, officer, record) for name, load in action.choices.items()}


def validate(form: type[FormT], given: Mapping[str, Any], choices: Choices) -> FormT:
    """The checked form.

    Raises:
        InvalidInput: with a Chinese message per field.
    """
    try:
        checked = form.model_validate(given)
    except ValidationError as error:
        raise InvalidInput(field_errors(error.errors(include_url=False, include_input=False))) from None
    check_choices(checked, choices)
    return checked


def check_choices(checked: Form, choices: Choices) -> None:
    """Refuse values that were not offered.

    Raises:
        InvalidInput: a value is outside its field's choices.
    """
    wrong = [path for name, offered in choices.items() for path in _outside(checked, name.split("."), {value for value, _ in offered})]
    if wrong:
        raise InvalidInput([{"path": path, "message": "请从所列选项中选择"} for path in wrong])


def _outside(value: Any, names: list[str], offered: set[str], path: str = "") -> list[str]:
    if isinstance(value, list | tuple | set | frozenset):
        return [bad for number, item in enumerate(value) for bad in _outside(item, names, offered, f"{path}.{number}" if names else path)]
    if names:
        child = getattr(value, names[0], None)
        return _outside(child, names[1:], offered, f"{path}.{names[0]}".lstrip("."))
    text = _as_text(value)
    return [] if text == "" or text in offered else [path]


def views(form: type[Form], values: Mapping[str, Any], choices: Choices, errors: Sequence[FieldError] = (), prefix: str = "") -> list[FieldView]:
    """The fields of a form as a page shows them: values (typed or initial), choices, errors."""
    messages: dict[str, str] = {}
    for error in errors:
        messages.setdefault(error["path"], error["message"])
    return [_view(kind, values, choices, errors, messages, prefix) for kind in field_types(form)]


def _view(
    kind: FieldType, values: Mapping[str, Any], choices: Choices, errors: Sequence[FieldError], messages: Mapping[str, str], prefix: str
) -> FieldView:
    path = prefix + kind.name
    plain_name = ".".join(part for part in path.split(".") if not part.isdigit())
    view = FieldView(kind, path, error=messages.get(path, ""), choices=choices.get(plain_name) or kind.choices, chosen_at_run_time=plain_name in choices)
    value = values.get(kind.name)
    if kind.form and kind.widget in ("rows", "group"):
        given = list(value or []) if kind.widget == "rows" else [value or {}]
        spare = SPARE_ROWS if kind.widget == "rows" else 0
        view.rows = [
            views(kind.form, _mapping(row), choices, errors, f"{path}.{number}." if kind.widget == "rows" else f"{path}.")
            for number, row in enumerate([*given, *({} for _ in range(spare))])
        ]
        view.template_row = views(kind.form, {}, choices, (), f"{path}.__row__.")
    elif kind.widget in ("checkboxes", "lines"):
        view.value = [_as_text(item) for item in value or []]
        item_errors = [message for where, message in messages.items() if where.startswith(path + ".")]
        view.error = view.error or (item_errors[0] if item_errors else "")
    else:
        view.value = bool(value) if kind.widget == "bool" else _as_text(value)
    return view


def defaults(form: type[Form]) -> dict[str, Any]:
    """Values of an untouched form."""
    return {name: info.get_default(call_default_factory=True) for name, info in form.model_fields.items() if not info.is_required()}


def unplaced(fields: Sequence[FieldView], errors: Sequence[FieldError]) -> list[str]:
    """Messages of errors that belong to no field shown, e.g. of a rule over the whole form."""
    shown = {path for view in fields for path in _paths(view)}
    return [error["message"] for error in errors if error["path"] not in shown and not _within_list(fields, error["path"])]


def _within_list(fields: Sequence[FieldView], path: str) -> bool:
    return any(view.error and path.startswith(view.path + ".") for view in fields if view.widget in ("checkboxes", "lines"))


def flat(fields: Sequence[FieldView]) -> list[FieldView]:
    """Fields and the fields inside them, for the list of errors above the form."""
    return [inner for view in fields for inner in [view, *(deep for row in view.rows for deep in flat(row))]]


def _paths(view: FieldView) -> list[str]:
    return [inner.path for inner in flat([view])]


def _mapping(row: Any) -> Mapping[str, Any]:
    return row if isinstance(row, Mapping) else dict(row)


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, datetime):
        return local_text(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value.is_finite() else str(value)
    return value.isoformat() if isinstance(value, date) else str(value)
