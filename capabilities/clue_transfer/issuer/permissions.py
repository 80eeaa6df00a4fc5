"""Who at the issuing office may do what with clues. Posts: docs/domain, B.1."""

from nodekit.spec import Permission

_LEADERS = frozenset({"committee", "leading_group_head", "office_director"})
_OFFICE = frozenset({"office_director", "office_clerk"})

VIEW, OVERSEE, READ = "clue_transfer.view", "clue_transfer.oversee", "clue_transfer.read_body"
REGISTER, REVIEW, APPROVE, SEND = "clue_transfer.register", "clue_transfer.review", "clue_transfer.approve", "clue_transfer.send"
EXPORT = "clue_transfer.export"
URGE, VERIFY, INQUIRY, DESTROY = "clue_transfer.urge", "clue_transfer.verify", "clue_transfer.register_inquiry", "clue_transfer.destroy"

PERMISSIONS = (
    Permission(VIEW, "查看线索移交台账", _LEADERS | _OFFICE | {"team_leader", "team_member"}),
    Permission(OVERSEE, "查看本机关全部线索登记", _LEADERS | _OFFICE),
    Permission(READ, "查阅线索正文", _LEADERS),
    Permission(EXPORT, "导出线索移交台账", frozenset({"leading_group_head", "office_director"})),
    Permission(REGISTER, "登记线索", frozenset({"office_clerk", "team_leader", "team_member"})),
    Permission(REVIEW, "组内审核线索", frozenset({"team_leader"})),
    Permission(APPROVE, "审批线索移交", frozenset({"leading_group_head", "office_director"})),
    Permission(SEND, "封装移交线索", _OFFICE),
    Permission(URGE, "催办督办线索", _OFFICE),
    Permission(VERIFY, "核实线索反馈", _OFFICE),
    Permission(INQUIRY, "登记打听过问", _OFFICE | {"leading_group_head", "team_leader"}),
    Permission(DESTROY, "销毁线索正文", frozenset({"office_director"})),
)
