"""Routers of the node's own pages."""

from nodekit.evidence.routes import router as evidence_router
from nodekit.ops.exchange import router as exchange_router
from nodekit.ops.health import router as health_router
from nodekit.ops.reconciling import router as reconciling_router
from nodekit.ops.repair import router as repair_router
from nodekit.ops.traces import router as traces_router
from nodekit.ops.voids import router as voids_router
from nodekit.ops.workbench import router as workbench_router
from nodekit.parcels.routes import router as parcels_router

routers = (health_router, workbench_router, exchange_router, reconciling_router, voids_router, repair_router, evidence_router, parcels_router, traces_router)
