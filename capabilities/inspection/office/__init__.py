"""What an inspection office does itself: targets, rounds, teams, findings, and filing upward."""

from capabilities.inspection.office.figures import SOURCES
from capabilities.inspection.office.handlers import handlers
from capabilities.inspection.office.invariants import INVARIANTS
from capabilities.inspection.office.ledgers import ALL
from capabilities.inspection.office.models import Base
from capabilities.inspection.office.options import OfficeOptions
from capabilities.inspection.office.permissions import PERMISSIONS
from capabilities.inspection.office.routes import router
from capabilities.inspection.office.todos import TODOS, count_filings, count_findings
from capabilities.inspection.recusal import FORMER_UNIT_YEARS_DEFAULT
from nodekit.spec import MenuEntry, Slice

VIEW = "inspection.view"


def office(*, former_unit_years: int = FORMER_UNIT_YEARS_DEFAULT) -> Slice:
    """The side every inspection office has.

    Args:
        former_unit_years: years for which a former post keeps a team member away from that unit.
    """
    return Slice(
        name="inspection.office",
        title="巡察实施",
        package=__name__,
        metadata=Base.metadata,
        ledgers=ALL,
        routers=(router,),
        handlers=handlers,
        permissions=PERMISSIONS,
        menu=(
            MenuEntry("巡察实施", "全覆盖情况", "/inspection/coverage", "bullseye", VIEW),
            MenuEntry("巡察实施", "巡察对象库", "/inspection/targets", "diagram-3", VIEW),
            MenuEntry("巡察实施", "轮次", "/inspection/rounds", "arrow-repeat", VIEW),
            MenuEntry("巡察实施", "巡察组", "/inspection/teams", "people", VIEW),
            MenuEntry("巡察实施", "问题台账", "/inspection/findings", "list-check", "inspection.view_findings", count_findings),
            MenuEntry("巡察实施", "导入对象", "/inspection/import/targets", "clipboard-plus", "inspection.manage_targets"),
            MenuEntry("巡察实施", "导入问题", "/inspection/import/findings", "clipboard-data", "inspection.register_finding"),
            MenuEntry("巡察实施", "会议记录", "/inspection/meetings", "calendar-event", VIEW),
            MenuEntry("巡察实施", "届次", "/inspection/terms", "calendar3", VIEW),
            MenuEntry("队伍", "回避档案", "/inspection/people", "person-lock", "inspection.view_people"),
            MenuEntry("系统管理", "分类对应", "/inspection/mappings", "arrow-left-right", "inspection.map_taxonomy"),
            MenuEntry("联动协同", "向上报备", "/inspection/filings", "send-check", VIEW, count_filings),
        ),
        todos=TODOS,
        figures=SOURCES,
        invariants=INVARIANTS,
        options=OfficeOptions(former_unit_years=former_unit_years),
    )
