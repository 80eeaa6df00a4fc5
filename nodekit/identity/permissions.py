"""From posts to permissions: what slices declare, plus what every node has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodekit.spec import MenuEntry, Permission

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nodekit.spec import NodeSpec

SYSTEM_GROUP = "系统管理"
SYSTEM_PERMISSIONS = (
    Permission("identity.view", "查看账号", frozenset({"sys_admin", "security_officer", "audit_officer"})),
    Permission("identity.manage", "管理账号", frozenset({"sys_admin"})),
    Permission("identity.grant", "授予岗位", frozenset({"security_officer"})),
    Permission("audit.read", "查阅审计日志", frozenset({"audit_officer"})),
    Permission("peers.manage", "核对换钥", frozenset({"security_officer"})),
)
"""Permissions of nodekit's own pages. Creating an account and giving it posts are two people's acts (三员分立)."""
SYSTEM_MENU = (
    MenuEntry(SYSTEM_GROUP, "账号与岗位", "/admin/accounts", "people", "identity.view"),
    MenuEntry(SYSTEM_GROUP, "审计日志", "/audit", "shield-check", "audit.read"),
    MenuEntry(SYSTEM_GROUP, "期限规则", "/deadlines", "calendar-week", ""),
)
"""Menu lines of nodekit's own pages; an empty permission means every officer."""


def all_permissions(spec: NodeSpec) -> tuple[Permission, ...]:
    return (*SYSTEM_PERMISSIONS, *(permission for part in spec.slices for permission in part.permissions))


def permissions_of(spec: NodeSpec, posts: Iterable[str]) -> frozenset[str]:
    """Every permission that at least one of the posts carries; nothing by default."""
    held = frozenset(posts)
    return frozenset(permission.code for permission in all_permissions(spec) if permission.posts & held)


def title_of(spec: NodeSpec, code: str) -> str:
    """Chinese name of a permission for refusals; the code itself when no slice declares it."""
    return next((permission.title for permission in all_permissions(spec) if permission.code == code), code)
