"""The step bar shows the way a record really went."""

from types import SimpleNamespace

import pytest

from nodekit.web.detail import steps_of
from shared_schemas.states import State, StateMachine

MACHINE = StateMachine(
    "desk", "delivered",
    {
        "delivered": State("待签收"), "signed": State("已签收"), "proposed": State("处置待批"), "disposed": State("已处置"), "shelved": State("暂存待查"),
        "case_filed": State("已立案"), "closed": State("已办结", final=True), "withdrawn": State("来件撤回", final=True),
    },
    {
        "delivered": ("signed", "withdrawn"), "signed": ("proposed", "disposed"), "proposed": ("disposed", "shelved"), "disposed": ("case_filed", "closed"),
        "shelved": ("signed",), "case_filed": ("closed",),
    },
)
LINE = ("delivered", "signed", "proposed", "disposed", "closed")


def bar(*path: str, process: tuple[str, ...] = LINE) -> list[tuple[str, str]]:
    """Steps of a record that went through these states, the last being its present one."""
    befores = ("", *path)
    history = [SimpleNamespace(entry=SimpleNamespace(before=before, after=after)) for before, after in zip(befores, path, strict=False)]
    steps = steps_of(SimpleNamespace(process=process, machine=MACHINE), SimpleNamespace(status=path[-1]), history[::-1])
    return [(step.label, step.state) for step in steps]


def test_on_the_line() -> None:
    assert bar("delivered", "signed") == [("待签收", "done"), ("已签收", "now"), ("处置待批", "next"), ("已处置", "next"), ("已办结", "next")]
    assert [state for _label, state in bar("delivered", "signed", "proposed", "disposed", "closed")] == ["done"] * 5


def test_a_station_that_was_passed_over_is_not_claimed() -> None:
    assert bar("delivered", "signed", "disposed")[2] == ("处置待批", "skipped")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("delivered", "signed", "proposed", "shelved"),
         [("待签收", "done"), ("已签收", "done"), ("处置待批", "done"), ("暂存待查", "beside"), ("已处置", "next"), ("已办结", "next")]),
        (("delivered", "signed", "proposed", "disposed", "case_filed"),
         [("待签收", "done"), ("已签收", "done"), ("处置待批", "done"), ("已处置", "done"), ("已立案", "beside"), ("已办结", "next")]),
    ],
)
def test_beside_the_line_after_the_station_it_came_from(path: tuple[str, ...], expected: list[tuple[str, str]]) -> None:
    assert bar(*path) == expected


def test_nothing_follows_an_end_beside_the_line() -> None:
    assert bar("delivered", "withdrawn") == [("待签收", "done"), ("来件撤回", "beside")]


def test_taken_back_to_an_earlier_station() -> None:
    assert [state for _label, state in bar("delivered", "signed", "proposed", "shelved", "signed")] == ["done", "now", "next", "next", "next"]


def test_without_a_line_or_without_history() -> None:
    assert bar("delivered", process=()) == []
    lonely = steps_of(SimpleNamespace(process=LINE, machine=MACHINE), SimpleNamespace(status="shelved"), [])
    assert [step.state for step in lonely] == ["beside", "next", "next", "next", "next", "next"]
