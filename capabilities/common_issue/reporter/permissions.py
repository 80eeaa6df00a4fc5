"""Who may report findings and escalate. Posts: docs/domain, B.1."""

from nodekit.spec import Permission

_LEADERS = frozenset({"committee", "leading_group_head", "office_director"})
_DESK = frozenset({"office_director", "office_clerk", "rectification_desk", "info_officer"})

VIEW, PREPARE, SEND = "common_issue.view_reports", "common_issue.prepare_report", "common_issue.send_report"

PERMISSIONS = (
    Permission(VIEW, "查看共性问题上报和提请", _LEADERS | _DESK),
    Permission(PREPARE, "准备上报材料和提请", _DESK),
    Permission(SEND, "报送和撤回上报材料、提请", frozenset({"office_director", "leading_group_head"})),
)
