"""Signing in and out, for people (/login, /logout) and programs (/api/session)."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response, status
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ConfigDict, Field

from nodekit.errors import NodeError, NotSignedIn
from nodekit.identity.account_pages import router as account_router
from nodekit.identity.admin_pages import router as admin_router
from nodekit.identity.cookies import brought, drop_session, set_cookies
from nodekit.identity.login import Credentials, SignedIn, sign_in, sign_out
from nodekit.identity.passwords import PASSWORD_CHARS_MAX
from nodekit.identity.posts import POSTS
from nodekit.identity.session import CurrentLogin, Login, current_login, find_login
from nodekit.web.templating import render_plain

if TYPE_CHECKING:
    from nodekit.node import Node

api = APIRouter(prefix="/api/session", tags=["session"])
pages = APIRouter(include_in_schema=False)
routers = (api, pages, account_router, admin_router)
"""Every route of this room, in the order the app builder includes them."""


class SignInForm(BaseModel):
    """Name and password."""

    model_config = ConfigDict(extra="forbid")

    username: str = Field(min_length=1, max_length=40)
    password: str = Field(min_length=1, max_length=PASSWORD_CHARS_MAX)


class PostOut(BaseModel):
    code: str
    label: str


class SessionOut(BaseModel):
    """Who is signed in, what he may do, and the token every unsafe request must carry in X-CSRF-Token."""

    officer_id: UUID
    username: str
    name: str
    office: str
    office_name: str
    posts: list[PostOut]
    permissions: list[str]
    must_change: bool
    csrf: str


@api.post("")
async def create_session(form: SignInForm, request: Request, response: Response) -> SessionOut:
    """Sign in; the session comes as a cookie."""
    node: Node = request.app.state.node
    done = await sign_in(node, _credentials(request, form.username, form.password))
    set_cookies(response, node, done)
    return _session_out(node, done.login)


@api.get("")
async def read_session(request: Request, login: CurrentLogin) -> SessionOut:
    """The session of this request; 401 without one."""
    return _session_out(request.app.state.node, login)


@api.delete("", status_code=status.HTTP_204_NO_CONTENT)
async def delete_session(request: Request, response: Response, login: CurrentLogin) -> None:
    """Sign out."""
    await sign_out(request.app.state.node, login)
    drop_session(response, request.app.state.node)


@pages.get("/login")
async def login_page(request: Request, next: str = "") -> Response:  # noqa: A002 - the query parameter's name
    """The form; straight on for somebody who is signed in already."""
    node: Node = request.app.state.node
    session, _ = brought(request, node)
    if await find_login(node, session):
        return RedirectResponse(_local(next, node), status_code=303)
    return render_plain(request, "login.html", error=None, username="", next=next)


@pages.post("/login")
async def login(
    request: Request,
    username: Annotated[str, Form(max_length=40)] = "",
    password: Annotated[str, Form(max_length=PASSWORD_CHARS_MAX)] = "",
    next: Annotated[str, Form(max_length=500)] = "",  # noqa: A002 - the field's name
) -> Response:
    """Sign in and go on to where the officer wanted to be; a refusal shows the form again."""
    node: Node = request.app.state.node
    try:
        done: SignedIn = await sign_in(node, _credentials(request, username, password))
    except NodeError as error:
        return render_plain(request, "login.html", status=error.status, error=error, username=username, next=next)
    target = "/account" if done.login.must_change else _local(next, node)
    response = RedirectResponse(target, status_code=303)
    set_cookies(response, node, done)
    return response


@pages.post("/logout")
async def logout(request: Request) -> Response:
    """Sign out; harmless for somebody who is not signed in any more."""
    node: Node = request.app.state.node
    response = RedirectResponse("/login", status_code=303)
    with suppress(NotSignedIn):
        await sign_out(node, await current_login(request))
    drop_session(response, node)
    return response


def _credentials(request: Request, username: str, password: str) -> Credentials:
    session, device = brought(request, request.app.state.node)
    return Credentials(username, password, request.client.host if request.client else "", device, session)


def _local(target: str, node: Node) -> str:
    """A path on this node, never another site: two slashes, or a backslash, lead elsewhere."""
    fine = target.startswith("/") and not target.startswith(("//", "/\\")) and "\\" not in target and target.isprintable()
    return target if fine else node.spec.home


def _session_out(node: Node, login: Login) -> SessionOut:
    officer = login.officer
    return SessionOut(
        officer_id=officer.id,
        username=officer.username,
        name=officer.name,
        office=node.office.id,
        office_name=node.office.name,
        posts=[PostOut(code=code, label=POSTS[code].label_for(node.office.tier)) for code in sorted(officer.posts) if code in POSTS],
        permissions=sorted(officer.permissions),
        must_change=login.must_change,
        csrf=login.csrf,
    )
