"""What the parts of one process share: who it is, its keys, whom it has met, when to speak."""

from __future__ import annotations

from dataclasses import dataclass, field

from nodekit.delivery.core.pacing import Rng, StateSchedule
from nodekit.delivery.core.pulls import Pulls
from nodekit.delivery.core.rules import Rules
from nodekit.delivery.core.session import Sessions
from nodekit.delivery.core.suite import Keyring


@dataclass(frozen=True, slots=True)
class Ground:
    """Handed to every part of the protocol; `me` is the office id."""

    me: str
    keyring: Keyring
    sessions: Sessions
    schedule: StateSchedule
    rng: Rng
    rules: Rules
    pulls: Pulls = field(default_factory=Pulls)
