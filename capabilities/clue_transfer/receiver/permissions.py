"""Who at a desk may do what with clues. Posts: docs/domain, B.1."""

from nodekit.spec import Permission

_INTAKE = frozenset({"discipline_intake", "org_dept"})
_HANDLERS = frozenset({"discipline_desk", "org_dept"})

VIEW, OVERSEE, READ = "clue_transfer.desk_view", "clue_transfer.desk_oversee", "clue_transfer.desk_read_body"
EXPORT = "clue_transfer.desk_export"
SIGN, ASSIGN, HANDLE = "clue_transfer.sign", "clue_transfer.assign", "clue_transfer.handle"
APPROVE, FEED_BACK, DESTROY = "clue_transfer.approve_disposition", "clue_transfer.feed_back", "clue_transfer.desk_destroy"

PERMISSIONS = (
    Permission(VIEW, "查看线索办理台账", _INTAKE | _HANDLERS | {"supervising_leader"}),
    Permission(OVERSEE, "查看本机关全部受理线索", _INTAKE | {"supervising_leader"}),
    Permission(READ, "查阅受理线索正文", _INTAKE),
    Permission(EXPORT, "导出线索办理台账", _INTAKE),
    Permission(SIGN, "签收退回线索", _INTAKE),
    Permission(ASSIGN, "编号分办线索", _INTAKE),
    Permission(HANDLE, "提出处置意见", _HANDLERS),
    Permission(APPROVE, "审批处置意见", _INTAKE | {"supervising_leader"}),
    Permission(FEED_BACK, "反馈办理情况", _INTAKE | _HANDLERS),
    Permission(DESTROY, "销毁受理线索正文", _INTAKE),
)
