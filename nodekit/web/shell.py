"""What every page shows around its content: the menu with its counts, how many matters wait, whether the links are up."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from nodekit.delivery.ledger import channel_overview
from nodekit.ops import permissions as ops
from nodekit.spec import MenuEntry

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nodekit.identity.officer import Officer
    from nodekit.spec import NodeSpec
    from nodekit.unit_of_work import UnitOfWork

GROUPS = (
    "工作台", "联动协同", "巡察实施", "线索移交", "整改督办", "成果运用", "队伍", "村情社情库", "统计研判", "资料库", "系统管理",
)
"""Order of the menu; groups a service invents come before 系统管理."""
NODE_MENU = (
    MenuEntry("工作台", "工作台", "/workbench", "house-door", ""),
    *ops.MENU,
    MenuEntry("系统管理", "用户与岗位", "/admin/accounts", "people", "identity.manage"),
    MenuEntry("系统管理", "审计日志", "/audit", "shield-check", "audit.read"),
    MenuEntry("系统管理", "文号登记簿", "/numbers", "hash", ""),
    MenuEntry("系统管理", "期限规则", "/deadlines", "calendar-check", ""),
)
"""Pages every node has. An entry without permission is for everybody who is signed in."""
RAIL_LINES = 22
"""Lines and headings of the menu that a screen of 768 points shows."""
SILENT_AFTER = timedelta(minutes=2)
"""A peer unheard for this long counts as offline (a quiet peer still says it is alive every 30 s)."""


@dataclass
class MenuLine:
    title: str
    path: str
    icon: str
    count: int = 0
    current: bool = False


@dataclass
class MenuGroup:
    title: str
    lines: list[MenuLine] = field(default_factory=list)
    open: bool = True

    @property
    def count(self) -> int:
        """What waits behind the lines, shown while they are folded away."""
        return sum(line.count for line in self.lines)

    @property
    def current(self) -> bool:
        return any(line.current for line in self.lines)


@dataclass(frozen=True)
class Links:
    """State of the channels to other offices."""

    online: int
    total: int

    @property
    def tone(self) -> str:
        return "green" if self.online == self.total else "amber" if self.online else "red"


async def shell_context(uow: UnitOfWork, path: str) -> dict[str, Any]:
    """Menu, waiting matters and links for the officer of this request."""
    if uow.officer is None:
        return {"menu": [], "todo_count": 0, "links": None, "full": ""}
    return {
        "menu": await build_menu(uow, uow.officer, path),
        "todo_count": await count_todos(uow, uow.officer),
        "links": await link_state(uow),
        "full": ";".join(uow.node.space.reasons),
    }


def entries_of(spec: NodeSpec) -> Iterable[MenuEntry]:
    for part in spec.slices:
        yield from part.menu
    yield from spec.extra.get("menu", ())
    yield from NODE_MENU


async def build_menu(uow: UnitOfWork, officer: Officer, path: str) -> list[MenuGroup]:
    """Groups with the entries this officer may use; the entry whose address fits best is the current one."""
    groups: dict[str, MenuGroup] = {}
    for entry in entries_of(uow.node.spec):
        if entry.permission and not officer.may(entry.permission):
            continue
        count = await entry.count(uow, officer) if entry.count else 0
        groups.setdefault(entry.group, MenuGroup(entry.group)).lines.append(MenuLine(entry.title, entry.path, entry.icon, count))
    lines = [line for group in groups.values() for line in group.lines]
    fitting = [line for line in lines if _covers(line.path, path)]
    if fitting:
        max(fitting, key=lambda line: len(line.path)).current = True
    ordered = sorted(groups.values(), key=lambda group: _rank(group.title))
    _fold(ordered)
    return ordered


def _fold(groups: list[MenuGroup]) -> None:
    """Leave open what fits a small screen without scrolling: where the officer is, then where something waits, then the rest in order."""
    room = RAIL_LINES - len(groups)
    for group in sorted(groups, key=lambda group: (not group.current, not group.count)):
        group.open = group.current or len(group.lines) <= room
        room -= len(group.lines) if group.open else 0


def _covers(base: str, path: str) -> bool:
    base = base.partition("?")[0]
    return path == base or path.startswith(base.rstrip("/") + "/")


def _rank(title: str) -> float:
    return GROUPS.index(title) if title in GROUPS else len(GROUPS) - 1.5


async def count_todos(uow: UnitOfWork, officer: Officer) -> int:
    """How many matters wait for the officer, over all slices."""
    waiting = [await source(uow, officer) for part in uow.node.spec.slices for source in part.todos]
    return sum(len(found) for found in waiting)


async def link_state(uow: UnitOfWork) -> Links | None:
    """How many of the offices this one has spoken with were heard lately; None while there are none."""
    peers = await channel_overview(uow.session, uow.now)
    if not peers:
        return None
    heard = [peer.last_heard_at for peer in peers]
    return Links(sum(1 for at in heard if at and uow.now - at < SILENT_AFTER), len(heard))
