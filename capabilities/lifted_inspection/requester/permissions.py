"""Who at the asking office may do what. Posts: docs/domain, B.1."""

from nodekit.spec import Permission

_LEADERS = frozenset({"committee", "leading_group_head", "office_director"})

VIEW, DRAFT, SEND = "lifted_inspection.view_requests", "lifted_inspection.draft_request", "lifted_inspection.send_request"

PERMISSIONS = (
    Permission(VIEW, "查看提级巡察申请", _LEADERS | {"office_clerk", "office_contact"}),
    Permission(DRAFT, "起草提级巡察申请、签收批复", frozenset({"office_director", "office_clerk"})),
    Permission(SEND, "报送、撤回、催办提级巡察申请", frozenset({"office_director", "leading_group_head"})),
)
