"""Showing the difference between two wordings, and pages of a long list that fit an event."""

from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple, TypeVar

ItemT = TypeVar("ItemT")
PAGE_BYTES_MAX = 150 * 1024
"""JSON bytes of the items on one page; header and envelope fit beside them under EVENT_BODY_BYTES_MAX."""


class Piece(NamedTuple):
    """A run of characters: `kind` is same, del (only in the old wording) or ins (only in the new)."""

    kind: str
    text: str


def text_diff(old: str, new: str) -> tuple[Piece, ...]:
    """The way from one wording to another, character by character (Chinese has no blanks to split at)."""
    pieces: list[Piece] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", old[i1:i2]))
            continue
        if i2 > i1:
            pieces.append(Piece("del", old[i1:i2]))
        if j2 > j1:
            pieces.append(Piece("ins", new[j1:j2]))
    return tuple(pieces)


def pages(items: Sequence[ItemT], size_of: Callable[[ItemT], int], *, items_max: int) -> Iterator[tuple[int, list[ItemT]]]:
    """Cut a list into pages of at most PAGE_BYTES_MAX and `items_max` items. An empty list is one empty page.

    Yields:
        (position of the page's first item, its items)
    """
    page: list[ItemT] = []
    first, size = 0, 0
    for position, item in enumerate(items):
        weight = size_of(item)
        if page and (size + weight > PAGE_BYTES_MAX or len(page) >= items_max):
            yield first, page
            page, first, size = [], position, 0
        page.append(item)
        size += weight
    yield first, page
