"""Imported once by the fork server: what a node of the trial needs. Imports only, no thread, no loop, no connection."""

from __future__ import annotations

import gc
import importlib

MODULES = (
    "nodekit.app", "nodekit.cli", "nodekit.node", "nodekit.opening", "nodekit.telemetry", "nodekit.bus.nats_bus", "nodekit.bus.fake_bus",
    "alembic.runtime.environment", "asyncpg.protocol.protocol", "sqlalchemy.dialects.postgresql.asyncpg",
    "uvicorn.lifespan.on", "uvicorn.loops.uvloop", "uvicorn.protocols.http.auto", "uvicorn.protocols.websockets.auto", "tests.fault.ledger",
)

for module in MODULES:
    importlib.import_module(module)

gc.collect()
gc.freeze()  # what is loaded now is never collected: its pages stay shared between the nodes
