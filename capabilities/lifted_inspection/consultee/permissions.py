"""Who at a desk may do what. Posts: docs/domain, B.1."""

from nodekit.spec import Permission

_DESK = frozenset({"discipline_intake", "discipline_desk", "org_dept", "dept_contact", "sector_dept"})

VIEW, HANDLE, ANSWER = "lifted_inspection.view_consultations", "lifted_inspection.sign_at_desk", "lifted_inspection.answer_consultation"

PERMISSIONS = (
    Permission(VIEW, "查看提级巡察会商和文书", _DESK | {"supervising_leader"}),
    Permission(HANDLE, "签收提级巡察会商和文书", _DESK),
    Permission(ANSWER, "答复提级巡察会商", frozenset({"discipline_desk", "org_dept", "dept_contact", "sector_dept", "supervising_leader"})),
)
