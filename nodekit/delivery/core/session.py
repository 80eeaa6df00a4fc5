"""Who is at the other end right now: boots, challenges, what each side has opened. In memory only, on purpose.

Every process start may be a restore, of us or of the peer, so nothing that was agreed before it counts any more. A STATE is fresh
if it echoes the challenge we show that peer at present; the challenge changes whenever a new boot of the peer is accepted, so a
greeting that was delayed can never look fresh. What is not fresh teaches nothing.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from enum import Enum

from nodekit.delivery.core.dispute import CLONED
from nodekit.delivery.core.limits import BOOTS_REMEMBERED
from nodekit.delivery.core.pacing import Rng
from nodekit.delivery.core.rules import Rules
from nodekit.delivery.core.wire import Mark, State


class Verdict(Enum):
    """What a STATE is worth."""

    STALE = "stale"
    KNOWN = "known"
    NEW_BOOT = "new boot"
    SUPERSEDED = "superseded"
    """Fresh, from a boot that another one has replaced: two copies of the peer are alive."""
    FENCED = "fenced"
    """Fresh, from a copy that knows it is fenced: it does not speak for the peer, or by starting again it would fence the other copy too."""


@dataclass(slots=True)
class Session:
    """One peer.

    Attributes:
        chal: what we show the peer.
        echo: the challenge the peer shows us, learned from a fresh STATE.
        reply: the challenge of a stale STATE; echoed once, so that a process we do not know yet can prove itself.
        boot: the peer's process we believe in.
        opened: the boot of the peer whose packets we take; empty, none.
        ask: what the peer holds of our channel (number, hash): the base from which we ask it to open.
        last: the newest fresh STATE of this boot.
    """

    chal: str
    echo: str = ""
    reply: str = ""
    boot: str = ""
    opened: str = ""
    ask: tuple[int, str] | None = None
    last: State | None = None
    superseded: deque[str] = field(default_factory=lambda: deque(maxlen=BOOTS_REMEMBERED))


class Sessions:
    """All peers of this process start, and the name of the start itself."""

    def __init__(self, rng: Rng, rules: Rules) -> None:
        self._rng, self._rules = rng, rules
        self._peers: dict[str, Session] = {}
        self.boot = self._fresh()

    def restart(self) -> None:
        """As if the process had started again."""
        self._peers.clear()
        self.boot = self._fresh()

    def of(self, peer: str) -> Session:
        session = self._peers.get(peer)
        if session is None:
            session = self._peers[peer] = Session(self._fresh())
        return session

    def hear(self, peer: str, state: State) -> Verdict:
        """Judge a STATE and remember what it proves."""
        session = self.of(peer)
        if state.echo != session.chal and self._rules.fresh_only:
            session.reply = state.chal
            return Verdict.STALE
        if state.boot == session.boot:
            session.echo, session.last = state.chal, state
            return Verdict.KNOWN
        if state.boot in session.superseded and self._rules.clone_check:
            return Verdict.SUPERSEDED
        if state.stop == CLONED and self._rules.fenced_is_silent:
            return Verdict.FENCED
        if session.boot:
            session.superseded.append(session.boot)
        session.boot, session.echo, session.reply, session.last, session.ask = state.boot, state.chal, "", state, None
        if self._rules.rotate_challenge:
            session.chal = self._fresh()
        return Verdict.NEW_BOOT

    def leave(self, peer: str) -> None:
        """Agree everything anew with this peer; what was superseded stays known."""
        session = self.of(peer)
        self._peers[peer] = Session(self._fresh(), superseded=session.superseded)

    def mark(self, peer: str) -> Mark:
        """What binds a transmission of ours to this session."""
        return Mark(self.boot, self.of(peer).echo)

    def speaks(self, peer: str, mark: Mark) -> bool:
        """True if a transmission with this mark was said in this session."""
        session = self.of(peer)
        return mark.boot == session.boot and mark.echo == session.chal

    def takes(self, peer: str, boot: str) -> bool:
        """True if packets of this process of the peer may be stored."""
        return self.of(peer).opened == boot or not self._rules.bound_packets

    def _fresh(self) -> str:
        return f"{self._rng.getrandbits(128):032x}"
