"""Scenes of two offices whose keys change between one word and the next."""

from __future__ import annotations

import random
from contextlib import suppress

from nodekit.delivery.core.canonical import Reject
from nodekit.delivery.core.key_paper import RENEW, Grant, KeyPaper, Revocation, grant_document, kid_of, revocation_document
from nodekit.delivery.core.link import channel_name
from nodekit.delivery.core.protocol import Protocol
from nodekit.delivery.core.rules import ALL_RULES, Rules
from nodekit.delivery.core.wire import KEYS, PKT, RCPT, STATE, Out, keys_wire
from tests.delivery.swarm.keyring import PROVINCE, Folder, SwarmKeyring, first_key
from tests.unit.delivery.test_protocol import NOW, Side, shake
from tests.unit.delivery.test_succession import CHILD, FIRST, SECOND, revocation, rotation, signer

AT = "2026-03-16T02:00:00Z"


class Keyed(Side):
    """An office with a key folder; `key_papers` of its store and the folder are all it knows of keys."""

    def __init__(self, name: str, peer: str, seed: int, rules: Rules = ALL_RULES) -> None:
        self.folder, self.rules = Folder(), rules
        super().__init__(name, peer, seed)

    def boot(self, seed: int) -> None:
        self.keyring = SwarmKeyring(self.name, self.folder, self.store.tables.key_papers.values(), self.rules)
        self.protocol = Protocol(self.name, self.keyring, random.Random(seed), self.rules)

    async def hear(self, outs: list[Out], now: float = NOW, *, apply: bool = True) -> list[Out]:
        """What is not acceptable is as if it had not come."""
        answers: list[Out] = []
        for out in outs:
            with suppress(Reject):
                answers += await super().hear([out], now, apply=apply)
        return answers

    async def file(self, *papers: KeyPaper) -> None:
        await self.protocol.listener.hear(self.store, [self.protocol.read(self.peer, keys_wire(papers))], NOW)


async def met(rules: Rules = ALL_RULES) -> tuple[Keyed, Keyed]:
    sides = Keyed(CHILD, PROVINCE, 1, rules), Keyed(PROVINCE, CHILD, 2, rules)
    await shake(*sides, NOW - 60)
    return sides


async def rotated(child: Keyed) -> None:
    child.folder.keys[kid_of(SECOND)] = SECOND
    child.folder.add([rotation()])
    await child.file(rotation())


def renewed() -> KeyPaper:
    return KeyPaper(grant_document(Grant(RENEW, CHILD, 2, SECOND, SECOND, PROVINCE, AT)), ())


async def settle(one: Side, other: Side, now: float) -> float:
    """Until everything said is held and decided."""
    for _ in range(12):
        now += 2.5
        for side, peer in ((one, other), (other, one)):
            answers = await peer.hear(await side.pump(now) + await side.tick(now), now)
            await peer.hear(await side.hear(answers, now), now)
    return now


async def test_a_new_key_is_shown_before_the_next_word_and_then_no_more():
    child, parent = await met()
    await shake(child, parent, NOW - 4)  # nothing is due at NOW
    assert await child.tick(NOW) == []
    child.folder.keys[kid_of(SECOND)] = SECOND
    child.keyring.learn([rotation()])
    shown = await child.tick(NOW)
    assert [out.kind for out in shown] == [KEYS, STATE], "a new key does not wait for the heartbeat"
    await parent.hear(shown)
    now = await shake(child, parent, NOW)
    assert parent.keyring.book.in_use(CHILD).kid == kid_of(SECOND)
    assert await parent.store.key_generation(CHILD) == 2
    later = [out.kind for after in (40, 80, 120) for out in await child.tick(now + after)]
    assert STATE in later and KEYS not in later


