"""What every node does with its numbers: compute, compare, tell the office above."""

from capabilities.indicators import permissions
from capabilities.indicators.reporter.background import report_forever
from capabilities.indicators.reporter.figures import SOURCES
from capabilities.indicators.reporter.handlers import handlers
from capabilities.indicators.reporter.invariants import INVARIANTS
from capabilities.indicators.reporter.models import Base
from capabilities.indicators.reporter.options import ReporterOptions
from capabilities.indicators.reporter.routes import URL, router
from nodekit.spec import MenuEntry, Slice
from shared_schemas.indicators.v1 import CellsChanged


def reporter(*, debounce_s: float = ReporterOptions.debounce_s) -> Slice:
    """The side every office has. Compose it last: it reports the figures of all slices.

    Args:
        debounce_s: changes within this time make one report.
    """
    return Slice(
        name="indicators.reporter", title="指标报送", package=__name__, metadata=Base.metadata, routers=(router,), handlers=handlers,
        permissions=permissions.REPORTER_PERMISSIONS, menu=(MenuEntry("统计研判", "本单位指标", URL, "123", permissions.VIEW),),
        figures=SOURCES, invariants=INVARIANTS, options=ReporterOptions(debounce_s=debounce_s), background=(report_forever,),
        optional_events=(CellsChanged,),
    )
