"""Who believes which key: papers that hold, papers that do not, numbers beyond a cut-off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nodekit.delivery.core.canonical import Reject
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
    paper_of,
    read_document,
    revocation_document,
)
from nodekit.delivery.core.rules import Rules
from nodekit.delivery.core.succession import KeyBook
from nodekit.delivery.core.wire import keys_wire, read_keys
from tests.delivery.swarm.keyring import PROVINCE, ROOT_KEY, first_key, mac, parent_of, verify

CHILD, OTHER = "990001-inspection", "990002-inspection"
AT = "2026-03-16T02:00:00Z"
FIRST, SECOND, THIRD = first_key(CHILD), bytes([2]) * 32, bytes([3]) * 32
CHANNEL = f"{CHILD}>{OTHER}"


def signer(secret: bytes) -> Callable[[bytes], tuple[str, bytes]]:
    return lambda data: (kid_of(secret), mac(secret, data))


def book(rules: Rules | None = None) -> KeyBook:
    made = KeyBook(verify, parent_of, ROOT_KEY, rules or Rules())
    for office in (PROVINCE, CHILD, OTHER):
        made.begin(office, first_key(office), first_key(office))
    return made


def rotation(new: bytes = SECOND, old: bytes = FIRST, n: int = 2, **changes: str) -> KeyPaper:
    grant = replace(Grant(ROTATE, CHILD, n, new, new, PROVINCE, AT, kid_of(old)), **changes)
    return KeyPaper(grant_document(grant), ()).signed(OLD, signer(old)).signed(NEW, signer(new)).signed(BY, signer(first_key(PROVINCE)))


def renewal(new: bytes = SECOND, n: int = 2) -> KeyPaper:
    return KeyPaper(grant_document(Grant(RENEW, CHILD, n, new, new, PROVINCE, AT)), ()).signed(BY, signer(first_key(PROVINCE)))


def revocation(key: bytes = FIRST, serial: int = 1, last: int = 7) -> KeyPaper:
    document = revocation_document(Revocation(CHILD, kid_of(key), serial, {CHANNEL: last}, PROVINCE, AT))
    return KeyPaper(document, ()).signed(BY, signer(first_key(PROVINCE)))


def said(made: KeyBook, key: bytes) -> bool:
    return made.says(CHILD, kid_of(key), b"word", mac(key, b"word"))


def written(made: KeyBook, key: bytes, number: int, channel: str = CHANNEL) -> bool:
    return made.wrote(CHILD, kid_of(key), b"link", mac(key, b"link"), (channel, number))


def test_after_a_rotation_only_the_new_key_speaks_and_the_old_one_stays_good_for_what_it_wrote():
    made = book()
    assert made.take(rotation()) and not made.take(rotation())
    assert said(made, FIRST), "what is under way when the word arrives"
    assert said(made, SECOND)
    assert not said(made, FIRST), "the new key has been heard"
    assert written(made, FIRST, 10**9) and written(made, SECOND, 1)
    assert [gen.kid for gen in made.generations(CHILD)] == [kid_of(FIRST), kid_of(SECOND)]


@pytest.mark.parametrize(
    ("what", "paper"),
    [
        ("no parent", KeyPaper(rotation().document, tuple(sig for sig in rotation().sigs if sig[0] != BY))),
        ("a stranger for the parent", rotation().signed(BY, signer(first_key(OTHER)))),
        ("another office than the parent", rotation(by=OTHER).signed(BY, signer(first_key(OTHER)))),
        ("a false root", rotation(by=ROOT).signed(BY, signer(THIRD))),
        ("no old key", KeyPaper(rotation().document, tuple(sig for sig in rotation().sigs if sig[0] != OLD))),
        ("another key for the old one", rotation().signed(OLD, signer(THIRD))),
        ("a signature that is not the old key's", rotation().signed(OLD, lambda data: (kid_of(FIRST), mac(THIRD, data)))),
        ("a signature that is not the parent's", rotation().signed(BY, lambda data: (kid_of(first_key(PROVINCE)), mac(THIRD, data)))),
        ("nobody holds the new key", rotation().signed(NEW, signer(THIRD))),
        ("a key before that nobody knows", rotation(old=THIRD)),
        ("an office nobody knows", rotation(office="990009-inspection")),
    ],
)
def test_a_paper_that_lacks_a_signature_changes_nothing(what, paper):
    made = book()
    with pytest.raises(Reject):
        made.take(paper)
    assert said(made, FIRST) and not said(made, SECOND), what


def test_the_root_may_sign_for_anybody_and_alone_for_the_province():
    made = book()
    assert made.take(rotation(by=ROOT).signed(BY, signer(ROOT_KEY)))
    grant = Grant(ROTATE, PROVINCE, 2, THIRD, THIRD, ROOT, AT, kid_of(first_key(PROVINCE)))
    paper = KeyPaper(grant_document(grant), ()).signed(OLD, signer(first_key(PROVINCE))).signed(NEW, signer(THIRD))
    assert made.take(paper.signed(BY, signer(ROOT_KEY)))


def test_two_successors_of_one_key_are_a_contradiction():
    made = book()
    made.take(rotation())
    with pytest.raises(Reject, match=r"keys\.contradicts"):
        made.take(rotation(THIRD))
    assert made.newest(CHILD).kid == kid_of(SECOND)


def test_beyond_the_cut_off_nothing_under_a_revoked_key_is_believed():
    made = book()
    made.take(revocation())
    assert not said(made, FIRST) and made.in_use(CHILD) is None
    assert [written(made, FIRST, number) for number in (1, 7, 8)] == [True, True, False]
    assert not written(made, FIRST, 1, f"{CHILD}>{PROVINCE}"), "a channel the revocation does not list"
    assert made.ever(CHILD, kid_of(FIRST), b"link", mac(FIRST, b"link")), "what was accepted long ago stands"
    with pytest.raises(Reject):
        made.take(rotation())
    made.take(renewal())
    assert said(made, SECOND) and not said(made, FIRST)
    assert [gen.kind for gen in made.generations(CHILD)] == ["first", "renew"]


def test_a_later_serial_corrects_a_cut_off_and_an_earlier_one_does_not_come_back():
    made = book()
    assert made.take(revocation(serial=2, last=9)) and not made.take(revocation(serial=1, last=20))
    assert written(made, FIRST, 9) and not written(made, FIRST, 10)
    with pytest.raises(Reject, match=r"keys\.contradicts"):
        made.take(revocation(serial=2, last=10))


def test_papers_are_learned_in_any_order_and_the_proof_holds_for_somebody_who_knows_first_keys_only():
    papers = [rotation(THIRD, SECOND, 3), revocation(SECOND), rotation()]
    made = book()
    assert {paper.dh for paper in made.learn(papers)} == {paper.dh for paper in papers}
    fresh = book()
    assert len(fresh.learn(read_keys(keys_wire(made.proof(CHILD))))) == len(papers)
    assert fresh.in_use(CHILD).kid == kid_of(THIRD) and not written(fresh, SECOND, 8)


def test_a_paper_countersigned_under_a_revoked_key_is_signed_again():
    """The parent's key was stolen: what it vouched for counts no more for somebody who has heard of that first, until it vouches anew."""
    parents = KeyPaper(revocation_document(Revocation(PROVINCE, kid_of(first_key(PROVINCE)), 1, {}, ROOT, AT)), ()).signed(BY, signer(ROOT_KEY))
    granted = KeyPaper(grant_document(Grant(RENEW, PROVINCE, 2, THIRD, THIRD, ROOT, AT)), ()).signed(BY, signer(ROOT_KEY))
    late, early = book(), book()
    early.take(rotation())
    for made in (late, early):
        made.learn([parents, granted])
    with pytest.raises(Reject, match=r"keys\.not_countersigned"):
        late.take(rotation())
    again = rotation().signed(BY, signer(THIRD))
    assert late.take(again) and early.take(again), "the same document with another signature is news"
    assert early.proof(CHILD)[-1].signature(BY)[0] == kid_of(THIRD)


