"""Every error as a Chinese page or as JSON {code, message, hint, facts}: what is wrong and what to do."""

from __future__ import annotations

import traceback
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException

from nodekit.errors import Conflict, InvalidInput, NodeError, NotFound, NotPermitted, NotSignedIn
from nodekit.identity.session import record_denial
from nodekit.ids import new_random_id
from nodekit.space import DiskFull, is_out_of_space
from nodekit.web.edge import node_of
from nodekit.web.form_errors import field_errors
from nodekit.web.templating import render_plain

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger()
DATA_ERROR = "22"
"""SQLSTATE class of values the database cannot hold: the input was wrong, not the node."""
CONFLICT = "23"
FRAMES_MAX = 12
"""Newest lines of a trace that go to the log."""
UNAVAILABLE = ("08", "53", "57")
"""Connection failures, no resources, shut-down."""


class Problem(NodeError):
    """A refusal by the web layer itself, one per HTTP status."""

    def __init__(self, status: int, message: str, hint: str) -> None:
        super().__init__(message, hint=hint)
        self.status = status  # type: ignore[misc]
        self.code = f"http.{HTTPStatus(status).name.lower()}"  # type: ignore[misc]


HTTP_WORDS = {
    400: ("请求无法识别。", "请返回上一页重新操作。"),
    401: ("您尚未登录或登录已失效。", "请重新登录后再试。"),
    403: ("该操作不被允许。", "请返回上一页刷新后重试;仍不行请联系本单位管理员。"),
    404: ("没有这个页面。", "请核对网址,或从左侧菜单重新进入。"),
    405: ("该地址不支持这种操作。", "请从页面上的按钮或链接办理。"),
    406: ("无法按要求的格式答复。", "请换用浏览器打开。"),
    408: ("等待时间过长。", "请检查网络后重试。"),
    413: ("提交的内容过大。", "表单不超过 1 MB,导入文件不超过 20 MB。请拆分后重新提交。"),
    415: ("提交的格式不受支持。", "接口请使用 application/json。"),
    422: ("内容含有无法识别的字符或格式不正确。", "请删除不可见的控制字符后重试。"),
    429: ("操作过于频繁。", "请稍候再试。"),
    500: ("系统出错,未作任何改动。", "请稍后重试;仍不行请将下方编号告知管理员。"),
    503: ("数据库暂时无法访问。", "系统正在自动恢复,请稍后重试。已提交的内容不会丢失。"),
}


def problem(status: int) -> Problem:
    """The refusal for an HTTP status."""
    known = status if status in HTTP_WORDS else 500 if status >= HTTPStatus.INTERNAL_SERVER_ERROR else 400
    return Problem(known, *HTTP_WORDS[known])


def wants_page(request: Request) -> bool:
    """Pages for people; JSON under /api and for callers that accept nothing else."""
    accept = request.headers.get("accept", "*/*")
    return not request.url.path.startswith("/api/") and ("text/html" in accept or "application/json" not in accept)


def answer(request: Request, error: NodeError, *, reference: str = "") -> Response:
    """The error as page or JSON."""
    if not wants_page(request):
        body = error.as_json() | ({"reference": reference} if reference else {})
        return JSONResponse(body, status_code=error.status)
    if isinstance(error, NotSignedIn):
        return _to_sign_in(request)
    return render_plain(request, "error.html", status=error.status, error=error, reference=reference)


def _to_sign_in(request: Request) -> Response:
    """To the sign-in page, and back here afterwards when this was only a look."""
    if request.headers.get("HX-Request"):
        return Response(status_code=204, headers={"HX-Redirect": "/login"})
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    after = "?next=" + quote(here, safe="/") if request.method == "GET" and here != "/" else ""
    return RedirectResponse("/login" + after, status_code=303)


async def on_node_error(request: Request, error: NodeError) -> Response:
    if isinstance(error, NotPermitted):
        await record_denial(request, error)
    return answer(request, error)


async def on_validation(request: Request, error: RequestValidationError) -> Response:
    """Bad values; an id in the path that is no id is simply not found."""
    errors = error.errors()
    if any(entry["loc"][:1] == ("path",) for entry in errors):
        return answer(request, NotFound())
    return answer(request, InvalidInput(field_errors(errors, skip=1)))


async def on_http(request: Request, error: HTTPException) -> Response:
    response = answer(request, problem(error.status_code))
    for name, value in (error.headers or {}).items():
        response.headers[name] = value
    return response


async def on_database(request: Request, error: DBAPIError) -> Response:
    """What the database refused after our own checks, by the class of its SQLSTATE."""
    state = str(getattr(error.orig, "sqlstate", "") or "")
    log.warning("database_refused", sqlstate=state, path=request.url.path, error=type(error.orig).__name__)
    if is_out_of_space(error):
        node_of(request).space.ran_out()
        return answer(request, DiskFull())
    if state.startswith(DATA_ERROR):
        return answer(request, problem(422))
    if state.startswith(CONFLICT):
        return answer(request, Conflict())
    unavailable = error.connection_invalidated or not state or state.startswith(UNAVAILABLE)
    return answer(request, problem(503)) if unavailable else await on_bug(request, error)


async def on_unreachable(request: Request, error: Exception) -> Response:
    """No connection to the database can be made."""
    log.warning("database_unreachable", path=request.url.path, error=type(error).__name__)
    return answer(request, problem(503))


async def on_bug(request: Request, error: Exception) -> Response:
    """Ours to mend: logged with a reference the officer can tell; the page shows nothing of the inside.

    The log gets the kind of error and the lines it passed, never its message or variables: they may hold what officers typed.
    """
    reference = str(new_random_id())[:8]
    log.error("unhandled_error", reference=reference, path=request.url.path, method=request.method, error=type(error).__name__, at=_frames(error))
    return answer(request, problem(500), reference=reference)


def _frames(error: Exception) -> list[str]:
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)][-FRAMES_MAX:]


class LastResort:
    """Answers for bugs inside the other middleware, so that even a 500 carries the security headers and nothing is printed twice."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watch)
        except Exception as error:
            if scope["type"] != "http" or started:
                raise
            response = await on_bug(Request(scope), error)
            await response(scope, receive, send)


async def refuse_for_want_of_space(scope: Scope, receive: Receive, send: Send) -> None:
    """An ASGI application that answers DiskFull, for middleware."""
    await answer(Request(scope), DiskFull())(scope, receive, send)


def refuse(status: int) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """An ASGI application that answers one status, for middleware."""

    async def refusing(scope: Scope, receive: Receive, send: Send) -> None:
        await answer(Request(scope), problem(status))(scope, receive, send)

    return refusing


def install_handlers(app: FastAPI) -> None:
    """Register the handlers; LastResort takes what none of them knows."""
    handlers: dict[Any, Any] = {
        NodeError: on_node_error, RequestValidationError: on_validation, HTTPException: on_http,
        DBAPIError: on_database, ConnectionError: on_unreachable,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)
