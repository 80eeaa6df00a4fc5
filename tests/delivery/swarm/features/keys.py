"""Keys are rotated, revoked and granted anew in mid-traffic; folders are lost in restores; thieves and impostors try their luck (F16)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from functools import lru_cache

from nodekit.delivery.core import canonical
from nodekit.delivery.core.key_paper import (
    BY,
    NEW,
    OLD,
    RENEW,
    ROOT,
    ROTATE,
    Grant,
    KeyPaper,
    Revocation,
    grant_document,
    kid_of,
    read_document,
    revocation_document,
)
from nodekit.delivery.core.link import channel_name, genesis, signature_of, signed_data
from nodekit.delivery.core.store import InChannel, OutChannel
from nodekit.delivery.core.suite import TAG_WIRE, to_text
from nodekit.delivery.core.wire import PKT, Out, keys_wire
from nodekit.delivery.envelope import decode_event, encode_event
from tests.delivery.swarm.feature import Action, Feature
from tests.delivery.swarm.keyring import ROOT_KEY, first_key, mac, parent_of
from tests.delivery.swarm.node import SimNode
from tests.delivery.swarm.oracle import Violation

AT = "2026-11-22T00:00:00Z"


class Keys(Feature):
    name = "keys"
    share = 0.4

    def start(self) -> None:
        self.papers: dict[str, KeyPaper] = {}
        """Every paper people ever signed, as it stands now."""
        self.granted = {(name, kid_of(first_key(name))) for name in self.world.nodes}
        self._checked: dict[int, int] = {}
        self.stolen: list[tuple[str, bytes]] = []
        lost = self.rng.choice((0.0, 0.0, 0.5))
        for node in self.world.nodes.values():
            node.folder_comes_back = lambda: self.rng.random() < lost

    def actions(self) -> Sequence[Action]:
        if any(feature.dark for feature in self.world.features):
            return ()  # what a liar or a second copy may do is judged by the keys they were born with
        return [
            self.sometimes(self.rotate, 0.7), self.sometimes(self.revoke, 0.3), self.sometimes(self.renew_one, 0.7),
            self.sometimes(self.steal_and_forge, 3), self.sometimes(self.pretend, 1), self.sometimes(self.tell, 1),
        ]

    def rotate(self) -> None:
        """The old key, the new one and the parent sign."""
        node = self._any()
        before = node.keyring.book.in_use(node.name)
        if self._needs_new_key(node) or before is None or before.kid != node.keyring.kid:
            return
        secret = self._secret()
        grant = Grant(ROTATE, node.name, self._next(node.name), secret, secret, self._by(node.name), AT, before.kid)
        paper = KeyPaper(grant_document(grant), ()).signed(OLD, node.keyring.sign).signed(NEW, _signer(secret))
        if self._grant(node, secret, paper):
            self.world.count["keys rotated"] += 1

    def revoke(self) -> None:
        """A key was stolen. In each channel the last good number is what the other side holds; what is under way was numbered by the thief, for all anybody knows."""
        node = self._any()
        used = node.keyring.book.in_use(node.name)
        if used is None or self._needs_new_key(node) or not self._parent_can_sign(node.name):
            return
        self.world.count["keys revoked"] += 1
        self.stolen.append((node.name, used.signing))
        self._revoke(node, used.kid, 1)
        for _ in range(3):
            self.steal_and_forge()

    def renew_one(self) -> None:
        self._renew(self._any())

    def steal_and_forge(self) -> None:
        """A thief speaks under a revoked key to somebody who has heard of the revocation."""
        if not self.stolen:
            return
        victim, secret = self.rng.choice(self.stolen)
        node = self._any()
        if node.name != victim and any(_is_revocation(paper, victim, kid_of(secret)) for paper in node.tables.key_papers.values()):
            self.world.count["forged under stolen keys"] += 1
            self._forge(node, victim, secret)

    def pretend(self) -> None:
        """Who holds an office's key, but not its parent's word, offers a key of his own."""
        victim, node = self._any(), self._any()
        before = node.keyring.book.in_use(victim.name)
        if victim is node or before is None:
            return
        secret = self._secret()
        grant = Grant(ROTATE, victim.name, self._next(victim.name), secret, secret, self._by(victim.name), AT, before.kid)
        paper = KeyPaper(grant_document(grant), ()).signed(OLD, _signer(before.signing)).signed(NEW, _signer(secret))
        forged = paper.signed(BY, lambda data: (kid_of(ROOT_KEY), mac(secret, data)))
        self.world.count["impostors"] += 1
        self.world.hand(node, victim.name, keys_wire([forged]))

    def tell(self) -> None:
        """The word reaches somebody through the tree."""
        if self.papers:
            self._hand(self._any(), list(self.papers.values()))

    def after_step(self, node: SimNode) -> None:
        """K1: nobody believes a key that people did not grant."""
        book = node.keyring.book
        if self._checked.get(id(book)) == (size := sum(len(book.generations(office)) for office in self.world.nodes)):
            return
        self._checked[id(book)] = size
        for office in self.world.nodes:
            for gen in book.generations(office):
                if (office, gen.kid) not in self.granted:
                    raise Violation(f"K1 {node.name}: believes a key of {office} that nobody granted")

    def heal(self) -> None:
        """Whoever has lost its key gets another; superiors first."""
        for node in self.world.nodes.values():
            self._file(node)
            self._renew(node)

    def look_after(self) -> None:
        """People read the pages: keys missing or outdated, papers to be countersigned again, numbers beyond a cut-off that prove to be genuine."""
        for node in self.world.nodes.values():
            if self._holds_newest(node) and node.keyring.generation < self._next(node.name) - 1:
                self._file(node)
            self._renew(node)
        for paper in list(self.papers.values()):
            self._countersign_again(paper)
        for paper in list(self.papers.values()):
            read = _read(paper.document)
            if isinstance(read, Revocation) and self._is_latest(read):
                self._amend(read)

    def at_rest(self) -> None:
        """F16: every signature in every chain is one of the sender's keys', whichever it was."""
        for node in self.world.nodes.values():
            book = node.keyring.book
            for (src, seq), link in node.tables.in_links.items():
                if link.sig is not None:
                    channel = channel_name(src, node.name)
                    by, signature = signature_of(link.kid, link.sig)
                    before = node.tables.in_links.get((src, seq - 1))
                    prev = before.lh if before else genesis(channel, node.keyring)
                    if not book.ever(src, by, signed_data(channel, seq, prev, link.eh, link.kid, link.suite), signature):
                        raise Violation(f"K2 {channel}: number {seq} is signed by no key of {src}")

    # --- what people do

    def _grant(self, node: SimNode, secret: bytes, paper: KeyPaper) -> bool:
        """The parent signs if it can; the office and its parent file the paper."""
        if not self._parent_can_sign(node.name):
            return False
        signed = paper.signed(BY, self._parent_signs(node.name))
        self.granted.add((node.name, kid_of(secret)))
        self.papers[signed.dh] = signed
        node.folder.keys[kid_of(secret)] = secret
        if self.rng.random() < 0.7:  # else the parent has signed, and the office hears of it later
            self._file(node)
        parent = parent_of(node.name)
        if parent is not None:
            self._hand(self.world.nodes[parent], [signed])
        return True

    def _renew(self, node: SimNode) -> None:
        if not self._needs_new_key(node):
            return
        secret = self._secret()
        grant = Grant(RENEW, node.name, self._next(node.name), secret, secret, self._by(node.name), AT)
        if self._grant(node, secret, KeyPaper(grant_document(grant), ())):
            self.world.count["keys granted anew"] += 1

    def _revoke(self, node: SimNode, kid: str, serial: int) -> None:
        last: dict[str, int] = {}
        for peer in self.world.nodes.values():
            if peer is not node:
                last[channel_name(node.name, peer.name)] = peer.tables.in_channels.get(node.name, InChannel()).cursor
                last[channel_name(peer.name, node.name)] = node.tables.in_channels.get(peer.name, InChannel()).cursor
        revocation = Revocation(node.name, kid, serial, last, self._by(node.name), AT)
        paper = KeyPaper(revocation_document(revocation), ()).signed(BY, self._parent_signs(node.name))
        self.papers[paper.dh] = paper
        node.folder.add([paper])
        parent = self.world.nodes[parent_of(node.name) or node.name]
        for told in {node.name: node, parent.name: parent, (other := self._any()).name: other}.values():
            self._hand(told, list(self.papers.values()))

    def _countersign_again(self, paper: KeyPaper) -> None:
        """A paper whose countersigning key has been revoked since."""
        read = _read(paper.document)
        if read.by == ROOT or not self._parent_can_sign(read.office):
            return
        kid, _ = paper.signature(BY)
        if any(_is_revocation(other, read.by, kid) for other in self.papers.values()):
            again = paper.signed(BY, self._parent_signs(read.office))
            self.papers[again.dh] = again
            child = self.world.nodes[read.office]
            self._file(child)

    def _amend(self, revocation: Revocation) -> None:
        """Numbers beyond the cut-off that the other side holds and the office has lost: they are genuine, and the parent says so."""
        node = self.world.nodes[revocation.office]
        if not self._parent_can_sign(node.name):
            return
        for peer in self.world.nodes.values():
            held, head = peer.tables.in_channels.get(node.name, InChannel()), node.tables.out_channels.get(peer.name, OutChannel())
            if peer is not node and held.cursor > max(head.head, revocation.last.get(channel_name(node.name, peer.name), 0)):
                self._revoke(node, revocation.kid, revocation.serial + 1)
                self.world.count["cut-offs corrected"] += 1
                return

    def _file(self, node: SimNode) -> None:
        """The office gets all papers there are, into its folder and its database."""
        node.folder.add(self.papers.values())
        self._hand(node, list(self.papers.values()))

    def _hand(self, node: SimNode, papers: Sequence[KeyPaper]) -> None:
        """Whoever brings them."""
        self.world.hand(node, next(name for name in self.world.nodes if name != node.name), keys_wire(papers))

    # --- what is so

    def _any(self) -> SimNode:
        return self.rng.choice(list(self.world.nodes.values()))

    def _secret(self) -> bytes:
        return self.rng.getrandbits(256).to_bytes(32, "big")

    def _by(self, office: str) -> str:
        return parent_of(office) or ROOT

    def _next(self, office: str) -> int:
        reads = [_read(paper.document) for paper in self.papers.values()]
        return 1 + max((read.n for read in reads if isinstance(read, Grant) and read.office == office), default=1)

    def _needs_new_key(self, node: SimNode) -> bool:
        """The newest key that people granted is not in its folder, or is revoked."""
        newest = self._newest_kid(node.name)
        return not self._holds_newest(node) or any(_is_revocation(paper, node.name, newest) for paper in self.papers.values())

    def _holds_newest(self, node: SimNode) -> bool:
        newest = self._newest_kid(node.name)
        return newest == kid_of(first_key(node.name)) or newest in node.folder.keys

    def _newest_kid(self, office: str) -> str:
        grants = [read for paper in self.papers.values() if isinstance(read := _read(paper.document), Grant) and read.office == office]
        return max(grants, key=lambda grant: grant.n).kid if grants else kid_of(first_key(office))

    def _parent_can_sign(self, office: str) -> bool:
        parent = parent_of(office)
        return parent is None or not self._needs_new_key(self.world.nodes[parent])

    def _parent_signs(self, office: str):
        parent = parent_of(office)
        return _signer(ROOT_KEY) if parent is None else self.world.nodes[parent].keyring.sign

    def _is_latest(self, revocation: Revocation) -> bool:
        reads = [_read(paper.document) for paper in self.papers.values()]
        return not any(
            isinstance(read, Revocation) and (read.office, read.kid) == (revocation.office, revocation.kid) and read.serial > revocation.serial for read in reads
        )

    def _forge(self, node: SimNode, victim: str, secret: bytes) -> None:
        """The next number of the channel, in the session that stands: everything right but the key."""
        held, kid, channel = node.tables.in_channels.get(victim, InChannel()), kid_of(secret), channel_name(victim, node.name)
        event = decode_event(encode_event(
            id=uuid.UUID(int=self.rng.getrandbits(128), version=4), src=victim, dst=node.name, type="test.happened.v1", agg="case-1", at=AT,
            body={"n": -1, "schema": 1, "refuse": False, "fails": 0},
        ))
        prev = held.hash or genesis(channel, node.keyring)
        link_sig = mac(secret, signed_data(channel, held.cursor + 1, prev, event.eh, kid, "intl-1"))
        boot = node.protocol.sessions.of(victim).opened or "0" * 32
        body = {"seq": held.cursor + 1, "prev": prev, "kid": kid, "suite": "intl-1", "sig": to_text(link_sig), "boot": boot}
        content = canonical.encode({"v": 1, "k": PKT, "f": victim, "t": node.name, "b": body}) + b"\n" + event.raw
        data = f"wir1 intl-1 {kid} {to_text(mac(secret, TAG_WIRE + content))}\n".encode() + content
        self.world.arrive(victim, Out(node.name, PKT, data))


@lru_cache(4096)
def _read(document: bytes) -> Grant | Revocation:
    return read_document(document)


def _signer(secret: bytes):
    return lambda data: (kid_of(secret), mac(secret, data))


def _is_revocation(paper: KeyPaper, office: str, kid: str) -> bool:
    read = _read(paper.document)
    return isinstance(read, Revocation) and (read.office, read.kid) == (office, kid)
