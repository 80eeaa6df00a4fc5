"""Papers in official layout (公文版式): what is on the sheet, for one template. Source: docs/domain, F.3 (GB/T 9704 elements)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Sheet:
    """A table under the text, with its caption."""

    caption: str
    heads: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


@dataclass(frozen=True)
class Letter:
    """One paper, ready to print on A4."""

    kind: str
    """抽调函, 批复 … as the page is called."""
    sender: str
    number: str
    title: str
    to: tuple[str, ...]
    """主送."""
    paragraphs: tuple[str, ...]
    dated_on: date | None
    """成文日期; None: the day its number was given."""
    sheet: Sheet | None = None
    copied_to: tuple[str, ...] = ()
    """抄送."""
    note: str = ""
    """附注: contact, receipt."""
    lines: tuple[tuple[str, str], ...] = field(default=())
    """Facts as label and value, where prose would hide them."""


def chinese_date(day: date | None) -> str:
    """成文日期 in Arabic figures without leading zeros: 2026年3月2日."""
    return f"{day.year}年{day.month}月{day.day}日" if day else "(日期)"


def paragraphs(text: str) -> tuple[str, ...]:
    """What an officer wrote, paragraph by paragraph."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())
