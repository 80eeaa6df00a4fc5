"""/account: an officer's own password and sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response

from nodekit.errors import NodeError
from nodekit.identity import accounts
from nodekit.identity.cookies import set_session
from nodekit.identity.login import rotate_session
from nodekit.identity.passwords import PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN
from nodekit.identity.posts import POSTS
from nodekit.identity.session import CurrentLogin
from nodekit.web import render
from nodekit.web.actions import all_or_nothing
from nodekit.web.edge import ReadUow, WriteUow
from nodekit.web.flash import redirect

if TYPE_CHECKING:
    from nodekit.unit_of_work import UnitOfWork

router = APIRouter(prefix="/account", include_in_schema=False)
Password = Annotated[str, Form(max_length=PASSWORD_CHARS_MAX)]


@router.get("")
async def account_page(request: Request, uow: ReadUow, login: CurrentLogin) -> Response:
    """Who am I here, and where am I signed in."""
    return await _page(request, uow, login.session_id, must_change=login.must_change)


@router.post("/password")
async def change(request: Request, uow: WriteUow, login: CurrentLogin, current: Password = "", new: Password = "", again: Password = "") -> Response:
    """Change the password. The session goes on under a new id; all others end."""
    try:
        if new != again:
            raise PasswordsDiffer
        async with all_or_nothing(uow):
            await accounts.change_password(uow, login.session_id, current, new)
    except NodeError as error:
        return await _page(request, uow, login.session_id, must_change=login.must_change, error=error)
    response = redirect("/account", ["密码已修改,其他登录已全部退出。"])
    set_session(response, uow.node, await rotate_session(uow, login.session_id))
    return response


@router.post("/sessions/end")
async def end_others(uow: WriteUow, login: CurrentLogin) -> Response:
    """End every session but this one."""
    ended = await accounts.end_sessions(uow, login.officer.id, "by_owner", keep=login.session_id)
    await uow.audit("identity.sessions_ended", subject=login.officer.username, count=ended)
    return redirect("/account", [f"已退出其他 {ended} 处登录。"])


class PasswordsDiffer(NodeError):
    code = "identity.passwords_differ"
    status = 422

    def __init__(self) -> None:
        super().__init__("两次输入的新密码不一致。", hint="请重新输入新密码。")


async def _page(request: Request, uow: UnitOfWork, session_id: UUID, *, must_change: bool, error: NodeError | None = None) -> Response:
    officer = uow.officer
    sessions = await accounts.list_sessions(uow, officer.id) if officer else []
    return await render(
        request,
        uow,
        "identity/account.html",
        status=error.status if error else 200,
        error=error,
        must_change=must_change,
        sessions=sessions,
        session_id=session_id,
        password_chars_min=PASSWORD_CHARS_MIN,
        posts=[POSTS[code].label_for(uow.node.office.tier) for code in sorted(officer.posts if officer else ()) if code in POSTS],
    )
