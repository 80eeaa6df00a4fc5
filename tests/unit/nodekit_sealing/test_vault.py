"""The vault: fields readable only with the office's own key, only in their own place."""

import os

import pytest

from nodekit.sealing import CannotOpen, Vault

TEXT = "反映人意见:示例文字 🧾"
PLACE = "clue_transfer_issuer.clues.body:0198"


@pytest.fixture(scope="module")
def vault() -> Vault:
    return Vault(os.urandom(32))


def test_a_field_comes_back(vault: Vault) -> None:
    assert vault.decrypt(vault.encrypt(TEXT, PLACE), PLACE) == TEXT
    assert vault.decrypt(vault.encrypt("", PLACE), PLACE) == ""


def test_equal_texts_give_different_ciphertexts(vault: Vault) -> None:
    assert vault.encrypt(TEXT, PLACE) != vault.encrypt(TEXT, PLACE)
    assert TEXT.encode() not in vault.encrypt(TEXT, PLACE)


def test_a_ciphertext_moved_to_another_row_does_not_open(vault: Vault) -> None:
    with pytest.raises(CannotOpen):
        vault.decrypt(vault.encrypt(TEXT, PLACE), PLACE + "9")


def test_another_offices_key_does_not_open(vault: Vault) -> None:
    with pytest.raises(CannotOpen):
        Vault(os.urandom(32)).decrypt(vault.encrypt(TEXT, PLACE), PLACE)


def test_every_changed_byte_is_noticed(vault: Vault) -> None:
    blob = vault.encrypt(TEXT, PLACE)
    for at in range(len(blob)):
        changed = bytearray(blob)
        changed[at] ^= 1
        with pytest.raises(CannotOpen):
            vault.decrypt(bytes(changed), PLACE)
    for cut in (0, 1, 13, len(blob) - 1):
        with pytest.raises(CannotOpen):
            vault.decrypt(blob[:cut], PLACE)


def test_the_keyed_hash_finds_duplicates_but_says_nothing_elsewhere(vault: Vault) -> None:
    assert vault.keyed_hash("张 三", "person") == vault.keyed_hash("张三", "person")
    assert vault.keyed_hash("Zhang San", "person") == vault.keyed_hash("zhangsan", "person")
    assert vault.keyed_hash("张三", "person") != vault.keyed_hash("张三", "petition")
    assert vault.keyed_hash("张三", "person") != Vault(os.urandom(32)).keyed_hash("张三", "person")


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Vault(b"short")