def test_without_the_rule_the_checks_would_notice():
    made = book(Rules(countersign=False, cutoff=False))
    assert made.take(KeyPaper(rotation().document, tuple(sig for sig in rotation().sigs if sig[0] != BY)))
    made.take(revocation(SECOND))
    assert said(made, SECOND)


@given(st.data())
@settings(max_examples=400, deadline=None)
def test_whatever_arrives_is_read_or_rejected(data):
    wire = bytearray(keys_wire([rotation(), revocation()]))
    for _ in range(data.draw(st.integers(1, 4))):
        wire[data.draw(st.integers(6, len(wire) - 1))] = data.draw(st.sampled_from(b'0"{}[],:azZ\n\\-\xff'))
    made = book()
    try:
        held = made.learn(read_keys(bytes(wire)))
    except Reject:
        return
    assert {paper.dh for paper in held} <= {rotation().dh, revocation().dh}


@pytest.mark.parametrize("value", [None, [], {}, {"doc": 1, "sigs": []}, {"doc": "\ud800", "sigs": []}, {"doc": "x", "sigs": [[1, 2, 3]]}, {"doc": "x" * 20000, "sigs": []}])
def test_what_is_no_paper_is_rejected(value):
    with pytest.raises(Reject):
        read_document(paper_of(value).document)
