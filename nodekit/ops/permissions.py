"""Permissions and menu lines of the node's own pages. Imports nothing that serves requests, so that identity can read it."""

from nodekit.spec import MenuEntry, Permission

EVERYBODY_AT_WORK = frozenset({
    "office_director", "office_clerk", "info_officer", "discipline_intake", "discipline_desk", "org_dept", "dept_contact", "sector_dept",
    "sys_admin", "security_officer", "audit_officer",
})

PERMISSIONS = (
    Permission("exchange.read", "查看收发台账", EVERYBODY_AT_WORK),
    Permission("exchange.settle", "处置隔离的来件", frozenset({"office_director", "sys_admin"})),
    Permission("exchange.repair", "登记恢复待核事项、解除通道停用", frozenset({"office_director", "discipline_intake", "org_dept", "sector_dept"})),
    Permission("exchange.void", "申请作废发出事项", frozenset({"office_director", "office_clerk", "discipline_intake", "discipline_desk", "org_dept", "dept_contact", "sector_dept"})),
    Permission("exchange.void_confirm", "确认作废发出事项", frozenset({"office_director", "discipline_intake", "org_dept", "sector_dept"})),
    Permission("exchange.evidence", "下载凭证包", frozenset({"office_director", "discipline_intake", "org_dept", "sector_dept", "audit_officer"})),
    Permission("parcels.exchange", "导出、导入数据包", frozenset({"office_director", "office_clerk", "discipline_intake", "org_dept", "dept_contact", "sector_dept"})),
    Permission("trace.read", "查看链路追踪", frozenset({"sys_admin", "info_officer", "audit_officer"})),
)

MENU = (
    MenuEntry("系统管理", "收发台账", "/ops/exchange", "arrow-left-right", "exchange.read"),
    MenuEntry("系统管理", "离线交换", "/ops/parcels", "box-seam", "exchange.read"),
    MenuEntry("系统管理", "恢复与停用", "/ops/repair", "arrow-counterclockwise", "exchange.repair"),
    MenuEntry("系统管理", "节点联邦", "/ops/federation", "diagram-3", "exchange.read"),
    MenuEntry("系统管理", "链路追踪", "/ops/traces", "bezier2", "trace.read"),
)
