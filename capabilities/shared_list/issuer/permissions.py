"""Who may do what on the issuing side. Posts: docs/domain B.1."""

from nodekit.spec import Permission

OFFICE = frozenset({"office_director", "office_clerk"})

VIEW = Permission(
    "shared_list.view_issued",
    "查看发布的清单",
    OFFICE
    | {"leading_group_head", "committee", "info_officer", "team_leader", "team_member", "liaison_officer", "office_contact", "supervision_team"},
)
DRAFT = Permission("shared_list.draft", "起草清单、征求意见", OFFICE)
APPROVE = Permission("shared_list.approve", "审批清单", frozenset({"office_director", "leading_group_head"}))
PUBLISH = Permission("shared_list.publish", "发布、撤回、归档清单", frozenset({"office_director"}))
URGE = Permission("shared_list.urge", "催办签收和报备", OFFICE | {"office_contact"})
ANSWER = Permission("shared_list.answer", "答复建议、备案和延期申请", OFFICE)
KINDS = Permission("shared_list.manage_kinds", "维护清单类型", frozenset({"office_director", "info_officer"}))

ALL = (VIEW, DRAFT, APPROVE, PUBLISH, URGE, ANSWER, KINDS)
