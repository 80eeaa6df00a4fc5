"""What may come of bytes from outside, whatever they are.

Four readings of each input:
    strict    the shipped keyring: only what an office really said is accepted
    resigned  the sender itself signs the spoiled bytes anew: links and receipts others signed cannot change under it
    gullible  every signature is believed: what is read is exactly what was written
    digest    what a gullible office has read is worked on: the store and the session survive it
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

import orjson

from nodekit.delivery.core import canonical
from nodekit.delivery.core.canonical import Reject
from nodekit.delivery.core.reading import Heard, HeardBack, HeardFetch, HeardPacket, HeardReceipts, HeardState, read
from nodekit.delivery.core.suite import TAG_WIRE, to_text
from nodekit.delivery.core.wire import open_wire, state_body
from nodekit.delivery.envelope import decode_event
from tests.fuzz.corpus import CITY, COUNTY, STRANGER, Conversation, Said, converse
from tests.fuzz.mutate import spoiled
from tests.support.keyrings import TestKeyring, TrustingKeyring, keyrings

FRESH_AFTER = 150
"""Inputs a gullible office works on before it is replaced by one in good order."""


class Finding(AssertionError):
    """An input came to something it must not come to."""


@dataclass
class Tally:
    """What came of the inputs."""

    inputs: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    accepted: Counter[str] = field(default_factory=Counter)
    spoils: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)


class Judge:
    """One seeded stream of inputs and its verdicts."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)
        self.rings: dict[str, TestKeyring] = keyrings(COUNTY, CITY, STRANGER)
        self.honest = converse(self.rings.__getitem__, seed).said
        self._originals = {(said.src, said.dst, said.data) for said in self.honest}
        self._claims = {claim for said in self.honest for claim in claims(self._strictly(said.data, said.src, said.dst))}
        self.believed = converse(TrustingKeyring, seed)
        self._worked_on = 0
        self.tally = Tally()

    def kinds(self) -> set[str]:
        return {said.kind for said in self.honest}

    def run(self, count: int) -> Tally:
        """Judge `count` inputs, every kind equally often. Raises Finding."""
        strict, gullible = _by_kind(self.honest), _by_kind(self.believed.said)
        for _ in range(count):
            kind = self._rng.choice(sorted(strict))
            said = self._rng.choice(strict[kind])
            how, data = spoiled(self._rng, said, self.honest)
            self._judged("strict", self.strict, how, said, data)
            self._judged("resigned", self.resigned, how, said, data)
            said = self._rng.choice(gullible[kind])
            how, data = spoiled(self._rng, said, self.believed.said)
            self._judged("gullible", self.gullible, how, said, data)
            self._event(data)
            self.tally.inputs += 1
            self.tally.kinds[kind] += 1
            self.tally.spoils.update(how.split("+"))
        return self.tally

    def _judged(self, reading: str, judge: Any, how: str, said: Said, data: bytes) -> None:
        try:
            judge(data, said.src, said.dst)
            self.tally.accepted[reading] += 1
        except Reject as reject:
            self.tally.rejected[reject.code] += 1
        except Exception as error:
            raise Finding(f"{reading}, {said.kind} spoiled by {how}: {type(error).__name__} {error}\n{data[:4000]!r}") from error

    def _strictly(self, data: bytes, src: str, dst: str) -> Heard:
        return read(data, src=src, me=dst, keyring=self.rings[dst])

    def strict(self, data: bytes, src: str, dst: str) -> None:
        self._strictly(data, src, dst)
        assert (src, dst, data) in self._originals, "accepted, and nobody said it"

    def resigned(self, data: bytes, src: str, dst: str) -> None:
        content = data.partition(b"\n")[2]
        kid, signature = self.rings[src].sign(TAG_WIRE + content)
        heard = self._strictly(f"wir1 intl-1 {kid} {to_text(signature)}\n".encode() + content, src, dst)
        assert set(claims(heard)) <= self._claims, "a link or a receipt that was never signed"

    def gullible(self, data: bytes, src: str, dst: str) -> None:
        heard = read(data, src=src, me=dst, keyring=TrustingKeyring(dst))
        assert written_again(data, src, dst) == data
        assert faithful(heard, data)
        self._digest(heard, dst)

    def _digest(self, heard: Heard, dst: str) -> None:
        if self._worked_on >= FRESH_AFTER:
            self.believed, self._worked_on = _fresh(self.believed), 0
        self._worked_on += 1
        office = self.believed.offices[dst]
        try:
            office.hear(heard, self.believed.now)
            office.speak(self.believed.now)
        except Reject as reject:
            raise AssertionError(f"rejected after it was read: {reject}") from reject

    def _event(self, data: bytes) -> None:
        """Every line as an event of its own."""
        for line in data.split(b"\n")[1:4]:
            try:
                event = decode_event(line)
            except Reject:
                continue
            assert canonical.encode(orjson.loads(event.raw)) == line


def _fresh(conversation: Conversation) -> Conversation:
    """Offices in good order again, with the same transmissions on record."""
    again = converse(TrustingKeyring, 1)
    return Conversation(again.offices, conversation.said, again.now)


def _by_kind(said: list[Said]) -> dict[str, list[Said]]:
    kinds: dict[str, list[Said]] = {}
    for each in said:
        kinds.setdefault(each.kind, []).append(each)
    return kinds


def claims(heard: Heard) -> list[tuple[Any, ...]]:
    """What somebody other than the transmission's signature vouches for: runs of links, receipts."""
    match heard:
        case HeardPacket() | HeardBack():
            run = (heard.src, heard.prev, tuple((link.seq, link.lh) for link in heard.links), tuple(event.raw for event in heard.events))
            return [run, *(receipt.document for receipt in getattr(heard, "priors", ()))]
        case HeardReceipts():
            return [receipt.document for receipt in heard.receipts]
    return []


def written_again(data: bytes, src: str, dst: str) -> bytes:
    """The transmission written from what was read of it."""
    wire = open_wire(data, src=src, me=dst, keyring=TrustingKeyring(dst))
    head_line = data.split(b"\n")[1]
    head = canonical.encode(orjson.loads(head_line))
    return b"\n".join((data.partition(b"\n")[0], head, *wire.lines))


def faithful(heard: Heard, data: bytes) -> bool:
    """Every field of the reading stands in the bytes, and nowhere else came from."""
    _, head_line, *lines = data.split(b"\n")
    body = orjson.loads(head_line)["b"]
    match heard:
        case HeardState():
            said = state_body(heard.state)
            return all(said[key] == body[key] for key in body.keys() & said.keys())
        case HeardReceipts():
            return [receipt.document for receipt in heard.receipts] == lines and asdict(heard.mark) == {"boot": body["boot"], "echo": body["echo"]}
        case HeardFetch():
            return heard.after == body["after"]
        case HeardPacket():
            return [event.raw for event in heard.events] + [receipt.document for receipt in heard.priors] == lines and heard.first == body["seq"]
        case HeardBack():
            return [event.raw for event in heard.events] == lines[: len(heard.events)] and heard.links[0].seq == body["seq"]
    return True
