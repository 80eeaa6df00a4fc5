"""Audit actions as an officer reads them. Slices' actions are named by their own states and actions; nodekit's own are listed here."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nodekit.spec import NodeSpec, Slice

SYSTEM_LABELS = {
    "identity.signed_in": "登录",
    "identity.signed_out": "退出登录",
    "identity.login_failed": "登录失败",
    "identity.denied": "越权尝试",
    "identity.account_created": "新建账号",
    "identity.account_disabled": "停用账号",
    "identity.account_enabled": "启用账号",
    "identity.posts_set": "调整岗位",
    "identity.password_reset": "重置密码",
    "identity.password_changed": "修改密码",
    "identity.sessions_ended": "退出其他登录",
    "audit.verified": "验证审计链条",
    "peers.pinned": "登记单位密钥",
    "peers.key_refused": "拒绝不一致的密钥",
    "peers.key_replaced": "更换单位密钥",
    "exchange.retry": "重新办理隔离来件",
    "exchange.refuse": "退回隔离来件",
    "export": "导出台账",
}
VERB_LABELS = {"body_read": "查阅密封内容", "imported": "批量导入", "created": "新建"}
"""Acts that any slice may log beside its states and actions."""


def action_label(spec: NodeSpec, action: str) -> str:
    """Chinese name of an audit action; the code itself when nobody names it."""
    if action in SYSTEM_LABELS:
        return SYSTEM_LABELS[action]
    schema, _, verb = action.partition(".")
    part = next((part for part in spec.slices if part.schema == schema), None)
    word = _word(part, verb) if part else VERB_LABELS.get(verb, "")
    if not word:
        return action
    return f"{part.title}·{word}" if part else word


def _word(part: Slice, verb: str) -> str:
    for ledger in part.ledgers:
        for action in (*ledger.actions, *((ledger.create,) if ledger.create else ())):
            if action.name == verb:
                return str(action.label)
        if verb in ledger.machine.states:
            return ledger.machine.label(verb)
    return VERB_LABELS.get(verb, "")
