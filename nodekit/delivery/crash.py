"""Named places where a process may be made to die, to prove that dying there loses nothing.

`LIANDONG_CRASH="after_publish:3"` ends the process at the third arrival at that place, as `kill -9` would.
"""

from __future__ import annotations

import os

AFTER_NUMBERING, AFTER_PUBLISH = "after_numbering", "after_publish"
BEFORE_INGEST_COMMIT, AFTER_INGEST_COMMIT = "before_ingest_commit", "after_ingest_commit"
BEFORE_APPLY_COMMIT, AFTER_APPLY_COMMIT = "before_apply_commit", "after_apply_commit"
BEFORE_RECEIPT_COMMIT, AFTER_RECEIPT_COMMIT = "before_receipt_commit", "after_receipt_commit"
BEFORE_CHUNK_COMMIT, AFTER_CHUNK_COMMIT = "before_chunk_commit", "after_chunk_commit"
CRASH_EXIT_CODE = 137
ENVIRONMENT_NAME = "LIANDONG_CRASH"


class CrashPoints:
    """Counts arrivals at one named place and dies at the k-th; without a name it never does."""

    def __init__(self, name: str = "", at: int = 1) -> None:
        self._name, self._left = name, at

    @classmethod
    def from_environment(cls) -> CrashPoints:
        name, _, count = os.environ.get(ENVIRONMENT_NAME, "").partition(":")
        return cls(name, int(count or 1))

    def reach(self, name: str) -> None:
        if name == self._name:
            self._left -= 1
            if self._left == 0:
                self.die()

    def die(self) -> None:
        os._exit(CRASH_EXIT_CODE)
