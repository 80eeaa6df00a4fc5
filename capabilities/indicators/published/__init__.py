"""Figures offices published: entered once, passed upward with the submitter's name, read at every level with source, scope, unit and precision."""

from capabilities.indicators import permissions
from capabilities.indicators.published.handlers import handlers
from capabilities.indicators.published.invariants import INVARIANTS
from capabilities.indicators.published.ledgers import FIGURES
from capabilities.indicators.published.models import Base
from capabilities.indicators.published.options import PublishedOptions
from capabilities.indicators.published.routes import IMPORT_URL, TOTALS_URL, router
from nodekit.spec import MenuEntry, Slice

MENU = (
    MenuEntry("统计研判", "公开数据", FIGURES.url, "megaphone", permissions.VIEW_PUBLISHED),
    MenuEntry("统计研判", "公开数据地区合计", TOTALS_URL, "plus-slash-minus", permissions.VIEW_PUBLISHED),
    MenuEntry("统计研判", "导入公开数据", IMPORT_URL, "box-arrow-in-down", permissions.ENTER),
)


def published() -> Slice:
    """Compose at every inspection office: who imports, who passes on and who reads is the same code."""
    return Slice(
        name="indicators.published", title="公开数据", package=__name__, metadata=Base.metadata, ledgers=(FIGURES,), routers=(router,), handlers=handlers,
        permissions=permissions.PUBLISHED_PERMISSIONS, menu=MENU, invariants=INVARIANTS, options=PublishedOptions(),
    )
