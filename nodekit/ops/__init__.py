"""What an officer or operator sees of the node itself: workbench, exchange ledgers, health, traces."""

from nodekit.ops.exchange import router as exchange_router
from nodekit.ops.health import router as health_router
from nodekit.ops.traces import router as traces_router
from nodekit.ops.workbench import router as workbench_router
from nodekit.spec import MenuEntry, Permission

routers = (health_router, workbench_router, exchange_router, traces_router)

PERMISSIONS = (
    Permission("exchange.read", "查看收发台账", frozenset({"office_director", "office_clerk", "info_officer", "discipline_intake", "discipline_desk", "org_dept", "dept_contact", "sector_dept", "sys_admin", "security_officer", "audit_officer"})),
    Permission("exchange.settle", "处置隔离的来件", frozenset({"office_director", "sys_admin"})),
    Permission("trace.read", "查看链路追踪", frozenset({"sys_admin", "info_officer", "audit_officer"})),
)

MENU = (
    MenuEntry("系统管理", "收发台账", "/ops/exchange", "arrow-left-right", "exchange.read"),
    MenuEntry("系统管理", "链路追踪", "/ops/traces", "bezier2", "trace.read"),
)
