"""Passwords: Argon2id with the cost the smallest office machine bears (19 MiB, two passes, 72 ms), hashed off the event loop."""

from __future__ import annotations

import asyncio
import re
import secrets
from typing import Final

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from nodekit.identity.errors import PasswordTooWeak

PASSWORD_CHARS_MIN: Final = 12
PASSWORD_CHARS_MAX: Final = 128
_DISTINCT_CHARS_MIN: Final = 6
_COMMON: Final = ("password", "qwertyuiop", "administrator", "letmein", "iloveyou", "woaini", "asdfghjkl", "zxcvbnm", "welcome", "12345678")
_NOBODY: Final = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5bm9iIQ$3q2+7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
"""Verified (and failed) when the user is unknown, so that the answer takes as long as for a known one."""
_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"

_hasher: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, hash_len=32, salt_len=16, type=Type.ID)


def check_policy(username: str, password: str) -> None:
    """Refuse a password that is too easy.

    Raises:
        PasswordTooWeak: with the reason.
    """
    if len(password) < PASSWORD_CHARS_MIN:
        raise PasswordTooWeak(f"不足{PASSWORD_CHARS_MIN}个字符。")
    if len(password) > PASSWORD_CHARS_MAX:
        raise PasswordTooWeak(f"超过{PASSWORD_CHARS_MAX}个字符。")
    if len(set(password)) < _DISTINCT_CHARS_MIN:
        raise PasswordTooWeak("重复字符过多。")
    lowered = password.lower()
    if username.lower() in lowered:
        raise PasswordTooWeak("包含用户名。")
    rest = lowered
    for word in _COMMON:
        rest = rest.replace(word, "")
    if len(re.sub(r"[\d\W_]", "", rest)) == 0 and rest != lowered:
        raise PasswordTooWeak("由常见词和数字组成。")


async def hash_password(password: str) -> str:
    return await asyncio.to_thread(_hasher.hash, password)


async def verify_password(stored: str | None, password: str) -> bool:
    """Whether the password fits; takes the same time for nobody (`stored` is None)."""
    fits = await asyncio.to_thread(_verify, stored or _NOBODY, password[:PASSWORD_CHARS_MAX])
    return fits and stored is not None


def needs_rehash(stored: str) -> bool:
    """The cost was raised since this hash was made."""
    return _hasher.check_needs_rehash(stored)


def one_time_password() -> str:
    """Four groups an administrator can read out over the telephone; must be changed at first login."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))


def _verify(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False
