"""What a pydantic field is to a page: its widget, limits, choices. Read once per field from type and metadata."""

from __future__ import annotations

import types
import typing
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from nodekit.web.ledger import Choice, Form

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

TEXTAREA_FROM = 200
"""Texts that may be longer than this get a text area."""
Widget = Literal["text", "textarea", "number", "date", "datetime", "bool", "select", "radio", "checkboxes", "lines", "rows", "group", "hidden"]


@dataclass(frozen=True)
class FieldType:
    """One field of a form, as its type says."""

    name: str
    title: str
    hint: str
    widget: Widget
    required: bool
    nullable: bool
    choices: tuple[Choice, ...] = ()
    form: type[Form] | None = None
    """Form of the rows (or of the group)."""
    max_length: int | None = None
    min_length: int | None = None
    minimum: Any = None
    maximum: Any = None
    pattern: str | None = None
    whole: bool = False
    """A number without decimals."""
    unit: str = ""
    placeholder: str = ""


def field_types(form: type[Form]) -> list[FieldType]:
    """The fields of a form in the order of the class."""
    return [_field_type(name, info) for name, info in form.model_fields.items()]


def _field_type(name: str, info: FieldInfo) -> FieldType:
    bare, nullable, metadata = _unwrap(info.annotation, list(info.metadata))
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    item = _unwrap(get_args(bare)[0], [])[0] if _is_list(bare) and get_args(bare) else None
    labels = typing.cast("dict[str, str]", extra.get("labels") or {})
    limits = _limits(metadata)
    form = _form_of(item) or _form_of(bare)
    widget = typing.cast("Widget | None", extra.get("widget")) or _widget(bare, item, limits.get("max_length"))
    return FieldType(
        name=name, title=info.title or name, hint=info.description or "", widget=widget, required=info.is_required(), nullable=nullable,
        choices=_static_choices(item if item is not None else bare, labels), form=form, max_length=limits.get("max_length"),
        min_length=limits.get("min_length"), minimum=limits.get("ge", limits.get("gt")), maximum=limits.get("le", limits.get("lt")),
        pattern=limits.get("pattern"), whole=bare is int, unit=str(extra.get("unit", "")), placeholder=str(extra.get("placeholder", "")),
    )


def _unwrap(annotation: Any, metadata: list[Any]) -> tuple[Any, bool, list[Any]]:
    """Strip Annotated and Optional: (bare type, may be None, constraints met on the way)."""
    nullable = False
    while True:
        origin = get_origin(annotation)
        if origin is typing.Annotated:
            annotation, *more = get_args(annotation)
            metadata = [*metadata, *more]
        elif origin in (typing.Union, types.UnionType):
            options = [option for option in get_args(annotation) if option is not type(None)]
            nullable = nullable or len(options) < len(get_args(annotation))
            annotation = options[0]
        else:
            return annotation, nullable, metadata


def _is_list(bare: Any) -> bool:
    return get_origin(bare) in (list, tuple, set, frozenset, Sequence) or bare in (list, tuple, set, frozenset)


def _form_of(kind: Any) -> type[Form] | None:
    return kind if isinstance(kind, type) and issubclass(kind, Form) else None


def _limits(metadata: list[Any]) -> dict[str, Any]:
    """Constraints by name; annotated_types spells each as an attribute, pydantic's own objects as a dict."""
    found: dict[str, Any] = {}
    for constraint in metadata:
        for name in ("max_length", "min_length", "ge", "gt", "le", "lt", "pattern"):
            value = getattr(constraint, name, None)
            if value is not None:
                found[name] = value
    return found


def _widget(bare: Any, item: Any, max_length: int | None) -> Widget:
    if _is_list(bare):
        if _form_of(item):
            return "rows"
        return "checkboxes" if _static_choices(item, {}) else "lines"
    if _form_of(bare):
        return "group"
    if _static_choices(bare, {}):
        return "select"
    simple: dict[Any, Widget] = {bool: "bool", int: "number", float: "number", Decimal: "number", datetime: "datetime", date: "date"}
    if bare in simple:
        return simple[bare]
    return "textarea" if max_length is not None and max_length > TEXTAREA_FROM else "text"


def _static_choices(kind: Any, labels: dict[str, str]) -> tuple[Choice, ...]:
    if isinstance(kind, type) and issubclass(kind, Enum):
        return tuple((str(member.value), labels.get(str(member.value)) or str(getattr(member, "label", member.value))) for member in kind)
    if get_origin(kind) is Literal:
        return tuple((str(value), labels.get(str(value), str(value))) for value in get_args(kind))
    return ()
