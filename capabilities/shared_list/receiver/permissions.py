"""Who may do what on the adapting side. Posts: docs/domain B.1."""

from nodekit.spec import Permission

OFFICE = frozenset({"office_director", "office_clerk"})

VIEW = Permission(
    "shared_list.view_received",
    "查看收到的清单",
    OFFICE | {"leading_group_head", "committee", "info_officer", "team_leader", "team_member", "liaison_officer", "office_contact"},
)
SIGN = Permission("shared_list.sign", "签收清单", OFFICE)
ADAPT = Permission("shared_list.adapt", "改编清单", OFFICE)
CONFIRM = Permission("shared_list.confirm", "记录领导小组审定", frozenset({"office_director", "leading_group_head"}))
FILE = Permission("shared_list.file", "启用和报备清单", frozenset({"office_director"}))
PROPOSE = Permission("shared_list.propose", "提出意见建议", OFFICE)

ALL = (VIEW, SIGN, ADAPT, CONFIRM, FILE, PROPOSE)
