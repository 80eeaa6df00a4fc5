"""Signing in and out. One answer for every failure, in equal time; a new session id for every sign-in."""

from __future__ import annotations

import asyncio
import hmac
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select, update

from nodekit.identity import throttle
from nodekit.identity.accounts import end_sessions, find_by_username, list_sessions, posts_of
from nodekit.identity.errors import TooManyAttempts, WrongLogin
from nodekit.identity.models import LoginSession
from nodekit.identity.passwords import hash_password, needs_rehash, verify_password
from nodekit.identity.session import Login, csrf_of, officer_of, token_hash

if TYPE_CHECKING:
    from uuid import UUID

    from nodekit.identity.models import Account
    from nodekit.node import Node
    from nodekit.unit_of_work import UnitOfWork

SESSIONS_PER_ACCOUNT_MAX: Final = 8
_HASHING_AT_ONCE: Final = 2
_WAITING_MAX: Final = 20
_USERNAME_CHARS_MAX: Final = 40


@dataclass(frozen=True)
class Credentials:
    """What the door is shown."""

    username: str
    password: str
    address: str
    """Address of the browser; used for throttling only, stored nowhere."""
    device: str | None = None
    """Value of the device cookie, if the browser brought one."""
    session: str | None = None
    """Id of a session the browser still holds; it ends."""


@dataclass(frozen=True)
class SignedIn:
    """A fresh login: `token` and `device` go into cookies and are known nowhere else."""

    token: str
    device: str
    login: Login


class Gate:
    """Bounds password hashing of one node: a flood of logins must not starve the officers at work of CPU or connections."""

    def __init__(self) -> None:
        self._slots, self._waiting = asyncio.Semaphore(_HASHING_AT_ONCE), 0

    async def __aenter__(self) -> None:
        if self._waiting >= _WAITING_MAX:
            raise TooManyAttempts(2)
        self._waiting += 1
        try:
            await self._slots.acquire()
        finally:
            self._waiting -= 1

    async def __aexit__(self, *_: object) -> None:
        self._slots.release()


async def sign_in(node: Node, given: Credentials) -> SignedIn:
    """Check name and password and open a session.

    Raises:
        WrongLogin: unknown user, wrong password or disabled account; which of them stays unsaid.
        TooManyAttempts: too many failures from here, or too many logins at once; nothing was evaluated.
    """
    gate: Gate = node.state.setdefault("identity.gate", Gate())
    async with gate, node.unit_of_work() as uow:
        done = await _attempt(uow, given)
    if done is None:
        raise WrongLogin
    return done


async def sign_out(node: Node, login: Login) -> None:
    """End the session on the server; the cookie alone is worth nothing afterwards."""
    async with node.unit_of_work(login.officer) as uow:
        await end_sessions(uow, login.officer.id, "signed_out", only=login.session_id)
        await uow.audit("identity.signed_out", subject=login.officer.username)


async def rotate_session(uow: UnitOfWork, session_id: UUID) -> str:
    """Give a session a new id, so that one seen before a change of password is worth nothing. Returns it for the cookie."""
    token = secrets.token_urlsafe(32)
    await uow.session.execute(update(LoginSession).where(LoginSession.id == session_id).values(token_hash=token_hash(token)))
    return token


async def _attempt(uow: UnitOfWork, given: Credentials) -> SignedIn | None:
    """One evaluated attempt. Returns None for a failure, so that its count is committed."""
    node, username = uow.node, given.username.strip()[:_USERNAME_CHARS_MAX]
    held = throttle.counters(node.vault, username, given.address, _known_device(node, username, given.device))
    await throttle.hold(uow.session, held, uow.now)
    account = await find_by_username(uow, username)
    fits = await verify_password(account.password if account else None, given.password)
    if account is None or not fits or account.disabled_at is not None:
        await throttle.count_failure(uow.session, held, uow.now)
        await uow.audit("identity.login_failed", subject=account.username if account else "(未知用户)")
        return None
    await throttle.clear(uow.session, held, uow.now)
    if needs_rehash(account.password):
        account.password = await hash_password(given.password)
    uow.officer = officer_of(node, account, await posts_of(uow, account.id))
    token = await _open_session(uow, account, given.session)
    await uow.audit("identity.signed_in", subject=account.username)
    session_id = (await uow.session.scalars(select(LoginSession.id).where(LoginSession.token_hash == token_hash(token)))).one()
    return SignedIn(token, _device_value(node, username), Login(session_id, uow.officer, csrf_of(token), account.must_change))


async def _open_session(uow: UnitOfWork, account: Account, replaced: str | None) -> str:
    if replaced:
        old = (await uow.session.scalars(select(LoginSession).where(LoginSession.token_hash == token_hash(replaced)))).one_or_none()
        if old is not None and old.ended_at is None:
            old.ended_at, old.ended_why = uow.now, "replaced"
    for surplus in (await list_sessions(uow, account.id))[SESSIONS_PER_ACCOUNT_MAX - 1 :]:
        surplus.ended_at, surplus.ended_why = uow.now, "limit"
    token = secrets.token_urlsafe(32)
    uow.session.add(
        LoginSession(
            id=uow.new_random_id(),
            token_hash=token_hash(token),
            account_id=account.id,
            created_at=uow.now,
            last_seen_at=uow.now,
            ended_at=None,
            ended_why="",
        )
    )
    await uow.session.flush()
    return token


def _device_value(node: Node, username: str, nonce: str = "") -> str:
    nonce = nonce or secrets.token_hex(16)
    return f"{nonce}.{node.vault.keyed_hash(f'{username.lower()}|{nonce}', 'device')}"


def _known_device(node: Node, username: str, value: str | None) -> str | None:
    """The device's nonce, if this browser once signed in to this very account."""
    nonce = (value or "").partition(".")[0]
    if not nonce or not hmac.compare_digest(_device_value(node, username, nonce).encode(), (value or "").encode()):
        return None
    return nonce
