"""Who at a participating office may do what. Posts: docs/domain, B.1."""

from nodekit.spec import Permission

_LEADERS = frozenset({"committee", "leading_group_head", "office_director"})

VIEW, SIGN, LEND, REPORT = "lifted_inspection.view_assignments", "lifted_inspection.sign_papers", "lifted_inspection.lend_people", "lifted_inspection.report_results"

PERMISSIONS = (
    Permission(VIEW, "查看上级组织的任务和文书", _LEADERS | {"office_clerk", "rectification_desk", "office_contact"}),
    Permission(SIGN, "签收上级任务文书", frozenset({"office_director", "office_clerk"})),
    Permission(LEND, "推荐和派出抽调人员", frozenset({"office_director", "office_clerk"})),
    Permission(REPORT, "监督整改并上报结果", frozenset({"office_director", "rectification_desk"})),
)
