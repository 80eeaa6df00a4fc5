"""Every inspection office: numbers of its own and of all nodes below, passed on upward, shown live."""

from capabilities.indicators import permissions
from capabilities.indicators.collector.handlers import handlers
from capabilities.indicators.collector.invariants import INVARIANTS
from capabilities.indicators.collector.models import Base
from capabilities.indicators.collector.options import CollectorOptions
from capabilities.indicators.collector.routes import URL, router
from nodekit.spec import MenuEntry, Slice
from shared_schemas.indicators.v1 import SnapshotRequested


def collector(*, title: str) -> Slice:
    """Compose at every inspection office: counties pass on what their desks report.

    Args:
        title: what the dashboard is called at this level, e.g. 联动态势.
    """
    menu = (
        MenuEntry("统计研判", title, URL, "speedometer2", permissions.VIEW),
        MenuEntry("统计研判", "指标目录", "/indicators/catalogue", "card-list", permissions.VIEW),
    )
    return Slice(
        name="indicators.collector", title="联动态势", package=__name__, metadata=Base.metadata, routers=(router,), handlers=handlers,
        permissions=permissions.COLLECTOR_PERMISSIONS, menu=menu, invariants=INVARIANTS, options=CollectorOptions(title),
        optional_events=(SnapshotRequested,),
    )
