"""No other site acts in an officer's name: unsafe requests must come from our own pages and carry the session's token.

Two guards: the browser's word on where a request comes from (Sec-Fetch-Site, Origin), and a token (form field `csrf` or header
X-CSRF-Token) derived from the session. Applied to every route by the app builder, so that no route can forget it.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import urlsplit

from fastapi import Request

from nodekit.identity.errors import CrossSiteRequest
from nodekit.identity.session import cookie_name, csrf_of

if TYPE_CHECKING:
    from nodekit.node import Node

EndpointT = TypeVar("EndpointT", bound=Callable[..., Any])
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
SIGN_IN_PATHS: Final = frozenset({"/login", "/api/session"})
"""Signing in needs no token (there may be a dead session's cookie), but must come from our own page."""
READS_OWN_FORM: Final = "reads_own_form"
FIELD, HEADER = "csrf", "X-CSRF-Token"
_FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")


async def csrf_guard(request: Request) -> None:
    """Refuse an unsafe request that another site may have caused.

    Without a session cookie there is nothing to abuse: only the origin is checked, and the route's own sign-in check follows.

    Raises:
        CrossSiteRequest: foreign origin, or no token, or another session's.
    """
    if request.method in SAFE_METHODS:
        return
    node: Node = request.app.state.node
    if not _from_our_pages(request, node.settings.public_url):
        raise CrossSiteRequest
    session = request.cookies.get(cookie_name(node.office.id))
    if session is None or (request.method == "POST" and request.url.path in SIGN_IN_PATHS):
        return
    if not getattr(request.scope.get("endpoint"), READS_OWN_FORM, False):
        must_match(request, await _given_token(request))


def reads_own_form(endpoint: EndpointT) -> EndpointT:
    """Mark a route that reads its form itself (files, which must not be spooled to a disk) and calls `must_match` before it acts."""
    setattr(endpoint, READS_OWN_FORM, True)
    return endpoint


def must_match(request: Request, token: str) -> None:
    """Refuse a token that is not the session's.

    Raises:
        CrossSiteRequest: it is not.
    """
    node: Node = request.app.state.node
    session = request.cookies.get(cookie_name(node.office.id), "")
    if not hmac.compare_digest(token.encode(), csrf_of(session).encode()):
        raise CrossSiteRequest


def _from_our_pages(request: Request, public_url: str) -> bool:
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site not in (None, "same-origin", "none"):
        return False
    if origin is None:
        return True
    if origin == "null":  # sent by some browsers under a strict referrer policy
        return site == "same-origin"
    return urlsplit(origin).netloc in {request.headers.get("host"), urlsplit(public_url).netloc or None}


async def _given_token(request: Request) -> str:
    header = request.headers.get(HEADER)
    if header is not None:
        return header
    if request.headers.get("content-type", "").startswith(_FORMS):
        field = (await request.form()).get(FIELD, "")
        return field if isinstance(field, str) else ""
    return ""
