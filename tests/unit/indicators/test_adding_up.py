"""What may be added to what, what may leave a body, and what a version means."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from capabilities.indicators import domain
from capabilities.indicators.collector.figures_view import trend_of, value_text
from capabilities.indicators.collector.queries import DayValue
from capabilities.indicators.domain import Reading, add_up
from shared_schemas.figures import Cell, Period, PeriodKind, Precision, Scope
from shared_schemas.indicators.v1 import ReportedCell

AT = datetime(2026, 4, 1, 8, tzinfo=UTC)
TERM = Period(kind=PeriodKind.TERM_TO_DATE, label="八届县委以来")
YEAR = Period(kind=PeriodKind.YEAR, label="2026")


def reading(node: str, value: int | str | None, **changes: Any) -> Reading:
    given: dict[str, Any] = {"indicator": "findings_total", "dimensions": {}, "scope": Scope.OWN, "period": TERM, "unit": "个", "precision": Precision.EXACT, "as_of": AT}
    return Reading(node=node, value=None if value is None else Decimal(value), **(given | changes))


def cell(value: int | None, indicator: str = "clue_by_disposition", unit: str = "件", **changes: Any) -> Cell:
    return Cell(indicator=indicator, period=YEAR, value=None if value is None else Decimal(value), unit=unit, **changes)


def test_own_numbers_of_different_nodes_are_added() -> None:
    total = add_up([reading("a", 3), reading("b", 4)])
    assert (total.value, total.precision, total.nodes) == (7, Precision.EXACT, ("a", "b"))


@pytest.mark.parametrize("scope", [Scope.SUBORDINATE, Scope.OWN_AND_SUBORDINATE, Scope.JOINT_THREE_TIERS])
def test_a_number_that_contains_others_is_named_and_not_added(scope: Scope) -> None:
    total = add_up([reading("county", 3), reading("city", 10, scope=scope)])
    assert total.value == 3
    ((left, why),) = total.left_out
    assert left.node == "city" and "不与本级数相加" in why


def test_a_joint_task_counts_only_at_its_owner() -> None:
    total = add_up([reading("city", 5, counting_owner="city"), reading("county", 5, counting_owner="city")])
    assert (total.value, total.nodes) == (5, ("city",))
    assert "统计归口" in total.left_out[0][1]


def test_units_are_part_of_the_value() -> None:
    total = add_up([reading("a", 3, unit="件"), reading("b", 4, unit="件次")])
    assert total.value == 3 and "计量单位不同" in total.left_out[0][1]


def test_the_same_cell_twice_counts_once() -> None:
    assert add_up([reading("a", 3), reading("a", 3)]).value == 3


def test_nothing_told_is_no_zero() -> None:
    assert add_up([]).value is None
    assert value_text(None) == "—"


@pytest.mark.parametrize(
    ("precisions", "expected"),
    [
        ([Precision.EXACT, Precision.APPROXIMATE], Precision.APPROXIMATE), ([Precision.APPROXIMATE, Precision.AT_LEAST], Precision.AT_LEAST),
        ([Precision.EXACT, Precision.SUPPRESSED], Precision.AT_LEAST), ([Precision.SUPPRESSED, Precision.SUPPRESSED], Precision.SUPPRESSED),
    ],
)
def test_a_sum_is_no_more_precise_than_its_parts(precisions: list[Precision], expected: Precision) -> None:
    parts = [reading(str(n), None if p is Precision.SUPPRESSED else 5, precision=p) for n, p in enumerate(precisions)]
    assert add_up(parts).precision == expected


def test_rates_are_recomputed_from_their_parts() -> None:
    total = add_up([reading("a", "50.0", unit="%", numerator=Decimal(1), denominator=Decimal(2)), reading("b", "90.0", unit="%", numerator=Decimal(90), denominator=Decimal(100))])
    assert (total.value, total.numerator, total.denominator) == (Decimal("89.2"), 91, 102)


@pytest.mark.parametrize(
    ("values", "hidden"),
    [
        ([5, 0, 7, 9], set()), ([1, 2, 7, 9], {0, 1}), ([1, 6, 7, 0], {0, 1}), ([2, 0, 0, 0], {0}),
    ],
)
def test_small_sealed_parts_hide_and_cannot_be_subtracted(values: list[int], hidden: set[int]) -> None:
    parts = [cell(value, dimensions={"disposition": str(n)}) for n, value in enumerate(values)]
    assert domain.hidden_keys(parts, 3) == {domain.key_of(parts[n]) for n in hidden}


def test_a_rate_over_small_counts_hides_and_money_does_not() -> None:
    rate = cell(50, "clue_disposed_rate", "%", numerator=Decimal(1), denominator=Decimal(2))
    money = cell(2, "money_recovered", "万元")
    assert domain.hidden_keys([rate, money], 3) == {domain.key_of(rate)}


def test_a_suppressed_cell_tells_nothing_but_that_it_is_there() -> None:
    shown = domain.suppressed(ReportedCell(indicator="case_filed", period=YEAR, value=Decimal(2), unit="人", numerator=Decimal(2), denominator=Decimal(9), version=1, as_of=AT))
    assert (shown.value, shown.numerator, shown.denominator, shown.precision) == (None, None, None, Precision.SUPPRESSED)
    assert value_text(shown.value, shown.precision) == "<3"


def test_versions_grow_even_when_the_clock_stands() -> None:
    first = domain.next_version(0, AT)
    assert first < domain.next_version(first, AT) and domain.next_version(5, AT) == int(AT.timestamp() * 1000)


def test_the_newest_of_a_batch_wins_and_identity_ignores_the_order_of_dimensions() -> None:
    old, new = (
        ReportedCell(indicator="kind_mix", dimensions=dims, period=TERM, value=Decimal(v), unit="%", version=v, as_of=AT)
        for v, dims in ((1, {"a": "1", "b": "2"}), (2, {"b": "2", "a": "1"}))
    )
    assert list(domain.newest([new, old]).values()) == [new]


def test_stored_numbers_equal_computed_ones() -> None:
    third = domain.storable(cell(1).model_copy(update={"value": Decimal(1) / 3}))
    assert third.value == Decimal("0.3333")


@pytest.mark.parametrize(
    ("value", "precision", "text"),
    [("18000", "approximate", "约18,000"), ("7", "at_least", "≥7"), ("12.5", "exact", "12.5"), ("100.0000", "exact", "100"), ("0", "exact", "0")],
)
def test_numbers_read_as_what_they_are(value: str, precision: str, text: str) -> None:
    assert value_text(Decimal(value), precision) == text


def test_a_trend_carries_a_silent_node_on() -> None:
    rows = [
        DayValue("a", date(2026, 3, 30), Decimal(3), None, None), DayValue("b", date(2026, 4, 1), Decimal(4), None, None),
        DayValue("a", date(2026, 4, 2), Decimal(5), None, None),
    ]
    found = trend_of(rows, date(2026, 3, 1), date(2026, 4, 3))
    assert [str(v) for v in found.values] == ["3", "3", "7", "9", "9"]
    assert found.change == (6, 4)
