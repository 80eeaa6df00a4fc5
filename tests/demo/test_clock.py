"""The demo's calendar: shared by all its processes, only forward, and unknown to a node outside the demo."""

from datetime import timedelta
from pathlib import Path

import pytest

from deploy.demo.clock import LONGEST, STOPS, DemoClock, clock_of, stop_for
from deploy.demo.federation import clock_for
from deploy.demo.plan import OFFICES_FILE, Plan
from deploy.demo.scenario.story import Federation, Script, stages, whole_story
from deploy.demo.screen import Screen
from deploy.demo.state import StateFolder, write_json
from nodekit.clock import utc_now
from nodekit.settings import Settings


def test_every_process_of_a_demo_reads_the_same_day(tmp_path: Path) -> None:
    clock = DemoClock.of(tmp_path, behind=LONGEST)
    node = clock_of(str(clock.file))
    assert abs(utc_now() - node() - timedelta(days=LONGEST)) < timedelta(minutes=1)
    assert clock.move_to(7)
    assert abs(utc_now() - node() - timedelta(days=7)) < timedelta(minutes=1)


def test_the_clock_never_goes_back(tmp_path: Path) -> None:
    clock = DemoClock.of(tmp_path, behind=7)
    assert not clock.move_to(14)
    assert not clock.move_to(7)
    assert DemoClock.of(tmp_path, behind=LONGEST).behind == 7


def test_a_demo_that_began_before_there_was_a_clock_stays_in_the_present(tmp_path: Path) -> None:
    state = StateFolder(tmp_path)
    write_json(tmp_path / "scenario.json", {"done": ["00_nodes/sign_in_everywhere"], "facts": {}})
    assert clock_for(state).behind == 0


def test_nothing_happens_before_its_day() -> None:
    assert [stop_for(ago) for ago in (400, 84, 80, 9, 2, 0, -5)] == [84, 84, 77, 7, 1, 0, 0]
    assert list(STOPS) == sorted(STOPS, reverse=True)


async def test_the_story_is_told_in_the_order_of_its_days(tmp_path: Path) -> None:
    story = await whole_story(Plan.of(tmp_path, offices_file=OFFICES_FILE))
    assert [planned.ago for planned in story] == sorted((planned.ago for planned in story), reverse=True)
    assert story[0].ago == LONGEST
    assert story[-1].ago == 0
    assert len({planned.key for planned in story}) == len(story)


async def test_a_chapter_cannot_go_back_in_time(tmp_path: Path) -> None:
    async def nothing(_fed: Federation) -> None: ...

    script = Script(Plan.of(tmp_path), stages()[0])
    await script.step("先", nothing, ago=7)
    await script.step("同日", nothing)
    assert [planned.ago for planned in script.planned] == [7, 7]
    with pytest.raises(ValueError, match="later day"):
        await script.step("后", nothing, ago=14)


def test_days_of_the_story_are_counted_to_its_end(tmp_path: Path) -> None:
    state = StateFolder(tmp_path)
    state.open()
    fed = Federation(Plan.of(tmp_path), state, Screen(), DemoClock.of(tmp_path, behind=28))
    assert fed.day(28) == fed.today
    assert fed.day(0) - fed.today == timedelta(days=28)
    state.close()


def test_no_setting_of_a_node_moves_its_clock() -> None:
    assert not [name for name in Settings.model_fields if "clock" in name or "behind" in name or "now" in name]
