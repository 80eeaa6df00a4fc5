"""Imported once by the fork server, before any node is forked. Imports only: no thread, no loop, no connection."""

from __future__ import annotations

import gc
import importlib

from nodekit.app import build_app
from nodekit.cli import load_spec

SERVICES = ("county", "city", "province", "discipline_commission", "organization_department", "department")
MODULES = (
    "nodekit.app", "nodekit.cli", "nodekit.node", "nodekit.opening", "nodekit.telemetry", "nodekit.bus.nats_bus", "nodekit.bus.fake_bus",
    "alembic.runtime.environment", "asyncpg.protocol.protocol", "sqlalchemy.dialects.postgresql.asyncpg",
    "uvicorn.lifespan.on", "uvicorn.loops.uvloop", "uvicorn.protocols.http.auto", "uvicorn.protocols.websockets.auto",
)

for module in MODULES:
    importlib.import_module(module)
for service in SERVICES:
    build_app(load_spec(f"services.{service}"))  # analyses every route once; the forked nodes share the result

gc.collect()
gc.freeze()  # what is loaded now is never collected: its pages stay shared between the nodes
