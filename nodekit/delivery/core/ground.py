"""What the parts of one process share: who it is, its keys, whom it has met, when to speak."""

from __future__ import annotations

from dataclasses import dataclass

from nodekit.delivery.core.pacing import Rng, StateSchedule
from nodekit.delivery.core.rules import Rules
from nodekit.delivery.core.session import Sessions
from nodekit.delivery.core.suite import Keyring


@dataclass(slots=True)
class Room:
    """Whether there is room to take packets; whoever measures disks says so."""

    full: bool = False


@dataclass(frozen=True, slots=True)
class Ground:
    """Handed to every part of the protocol; `me` is the office id."""

    me: str
    keyring: Keyring
    sessions: Sessions
    schedule: StateSchedule
    rng: Rng
    rules: Rules
    room: Room
