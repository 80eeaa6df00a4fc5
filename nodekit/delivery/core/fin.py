"""`fin`, the standing reconciliation (对账): one hash over how the numbers 1…n of a channel were decided, said by both ends.

Statuses are letters in the order of numbers: `a` accepted, `r` refused, `x` known at this end to have been decided both ways. The
hash runs from block to block of FIN_BLOCK numbers, so that every stored block is a place to go on from, and two histories of a million
numbers are compared in two exchanges.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from nodekit.delivery.core.canonical import Reject
from nodekit.delivery.core.limits import FIN_MARKS_MAX, FIN_ROWS_MAX
from nodekit.delivery.core.link import HASH
from nodekit.delivery.core.suite import INTL_1, TAG_FIN

Way = Literal["out", "in"]
OUT: Way = "out"
IN: Way = "in"
LETTERS = re.compile(r"[arx]{0,256}")


@dataclass(frozen=True, slots=True)
class Fin:
    """Numbers 1…`n` are decided, as `hash` says."""

    n: int
    hash: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one number was decided at this end; `status` is empty while it is not, or not yet receipted."""

    seq: int
    status: str
    diverged: bool

    @property
    def letter(self) -> str:
        return "x" if self.diverged else "a" if self.status == "accepted" else "r"


@dataclass(frozen=True, slots=True)
class FinWords:
    """A step of looking for what differs. `way` names the channel as the speaker sees it.

    Attributes:
        marks: (blocks, hash after so many blocks), ascending: where do we begin to differ?
        block: number of whole blocks before the one that `letters` tells; -1, none is told.
        seqs: numbers whose receipts are shown.
        ask: show me yours.
    """

    way: Way
    marks: tuple[tuple[int, str], ...] = ()
    block: int = -1
    letters: str = ""
    seqs: tuple[int, ...] = ()
    ask: bool = False


def beginning(channel: str) -> str:
    """Hash before number 1."""
    return INTL_1.digest(TAG_FIN + channel.encode())


def extend_fin(before: str, letters: str) -> str:
    """Hash after one more block, or the beginning of one."""
    return INTL_1.digest(TAG_FIN + f"{before}:{letters}".encode())


def letters_of(verdicts: Sequence[Verdict], after: int) -> str:
    """Letters of the numbers decided without a gap behind `after`."""
    letters = []
    for offset, verdict in enumerate(verdicts, start=1):
        if verdict.seq != after + offset or not (verdict.status or verdict.diverged):
            break
        letters.append(verdict.letter)
    return "".join(letters)


def fin_body(fins: tuple[Fin | None, Fin | None]) -> dict[str, Any]:
    """For STATE: what the speaker says of its outgoing and incoming channel; what is not said is left out."""
    said = {way: {"n": fin.n, "h": fin.hash} for way, fin in zip((OUT, IN), fins, strict=True) if fin is not None}
    return {"fin": said} if said else {}


def read_fins(body: dict[str, Any]) -> tuple[Fin | None, Fin | None]:
    """(of the speaker's outgoing channel, of its incoming one); None where nothing is said."""
    said = body.get("fin", {})
    if not isinstance(said, dict):
        raise Reject("state.field", "fin")
    return _read_fin(said.get(OUT)), _read_fin(said.get(IN))


def _read_fin(said: Any) -> Fin | None:
    if said is None:
        return None
    if not isinstance(said, dict):
        raise Reject("state.field", "fin")
    n, text = said.get("n"), said.get("h")
    if type(n) is not int or n < 0 or not isinstance(text, str) or not HASH.fullmatch(text):
        raise Reject("state.field", "fin")
    return Fin(n, text)


def words_body(words: FinWords) -> dict[str, Any]:
    body: dict[str, Any] = {"way": words.way}
    if words.marks:
        body["marks"] = [[blocks, text] for blocks, text in words.marks]
    if words.block >= 0:
        body["rows"] = {"block": words.block, "st": words.letters}
    if words.seqs:
        body |= {"seqs": list(words.seqs), "ask": words.ask}
    return body


def read_words(body: dict[str, Any]) -> FinWords:
    """Raises Reject and nothing else."""
    way, ask = body.get("way"), body.get("ask", False)
    if way not in (OUT, IN) or not isinstance(ask, bool):
        raise Reject("fin.field", "way")
    block, letters = _read_rows(body.get("rows"))
    return FinWords(way, _read_marks(body.get("marks", [])), block, letters, _read_seqs(body.get("seqs", [])), ask)


def _read_marks(marks: Any) -> tuple[tuple[int, str], ...]:
    if not isinstance(marks, list) or len(marks) > FIN_MARKS_MAX:
        raise Reject("fin.field", "marks")
    read: list[tuple[int, str]] = []
    for mark in marks:
        try:
            blocks, text = mark
        except (TypeError, ValueError) as error:
            raise Reject("fin.field", "marks") from error
        if type(blocks) is not int or not isinstance(text, str) or not HASH.fullmatch(text) or blocks <= (read[-1][0] if read else -1):
            raise Reject("fin.field", "marks")
        read.append((blocks, text))
    return tuple(read)


def _read_rows(rows: Any) -> tuple[int, str]:
    if rows is None:
        return -1, ""
    if not isinstance(rows, dict):
        raise Reject("fin.field", "rows")
    block, letters = rows.get("block"), rows.get("st")
    if type(block) is not int or not 0 <= block < 2**45 or not isinstance(letters, str) or not LETTERS.fullmatch(letters):
        raise Reject("fin.field", "rows")
    return block, letters


def _read_seqs(seqs: Any) -> tuple[int, ...]:
    if not isinstance(seqs, list) or len(seqs) > FIN_ROWS_MAX or not all(type(seq) is int and seq > 0 for seq in seqs):
        raise Reject("fin.field", "seqs")
    return tuple(seqs)


def spread(low: int, high: int) -> list[int]:
    """At most FIN_MARKS_MAX places in [low, high], evenly, both ends among them."""
    count = min(FIN_MARKS_MAX - 1, high - low)
    if count <= 0:
        return [low]
    return sorted({low + (high - low) * step // count for step in range(count + 1)})


