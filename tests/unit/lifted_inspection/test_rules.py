"""When a team is complete, who counts, what machines allow."""

from itertools import pairwise

import pytest

from capabilities.lifted_inspection.domain import machines, words
from capabilities.lifted_inspection.domain.rules import Lent, counts_here, staffing_gaps

READY = Lent("released", 2, ("released", "released", "rejected"))


@pytest.mark.parametrize(
    ("kind", "lent", "own", "missing"),
    [
        ("cross", [READY], 0, []),
        ("lifted", [], 3, []),
        ("lifted", [], 0, ["巡察组还没有成员"]),
        ("cross", [], 3, ["交叉、联动、一体巡察须有抽调单位人员参加"]),
        ("cross", [Lent("released", 1, ("released", "conflicted"))], 0, ["有1名人选命中回避,须更换"]),
        ("cross", [Lent("released", 2, ("released",))], 1, ["抽调人数还差1名"]),
        ("cross", [Lent("lettered", 1, ("chosen",))], 0, ["有1个单位尚未放行"]),
        ("cross", [READY, Lent("declined", 5, ())], 0, []),
        ("cross", [READY, Lent("cancelled", 5, ("conflicted",))], 0, []),
    ],
)
def test_what_keeps_a_team_from_being_formed(kind, lent, own, missing) -> None:
    assert staffing_gaps(kind, lent, own) == missing


def test_one_office_counts() -> None:
    assert [office for office in ("990000-inspection", "990100-inspection", "990121-inspection") if counts_here("990100-inspection", office)] == ["990100-inspection"]


def test_no_team_goes_in_before_it_is_formed_and_nothing_is_closed_without_a_result() -> None:
    assert machines.TASK.sources_of("entered") == {"team_formed"}
    assert machines.TASK.sources_of("closed") == {"result_reported_up"}
    assert machines.CANDIDATE.steps["conflicted"] == ("rejected",), "a hit can only be replaced"


@pytest.mark.parametrize("word", [words.Kind, words.Reason, words.Opinion, words.Outcome, words.Stage, words.Skill, words.Addressee, words.Step, words.InterestKind])
def test_a_code_of_a_newer_release_reads_as_other(word) -> None:
    assert word.label_of("of_a_newer_release") == "其他(新版本类别)"


@pytest.mark.parametrize("line", [machines.TASK_LINE, machines.REQUEST_LINE, machines.ASSIGNMENT_LINE, machines.SECONDMENT_LINE])
def test_main_lines_are_walkable(line) -> None:
    machine = next(machine for machine in (machines.TASK, machines.REQUEST, machines.ASSIGNMENT, machines.SECONDMENT) if set(line) <= set(machine.states))
    leap = {("proposed", "consulting")}
    assert all(machine.allows(before, after) or (before, after) in leap for before, after in pairwise(line))
