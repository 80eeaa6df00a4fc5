"""How every node below does: heard of, silent, or never yet. A silent node keeps its last numbers and turns grey; it never becomes zero."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from capabilities.indicators.collector import queries
from capabilities.indicators.collector.models import NodeReport
from capabilities.indicators.domain import Reading
from nodekit.delivery.ledger import channel_overview
from nodekit.peers.directory import Office
from nodekit.unit_of_work import UnitOfWork

SILENT_AFTER = timedelta(minutes=5)
REPORT_LATE_AFTER = timedelta(hours=36)
"""Every node sends everything once a day; a day and a half without it is late."""


@dataclass(frozen=True)
class NodeState:
    """One node as this office knows it."""

    office: Office
    depth: int
    label: str
    tone: str
    why: str
    heard_at: datetime | None
    """Direct neighbours: last sign of life. Others: last arrival of their numbers."""
    as_of: datetime | None
    cells: int

    @property
    def fresh(self) -> bool:
        return self.tone == "green"


@dataclass(frozen=True)
class _Known:
    heard: Mapping[str, datetime | None]
    reports: Mapping[str, NodeReport]
    silent: frozenset[str]
    """Nodes their own parent says it no longer hears."""
    counts: Mapping[str, int]


async def node_states(uow: UnitOfWork) -> list[NodeState]:
    """This office, the inspection offices below it at any depth, and their desks; parents before children."""
    health = await queries.readings(uow, ["exchange_health"])
    known = _Known(
        heard={row.peer: row.last_heard_at for row in await channel_overview(uow.session, uow.now)}, reports=await queries.reports(uow),
        silent=frozenset(_silent_peers(uow, health)), counts=await queries.cell_counts(uow),
    )
    found: list[NodeState] = []
    _walk(uow, uow.node.office, 0, found, known)
    return found


def _silent_peers(uow: UnitOfWork, health: Sequence[Reading]) -> list[str]:
    """What a parent says about its child; what a child says about its parent is no news here."""
    directory = uow.node.directory
    return [
        peer for reading in health
        if reading.dimensions.get("measure") == "silent" and reading.value and (peer := reading.dimensions.get("peer", "")) in directory
        and directory.office(peer).parent == reading.node
    ]


def _walk(uow: UnitOfWork, office: Office, depth: int, found: list[NodeState], known: _Known, lost_through: str = "") -> None:
    state = _state(uow, office, depth, known, lost_through)
    found.append(state)
    lost = lost_through or ("" if state.fresh or office.id == uow.office else office.short_name)
    for below in (each for each in uow.node.directory.all() if each.parent == office.id):
        _walk(uow, below, depth + 1, found, known, lost)


def _state(uow: UnitOfWork, office: Office, depth: int, known: _Known, lost_through: str) -> NodeState:
    report = known.reports.get(office.id)
    heard = uow.now if office.id == uow.office else known.heard.get(office.id) if depth == 1 else report.received_at if report else None
    label, tone, why = _words(uow, office, depth, known, lost_through)
    return NodeState(office, depth, label, tone, why, heard, report.as_of if report else None, known.counts.get(office.id, 0))


def _words(uow: UnitOfWork, office: Office, depth: int, known: _Known, lost_through: str) -> tuple[str, str, str]:  # noqa: PLR0911 - one line per state
    report = known.reports.get(office.id)
    if office.id == uow.office:
        return "本机关", "green", "本级数据由本节点直接计算"
    if report is None:
        return "未报送", "grey", "尚未收到该节点的任何指标,不按零计"
    if lost_through:
        return "失联", "grey", f"经由{lost_through}的通道中断,显示最后一次报送的数据"
    heard = known.heard.get(office.id)
    if depth == 1 and (heard is None or uow.now - heard > SILENT_AFTER):
        return "失联", "grey", "通道静默超过5分钟,显示最后一次报送的数据"
    if office.id in known.silent:
        return "失联", "grey", "其上级节点已超过5分钟未收到应答"
    if uow.now - report.received_at > REPORT_LATE_AFTER:
        return "迟报", "grey", "超过36小时未收到每日全量报送"
    return "在线", "green", "按变化即时报送"
