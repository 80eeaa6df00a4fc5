"""A channel's state in plain words: what is the matter, what to do, and who does it. One table of rules, the first that fits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from nodekit.delivery.ledger import STOP_LABELS, ChannelRow
from nodekit.delivery.reconciliations import open_divergences
from nodekit.delivery.repair_tables import recovered, retired_boot
from nodekit.delivery.voids import open_voids
from nodekit.peers.pins import list_disputes

if TYPE_CHECKING:
    from nodekit.unit_of_work import UnitOfWork

HEARD_WITHIN = timedelta(minutes=2)
"""Four heartbeats: a peer silent for longer is away, not late."""


@dataclass(frozen=True, slots=True)
class Step:
    """A button: shown to whom the permission belongs, others read who that is."""

    label: str
    url: str
    permission: str
    who: str


@dataclass(frozen=True, slots=True)
class ChannelState:
    """What a person reads. `calm` states need nobody."""

    code: str
    label: str
    tone: str
    to_do: str
    step: Step | None = None

    @property
    def calm(self) -> bool:
        return self.code in {"normal", "away", "first"}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known of peers beside the channel's own figures."""

    now: datetime
    offline: Collection[str] = ()
    cloned: Collection[str] = ()
    found: Collection[str] = ()
    disputed: Collection[str] = ()
    diverged: Mapping[str, int] = field(default_factory=dict)
    asked_back: Mapping[str, int] = field(default_factory=dict)


STOPS = {
    "fork": ("分叉停用", "两端留存的链条不同,通道已停。请与对方电话核对各自最近是否恢复过备份,保留证据并报上级,不要自行修改数据库。"),
    "cloned": ("克隆停用", "对方发现本单位有两套系统同时在运行。请停掉旧的一套(旧虚拟机、复制的数据目录),核实无误后解除停用。"),
    "receipt_for_unknown_link": ("待对账", "对方回执所指的编号本单位没有。请与对方核对各自末号,并执行 node check。"),
    "receipt_contradicts": ("待对账", "对方对同一事项先后出具相反的回执。两份签名均已留存,请电话问明以哪一份为准。"),
}
EVIDENCE = Step("查看留存证据", "/ops/exchange?way=rejected", "exchange.read", "各岗位")
DECIDE = Step("核实并解除停用", "/ops/repair", "exchange.repair", "办公室主任或受理室负责人")
SETTLE = Step("登记处理", "/ops/repair", "exchange.repair", "办公室主任或受理室负责人")


async def surroundings(uow: UnitOfWork) -> Surroundings:
    """Read once per page."""
    cloned = set(await uow.session.scalars(select(retired_boot.c.peer).distinct()))
    found = set(await uow.session.scalars(select(recovered.c.dst).where(recovered.c.settled_at.is_(None)).distinct()))
    disputed = {key.office for key in await list_disputes(uow.session)}
    diverged = await open_divergences(uow.session)
    asked_back = Counter(request.dst for request in await open_voids(uow.session))
    return Surroundings(uow.now, uow.node.settings.offline_offices, cloned, found, disputed, diverged, asked_back)


def state_of(row: ChannelRow, around: Surroundings) -> ChannelState:
    """The most urgent thing about one channel."""
    return _stopped(row) or _endangered(row, around) or _unfinished(row, around) or _quiet(row, around)


def _stopped(row: ChannelRow) -> ChannelState | None:
    reason = row.stopped_out or row.stopped_in or row.stopped_there
    if not reason:
        return None
    label, to_do = STOPS.get(reason, ("已停用", f"{STOP_LABELS.get(reason, reason)}。请联系技术支持和对方单位。"))
    if row.stopped_there and not (row.stopped_out or row.stopped_in):
        to_do = f"由对方停用。{to_do}"
    return ChannelState(reason, label, "red", to_do, DECIDE if row.stopped_out or row.stopped_in else EVIDENCE)


def _endangered(row: ChannelRow, around: Surroundings) -> ChannelState | None:
    if row.peer in around.cloned:
        return ChannelState("clone", "克隆告警", "red", "对方同时有两份节点在运行(旧虚拟机被启动或数据被复制)。请立即电话通知对方停掉其中一份。")
    if row.peer in around.disputed:
        return ChannelState("key", "密钥待核对", "red", "名录中的密钥与首次登记的不同,已拒用新密钥。请电话核对指纹;确系更换的,由系统管理员和安全保密员共同办理。")
    if count := around.diverged.get(row.peer):
        to_do = f"{count} 件事项有两份相反的签名回执,双方均已留存。请打开对账单逐件核对,由收件单位登记以哪一份为准。"
        return ChannelState("diverged", "待对账", "red", to_do, Step("打开对账单", f"/ops/exchange/reconciliation/{row.peer}", "exchange.repair", "办公室主任或受理室负责人"))
    if row.alarm and row.peer not in around.offline:
        return ChannelState("overdue", "超过24小时无回执", "red", "请电话询问对方节点是否停机、网络是否中断;恢复后自动补发,不要重复发送。")
    return None


def _unfinished(row: ChannelRow, around: Surroundings) -> ChannelState | None:
    if row.quarantined:
        step = Step("处置隔离来件", f"/ops/exchange?way=in&state=quarantined&peer={row.peer}", "exchange.settle", "办公室主任或系统管理员")
        return ChannelState("quarantined", "有隔离来件", "amber", f"{row.quarantined} 件来件办理失败,同一事项的后续来件在等待。请重新处理或退回。", step)
    if count := around.asked_back.get(row.peer):
        step = Step("去确认", f"/ops/exchange?way=out&state=voiding&peer={row.peer}", "exchange.void_confirm", "办公室主任或受理室负责人")
        return ChannelState("voiding", "有待确认作废", "amber", f"{count} 件作废申请须由申请人以外的另一人确认。", step)
    if row.peer in around.found:
        return ChannelState("recovered", "有找回事项待登记", "amber", "对方持有本单位恢复前发出、本库没有的事项。请逐件登记处理。", SETTLE)
    if row.peer_head > row.cursor and _heard_lately(row, around):
        return ChannelState("catching_up", "补收中", "amber", f"还有 {row.peer_head - row.cursor} 件在补收,无需处理。")
    return None


def _quiet(row: ChannelRow, around: Surroundings) -> ChannelState:
    if row.peer in around.offline:
        step = Step("去离线交换", "/ops/parcels", "parcels.exchange", "办公室主任或经办人")
        waiting = f"{row.backlog} 件待导出。" if row.backlog else "没有待导出的事项。"
        return ChannelState("offline", "离线单位", "blue", f"用数据包交换,{waiting}", step)
    if _heard_lately(row, around):
        return ChannelState("normal", "正常", "green", "")
    if row.last_heard_at is None:
        return ChannelState("first", "等待首次应答", "grey", "对方尚未上线;事项在本库排队,上线后自动送达。")
    return ChannelState("away", "对方离线", "grey", f"事项在本库排队{f'({row.backlog} 件)' if row.backlog else ''},恢复后自动补发。")


def _heard_lately(row: ChannelRow, around: Surroundings) -> bool:
    return row.last_heard_at is not None and around.now - row.last_heard_at < HEARD_WITHIN
