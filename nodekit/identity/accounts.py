"""What administrators and officers do with accounts. Creating an account and giving it posts are two people's acts once a node runs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import delete, func, select, update

from nodekit.errors import InvalidInput, NotFound
from nodekit.identity.errors import NotOnYourself, UsernameTaken, WrongLogin
from nodekit.identity.models import Account, AccountPost, LoginSession
from nodekit.identity.passwords import check_policy, hash_password, one_time_password, verify_password
from nodekit.identity.posts import resolve_posts

if TYPE_CHECKING:
    from nodekit.unit_of_work import UnitOfWork

USERNAME = re.compile(r"^\w[\w.\-]{1,39}$")
NAME_CHARS_MAX = 60


@dataclass(frozen=True)
class AccountLine:
    """One row of the list of accounts."""

    account: Account
    posts: frozenset[str]


async def create_account(
    uow: UnitOfWork, *, username: str, name: str, password: str, posts: Iterable[str] = (), must_change: bool = False
) -> Account:
    """Make an account. With posts only from the command line or a seed; pages give posts separately.

    Raises:
        InvalidInput: username or name is malformed. UsernameTaken, PasswordTooWeak, PostsNotAllowed.
    """
    username, name = username.strip(), name.strip()
    if not USERNAME.match(username):
        raise InvalidInput([{"path": "username", "message": "2至40个字母、数字、点、横线或下划线,以字母或数字开头。"}])
    if not 0 < len(name) <= NAME_CHARS_MAX:
        raise InvalidInput([{"path": "name", "message": f"请填写姓名,最多{NAME_CHARS_MAX}个字。"}])
    granted = resolve_posts(posts, uow.node.office.kind)
    check_policy(username, password)
    if await find_by_username(uow, username):
        raise UsernameTaken(username)
    account = Account(
        id=uow.new_id(),
        username=username,
        name=name,
        password=await hash_password(password),
        must_change=must_change,
        created_at=uow.now,
        password_at=uow.now,
        disabled_at=None,
    )
    uow.session.add(account)
    await uow.session.flush()
    _grant(uow, account.id, granted)
    await uow.audit("identity.account_created", subject=username, posts=granted)
    return account


async def set_posts(uow: UnitOfWork, account_id: UUID, posts: Iterable[str]) -> Account:
    """Give an account exactly these posts. Its sessions end, so that nobody keeps working with what he no longer holds.

    Raises:
        NotFound, PostsNotAllowed; NotOnYourself: nobody grants himself anything.
    """
    account = await _other_account(uow, account_id)
    wanted = resolve_posts(posts, uow.node.office.kind)
    before = await posts_of(uow, account_id)
    if wanted == before:
        return account
    await uow.session.execute(delete(AccountPost).where(AccountPost.account_id == account_id, AccountPost.post.in_(before - wanted)))
    _grant(uow, account_id, wanted - before)
    await end_sessions(uow, account_id, "posts")
    await uow.audit("identity.posts_set", subject=account.username, before=before, after=wanted)
    return account


async def disable_account(uow: UnitOfWork, account_id: UUID, reason: str = "") -> Account:
    """Close an account; its sessions end with this transaction."""
    account = await _other_account(uow, account_id)
    account.disabled_at = account.disabled_at or uow.now
    await end_sessions(uow, account_id, "disabled")
    await uow.audit("identity.account_disabled", subject=account.username, reason=reason)
    return account


async def enable_account(uow: UnitOfWork, account_id: UUID, reason: str = "") -> Account:
    account = await _other_account(uow, account_id)
    account.disabled_at = None
    await uow.audit("identity.account_enabled", subject=account.username, reason=reason)
    return account


async def reset_password(uow: UnitOfWork, account_id: UUID) -> tuple[Account, str]:
    """Give an account a one-time password (returned to be shown once) and end its sessions."""
    account = await _other_account(uow, account_id)
    password = one_time_password()
    account.password, account.password_at, account.must_change = await hash_password(password), uow.now, True
    await end_sessions(uow, account_id, "reset")
    await uow.audit("identity.password_reset", subject=account.username)
    return account, password


async def change_password(uow: UnitOfWork, session_id: UUID, current: str, new: str) -> None:
    """An officer changes his own password; his other sessions end.

    Raises:
        WrongLogin: the current password does not fit. PasswordTooWeak.
    """
    if uow.officer is None:
        raise WrongLogin
    account = await get_account(uow, uow.officer.id, lock=True)
    if not await verify_password(account.password, current):
        raise WrongLogin
    if current == new:
        raise InvalidInput([{"path": "new", "message": "新密码不能与原密码相同。"}])
    check_policy(account.username, new)
    account.password, account.password_at, account.must_change = await hash_password(new), uow.now, False
    await end_sessions(uow, account.id, "password", keep=session_id)
    await uow.audit("identity.password_changed", subject=account.username)


async def end_sessions(uow: UnitOfWork, account_id: UUID, why: str, *, keep: UUID | None = None, only: UUID | None = None) -> int:
    """End an account's sessions (all, all but one, or one of them). Returns how many."""
    query = update(LoginSession).where(LoginSession.account_id == account_id, LoginSession.ended_at.is_(None))
    if keep:
        query = query.where(LoginSession.id != keep)
    if only:
        query = query.where(LoginSession.id == only)
    done = await uow.session.execute(query.values(ended_at=uow.now, ended_why=why).returning(LoginSession.id))
    return len(done.all())


