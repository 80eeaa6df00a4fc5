"""Forms without a node: what a browser sends, what is said about it, what is shown again."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal, get_args

import pytest
from pydantic import Field
from pydantic_core.core_schema import ErrorType
from starlette.datastructures import FormData

from nodekit.errors import InvalidInput
from nodekit.web import forms
from nodekit.web.form_errors import MESSAGES, message_for
from nodekit.web.form_types import field_types
from nodekit.web.ledger import Form

PROGRAMMING_ERRORS = frozenset({
    "no_such_attribute", "needs_python_object", "frozen_field", "frozen_instance", "invalid_key", "get_attribute_error", "dataclass_type",
    "dataclass_exact_type", "named_tuple_type", "default_factory_not_called", "iteration_error", "frozen_dict_type", "ordered_dict_type",
    "counter_type", "deque_type", "set_item_not_hashable", "bytes_invalid_encoding", "value_error", "assertion_error", "missing_sentinel_error",
    "ellipsis_error", "frozen_set_type", "is_instance_of", "is_subclass_of", "callable_type", "arguments_type", "missing_argument",
    "unexpected_keyword_argument", "missing_keyword_only_argument", "unexpected_positional_argument", "missing_positional_only_argument",
    "multiple_argument_values", "fraction_type", "fraction_parsing", "complex_type", "complex_str_parsing",
})
"""Not reachable by what an officer types, or said by the raising code itself."""


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"

    @property
    def label(self) -> str:
        return {"red": "红", "blue": "蓝"}[self.value]


class Row(Form):
    name: str = Field(title="名称", max_length=20)
    amount: Decimal | None = Field(title="金额", default=None)
    done: bool = Field(title="完成", default=False)


class Sample(Form):
    short: str = Field(title="短", min_length=1, max_length=20)
    long: str = Field(title="长", default="", max_length=500)
    colour: Colour = Field(title="颜色")
    kind: Literal["a", "b"] | None = Field(title="类别", default=None)
    on: Annotated[date | None, Field(title="日期")] = None
    many: list[Colour] = Field(title="多选", default_factory=list)
    names: list[str] = Field(title="名单", default_factory=list)
    agreed: bool = Field(title="同意", default=False)
    rows: list[Row] = Field(title="明细", default_factory=list, max_length=3)
    number: int = Field(title="数", default=3, ge=1, le=9)


def test_every_error_of_pydantic_has_chinese_words() -> None:
    unsaid = set(get_args(ErrorType)) - set(MESSAGES) - PROGRAMMING_ERRORS
    assert not unsaid


def test_own_words_of_a_rule_are_kept_and_english_ones_replaced() -> None:
    assert message_for({"type": "value_error", "ctx": {"error": ValueError("期限早于登记日期")}}) == "期限早于登记日期"
    assert message_for({"type": "strange", "msg": "Input is odd"}) == "填写不正确"


def test_widgets_come_from_types() -> None:
    widgets = {kind.name: kind.widget for kind in field_types(Sample)}
    assert widgets == {
        "short": "text", "long": "textarea", "colour": "select", "kind": "select", "on": "date", "many": "checkboxes", "names": "lines",
        "agreed": "bool", "rows": "rows", "number": "number",
    }
    colour = next(kind for kind in field_types(Sample) if kind.name == "colour")
    assert colour.choices == (("red", "红"), ("blue", "蓝"))
    assert colour.required


def test_browser_fields_become_nested_values() -> None:
    data = FormData([
        ("short", "  甲\r\n"), ("long", "一\r\n二"), ("colour", "red"), ("kind", ""), ("many", "red"), ("many", "blue"), ("names", "张三\r\n\r\n李四 "),
        ("agreed", "1"), ("rows.7.name", "后"), ("rows.2.name", "先"), ("rows.2.amount", "1.50"), ("rows.3.name", ""), ("rows.x.name", "?"),
        ("number", ""), ("csrf", "t"),
    ])
    checked = forms.validate(Sample, forms.read_form(Sample, data), {})
    assert (checked.short, checked.long, checked.kind, checked.number) == ("甲", "一\n二", None, 3)
    assert checked.many == [Colour.RED, Colour.BLUE]
    assert checked.names == ["张三", "李四"]
    assert [(row.name, row.amount) for row in checked.rows] == [("先", Decimal("1.50")), ("后", None)]


def test_errors_stand_at_their_fields_and_values_stay() -> None:
    data = FormData([("short", "x" * 21), ("number", "12"), ("on", "2026-02-30"), ("rows.0.amount", "很多"), ("many", "green")])
    typed = forms.read_form(Sample, data)
    with pytest.raises(InvalidInput) as caught:
        forms.validate(Sample, typed, {})
    errors = caught.value.facts["fields"]
    views = {view.path: view for view in forms.flat(forms.views(Sample, typed, {}, errors))}
    said = {path: view.error for path, view in views.items() if view.error}
    assert said == {
        "short": "不能超过 20 个字", "colour": "请填写此项", "on": "应填写日期,如 2026-03-15", "many": "请从所列选项中选择",
        "rows.0.name": "请填写此项", "rows.0.amount": "应填写数字", "number": "不能大于 9",
    }
    assert views["rows.0.amount"].value == "很多"
    assert views["rows.0.amount"].place == "第 1 行 金额"
    assert forms.unplaced(forms.views(Sample, typed, {}, errors), errors) == []


def test_values_outside_run_time_choices_are_refused_at_any_depth() -> None:
    checked = Sample(short="a", colour=Colour.RED, names=["甲", "丙"], rows=[Row(name="x"), Row(name="y")])
    with pytest.raises(InvalidInput) as caught:
        forms.check_choices(checked, {"names": (("甲", ""), ("乙", "")), "rows.name": (("x", ""),), "kind": ()})
    assert [error["path"] for error in caught.value.facts["fields"]] == ["names", "rows.1.name"]


def test_choices_of_the_moment_are_never_asked_for_as_text() -> None:
    """Nothing to choose just now is said; nobody is asked to type ids instead."""
    shown = {view.type.name: view.widget for view in forms.views(Sample, {}, {"short": [], "names": []})}
    assert (shown["short"], shown["names"]) == ("select", "checkboxes")
    plain = {view.type.name: view.widget for view in forms.views(Sample, {}, {})}
    assert (plain["short"], plain["names"]) == ("text", "lines")


def test_too_many_rows_are_refused_before_anything_is_built() -> None:
    data = FormData([(f"rows.{number}.name", "x") for number in range(forms.ROWS_MAX + 1)])
    with pytest.raises(InvalidInput):
        forms.read_form(Sample, data)


def test_hostile_text_is_refused_at_any_depth() -> None:
    with pytest.raises(InvalidInput) as caught:
        forms.validate(Sample, {"short": "a", "colour": "red", "rows": [{"name": "a\u202eb"}], "names": ["\x00"]}, {})
    assert "控制字符" in caught.value.facts["fields"][0]["message"]
