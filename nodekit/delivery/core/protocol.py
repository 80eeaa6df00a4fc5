"""The whole protocol of one node, put together: reading, both halves, the schedule they share."""

from __future__ import annotations

from nodekit.delivery.core.pacing import Rng, StateSchedule
from nodekit.delivery.core.reading import Heard, read
from nodekit.delivery.core.receiver import Receiver
from nodekit.delivery.core.rules import ALL_RULES, Rules
from nodekit.delivery.core.sender import Sender
from nodekit.delivery.core.suite import Keyring


class Protocol:
    """One process of one node.

    The two halves touch different tables and may run in concurrent transactions; each half on its own is sequential.
    After a transaction of the sending half that failed, call `forget`: it is treated as a crash. The receiving half keeps
    nothing in memory that a rollback could make wrong.

    Args:
        boot: 32 hex digits, fresh for every process start; never stored, never used twice.
    """

    def __init__(self, me: str, keyring: Keyring, rng: Rng, boot: str, rules: Rules = ALL_RULES) -> None:
        self.me, self._keyring = me, keyring
        self.schedule = StateSchedule(rng)
        self.sender = Sender(me, keyring, self.schedule, rng, boot, rules)
        self.receiver = Receiver(me, keyring, self.schedule, rules)

    def read(self, src: str, data: bytes) -> Heard:
        """What `src` said, verified. Raises Reject and nothing else."""
        return read(data, src=src, me=self.me, keyring=self._keyring)

    def next_due(self) -> float:
        """When `sender.tick` has something to do, in the same seconds as `now`."""
        return min(self.sender.next_due(), self.schedule.next_due())

    def forget(self) -> None:
        """Drop what a rolled-back transaction may have put into memory."""
        self.sender.forget()
        self.schedule.forget()