async def get_account(uow: UnitOfWork, account_id: UUID, *, lock: bool = False) -> Account:
    """One account; NotFound when there is none."""
    account = await uow.session.get(Account, account_id, with_for_update=lock)
    if account is None:
        raise NotFound("该账号")
    return account


async def find_by_username(uow: UnitOfWork, username: str) -> Account | None:
    return (await uow.session.scalars(select(Account).where(func.lower(Account.username) == username.strip().lower()))).one_or_none()


async def posts_of(uow: UnitOfWork, account_id: UUID) -> frozenset[str]:
    return frozenset(await uow.session.scalars(select(AccountPost.post).where(AccountPost.account_id == account_id)))


async def list_accounts(uow: UnitOfWork, limit: int = 500) -> list[AccountLine]:
    """Accounts with their posts, working ones first."""
    accounts = (await uow.session.scalars(select(Account).order_by(Account.disabled_at.is_not(None), Account.username).limit(limit))).all()
    held: dict[UUID, set[str]] = {}
    for account_id, post in (await uow.session.execute(select(AccountPost.account_id, AccountPost.post))).all():
        held.setdefault(account_id, set()).add(post)
    return [AccountLine(account, frozenset(held.get(account.id, ()))) for account in accounts]


async def list_sessions(uow: UnitOfWork, account_id: UUID) -> Sequence[LoginSession]:
    """An account's open sessions, latest first; those that ran out are not among them."""
    from nodekit.identity.session import is_alive

    rows = await uow.session.scalars(
        select(LoginSession).where(LoginSession.account_id == account_id, LoginSession.ended_at.is_(None)).order_by(LoginSession.last_seen_at.desc())
    )
    return [row for row in rows if is_alive(row, uow.now)]


async def officers_with_post(uow: UnitOfWork, post: str) -> Sequence[Account]:
    """Working accounts that hold a post: choices such as 经办人 or 组长."""
    query = select(Account).join(AccountPost).where(AccountPost.post == post, Account.disabled_at.is_(None)).order_by(Account.name)
    return (await uow.session.scalars(query)).all()


def _grant(uow: UnitOfWork, account_id: UUID, posts: Iterable[str]) -> None:
    granted_by = uow.officer.id if uow.officer else None
    uow.session.add_all(AccountPost(account_id=account_id, post=post, granted_at=uow.now, granted_by=granted_by) for post in sorted(posts))


async def _other_account(uow: UnitOfWork, account_id: UUID) -> Account:
    if uow.officer is not None and uow.officer.id == account_id:
        raise NotOnYourself
    return await get_account(uow, account_id, lock=True)
