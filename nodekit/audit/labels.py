"""Audit actions as an officer reads them. Slices' actions are named by their own states and actions; nodekit's own are listed here."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import and_, inspect, null, select

from nodekit.history import HistoryEntry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nodekit.audit.models import AuditEntry
    from nodekit.spec import NodeSpec, Slice
    from nodekit.unit_of_work import UnitOfWork
    from nodekit.web.ledger import Ledger

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
    "exchange.recovered": "登记恢复待核事项",
    "exchange.recovered_read": "查阅恢复待核事项的密封内容",
    "exchange.lifted": "解除通道停用",
    "exchange.evidence": "下载凭证包",
    "exchange.void_proposed": "申请作废发出事项",
    "exchange.void_confirmed": "确认作废发出事项",
    "exchange.void_withdrawn": "撤回作废申请",
    "exchange.reconciled": "登记对账结论",
    "exchange.reconciled_told": "收到对方对账结论",
    "upkeep.backed_up": "备份",
    "upkeep.backup_destroyed": "登记备份已销毁",
    "upkeep.restored": "从备份恢复",
    "parcels.packed": "导出数据包",
    "parcels.taken": "导入数据包",
    "parcels.wiped": "登记介质已清除",
    "exchange.slice_refused": "本单位某项业务未接收来件",
    "joining.introduced": "登记新加入单位",
    "joining.invited": "邀请新单位加入",
    "joining.admitted": "接纳新单位",
    "rekeying.requested": "申请换钥",
    "rekeying.rotated": "登记换钥",
    "rekeying.renewed": "登记重新发钥",
    "rekeying.revoked": "登记密钥撤销",
    "rekeying.signed": "签发密钥文书",
    "rekeying.confirmed": "两人确认撤销密钥",
    "export": "导出台账",
}
VERB_LABELS = {"body_read": "查阅密封内容", "imported": "批量导入", "created": "新建"}
"""Acts that any slice may log beside its states and actions."""
NUMBER_KEYS = ("serial", "document_number", "number", "code")
"""Where a record keeps the number it is called by."""


async def said_in_history(uow: UnitOfWork, entries: Sequence[AuditEntry]) -> dict[str, str]:
    """What the time lines of the entries' records call the same acts, by audit action."""
    records = {record_id for entry in entries if (record_id := _record_id(entry.subject))}
    schemas = {entry.action.partition(".")[0] for entry in entries}
    mine = and_(HistoryEntry.slice.in_(schemas), HistoryEntry.record_id.in_(records))
    statement = select(HistoryEntry.slice, HistoryEntry.action, HistoryEntry.label).where(mine).distinct()
    return {f"{schema}.{verb}": label for schema, verb, label in await uow.session.execute(statement)}


@dataclass(frozen=True)
class Subject:
    """What an act was done to: the register it stands in and its number there, never its content. `id` is for the small print."""

    words: str
    id: str


async def subjects_of(uow: UnitOfWork, entries: Sequence[AuditEntry]) -> dict[int, Subject]:
    """By entry number, the subjects that are records of this node's registers; one statement per register met."""
    wanted: dict[str, set[UUID]] = {}
    for entry in entries:
        if record_id := _record_id(entry.subject):
            wanted.setdefault(entry.action.partition(".")[0], set()).add(record_id)
    known: dict[UUID, str] = {}
    for part in uow.node.spec.slices:
        for ledger in part.ledgers if part.schema in wanted else ():
            known |= await _named(uow, ledger, wanted[part.schema])
    return {
        entry.seq: Subject(known[record_id], entry.subject)
        for entry in entries if (record_id := _record_id(entry.subject)) and record_id in known
    }


async def _named(uow: UnitOfWork, ledger: Ledger, ids: set[UUID]) -> dict[UUID, str]:
    """Register and number of those of `ids` that stand in it. Titles may tell what an auditor need not know; numbers do not.

    Of a record outside the reader's need to know only the register is named, which the act's name tells anyway.
    """
    key = next((key for key in NUMBER_KEYS if key in inspect(ledger.model).column_attrs), None)
    number = getattr(ledger.model, key) if key else null()
    standing = select(ledger.model.id, number).where(ledger.model.id.in_(ids))
    known = ledger.scope(standing, uow.officer, uow) if ledger.scope and uow.officer else standing
    words = dict.fromkeys(await uow.session.scalars(standing), ledger.title)
    return words | {record_id: f"{ledger.title} {value or ''}".rstrip() for record_id, value in await uow.session.execute(known)}


def _record_id(subject: str) -> UUID | None:
    try:
        return UUID(subject)
    except ValueError:
        return None


def action_label(spec: NodeSpec, action: str, said: Mapping[str, str] = MappingProxyType({})) -> str:
    """Chinese name of an audit action: as a ledger names it, else as time lines say it (`said`); the code itself when nobody names it."""
    if action in SYSTEM_LABELS:
        return SYSTEM_LABELS[action]
    schema, _, verb = action.partition(".")
    part = next((part for part in spec.slices if part.schema == schema), None)
    word = (_word(part, verb) if part else VERB_LABELS.get(verb, "")) or said.get(action, "")
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
