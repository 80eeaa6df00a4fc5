"""A clock per office that a fault may turn: an offset in seconds in eight shared bytes. A node is handed it at its start."""

from __future__ import annotations

import mmap
import struct
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from nodekit.clock import utc_now

_SECONDS = struct.Struct("<d")


class Clock:
    """Wrong by `offset_s`."""

    def __init__(self, file: Path) -> None:
        if not file.exists():
            file.write_bytes(_SECONDS.pack(0.0))
        with file.open("r+b") as stream:
            self._shared = mmap.mmap(stream.fileno(), _SECONDS.size)
        self.file = file

    def turn(self, offset_s: float) -> None:
        _SECONDS.pack_into(self._shared, 0, offset_s)

    def now(self) -> datetime:
        return utc_now() + timedelta(seconds=_SECONDS.unpack_from(self._shared)[0])


def clock_of(file: str) -> Callable[[], datetime]:
    return Clock(Path(file)).now
