"""Pins: the first key seen stays, a later one is refused aloud, and only people replace it."""

import base64
import os
from dataclasses import replace

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy.exc import IntegrityError

from nodekit.errors import NotFound
from nodekit.peers import Keyring, PeerKeyChanged
from nodekit.peers.pins import list_disputes, pin_peers, replace_pin
from nodekit.peers.published import OfficeKeys
from tests.node.identity.conftest import OFFICE, House

DESK = "990121-discipline"


def new_keys() -> tuple[Ed25519PrivateKey, OfficeKeys]:
    signing = Ed25519PrivateKey.generate()
    return signing, OfficeKeys(signing.public_key(), X25519PrivateKey.generate().public_key())


def offered(house: House, **changed: OfficeKeys) -> Keyring:
    """The keyring of a start with another directory."""
    known = house.node.keyring.known | {office.replace("_", "-"): keys for office, keys in changed.items()}
    return Keyring(OFFICE, Ed25519PrivateKey.generate(), known)


async def pin(house: House, keyring: Keyring) -> tuple[str, ...]:
    async with house.node.unit_of_work() as uow:
        return (await pin_peers(uow, keyring)).refused


async def test_every_office_of_the_directory_is_pinned_at_the_first_start(house: House) -> None:
    assert await house.scalar("SELECT count(*) FROM nodekit.peers WHERE status = 'pinned'") == len(house.node.directory.all())
    assert await pin(house, offered(house)) == ()
    assert (await house.actions()).count("peers.pinned") == 1


async def test_another_key_is_refused_noted_once_and_the_old_one_stays_in_use(house: House) -> None:
    signing, keys = new_keys()
    for _ in range(3):
        keyring = offered(house, **{DESK: keys})
        assert await pin(house, keyring) == (DESK,)
    assert (await house.actions()).count("peers.key_refused") == 1
    assert not keyring.verify(DESK, keys.signing_kid, b"data", signing.sign(b"data"))
    assert keyring.fingerprint(DESK) == house.node.keyring.fingerprint(DESK)
    with pytest.raises(PeerKeyChanged) as caught:
        keyring.sealing_key(DESK)
    assert "样例县纪委监委" in caught.value.message
    async with house.node.sessions() as database:
        assert [row.signing_fingerprint for row in await list_disputes(database)] == [keys.fingerprint]


async def test_a_swapped_sealing_key_alone_is_refused_too(house: House) -> None:
    keys = replace(house.node.keyring.known[DESK], sealing=X25519PrivateKey.generate().public_key())
    keyring = offered(house, **{DESK: keys})
    assert await pin(house, keyring) == (DESK,)
    with pytest.raises(PeerKeyChanged):
        keyring.sealing_key(DESK)


async def test_the_others_are_not_touched_by_one_dispute(house: House) -> None:
    keyring = offered(house, **{DESK: new_keys()[1]})
    await pin(house, keyring)
    assert keyring.sealing_key("990100-inspection") == house.node.keyring.sealing_key("990100-inspection")


async def test_a_node_whose_own_key_was_swapped_does_not_start(house: House) -> None:
    with pytest.raises(PeerKeyChanged):
        await pin(house, offered(house, **{OFFICE: new_keys()[1]}))


async def test_people_replace_a_key_and_the_chains_anchor_stays(house: House) -> None:
    signing, keys = new_keys()
    keyring = offered(house, **{DESK: keys})
    await pin(house, keyring)
    async with house.node.unit_of_work() as uow:
        await replace_pin(uow, keyring, DESK, keys.fingerprint, "电话核对一致")
    assert keyring.verify(DESK, keys.signing_kid, b"data", signing.sign(b"data"))
    assert keyring.sealing_key(DESK)[0] == keys.sealing_kid
    assert keyring.fingerprint(DESK) == house.node.keyring.fingerprint(DESK), "the anchor is the first key ever seen"
    assert (await house.actions())[-1] == "peers.key_replaced"
    assert await pin(house, offered(house, **{DESK: keys})) == ()


async def test_a_retired_key_offered_again_is_refused_again(house: House) -> None:
    old = house.node.keyring.known[DESK]
    keys = new_keys()[1]
    keyring = offered(house, **{DESK: keys})
    await pin(house, keyring)
    async with house.node.unit_of_work() as uow:
        await replace_pin(uow, keyring, DESK, keys.fingerprint, "电话核对一致")
    assert await pin(house, offered(house, **{DESK: old})) == (DESK,)


async def test_a_fingerprint_nobody_offered_cannot_be_pinned(house: House) -> None:
    with pytest.raises(NotFound):
        async with house.node.unit_of_work() as uow:
            await replace_pin(uow, house.node.keyring, DESK, "0" * 64, "")


async def test_two_pinned_keys_of_one_office_cannot_be_stored(house: House) -> None:
    statement = sa.text(
        "INSERT INTO nodekit.peers SELECT office, :other, sealing_fingerprint, signing, sealing, status, first_seen_at, decided_at"
        " FROM nodekit.peers WHERE office = :office"
    )
    with pytest.raises(IntegrityError):
        async with house.node.engine.begin() as connection:
            await connection.execute(statement, {"office": DESK, "other": base64.b16encode(os.urandom(32)).decode()})
