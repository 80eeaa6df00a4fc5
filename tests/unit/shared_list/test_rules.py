"""Pasting, counting, paging and the machines of shared lists."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capabilities.shared_list.domain import states
from capabilities.shared_list.domain.counting import allowed_decisions, compose
from capabilities.shared_list.domain.pasting import COLUMNS, parse_rows, split_numbers
from capabilities.shared_list.domain.states import COPY, LOCAL, UPSTREAM, Copy, Decision, Local, Upstream
from capabilities.shared_list.domain.texts import PAGE_BYTES_MAX, pages, text_diff
from shared_schemas.shared_list.v1 import ITEMS_MAX

KINDS = {"政策清单": "policy_list", "问题清单": "problem_list"}


def test_rows_from_a_spreadsheet_become_items():
    pasted = parse_rows(
        "\t".join(COLUMNS) + "\n政策清单\t政策-01\t惠农\t补贴政策\t示农发\t是\n问题清单\t问题-01\t惠农\t补贴滞留\t\t\t政策-01\n", KINDS
    )
    assert not pasted.errors
    assert [(item.kind, item.number, item.locked, item.links) for item in pasted.items] == [
        ("policy_list", "政策-01", True, ()),
        ("problem_list", "问题-01", False, ("政策-01",)),
    ]


def test_a_quoted_cell_may_hold_line_breaks():
    [item] = parse_rows('政策清单\t政策-01\t\t"第一行\n第二行"', KINDS).items
    assert item.content == "第一行\n第二行"


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("空清单\tA-1\t\t内容", "所属清单", "没有“空清单”"),
        ("\tA-1\t\t内容", "所属清单", "未填写"),
        ("政策清单\t\t\t内容", "编号", "未填写"),
        ("政策清单\tA-1\t\t", "内容", "未填写"),
        ("政策清单\tA-1\t\t" + "长" * 2001, "内容", "超过 2000 字"),
        ("政策清单\tA-1\t\t内容\t\t也许", "是否锁定", "是”或“否"),
        ("政策清单\tA-1\t\t内容\t\t\tB-9", "关联编号", "没有编号“B-9”"),
        ("政策清单\tA-0\t\t内容", "编号", "已有此编号"),
        ("政策清单\tA-1\t\t内容\t\t\t\t多余", "关联编号", "多出一列"),
    ],
)
def test_a_bad_row_says_which_cell_is_wrong(row, column, words):
    pasted = parse_rows(row, KINDS, frozenset({"A-0"}))
    assert any(error.column == column and words in error.message for error in pasted.errors), pasted.errors


def test_a_number_used_twice_names_the_first_row():
    pasted = parse_rows("政策清单\tA-1\t\t甲\n政策清单\tA-1\t\t乙", KINDS)
    assert [str(error) for error in pasted.errors] == ["第2行“编号”:与第1行重复"]


def test_the_first_column_may_be_empty_when_the_list_has_one_kind_even_in_a_stripped_first_row():
    pasted = parse_rows("A-1\t\t甲\n\tA-2\t\t乙", KINDS, default_kind="policy_list")
    assert [(item.number, item.content, item.kind) for item in pasted.items] == [("A-1", "甲", "policy_list"), ("A-2", "乙", "policy_list")]


def test_too_many_rows_are_refused():
    text = "\n".join(f"政策清单\tA-{n}\t\t内容" for n in range(ITEMS_MAX + 1))
    assert "最多" in parse_rows(text, KINDS).errors[-1].message


@given(st.text(max_size=300))
def test_anything_pasted_gives_items_or_errors_and_never_breaks(text):
    pasted = parse_rows(text, KINDS, default_kind="policy_list")
    assert pasted.items or pasted.errors


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("政策-01、职能-02", ("政策-01", "职能-02")),
        ("A,B;C;D E", ("A", "B", "C", "D", "E")),
        (" A 、A ", ("A",)),
        ("", ()),
    ],
)
def test_linked_numbers_are_read_as_officers_write_them(cell, numbers):
    assert split_numbers(cell) == numbers


def test_composition_counts_upstream_items_and_additions_apart():
    pairs = [("adopt", True)] * 41 + [("modify", True)] * 6 + [("drop", True)] * 2 + [("add", False)] * 5 + [("drop", False)]
    counted = compose(pairs)
    assert (counted.adopted, counted.modified, counted.dropped, counted.added, counted.upstream) == (41, 6, 2, 5, 49)
    assert counted.adoption == pytest.approx(41 / 49)


def test_adoption_of_nothing_is_not_zero():
    assert compose([]).adoption is None


def test_a_decision_only_newer_releases_know_counts_nowhere():
    assert compose([("split", True), ("adopt", True)]).upstream == 1


@pytest.mark.parametrize(
    ("from_upstream", "locked", "allowed"),
    [
        (True, False, {"adopt", "modify", "drop"}),
        (True, True, {"adopt"}),
        (False, False, {"add", "drop"}),
    ],
)
def test_what_may_be_decided(from_upstream, locked, allowed):
    assert set(allowed_decisions(from_upstream=from_upstream, locked=locked)) == allowed


@given(st.lists(st.integers(1, 40_000), max_size=60))
def test_pages_hold_everything_in_order_within_their_limits(sizes):
    cut = list(pages(list(enumerate(sizes)), lambda item: item[1], items_max=20))
    assert [item for _, page in cut for item in page] == list(enumerate(sizes))
    for first, page in cut:
        assert not page or page[0][0] == first
        assert len(page) <= 20
        assert len(page) <= 1 or sum(size for _, size in page) <= PAGE_BYTES_MAX


def test_a_page_holds_no_more_items_than_agreed():
    assert [len(page) for _, page in pages(range(45), lambda _: 1, items_max=20)] == [20, 20, 5]


def test_an_empty_list_is_one_empty_page():
    assert list(pages([], len, items_max=5)) == [(0, [])]


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_difference_leads_from_one_wording_to_the_other(old, new):
    pieces = text_diff(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "ins") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "del") == new


def test_a_published_version_never_goes_back_to_drafting():
    assert not UPSTREAM.allows(Upstream.PUBLISHED, Upstream.DRAFTING)
    assert UPSTREAM.sources_of(Upstream.PUBLISHED) == {Upstream.APPROVED}


def test_every_active_local_copy_can_become_stale():
    assert all(LOCAL.allows(state, Local.STALE) for state in states.ACTIVE_LOCAL)


def test_the_issuer_follows_its_receivers_in_any_order_but_never_back_to_unsigned():
    assert COPY.allows(Copy.FILED_BACK, Copy.ADAPTING)
    assert not any(COPY.allows(state, Copy.SENT) for state in Copy)


def test_unknown_words_have_a_fallback():
    assert Decision.of("merge") is Decision.UNKNOWN
    assert states.Change.of("split") is states.Change.GENERAL
