"""The two cookies of a signed-in browser: its session, and the mark that this device has been here before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodekit.identity.session import cookie_name

if TYPE_CHECKING:
    from fastapi import Request, Response

    from nodekit.identity.login import SignedIn
    from nodekit.node import Node

DEVICE_DAYS = 180


def device_cookie(office: str) -> str:
    return f"liandong_device_{office}"


def set_cookies(response: Response, node: Node, done: SignedIn) -> None:
    """Both are out of reach of scripts and of other sites' requests; `Secure` behind HTTPS."""
    set_session(response, node, done.token)
    response.set_cookie(
        device_cookie(node.office.id), done.device, max_age=DEVICE_DAYS * 86400, httponly=True, samesite="lax", secure=node.settings.secure_cookies
    )


def set_session(response: Response, node: Node, token: str) -> None:
    response.set_cookie(cookie_name(node.office.id), token, httponly=True, samesite="lax", secure=node.settings.secure_cookies)


def drop_session(response: Response, node: Node) -> None:
    response.delete_cookie(cookie_name(node.office.id), httponly=True, samesite="lax", secure=node.settings.secure_cookies)


def brought(request: Request, node: Node) -> tuple[str | None, str | None]:
    """(session id, device mark) the browser brought along."""
    return request.cookies.get(cookie_name(node.office.id)), request.cookies.get(device_cookie(node.office.id))
