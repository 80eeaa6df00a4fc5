"""Append to the log, and prove that nobody changed it.

Entries are buffered on the unit of work and written just before commit: the head row's lock is then always the last one taken, so two
transactions can never wait for each other over it. Every privileged act writes in its own transaction: no act without entry, no entry without act.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from nodekit.audit.chain import GENESIS, clean, entry_hash, plain
from nodekit.audit.models import AuditEntry, AuditHead

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from nodekit.unit_of_work import UnitOfWork

SYSTEM = "系统"
_BATCH = 2000
_COLUMNS = ("seq", "at", "officer_id", "officer_name", "action", "subject", "reason", "facts", "prev")


@dataclass(frozen=True)
class AuditReport:
    """Result of a verification. `broken_at` is the first entry that does not fit; None when all is well."""

    entries: int
    broken_at: int | None
    why: str
    """Chinese sentence for the page."""
    head_hash: str

    @property
    def ok(self) -> bool:
        return self.broken_at is None


class AuditLog:
    """The audit log of one node. Holds no state: the chain lives in the database."""

    async def append(self, uow: UnitOfWork, action: str, *, subject: str = "", reason: str = "", facts: Mapping[str, Any] | None = None) -> None:
        """Remember one act; `flush` writes it.

        Args:
            uow: whose moment and officer the entry names.
            action: `<slice>.<verb>`, e.g. `clue_transfer_issuer.sent`.
            subject: id of the thing acted on; never a name from sealed content.
            reason: the officer's stated reason, where the act asks for one.
            facts: values for programs; never sealed content.
        """
        officer = uow.officer
        uow.audit_buffer.append(
            {
                "at": uow.now,
                "officer_id": officer.id if officer else None,
                "officer_name": clean(officer.name, 60) if officer else SYSTEM,
                "action": clean(action, 100),
                "subject": clean(subject, 200),
                "reason": clean(reason),
                "facts": plain(facts or {}),
            }
        )

    async def flush(self, uow: UnitOfWork) -> None:
        """Chain and write what was appended. Call once, as the last statement before commit."""
        if not uow.audit_buffer:
            return
        seq, prev = (await uow.session.execute(select(AuditHead.seq, AuditHead.hash).with_for_update())).one()
        rows = []
        for draft in uow.audit_buffer:
            seq += 1
            row = {"seq": seq, **draft, "prev": prev}
            prev = row["hash"] = entry_hash(row)
            rows.append(row)
        await uow.session.execute(insert(AuditEntry), rows)
        await uow.session.execute(update(AuditHead).values(seq=seq, hash=prev))
        uow.audit_buffer.clear()

    async def head(self, session: AsyncSession) -> tuple[int, str]:
        """(seq, hash) of the last entry: what a peer keeps as an anchor."""
        seq, digest = (await session.execute(select(AuditHead.seq, AuditHead.hash))).one()
        return seq, digest

    async def verify(self, session: AsyncSession, anchor: tuple[int, str] | None = None) -> AuditReport:
        """Recompute the whole chain, and compare with the head and with an anchor kept elsewhere.

        Without an anchor, a tail cut off together with the head row cannot be seen; with one it can.
        """
        count, prev = 0, GENESIS
        columns = [getattr(AuditEntry, name) for name in (*_COLUMNS, "hash")]
        rows = await session.stream(select(*columns).order_by(AuditEntry.seq).execution_options(yield_per=_BATCH))
        async for row in rows:
            fields = dict(zip(_COLUMNS, row, strict=False))
            if fields["seq"] != count + 1:
                return AuditReport(count, count + 1, f"第 {count + 1} 条缺失。", prev)
            if fields["prev"] != prev or row.hash != entry_hash(fields):
                return AuditReport(count, count + 1, f"第 {count + 1} 条与链条不符,内容或次序被改动。", prev)
            count, prev = count + 1, row.hash
            if anchor and count == anchor[0] and prev != anchor[1]:
                return AuditReport(count, count, f"第 {count} 条与外部锚点不符,链条被整体重写。", prev)
        head = (await session.execute(select(AuditHead.seq, AuditHead.hash))).one_or_none()
        if head is None or tuple(head) != (count, prev):
            return AuditReport(count, count + 1, f"链条末端与登记不符,第 {count} 条之后的记录被删除或添加。", prev)
        if anchor and count < anchor[0]:
            return AuditReport(count, count + 1, f"外部锚点记到第 {anchor[0]} 条,现只有 {count} 条。", prev)
        return AuditReport(count, None, f"共 {count} 条,链条完整,未发现改动。", prev)
