"""From posts to permissions: what slices declare, plus what every node has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodekit.ops.permissions import PERMISSIONS as OPS_PERMISSIONS
from nodekit.spec import Permission

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nodekit.spec import NodeSpec

_ADMINS = frozenset({"sys_admin", "security_officer"})
SYSTEM_PERMISSIONS = (
    Permission("identity.manage", "查看账号", _ADMINS),
    Permission("identity.accounts", "建立、停用账号和重置密码", frozenset({"sys_admin"})),
    Permission("identity.grant", "授予岗位", frozenset({"security_officer"})),
    Permission("audit.read", "查阅审计日志", frozenset({"audit_officer"})),
    Permission("peers.manage", "核对换钥", frozenset({"security_officer"})),
    *OPS_PERMISSIONS,
)
"""Permissions of nodekit's own pages. Creating an account and giving it posts are two people's acts (三员分立)."""


def all_permissions(spec: NodeSpec) -> tuple[Permission, ...]:
    return (*SYSTEM_PERMISSIONS, *(permission for part in spec.slices for permission in part.permissions))


def permissions_of(spec: NodeSpec, posts: Iterable[str]) -> frozenset[str]:
    """Every permission that at least one of the posts carries; nothing by default."""
    held = frozenset(posts)
    return frozenset(permission.code for permission in all_permissions(spec) if permission.posts & held)


def title_of(spec: NodeSpec, code: str) -> str:
    """Chinese name of a permission for refusals; the code itself when no slice declares it."""
    return next((permission.title for permission in all_permissions(spec) if permission.code == code), code)
