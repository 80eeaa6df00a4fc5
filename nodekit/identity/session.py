"""The signed-in officer of a request: cookie to session to account to permissions, read from the database every time.

So a disabled account, a post taken away or an ended session is effective with the next request. The cookie is named after the office:
two nodes on one host (different ports) share a browser's cookie jar.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Final
from uuid import UUID

from fastapi import Depends, Request
from sqlalchemy import func, select, update

from nodekit.errors import NotPermitted, NotSignedIn
from nodekit.identity.errors import PasswordMustChange
from nodekit.identity.models import Account, AccountPost, LoginSession
from nodekit.identity.officer import Officer
from nodekit.identity.permissions import permissions_of, title_of

if TYPE_CHECKING:
    from nodekit.node import Node

SESSION_IDLE_MAX: Final = timedelta(minutes=30)
SESSION_AGE_MAX: Final = timedelta(hours=8)
_TOUCH_EVERY: Final = timedelta(minutes=1)
"""`last_seen_at` is written at most this often: reading pages must not cost a write each."""
_OPEN_BEFORE_CHANGE: Final = frozenset({"/account", "/account/password", "/logout", "/api/session"})
"""What an officer with a one-time password may still reach."""


@dataclass(frozen=True)
class Login:
    """The session behind a request."""

    session_id: UUID
    officer: Officer
    csrf: str
    must_change: bool


def cookie_name(office: str) -> str:
    return f"liandong_{office}"


def token_hash(token: str) -> str:
    """What the database keeps of a session id. 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def csrf_of(token: str) -> str:
    """The form token of a session: derived from its secret id, so nothing is stored and no other session's fits."""
    return hmac.new(token.encode(), b"liandong/csrf", hashlib.sha256).hexdigest()


def is_alive(session: LoginSession, now: datetime) -> bool:
    """Not ended, not idle too long, not too old."""
    return session.ended_at is None and now - session.last_seen_at <= SESSION_IDLE_MAX and now - session.created_at <= SESSION_AGE_MAX


async def find_login(node: Node, token: str | None) -> Login | None:
    """The login a session id stands for, or None. Keeps a living session from going idle."""
    if not token:
        return None
    posts = select(func.array_agg(AccountPost.post)).where(AccountPost.account_id == Account.id).scalar_subquery()
    query = (
        select(LoginSession, Account, posts)
        .join(Account, Account.id == LoginSession.account_id)
        .where(LoginSession.token_hash == token_hash(token), LoginSession.ended_at.is_(None), Account.disabled_at.is_(None))
    )
    async with node.sessions() as database:
        row = (await database.execute(query)).one_or_none()
        now = node.clock()
        if row is None or not is_alive(row[0], now):
            return None
        session, account, held = row
        if now - session.last_seen_at > _TOUCH_EVERY:
            await database.execute(
                update(LoginSession).where(LoginSession.id == session.id, LoginSession.ended_at.is_(None)).values(last_seen_at=now)
            )
            await database.commit()
        return Login(session.id, officer_of(node, account, held or ()), csrf_of(token), account.must_change)


def officer_of(node: Node, account: Account, posts: Any) -> Officer:
    held = frozenset(posts)
    return Officer(
        id=account.id, username=account.username, name=account.name, posts=held, permissions=permissions_of(node.spec, held), office=node.office.id
    )


async def current_login(request: Request) -> Login:
    """The login of this request, whatever it may do; puts the form token on the request for the templates.

    Raises:
        NotSignedIn: no session, or an ended one.
    """
    node: Node = request.app.state.node
    login = await find_login(node, request.cookies.get(cookie_name(node.office.id)))
    if login is None:
        raise NotSignedIn
    request.state.csrf, request.state.officer = login.csrf, login.officer
    return login


CurrentLogin = Annotated[Login, Depends(current_login)]


async def current_officer(request: Request, login: CurrentLogin) -> Officer:
    """The officer of this request.

    Raises:
        NotSignedIn: no session. PasswordMustChange: a one-time password opens only the page to change it.
    """
    if login.must_change and request.url.path not in _OPEN_BEFORE_CHANGE:
        raise PasswordMustChange
    return login.officer


CurrentOfficer = Annotated[Officer, Depends(current_officer)]


def require(permission: str) -> Any:
    """Make a dependency that gives the officer if one of his posts carries `permission`.

    Use: `officer: Annotated[Officer, require("audit.read")]`.
    """

    async def permitted(request: Request, officer: CurrentOfficer) -> Officer:
        if officer.may(permission):
            return officer
        raise NotPermitted(permission, title_of(request.app.state.node.spec, permission))

    permitted.permission = permission  # type: ignore[attr-defined]  # read by the authorization matrix
    return Depends(permitted)


async def record_denial(request: Request, refusal: NotPermitted) -> None:
    """Note that an officer tried what his posts do not carry: trying doors is worth knowing.

    Called where every refusal becomes an answer, whoever raised it, in a transaction of its own: the request's has been rolled back.
    """
    officer: Officer | None = getattr(request.state, "officer", None)
    if officer is None:
        return
    async with request.app.state.node.unit_of_work(officer) as uow:
        await uow.audit("identity.denied", subject=request.url.path, permission=refusal.facts["permission"], method=request.method)
