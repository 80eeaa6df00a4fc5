"""Who at the issuing office may do what with common issues. Posts: docs/domain, B.1."""

from nodekit.spec import Permission

_LEADERS = frozenset({"committee", "leading_group_head", "office_director", "supervising_leader"})
_DESK = frozenset({"office_director", "office_clerk", "rectification_desk"})

VIEW, JUDGE, DECIDE = "common_issue.view", "common_issue.judge", "common_issue.decide_escalation"
DRAFT, REVIEW, SIGN_OFF, ISSUE = "common_issue.draft", "common_issue.review", "common_issue.sign_off", "common_issue.issue"
URGE, ASSESS, CAMPAIGN = "common_issue.urge", "common_issue.assess", "common_issue.campaign"
SET = "common_issue.set_thresholds"

PERMISSIONS = (
    Permission(VIEW, "查看共性问题和函件台账", _LEADERS | _DESK | {"info_officer", "team_leader"}),
    Permission(JUDGE, "研判确认共性问题", _DESK),
    Permission(SET, "调整共性问题分析阈值", frozenset({"office_director", "leading_group_head"})),
    Permission(DECIDE, "研究下级提请", frozenset({"office_director", "leading_group_head"})),
    Permission(DRAFT, "起草通报函件", _DESK),
    Permission(REVIEW, "审核通报函件", frozenset({"office_director", "rectification_desk"})),
    Permission(SIGN_OFF, "签发通报函件", frozenset({"office_director", "leading_group_head"})),
    Permission(ISSUE, "印发、撤回、作废函件", frozenset({"office_director", "office_clerk"})),
    Permission(URGE, "催办督办函件", _DESK),
    Permission(ASSESS, "评价办理结果", frozenset({"office_director", "rectification_desk"})),
    Permission(CAMPAIGN, "组织专项治理", _DESK),
)
