"""Pages and JSON: the shell, components, ledgers, forms. Knows no capability by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi.responses import RedirectResponse

from nodekit.web.assets import STATIC
from nodekit.web.problems import LastResort, install_handlers, refuse, refuse_for_want_of_space
from nodekit.web.security import BodyLimit, HostileAddress, RoomOnDisk, SecurityHeaders
from nodekit.web.static_files import Static
from nodekit.web.templating import build_environment, render, render_plain

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import Scope

    from nodekit.spec import NodeSpec

__all__ = ["install_web", "render", "render_plain"]


def install_web(app: FastAPI, spec: NodeSpec) -> None:
    """Templates, static files, error pages, headers and limits. Routers come afterwards."""
    app.state.templates = build_environment(spec)
    app.mount("/static", Static(directory=STATIC), name="static")
    install_handlers(app)
    app.add_middleware(LastResort)
    app.add_middleware(RoomOnDisk, answer=refuse_for_want_of_space, full=_no_room)
    app.add_middleware(BodyLimit, answer=refuse(413))
    app.add_middleware(HostileAddress, answer=refuse(422))
    app.add_middleware(SecurityHeaders)  # added last, so outermost: refusals carry the headers, too

    @app.get("/", include_in_schema=False)
    async def home() -> RedirectResponse:
        return RedirectResponse(spec.home, status_code=303)

    @app.get("/favicon.ico", include_in_schema=False)
    async def favicon() -> RedirectResponse:
        return RedirectResponse("/static/favicon.svg", status_code=308)


def _no_room(scope: Scope) -> bool:
    """Whether the disks of the node behind this request are full."""
    node = scope["app"].state.node
    return node is not None and node.space.full
