"""What callers were told and what was done to the system, written down as it happens: scheduling is not repeatable, so this is the evidence."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TextIO

OK, ERROR, UNKNOWN = "ok", "error", "unknown"


@dataclass(frozen=True)
class Act:
    """One request of a caller.

    Attributes:
        begun, ended: seconds since 1970.
        told: `ok` it is committed; `error` it is not; `unknown` nobody said.
    """

    mark: str
    src: str
    dst: str
    case: str
    n: int
    text_hash: str
    refusable: bool
    begun: float
    ended: float
    told: str
    event_id: str
    answer: str


class History:
    """Two files of JSON lines, and everything in memory too."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.acts: list[Act] = []
        self.faults: list[dict[str, Any]] = []
        self._acts, self._faults = (folder / "acts.jsonl").open("w"), (folder / "faults.jsonl").open("w")

    def act(self, act: Act) -> None:
        self.acts.append(act)
        _write(self._acts, asdict(act))

    def fault(self, **facts: Any) -> None:
        """One fault, when it has been healed."""
        self.faults.append(facts)
        _write(self._faults, facts)

    def close(self) -> None:
        self._acts.close()
        self._faults.close()

    def __iter__(self) -> Iterator[Act]:
        return iter(self.acts)


def text_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _write(stream: TextIO, facts: dict[str, Any]) -> None:
    stream.write(json.dumps({"at": round(time.time(), 3), **facts}, ensure_ascii=False) + "\n")
    stream.flush()
