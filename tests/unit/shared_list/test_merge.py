"""The three-way merge: one side's change is taken, both sides' is settled by a person, nothing written is lost."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capabilities.shared_list.domain.merge import (
    CONFLICTS,
    ItemText,
    LocalItem,
    Outcome,
    Settlement,
    UpstreamItem,
    settlements_of,
    three_way_merge,
)
from capabilities.shared_list.domain.states import Decision

KEY, OTHER = UUID(int=1), UUID(int=2)
OLD, NEW, MINE = (ItemText("节", words, "依据") for words in ("原文", "上级新文", "本地改文"))
ADOPT, DROP, OPEN = LocalItem(Decision.ADOPT), LocalItem(Decision.DROP, reason="不适用"), LocalItem(None)
MODIFY = LocalItem(Decision.MODIFY, MINE, "结合实际")


def merge_one(upstream: ItemText | None, local: LocalItem, *, locked: bool = False):
    after = [UpstreamItem(KEY, upstream, locked)] if upstream else []
    return three_way_merge([UpstreamItem(KEY, OLD)], after, {KEY: local})


@pytest.mark.parametrize(
    ("upstream", "local", "outcome", "decision"),
    [
        (OLD, ADOPT, Outcome.CARRIED, Decision.ADOPT),
        (OLD, MODIFY, Outcome.CARRIED, Decision.MODIFY),
        (OLD, DROP, Outcome.CARRIED, Decision.DROP),
        (OLD, OPEN, Outcome.UNDECIDED, None),
        (NEW, ADOPT, Outcome.TOOK_UPSTREAM, Decision.ADOPT),
        (NEW, MODIFY, Outcome.BOTH_CHANGED, None),
        (NEW, DROP, Outcome.CHANGED_AFTER_DROP, None),
        (NEW, OPEN, Outcome.UNDECIDED, None),
        (MINE, MODIFY, Outcome.CONVERGED, Decision.ADOPT),
    ],
)
def test_an_item_in_both_versions(upstream, local, outcome, decision):
    [item] = merge_one(upstream, local).items
    assert (item.outcome, item.decision) == (outcome, decision)


@pytest.mark.parametrize("local", [MODIFY, DROP])
@pytest.mark.parametrize("upstream", [OLD, NEW])
def test_a_lock_over_local_work_is_shown_and_leaves_one_choice(upstream, local):
    [item] = merge_one(upstream, local, locked=True).items
    assert (item.outcome, item.decision) == (Outcome.NOW_LOCKED, None)
    assert settlements_of(item.outcome) == (Settlement.TAKE_UPSTREAM,)


def test_a_lock_over_an_adopted_item_is_no_conflict():
    [item] = merge_one(NEW, ADOPT, locked=True).items
    assert (item.outcome, item.decision) == (Outcome.TOOK_UPSTREAM, Decision.ADOPT)


@pytest.mark.parametrize("local", [ADOPT, DROP, OPEN])
def test_an_item_removed_upstream_goes_when_nobody_worked_on_it(local):
    result = merge_one(None, local)
    assert (result.items, result.gone) == ((), (KEY,))


def test_an_item_removed_upstream_but_modified_here_is_settled_by_a_person():
    [item] = merge_one(None, MODIFY).items
    assert (item.outcome, item.text, item.from_upstream) == (Outcome.REMOVED_UPSTREAM, MINE, False)


def test_a_new_upstream_item_waits_for_a_decision():
    result = three_way_merge([UpstreamItem(KEY, OLD)], [UpstreamItem(KEY, OLD), UpstreamItem(OTHER, NEW)], {KEY: ADOPT})
    assert [(item.key, item.outcome) for item in result.items] == [(KEY, Outcome.CARRIED), (OTHER, Outcome.NEW)]


def test_a_local_addition_is_kept():
    addition = LocalItem(Decision.ADD, MINE, "本地特有")
    result = three_way_merge([UpstreamItem(KEY, OLD)], [UpstreamItem(KEY, OLD)], {KEY: ADOPT, OTHER: addition})
    assert [(item.outcome, item.text) for item in result.items[1:]] == [(Outcome.KEPT_ADDITION, MINE)]


def test_a_local_addition_taken_up_by_upstream_becomes_an_adopted_item():
    addition = LocalItem(Decision.ADD, ItemText("节", "本地 改文", "依据"), "本地特有")
    result = three_way_merge([], [UpstreamItem(KEY, MINE)], {OTHER: addition})
    assert [(item.key, item.outcome, item.decision) for item in result.items] == [(KEY, Outcome.CONVERGED, Decision.ADOPT)]


def test_one_upstream_item_takes_up_only_one_of_two_equal_additions():
    twin = LocalItem(Decision.ADD, MINE, "本地特有")
    result = three_way_merge([], [UpstreamItem(KEY, MINE)], {OTHER: twin, UUID(int=3): twin})
    assert [item.outcome for item in result.items] == [Outcome.CONVERGED, Outcome.KEPT_ADDITION]


def test_white_space_alone_is_no_change():
    [item] = merge_one(ItemText("节", " 原 文\n", "依据"), MODIFY).items
    assert item.outcome is Outcome.CARRIED


KEYS = st.integers(1, 8).map(lambda n: UUID(int=n))
TEXTS = st.sampled_from([OLD, NEW, MINE, ItemText("", "又一文", "")])
UPSTREAM = st.dictionaries(KEYS, st.tuples(TEXTS, st.booleans()), max_size=8).map(
    lambda found: [UpstreamItem(key, text, locked) for key, (text, locked) in found.items()]
)
LOCAL_ITEMS = st.one_of(
    st.sampled_from([ADOPT, DROP, OPEN]),
    TEXTS.map(lambda text: LocalItem(Decision.MODIFY, text, "理由")),
)
ADDITIONS = st.dictionaries(st.integers(20, 24).map(lambda n: UUID(int=n)), TEXTS.map(lambda text: LocalItem(Decision.ADD, text, "理由")), max_size=4)


@st.composite
def histories(draw):
    base, upstream = draw(UPSTREAM), draw(UPSTREAM)
    local = {item.key: draw(LOCAL_ITEMS) for item in base if draw(st.booleans())}
    return base, upstream, local | draw(ADDITIONS)


@given(histories())
def test_every_upstream_item_is_in_the_result_once_and_in_order(history):
    base, upstream, local = history
    merged = [item.key for item in three_way_merge(base, upstream, local).items]
    assert len(merged) == len(set(merged))
    assert merged[: len(upstream)] == [item.key for item in upstream]


@given(histories())
def test_no_local_wording_is_lost_unseen(history):
    base, upstream, local = history
    result = three_way_merge(base, upstream, local)
    shown = [item.text for item in result.items if item.text is not None]
    published = [item.text for item in upstream]
    for mine in local.values():
        if mine.text is not None:
            assert mine.text in shown or any(mine.text.same_as(text) for text in published)


@given(histories())
def test_locked_items_are_adopted_or_wait(history):
    base, upstream, local = history
    locked = {item.key for item in upstream if item.locked}
    carried = {item.key for item in base}
    for item in three_way_merge(base, upstream, local).items:
        if item.key in locked & carried:
            assert item.decision in (Decision.ADOPT, None)


@given(histories())
def test_a_conflict_is_undecided_and_nothing_else_waits_but_new_and_undecided_items(history):
    for item in three_way_merge(*history).items:
        waits = item.outcome in CONFLICTS or item.outcome in (Outcome.NEW, Outcome.UNDECIDED)
        assert (item.decision is None) == waits


@given(UPSTREAM, st.data())
def test_an_unchanged_list_without_locks_merges_without_conflict_and_keeps_every_decision(base, data):
    base = [UpstreamItem(item.key, item.text) for item in base]
    local = {item.key: data.draw(LOCAL_ITEMS) for item in base}
    result = three_way_merge(base, base, local)
    assert result.conflicts == ()
    for item in result.items:
        before = local[item.key].decision
        same = before is Decision.MODIFY and item.outcome is Outcome.CONVERGED
        assert item.decision is (Decision.ADOPT if same else before)


@given(histories())
def test_merging_the_result_again_with_the_same_version_changes_nothing(history):
    base, upstream, local = history
    first = three_way_merge(base, upstream, local)
    settled = {item.key: LocalItem(item.decision, item.text, item.reason) for item in first.items if not item.outcome.is_conflict}
    again = {item.key: item for item in three_way_merge(upstream, upstream, settled).items}
    for item in first.items:
        if item.decision in (Decision.ADOPT, Decision.DROP, Decision.ADD):
            twin = again.get(item.key)
            taken_up = item.decision is Decision.ADD and any(up.text.same_as(item.text) for up in upstream)
            locked = any(up.key == item.key and up.locked for up in upstream)
            assert taken_up or locked or (twin is not None and twin.decision == item.decision)
