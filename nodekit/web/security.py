"""What a browser is told to allow, and what is turned away before any route sees it. Pure ASGI: streams stay streams."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.body_limit import RequestBodyLimitMiddleware

from nodekit.web.hostile import is_hostile

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

Answer = Callable[["Scope", "Receive", "Send"], Awaitable[None]]
"""An ASGI application that only ever refuses."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
BODY_BYTES_MAX = 1024 * 1024
"""Forms and JSON."""
IMPORT_BYTES_MAX = 20 * 1024 * 1024
"""Routes whose path has a part called `import` take spreadsheets."""
UPLOAD_BYTES_MAX = 33 * 1024 * 1024
"""Routes whose path has a part called `files` take one attachment of at most 32 MiB and the form around it."""


class SecurityHeaders:
    """Every answer carries the policy; pages and data are not kept by browsers or proxies."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self.app(scope, receive, send_with_headers)


class BodyLimit:
    """1 MiB for forms and JSON, 20 MiB for imports, 33 MiB for attachments. A body that says it is longer is not read; one that lies is cut off."""

    def __init__(self, app: ASGIApp, answer: Answer) -> None:
        self.usual = RequestBodyLimitMiddleware(app, max_body_size=BODY_BYTES_MAX)
        self.imports = RequestBodyLimitMiddleware(app, max_body_size=IMPORT_BYTES_MAX)
        self.uploads = RequestBodyLimitMiddleware(app, max_body_size=UPLOAD_BYTES_MAX)
        self.answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        parts = scope["path"].split("/") if scope["type"] == "http" else []
        limited = self.imports if "import" in parts else self.uploads if "files" in parts else self.usual
        if scope["type"] == "http" and _declared_length(scope) > limited.max_body_size:
            await self.answer(scope, receive, send)
            return
        await limited(scope, receive, send)


class HostileAddress:
    """Refuses control characters and broken text in path or query: no honest page makes such a link."""

    def __init__(self, app: ASGIApp, answer: Answer) -> None:
        self.app, self.answer = app, answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        hostile = scope["type"] == "http" and _hostile_address(scope)
        await (self.answer if hostile else self.app)(scope, receive, send)


def _declared_length(scope: Scope) -> int:
    text = Headers(scope=scope).get("content-length", "0")
    return int(text) if text.isascii() and text.isdigit() else 0


def _hostile_address(scope: Scope) -> bool:
    query = unquote_to_bytes(scope.get("query_string", b"").replace(b"+", b" ")).decode("utf-8", "surrogateescape")
    return is_hostile(scope["path"]) or is_hostile(query)
