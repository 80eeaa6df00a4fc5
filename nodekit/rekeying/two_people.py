"""A revocation cuts an office off: one 系统管理员 and one 安全保密员 answer for it by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from nodekit.identity.models import Account, AccountPost
from nodekit.opening import open_node
from nodekit.rekeying.errors import RekeyingRefused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nodekit.settings import Settings
    from nodekit.spec import NodeSpec

POSTS = {"sys_admin", "security_officer"}


async def confirm(spec: NodeSpec, settings: Settings, people: Sequence[str], subject: str) -> None:
    """Two enabled accounts, one of each post; both names go into the audit log.

    Raises:
        RekeyingRefused: one person only, unknown names, or other posts.
    """
    node = open_node(spec, settings, bus_off=True)
    try:
        async with node.unit_of_work() as uow:
            query = select(Account.username, AccountPost.post).join(AccountPost, AccountPost.account_id == Account.id).where(
                func.lower(Account.username).in_([name.lower() for name in people]), Account.disabled_at.is_(None), AccountPost.post.in_(POSTS),
            )
            held = {(row.username, row.post) for row in await uow.session.execute(query)}
            if {post for _, post in held} != POSTS or len({name for name, _ in held}) != len(POSTS):
                raise RekeyingRefused("撤销密钥须由一名系统管理员和一名安全保密员共同办理", "请用 --by 分别写明两人的登录名。")
            await uow.audit("rekeying.confirmed", subject=subject, people="、".join(sorted(name for name, _ in held)))
    finally:
        await node.engine.dispose()
