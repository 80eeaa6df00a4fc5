"""Passwords: cost, policy, one-time passwords, addresses counted as one."""

import pytest

from nodekit.identity.errors import PasswordTooWeak
from nodekit.identity.passwords import check_policy, hash_password, needs_rehash, one_time_password, verify_password
from nodekit.identity.throttle import address_class


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "aaaaaaaaaaaaaaaa",
        "abababababab",
        "zhangwei-2026-x",
        "Password12345",
        "administrator-1",
        "x" * 129,
        "qwertyuiop123456",
    ],
)
def test_an_easy_password_is_refused(password: str) -> None:
    with pytest.raises(PasswordTooWeak) as caught:
        check_policy("zhangwei", password)
    assert caught.value.hint


@pytest.mark.parametrize("password", ["correct-horse-battery", "青山不老绿水长流云淡风轻", "Test-only-passphrase-1"])
def test_a_long_one_is_taken(password: str) -> None:
    check_policy("zhangwei", password)


async def test_the_hash_is_argon2id_with_19_mib() -> None:
    stored = await hash_password("correct-horse-battery")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await verify_password(stored, "correct-horse-battery")
    assert not await verify_password(stored, "correct-horse-batterz")
    assert not needs_rehash(stored)
    assert needs_rehash(stored.replace("m=19456", "m=9216"))


async def test_nobody_has_no_password() -> None:
    assert not await verify_password(None, "nobody")
    assert not await verify_password(None, "")


def test_a_one_time_password_passes_the_policy_and_is_never_the_same() -> None:
    made = {one_time_password() for _ in range(200)}
    assert len(made) == 200
    for password in made:
        assert len(password) == 19


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        ("10.1.2.3", "10.1.2.0/24"),
        ("10.1.2.200", "10.1.2.0/24"),
        ("2001:db8:0:12ff::1", "2001:db8:0:1200::/56"),
        ("", "unknown"),
        ("testclient", "unknown"),
    ],
)
def test_neighbours_count_as_one(address: str, counted_as: str) -> None:
    assert address_class(address) == counted_as
