"""Refusals about parcels. A refused parcel changes nothing."""

from __future__ import annotations

from nodekit.errors import NodeError


class ParcelDamaged(NodeError):
    """Not a parcel, altered on the way, or not signed by whom it names."""

    code = "parcels.damaged"
    status = 400

    def __init__(self, why: str) -> None:
        super().__init__("数据包未通过核验:不是本系统的数据包、传送中受损,或签名不符。", hint="请从原介质重新读取;仍不通过的,请对方重新导出并核对密钥指纹。", why=why)


class ParcelForAnother(NodeError):
    code = "parcels.for_another"

    def __init__(self, office: str) -> None:
        super().__init__(f"此数据包是发给{office}的,不是发给本单位的。", hint="请退回或转交该单位;本单位无法打开其内容。")


class ParcelFromOldLine(NodeError):
    """Made before a restore of its sender: it may contradict what the sender says now."""

    code = "parcels.old_line"

    def __init__(self) -> None:
        super().__init__("此数据包制作于对方恢复数据之前,已作废。", hint="请对方重新导出数据包;旧介质按规定清除。")


class ParcelGap(NodeError):
    """Something before it has not come."""

    code = "parcels.gap"

    def __init__(self, first: int, last: int) -> None:
        super().__init__(f"此数据包之前还缺第 {first} 至 {last} 号。", hint=f"请先导入前一数据包,或请对方从第 {first} 号起补导出。", first=first, last=last)


class ChannelStopped(NodeError):
    code = "parcels.channel_stopped"

    def __init__(self, why: str) -> None:
        super().__init__(f"与该单位的通道已停用:{why}。", hint="请在“节点联邦”查看原因并处理后再交换。")


class NothingToPack(NodeError):
    code = "parcels.nothing"

    def __init__(self, first: int, head: int) -> None:
        super().__init__(f"第 {first} 号不在可导出的范围(现编至第 {head} 号)。", hint="请核对对方提出的起始编号。")


class RelayElsewhere(NodeError):
    """Two writers of one channel would give one number twice."""

    code = "parcels.relay_elsewhere"

    def __init__(self) -> None:
        super().__init__("本节点正由另一进程负责收发,不能在此导入、导出数据包。", hint="节点运行时请在页面“离线交换”中办理;用命令办理须先停止节点。")
