"""The demo's calendar: its nodes live some days in the past while the story plays, and arrive at today with its last step.

All processes of one demo read the same eight bytes, so their clocks agree at every moment. The clock only moves forward.
Nothing of this is known to a node: it is handed a clock when it is started, as in tests; no setting can set one back.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from nodekit.clock import local_date, utc_now

STOPS = (84, 77, 70, 63, 56, 49, 42, 35, 28, 21, 14, 10, 7, 3, 1, 0)
"""Days ago at which the clock stands still enough for acts: weekly, so that twelve weeks of trends cost sixteen moves."""
LONGEST = STOPS[0]
_DAYS = struct.Struct("<q")


def stop_for(ago: int) -> int:
    """The first stop that is not before `ago` days ago: nothing happens earlier than its day."""
    return next(stop for stop in STOPS if stop <= max(ago, 0))


class DemoClock:
    """How many days behind the machine a demo lives, shared by all its processes."""

    def __init__(self, file: Path) -> None:
        self.file = file
        with file.open("r+b") as stream:
            self._shared = mmap.mmap(stream.fileno(), _DAYS.size)

    @classmethod
    def of(cls, home: Path, *, behind: int) -> DemoClock:
        """The clock of a state folder; a new one starts `behind` days ago."""
        file = home / "clock"
        if not file.exists():
            file.write_bytes(_DAYS.pack(behind))
        return cls(file)

    @property
    def behind(self) -> int:
        return int(_DAYS.unpack_from(self._shared)[0])

    def now(self) -> datetime:
        return utc_now() - timedelta(days=self.behind)

    def today(self) -> date:
        return local_date(self.now())

    def move_to(self, ago: int) -> bool:
        """Move forward to `ago` days ago; False when the clock is there already or further on."""
        if ago >= self.behind:
            return False
        _DAYS.pack_into(self._shared, 0, ago)
        return True


def clock_of(file: str) -> Callable[[], datetime]:
    """For a node process: what time the demo says it is."""
    return DemoClock(Path(file)).now
