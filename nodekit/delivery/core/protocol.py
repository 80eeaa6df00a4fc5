"""The whole protocol of one node, put together: reading, both halves, the schedule they share."""

from __future__ import annotations

from nodekit.delivery.core.flows import Flows
from nodekit.delivery.core.ground import Ground
from nodekit.delivery.core.listener import Listener
from nodekit.delivery.core.pacing import Rng, StateSchedule
from nodekit.delivery.core.reading import Heard, read
from nodekit.delivery.core.receiver import Receiver
from nodekit.delivery.core.recovery import Recovery
from nodekit.delivery.core.rules import ALL_RULES, Rules
from nodekit.delivery.core.sender import Sender
from nodekit.delivery.core.session import Sessions
from nodekit.delivery.core.statement import Statements
from nodekit.delivery.core.suite import Keyring


class Protocol:
    """One process of one node.

    The two halves write different tables and may run in concurrent transactions, with one exception: `listener.hear` and
    `receiver.ingest` never overlap, because what is heard opens a session at the cursor that ingesting moves. The bus hands over one
    batch at a time, which gives that for nothing. After a transaction of the sending half that failed, and whenever the database may
    have been replaced underneath, call `forget`: it is treated as a crash, and what was agreed with peers is agreed anew. The
    receiving half keeps nothing in memory that a rollback could make wrong.
    """

    def __init__(self, me: str, keyring: Keyring, rng: Rng, rules: Rules = ALL_RULES) -> None:
        self.me, self._keyring = me, keyring
        self.schedule = StateSchedule(rng)
        self.sessions = Sessions(rng, rules)
        ground = Ground(me, keyring, self.sessions, self.schedule, rng, rules)
        self._flows, self._pulls = Flows(ground), ground.pulls
        parts = ground, self._flows, Statements(ground), Recovery(ground)
        self.sender, self.listener, self.receiver = Sender(*parts), Listener(*parts), Receiver(ground)

    @property
    def fenced(self) -> bool:
        """So many peers have seen another copy of this node that it must not go on before a person has decided."""
        return self._flows.fenced

    @property
    def boot(self) -> str:
        """Name of this process start as peers know it: 32 hex digits, never stored, never used twice."""
        return self.sessions.boot

    def read(self, src: str, data: bytes) -> Heard:
        """What `src` said, verified. Raises Reject and nothing else."""
        return read(data, src=src, me=self.me, keyring=self._keyring)

    def next_due(self) -> float:
        """When `sender.tick` has something to do, in the same seconds as `now`."""
        return min(self.sender.next_due(), self.schedule.next_due())

    def forget(self) -> None:
        """Drop what a rolled-back transaction may have put into memory."""
        self.sessions.restart()
        self._flows.forget()
        self.receiver.forget()
        self.schedule.forget()
        self._pulls.forget()
