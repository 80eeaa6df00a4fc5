"""From a NodeSpec to a web application: `build_app` for documents and tests, `serve` for a running node."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import APIRouter, Depends, FastAPI
from starlette.routing import BaseRoute

from nodekit.audit.routes import router as audit_router
from nodekit.deadlines.routes import router as deadlines_router
from nodekit.identity.csrf import csrf_guard
from nodekit.identity.routes import routers as identity_routers
from nodekit.numbering.routes import router as numbers_router
from nodekit.ops.routers import routers as ops_routers
from nodekit.web import install_web
from nodekit.web.ledger_routes import ledger_router

if TYPE_CHECKING:
    from nodekit.node import Node
    from nodekit.spec import NodeSpec
    from nodekit.web.ledger import Ledger

RELEASE = "0.1.0"
"""This release; contracts/released/ keeps what offices on earlier ones may still speak."""


def build_app(spec: NodeSpec, node: Node | None = None, *, run_node: bool = True) -> FastAPI:
    """The application of one kind of office.

    Args:
        spec: what the service composes.
        node: the office it serves; None builds only the routes (for OpenAPI).
        run_node: start and stop the prepared node with the application (False when a test drives it).
    """
    app = FastAPI(
        title=f"联动 · {spec.service}", version=RELEASE, docs_url=None, redoc_url=None, openapi_url=None,
        lifespan=_lifespan(node) if node and run_node else None, dependencies=[Depends(csrf_guard)],
    )
    app.state.spec, app.state.node = spec, node
    install_web(app, spec)
    for router in _routers(spec):
        app.include_router(router)
    return app


def _routers(spec: NodeSpec) -> Iterator[APIRouter]:
    yield from identity_routers
    yield from (audit_router, deadlines_router, numbers_router)
    yield from ops_routers
    for part in spec.slices:
        yield from part.routers  # before the ledgers: a literal path wins over /{record_id}
        for ledger in part.ledgers:
            yield _router_of(ledger)


_BUILT: dict[int, tuple[Ledger, APIRouter]] = {}
"""Routers by ledger. A ledger is constant data and its routes hold nothing else, so several apps of one process (tests, forked demo
nodes) share them: analysing six hundred routes costs two seconds each time. The ledger is kept so that its id stays taken."""


def _router_of(ledger: Ledger) -> APIRouter:
    if id(ledger) not in _BUILT:
        _BUILT[id(ledger)] = (ledger, ledger_router(ledger))
    return _BUILT[id(ledger)][1]


def _lifespan(node: Node) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await node.start()
        try:
            yield
        finally:
            await node.stop()

    return lifespan


def paths_of(app: FastAPI) -> list[BaseRoute]:
    """All routes, for tests that hold a rule over every one of them."""
    return list(app.routes)
