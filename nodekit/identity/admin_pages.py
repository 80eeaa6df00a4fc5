"""/admin/accounts: the system administrator makes and closes accounts, the security officer gives posts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response

from nodekit.errors import NodeError
from nodekit.identity import accounts
from nodekit.identity.officer import Officer
from nodekit.identity.passwords import one_time_password
from nodekit.identity.posts import POSTS, PRESETS, posts_of_kind
from nodekit.identity.session import require
from nodekit.web import render
from nodekit.web.actions import all_or_nothing
from nodekit.web.edge import ReadUow, WriteUow
from nodekit.web.flash import redirect

if TYPE_CHECKING:
    from nodekit.unit_of_work import UnitOfWork

router = APIRouter(prefix="/admin/accounts", include_in_schema=False)
Viewer = Annotated[Officer, require("identity.manage")]
AccountKeeper = Annotated[Officer, require("identity.accounts")]
PostGranter = Annotated[Officer, require("identity.grant")]
Reason = Annotated[str, Form(max_length=200)]


@router.get("")
async def list_page(request: Request, uow: ReadUow, _: Viewer) -> Response:
    """All accounts of this office."""
    return await _list(request, uow)


@router.post("")
async def create(
    request: Request,
    uow: WriteUow,
    _: AccountKeeper,
    username: Annotated[str, Form(max_length=40)] = "",
    name: Annotated[str, Form(max_length=60)] = "",
) -> Response:
    """Make an account without posts; its one-time password is shown on this page and nowhere again."""
    password = one_time_password()
    try:
        async with all_or_nothing(uow):
            account = await accounts.create_account(uow, username=username, name=name, password=password, must_change=True)
    except NodeError as error:
        return await _list(request, uow, error=error, username=username, name=name)
    return await _detail(request, uow, account.id, password=password)


@router.get("/{account_id}")
async def detail_page(account_id: UUID, request: Request, uow: ReadUow, _: Viewer) -> Response:
    """One account: its posts and sessions."""
    return await _detail(request, uow, account_id)


@router.post("/{account_id}/posts")
async def set_posts(
    account_id: UUID,
    request: Request,
    uow: WriteUow,
    _: PostGranter,
    posts: Annotated[list[str], Form()] = [],  # noqa: B006 - FastAPI copies it
) -> Response:
    """Give the account exactly the ticked posts."""
    try:
        async with all_or_nothing(uow):
            account = await accounts.set_posts(uow, account_id, posts)
    except NodeError as error:
        return await _detail(request, uow, account_id, error=error, ticked=frozenset(posts))
    return redirect(f"/admin/accounts/{account_id}", [f"{account.name}的岗位已更新,其登录已退出。"])


@router.post("/{account_id}/disable")
async def disable(account_id: UUID, request: Request, uow: WriteUow, _: AccountKeeper, reason: Reason = "") -> Response:
    """Close the account; whoever works under it is out with his next click."""
    try:
        async with all_or_nothing(uow):
            account = await accounts.disable_account(uow, account_id, reason)
    except NodeError as error:
        return await _detail(request, uow, account_id, error=error)
    return redirect(f"/admin/accounts/{account_id}", [f"{account.name}的账号已停用。"])


@router.post("/{account_id}/enable")
async def enable(account_id: UUID, request: Request, uow: WriteUow, _: AccountKeeper, reason: Reason = "") -> Response:
    """Open a closed account again."""
    try:
        async with all_or_nothing(uow):
            account = await accounts.enable_account(uow, account_id, reason)
    except NodeError as error:
        return await _detail(request, uow, account_id, error=error)
    return redirect(f"/admin/accounts/{account_id}", [f"{account.name}的账号已启用。"])


@router.post("/{account_id}/reset")
async def reset(account_id: UUID, request: Request, uow: WriteUow, _: AccountKeeper) -> Response:
    """Give a one-time password; shown on this page and nowhere again."""
    try:
        async with all_or_nothing(uow):
            _account, password = await accounts.reset_password(uow, account_id)
    except NodeError as error:
        return await _detail(request, uow, account_id, error=error)
    return await _detail(request, uow, account_id, password=password)


async def _list(request: Request, uow: UnitOfWork, *, error: NodeError | None = None, username: str = "", name: str = "") -> Response:
    return await render(
        request,
        uow,
        "identity/accounts.html",
        status=error.status if error else 200,
        error=error,
        lines=await accounts.list_accounts(uow),
        posts=POSTS,
        username=username,
        name=name,
    )


async def _detail(
    request: Request, uow: UnitOfWork, account_id: UUID, *, error: NodeError | None = None, ticked: frozenset[str] | None = None, password: str = ""
) -> Response:
    kind = uow.node.office.kind
    return await render(
        request,
        uow,
        "identity/account_detail.html",
        status=error.status if error else 200,
        error=error,
        account=await accounts.get_account(uow, account_id),
        sessions=await accounts.list_sessions(uow, account_id),
        password=password,
        held=await accounts.posts_of(uow, account_id) if ticked is None else ticked,
        offered=posts_of_kind(kind),
        presets={name: kinds[kind] for name, kinds in PRESETS.items() if kind in kinds},
    )
