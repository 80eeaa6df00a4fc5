"""Who at the organising office may do what. Posts: docs/domain, B.1."""

from nodekit.spec import Permission

_LEADERS = frozenset({"committee", "leading_group_head"})
_OFFICE = frozenset({"office_director", "office_clerk"})

VIEW, HANDLE, DECIDE = "lifted_inspection.view_tasks", "lifted_inspection.handle_tasks", "lifted_inspection.decide_tasks"
STAFF, CARRY, FOLLOW = "lifted_inspection.staff_tasks", "lifted_inspection.carry_out_tasks", "lifted_inspection.follow_results"

PERMISSIONS = (
    Permission(VIEW, "查看提级、交叉、联动任务", _LEADERS | _OFFICE | {"rectification_desk", "team_leader", "office_contact"}),
    Permission(HANDLE, "签收申请、会商、下达任务、收发文书", _OFFICE),
    Permission(DECIDE, "审批提级、交叉、联动任务", _LEADERS),
    Permission(STAFF, "抽调人员、回避核查、组队", _OFFICE),
    Permission(CARRY, "办理进驻、报告、反馈、移交", _OFFICE | {"team_leader"}),
    Permission(FOLLOW, "跟踪整改结果、办结", _OFFICE | {"rectification_desk"}),
)