async def test_a_peer_restored_to_before_the_rotation_learns_it_again_before_anything_else():
    child, parent = await met()
    before = parent.store.tables.copy()
    await rotated(child)
    child.say(2)
    now = await settle(child, parent, NOW)
    assert parent.store.tables.in_channels[CHILD].cursor == 2
    parent.store.tables = before
    parent.boot(9)
    assert parent.keyring.book.in_use(CHILD).kid == kid_of(FIRST)
    child.say(1)
    await settle(child, parent, now)
    assert parent.keyring.book.in_use(CHILD).kid == kid_of(SECOND)
    assert parent.store.tables.in_channels[CHILD].cursor == 3
    assert not parent.store.tables.in_channels[CHILD].stopped


async def test_what_was_numbered_under_a_stolen_key_is_vouched_for_by_the_next_one_and_its_hash_stays():
    child, parent = await met()
    child.say(3)
    sent = [out for out in await child.pump(NOW) if out.kind == PKT]
    assert len(sent) == 1, "numbered, and lost on the way"
    before = child.store.tables.out_channels[PROVINCE].head_hash
    await _stolen_and_renewed(child, parent)
    await settle(child, parent, NOW)
    held = parent.store.tables.in_channels[CHILD]
    assert (held.cursor, held.hash) == (3, before), "the same links"
    link = parent.store.tables.in_links[CHILD, 3]
    assert link.kid == kid_of(FIRST) and link.sig.startswith(f"{kid_of(SECOND)}:"), "signed again, numbered as ever"
    assert {row.final for row in child.store.tables.outbox.values()} == {"accepted"}


async def test_without_vouching_again_what_waited_never_arrives():
    child, parent = await met(Rules(vouch_again=False))
    child.say(3)
    await child.pump(NOW)
    await _stolen_and_renewed(child, parent)
    await settle(child, parent, NOW)
    assert CHILD not in parent.store.tables.in_channels or parent.store.tables.in_channels[CHILD].cursor == 0


async def test_a_receipt_signed_under_a_stolen_key_is_given_again_word_for_word():
    child, parent = await met()
    parent.say(2)
    answers = await child.hear(await parent.pump(NOW))
    assert [out.kind for out in answers] == [RCPT], "lost on the way"
    document = next(iter(child.store.tables.receipts.values())).document
    await _stolen_and_renewed(child, parent)
    await settle(child, parent, NOW)
    assert {row.final for row in parent.store.tables.outbox.values()} == {"accepted"}
    kept = next(iter(parent.store.tables.receipts.values()))
    assert (kept.document, kept.kid) == (document, kid_of(SECOND))


async def test_an_office_that_did_not_hear_of_its_own_new_key_is_heard_under_the_old_one():
    child, parent = await met()
    child.folder.keys[kid_of(SECOND)] = SECOND
    await parent.file(rotation())
    child.boot(7)
    child.say(1)
    now = await settle(child, parent, NOW)
    assert parent.store.tables.in_channels[CHILD].cursor == 1, "its parent can still reach it"
    assert child.protocol.sessions.generations()[PROVINCE] == 2, "and it sees that others know more of its keys than it does"
    await child.file(rotation())
    child.say(1)
    await settle(child, parent, now)
    assert parent.store.tables.in_links[CHILD, 2].kid == kid_of(SECOND)


async def _stolen_and_renewed(child: Keyed, parent: Keyed) -> None:
    """Last good number 0 in every channel: nobody knows better."""
    channels = {channel_name(CHILD, PROVINCE): 0, channel_name(PROVINCE, CHILD): 0}
    by = signer(first_key(PROVINCE))
    papers = [
        KeyPaper(revocation_document(Revocation(CHILD, kid_of(FIRST), 1, channels, PROVINCE, AT)), ()).signed("by", by), renewed().signed("by", by),
    ]
    child.folder.keys[kid_of(SECOND)] = SECOND
    child.folder.add(papers)
    for side in (child, parent):
        await side.file(*papers)
    assert revocation().dh not in {paper.dh for paper in papers}
    child.boot(8)
