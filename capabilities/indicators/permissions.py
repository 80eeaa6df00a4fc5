"""Who looks at numbers, who enters and corrects published ones. The same at every office."""

from nodekit.spec import Permission

VIEW = "indicators.view"
REQUEST = "indicators.request"
VIEW_PUBLISHED = "indicators.view_published"
ENTER = "indicators.enter_published"

_OFFICE = frozenset({"office_director", "office_clerk", "info_officer"})
_READERS = _OFFICE | {
    "committee", "leading_group_head", "rectification_desk", "supervision_team", "supervising_leader",
    "discipline_intake", "discipline_desk", "org_dept", "dept_contact", "sector_dept",
}

REPORTER_PERMISSIONS = (Permission(VIEW, "查看指标和联动态势", _READERS),)
COLLECTOR_PERMISSIONS = (Permission(REQUEST, "请求下级重报指标数据", frozenset({"office_director", "info_officer"})),)
PUBLISHED_PERMISSIONS = (
    Permission(VIEW_PUBLISHED, "查看公开数据", _READERS),
    Permission(ENTER, "导入、更正和撤回公开数据", frozenset({"office_director", "office_clerk", "info_officer"})),
)
