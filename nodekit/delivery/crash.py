"""Named places where a process may be made to die, to prove that dying there loses nothing.

`LIANDONG_CRASH="after_publish:3"` ends the process at the third arrival at that place, as `kill -9` would. Every place is reached by a
test at either end of a channel; tests/delivery/test_crash_points.py fails when one is not.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

BEFORE_OUTBOX_COMMIT, AFTER_OUTBOX_COMMIT = "before_outbox_commit", "after_outbox_commit"
OFFICER = (BEFORE_OUTBOX_COMMIT, AFTER_OUTBOX_COMMIT)
"""An officer's act, before and after it is committed; the answer has not left yet."""

AFTER_TAKING_OVER = "after_taking_over"
BEFORE_NUMBERING_COMMIT, AFTER_NUMBERING = "before_numbering_commit", "after_numbering"
BEFORE_RESEND, BEFORE_PUBLISH, AFTER_PUBLISH = "before_resend", "before_publish", "after_publish"
BEFORE_RECEIPT_COMMIT, AFTER_RECEIPT_COMMIT = "before_receipt_commit", "after_receipt_commit"
SENDING = (
    AFTER_TAKING_OVER, BEFORE_NUMBERING_COMMIT, AFTER_NUMBERING, BEFORE_RESEND, BEFORE_PUBLISH, AFTER_PUBLISH, BEFORE_RECEIPT_COMMIT,
    AFTER_RECEIPT_COMMIT,
)

BEFORE_STATE_PUBLISH, AFTER_STATE_PUBLISH = "before_state_publish", "after_state_publish"
BEFORE_STATE_COMMIT, AFTER_STATE_COMMIT = "before_state_commit", "after_state_commit"
MEETING = (BEFORE_STATE_PUBLISH, AFTER_STATE_PUBLISH, BEFORE_STATE_COMMIT, AFTER_STATE_COMMIT)
"""Greeting, acknowledging, opening: what is said and heard of where both stand."""

AFTER_INGEST = "after_ingest"
BEFORE_INGEST_COMMIT, AFTER_INGEST_COMMIT = "before_ingest_commit", "after_ingest_commit"
BEFORE_APPLY_COMMIT, AFTER_APPLY_COMMIT = "before_apply_commit", "after_apply_commit"
BEFORE_RECEIPT_PUBLISH, AFTER_RECEIPT_PUBLISH = "before_receipt_publish", "after_receipt_publish"
AFTER_EVIDENCE = "after_evidence"
RECEIVING = (
    AFTER_INGEST, BEFORE_INGEST_COMMIT, AFTER_INGEST_COMMIT, BEFORE_APPLY_COMMIT, AFTER_APPLY_COMMIT, BEFORE_RECEIPT_PUBLISH, AFTER_RECEIPT_PUBLISH,
    AFTER_EVIDENCE,
)

AFTER_FETCH_PUBLISH, BEFORE_BACK_COMMIT, AFTER_BACK_COMMIT = "after_fetch_publish", "before_back_commit", "after_back_commit"
AFTER_FETCH_HEARD, BEFORE_BACK_PUBLISH, AFTER_BACK_PUBLISH = "after_fetch_heard", "before_back_publish", "after_back_publish"
ASKING_FOR_THE_PAST = (AFTER_FETCH_PUBLISH, BEFORE_BACK_COMMIT, AFTER_BACK_COMMIT)
GIVING_THE_PAST_BACK = (AFTER_FETCH_HEARD, BEFORE_BACK_PUBLISH, AFTER_BACK_PUBLISH)

BEFORE_BUS_ACK, AFTER_BUS_ACK = "before_bus_ack", "after_bus_ack"
BEFORE_LINK_PUBLISH, AFTER_LINK_PUBLISH, AFTER_LINK_ACK = "before_link_publish", "after_link_publish", "after_link_ack"
AFTER_STREAM = "after_stream"
ON_THE_BUS = (BEFORE_BUS_ACK, AFTER_BUS_ACK, BEFORE_LINK_PUBLISH, AFTER_LINK_PUBLISH, AFTER_LINK_ACK, AFTER_STREAM)
"""Reader, link relay and provisioner of one node."""

AFTER_BACKUP_MARK, AFTER_BACKUP_WRITTEN = "after_backup_mark", "after_backup_written"
AFTER_RESTORE_LOADED, AFTER_RESTORE_MIGRATED = "after_restore_loaded", "after_restore_migrated"
BEFORE_PARCEL_COMMIT, AFTER_PARCEL_COMMIT = "before_parcel_commit", "after_parcel_commit"
BY_COMMAND = (
    AFTER_BACKUP_MARK, AFTER_BACKUP_WRITTEN, AFTER_RESTORE_LOADED, AFTER_RESTORE_MIGRATED, BEFORE_PARCEL_COMMIT, AFTER_PARCEL_COMMIT,
)
"""Backup, restore and parcels, as operators run them."""

PLACES = frozenset((*OFFICER, *SENDING, *MEETING, *RECEIVING, *ASKING_FOR_THE_PAST, *GIVING_THE_PAST_BACK, *ON_THE_BUS, *BY_COMMAND))
"""All of them."""
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

    def reach_each(self, places: Iterable[tuple[str, object]]) -> None:
        """The places of the pairs whose second member is true."""
        for name, here in places:
            if here:
                self.reach(name)

    def die(self) -> None:
        os._exit(CRASH_EXIT_CODE)
