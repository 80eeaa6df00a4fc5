"""Who at a receiving office may sign for letters and answer them. Posts: docs/domain, B.1."""

from nodekit.spec import Permission

_HANDLERS = frozenset({
    "office_director", "office_clerk", "rectification_desk", "dept_contact", "sector_dept", "org_dept", "discipline_intake", "discipline_desk",
})

VIEW, SIGN, REPORT = "common_issue.view_received", "common_issue.sign_received", "common_issue.report_received"
PASS_ON = "common_issue.pass_on"  # noqa: S105 - a permission

PERMISSIONS = (
    Permission(VIEW, "查看收到的通报函件", _HANDLERS | {"leading_group_head", "committee", "supervising_leader"}),
    Permission(SIGN, "签收和退回通报函件", _HANDLERS),
    Permission(PASS_ON, "转发上级通报", frozenset({"office_director", "leading_group_head"})),
    Permission(REPORT, "报送首报、进展和办理结果", _HANDLERS),
)
