"""One office lies: it signs what it likes, with its own keys, inside sessions that stand.

What must hold: a lie has no effect at anybody; where it contradicts something signed the channel with the liar stops, with evidence that
stands alone; nobody else's channel stops; the honest come to rest with the liar's channels still standing. When the liar is
mended and a person lifts the stops, these channels converge too. Every lie is handed over whole, so each one says what must follow.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence

from nodekit.delivery.core import canonical
from nodekit.delivery.core.dispute import CLONED, CONTRADICTS, FORK, UNKNOWN_LINK
from nodekit.delivery.core.limits import HANDSHAKE_BURST
from nodekit.delivery.core.link import channel_name, genesis, sign_run
from nodekit.delivery.core.reading import HeardPacket
from nodekit.delivery.core.receipt import ACCEPTED, REFUSED, Span, sign_receipts
from nodekit.delivery.core.rules import ALL_RULES
from nodekit.delivery.core.statement import receipt_wires
from nodekit.delivery.core.suite import from_text
from nodekit.delivery.core.wire import BACK, PKT, STATE, Packet, State, packet_wire, seal_wire, state_body
from nodekit.delivery.envelope import decode_event, encode_event, instant_of
from tests.delivery.swarm.feature import Action, Feature
from tests.delivery.swarm.keyring import Folder, SwarmKeyring
from tests.delivery.swarm.node import NO_CRASH, SimNode
from tests.delivery.swarm.oracle import Violation

NOWHERE = "f" * 64


class Liar(Feature):
    name = "liar"
    share = 0.08
    dark = True

    def start(self) -> None:
        self.liar = self.world.any_node()
        self.keyring = SwarmKeyring(self.liar.name, Folder(), (), ALL_RULES)
        self.expected: set[tuple[str, str]] = set()
        """(office, reason) of stops that lies have earned."""
        self.forgiven = False

    def actions(self) -> Sequence[Action]:
        lies: list[Callable[[SimNode], None]] = [
            self.two_links, self.other_hash, self.beyond_the_head, self.copy_seen, self.other_decision, self.unknown_link,
            self.other_base, self.forged_past, self.foreign_event, self.storm,
        ]
        return [((lambda lie=lie: self._lie(lie)), 1.2) for lie in lies]

    def two_links(self, victim: SimNode) -> None:
        """A second link and event under a number the victim holds."""
        channel = victim.tables.in_channels.get(self.liar.name)
        opened = victim.protocol.sessions.of(self.liar.name).opened == self.liar.protocol.boot
        if channel is None or not channel.cursor or channel.stopped or not opened or not self._fresh(victim):
            return
        self.expected.add((victim.name, FORK))
        seq = self.rng.randint(1, channel.cursor)
        name = channel_name(self.liar.name, victim.name)
        prev = victim.tables.in_links[self.liar.name, seq - 1].lh if seq > 1 else genesis(name, self.keyring)
        self._hand(victim, self._packet(PKT, self.liar.name, victim.name, seq, prev, boot=self.liar.protocol.boot))
        self._must_stop(victim, FORK)
        theirs, ours = self._evidence(victim, FORK)
        said, held = victim.protocol.read(self.liar.name, theirs), canonical.parse_object(ours)["links"]
        assert isinstance(said, HeardPacket)
        hashes = {link.seq: link.lh for link in said.links}
        if not held or held[-1]["sig"] is None or not any(hashes.get(link["seq"], link["lh"]) != link["lh"] for link in held):
            raise Violation(f"I8 {victim.name}: evidence of two links does not show them")

    def other_hash(self, victim: SimNode) -> None:
        """It claims to hold something else under a number of the victim's."""
        head = victim.tables.out_channels.get(self.liar.name)
        if head is None or not head.head or victim.stopped(self.liar.name) or not self._fresh(victim):
            return
        self.expected.add((victim.name, FORK))
        self._state(victim, cursor=self.rng.randint(1, head.head), hash=NOWHERE)
        self._must_stop(victim, FORK)

    def beyond_the_head(self, victim: SimNode) -> None:
        """It claims to hold what the victim never sent; the victim asks for it and waits."""
        head = victim.tables.out_channels.get(self.liar.name)
        if not victim.stopped(self.liar.name) and self._fresh(victim):
            self._state(victim, cursor=(head.head if head else 0) + self.rng.randint(1, 5), hash=NOWHERE)

    def copy_seen(self, victim: SimNode) -> None:
        """It says falsely that another copy of the victim lives. One liar must not switch an office off."""
        if self.liar.name not in victim.tables.heard:
            return
        self.expected.add((victim.name, CLONED))
        self._state(victim, retired=(victim.protocol.boot,))
        if not victim.stopped(self.liar.name) or victim.protocol.fenced:
            raise Violation(f"S5 {victim.name}: one peer's word for a copy must fence its own channel and nothing else")

    def other_decision(self, victim: SimNode) -> None:
        """It signs the opposite of what it signed before."""
        decided = [row for row in victim.tables.outbox.values() if row.final and row.event.dst == self.liar.name and row.seq]
        if not decided or victim.stopped(self.liar.name):
            return
        row = self.rng.choice(decided)
        self.expected.add((victim.name, CONTRADICTS))
        link = victim.tables.out_links[self.liar.name, row.seq or 0][0]
        self._receipt(victim, Span(link.seq, link.seq, link.lh, REFUSED if row.final == ACCEPTED else ACCEPTED))
        self._must_stop(victim, CONTRADICTS)
        if victim.tables.outbox[row.row].final != row.final:
            raise Violation(f"I8 {victim.name}: a later signature changed a decision")

    def unknown_link(self, victim: SimNode) -> None:
        """It signs a receipt, now, for a link that does not exist."""
        flow = dict(victim.protocol._flows.all()).get(self.liar.name)
        mark = self.liar.protocol.sessions.mark(victim.name)
        if flow is None or not flow.open or victim.stopped(self.liar.name) or not victim.protocol.sessions.speaks(self.liar.name, mark):
            return
        self.expected.add((victim.name, UNKNOWN_LINK))
        self._receipt(victim, Span(1, 1, NOWHERE, ACCEPTED))
        self._must_stop(victim, UNKNOWN_LINK)

    def other_base(self, victim: SimNode) -> None:
        """Under the name of a new process it asks to be opened from where the victim does not stand."""
        if victim.stopped(self.liar.name) or not self._fresh(victim):
            return
        cursor = victim.tables.in_channels[self.liar.name].cursor if self.liar.name in victim.tables.in_channels else 0
        boot = f"{self.rng.getrandbits(128):032x}"
        self._state(victim, boot=boot, ask=(cursor + 1, NOWHERE))
        if victim.protocol.sessions.of(self.liar.name).opened == boot:
            raise Violation(f"S6 {victim.name}: opened from a base it does not hold")

    def forged_past(self, victim: SimNode) -> None:
        """It gives back links the victim never signed."""
        self._rejected(victim, self._packet(BACK, victim.name, self.liar.name, 1, genesis(channel_name(victim.name, self.liar.name), self.keyring)))

    def foreign_event(self, victim: SimNode) -> None:
        """It passes somebody else's event on as if it stood in its own channel."""
        third = self.rng.choice(list(self.world.nodes))
        if third != self.liar.name:
            prev = genesis(channel_name(self.liar.name, victim.name), self.keyring)
            self._rejected(victim, self._packet(PKT, third, victim.name, 1, prev, boot=self.liar.protocol.boot))

    def storm(self, victim: SimNode) -> None:
        """It greets without end; answers stay few."""
        answers = 0
        for _ in range(60):
            self._state(victim)
            outs = victim.tick(self.world.now, NO_CRASH)
            answers += sum(out.dst == self.liar.name and out.kind == STATE for out in outs)
            self.world.after(victim, outs)
        if answers > 2 * (HANDSHAKE_BURST + 2):
            raise Violation(f"{victim.name}: {answers} answers to 60 greetings within no time")

    def may_stop(self, node: SimNode, peer: str, reason: str) -> bool:
        if self.liar.name not in (node.name, peer):
            return False
        if reason == "retired":
            return True
        return not self.forgiven and (node is self.liar or (node.name, reason) in self.expected)

    def look_after(self) -> None:
        """The honest are at rest while the liar's channels stand; then it is mended and people lift the stops."""
        if self.forgiven or self.world.oracle.open_ends():
            return
        self.forgiven = True
        if self.rng.random() < 0.5:  # or its process goes on in sessions that stood when the victim stopped
            self.liar.boot()
        for node in self.world.nodes.values():
            self.liar.store.resume(node.name)
            node.store.resume(self.liar.name)

    def open_ends(self) -> list[str]:
        return [] if self.forgiven else ["nobody has looked after the liar's channels"]

    def _lie(self, lie: Callable[[SimNode], None]) -> None:
        victims = [node for node in self.world.nodes.values() if node is not self.liar]
        self.world.count["lies"] += 1
        lie(self.rng.choice(victims))

    def _fresh(self, victim: SimNode) -> bool:
        """True if the liar knows the challenge the victim shows it, and the victim believes in its process."""
        there = victim.protocol.sessions.of(self.liar.name)
        return self.liar.protocol.sessions.of(victim.name).echo == there.chal and self.liar.protocol.boot == there.boot

    def _state(self, victim: SimNode, **false: object) -> None:
        session = self.liar.protocol.sessions.of(victim.name)
        mine = self.liar.tables.in_channels.get(victim.name)
        here, there = channel_name(self.liar.name, victim.name), channel_name(victim.name, self.liar.name)
        fields: dict[str, object] = {
            "boot": self.liar.protocol.boot, "cursor": mine.cursor if mine else 0, "hash": mine.hash if mine and mine.hash else genesis(there, self.keyring),
            "head": 0, "head_hash": genesis(here, self.keyring), "chal": session.chal, "echo": session.echo, "open": "",
        }
        state = State(**{**fields, **false})  # type: ignore[arg-type]
        self._hand(victim, seal_wire(STATE, self.liar.name, victim.name, state_body(state), [], self.keyring))

    def _receipt(self, victim: SimNode, span: Span) -> None:
        receipts = sign_receipts(channel_name(victim.name, self.liar.name), [span], instant_of(self.world.now), self.keyring)
        documents = [(receipt.document, receipt.kid, receipt.sig) for receipt in receipts]
        (out,) = receipt_wires(self.liar.name, victim.name, documents, self.keyring, self.liar.protocol.sessions.mark(victim.name))
        self._hand(victim, out.data)

    def _packet(self, kind: str, src: str, dst: str, seq: int, prev: str, boot: str = "") -> bytes:
        """One event `src` never wrote, linked and signed by the liar, sent by the liar to whichever of the two it is not."""
        raw = encode_event(
            id=uuid.UUID(int=self.rng.getrandbits(128), version=4), src=src, dst=dst, type="test.happened.v1", agg="case-lie", at="2026-11-22T00:00:00Z",
            body={"n": -1, "schema": 1, "refuse": False, "fails": 0, "text": "", "lie": True},
        )
        channel = channel_name(src if kind == BACK else self.liar.name, dst)
        (link,) = sign_run(channel, seq - 1, prev, [(decode_event(raw).id, decode_event(raw).eh)], self.keyring)
        packet = Packet(seq, prev, link.kid, link.suite, from_text(link.sig or ""), [raw], boot, echo=self._echo(dst))
        victim = src if kind == BACK else dst
        mark = self.liar.protocol.sessions.mark(victim) if kind == BACK else None
        return packet_wire(kind, self.liar.name, victim, packet, self.keyring, mark)

    def _echo(self, victim: str) -> str:
        return self.liar.protocol.sessions.of(victim).echo

    def _hand(self, victim: SimNode, data: bytes) -> None:
        self.world.after(victim, victim.receive(self.liar.name, data, self.world.now, NO_CRASH, apply_now=True))

    def _rejected(self, victim: SimNode, data: bytes) -> None:
        before = victim.tables.rejected.get(self.liar.name, 0)
        self._hand(victim, data)
        if victim.tables.rejected.get(self.liar.name, 0) != before + 1:
            raise Violation(f"I2 {victim.name}: a forgery was not rejected")

    def _must_stop(self, victim: SimNode, reason: str) -> None:
        self.world.count[f"lies that stopped a channel ({reason})"] += 1
        if not victim.stopped(self.liar.name):
            raise Violation(f"I8 {victim.name}: {reason} by {self.liar.name} went unnoticed")

    def _evidence(self, victim: SimNode, reason: str) -> tuple[bytes, bytes]:
        return next((theirs, ours) for peer, why, theirs, ours in reversed(victim.tables.disputes) if (peer, why) == (self.liar.name, reason))
