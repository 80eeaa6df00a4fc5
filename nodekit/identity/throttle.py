"""Slow down guessing without letting anybody lock a colleague out.

Failures are counted per account and *origin*: a known device (a browser that signed in to this account before) or an address class
(/24, /56). An account-wide count slows strangers only, so a flood of guesses never reaches the browser its owner works in.
Counts live in the database: a restart forgets nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, func, select

from nodekit.identity.errors import TooManyAttempts
from nodekit.identity.models import LoginAttempt

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from nodekit.sealing import Vault

FAILURES_MAX: Final = 5
"""Failures from one origin before the first delay."""
STRANGER_FAILURES_MAX: Final = 30
"""Failures from all unknown origins together."""
DELAY_FIRST: Final = timedelta(seconds=30)
DELAY_MAX: Final = timedelta(minutes=15)
FORGET_AFTER: Final = timedelta(hours=24)


@dataclass(frozen=True)
class Counter:
    """One count that a login attempt is held against."""

    key: str
    failures_max: int


def counters(vault: Vault, username: str, address: str, device: str | None) -> tuple[Counter, ...]:
    """The counts for one attempt. Keys are keyed hashes: the table shows neither names nor addresses."""
    account = username.strip().lower()
    if device:
        return (Counter(vault.keyed_hash(f"{account}|device|{device}", "login"), FAILURES_MAX),)
    return (
        Counter(vault.keyed_hash(f"{account}|address|{address_class(address)}", "login"), FAILURES_MAX),
        Counter(vault.keyed_hash(f"{account}|strangers", "login"), STRANGER_FAILURES_MAX),
    )


def address_class(address: str) -> str:
    """/24 of an IPv4 address, /56 of an IPv6 one: one household or office counts as one."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    return str(ip_network(f"{parsed}/{24 if parsed.version == 4 else 56}", strict=False))  # noqa: PLR2004 - IP version


async def hold(session: AsyncSession, held: tuple[Counter, ...], now: datetime) -> None:
    """Take the counts for this transaction, or refuse at once: parallel guesses are not evaluated side by side.

    Raises:
        TooManyAttempts: blocked, or another attempt on the same count is just being evaluated.
    """
    for counter in held:
        if not await session.scalar(select(func.pg_try_advisory_xact_lock(func.hashtextextended(counter.key, 0)))):
            raise TooManyAttempts(1)
        blocked_until = await session.scalar(select(LoginAttempt.blocked_until).where(LoginAttempt.key == counter.key))
        if blocked_until and blocked_until > now:
            raise TooManyAttempts(int((blocked_until - now).total_seconds()) + 1)


async def count_failure(session: AsyncSession, held: tuple[Counter, ...], now: datetime) -> None:
    """One more failure on every count; over the limit each one doubles the delay."""
    for counter in held:
        row = await session.get(LoginAttempt, counter.key)
        if row is None:
            row = LoginAttempt(key=counter.key, failures=0, failed_at=now, blocked_until=None)
            session.add(row)
        row.failures = 1 if now - row.failed_at > FORGET_AFTER else row.failures + 1
        row.failed_at = now
        over = row.failures - counter.failures_max
        row.blocked_until = now + min(DELAY_FIRST * 2 ** min(over, 10), DELAY_MAX) if over >= 0 else None


async def clear(session: AsyncSession, held: tuple[Counter, ...], now: datetime) -> None:
    """After a success: forget this origin's failures, and what is old anyway. The strangers' count stays until it ages."""
    origin = held[0]
    await session.execute(delete(LoginAttempt).where((LoginAttempt.key == origin.key) | (LoginAttempt.failed_at < now - FORGET_AFTER)))
