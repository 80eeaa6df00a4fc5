"""What taking a parcel did, in words, for the page and for the command."""

from __future__ import annotations

from nodekit.delivery.ledger import STOP_LABELS
from nodekit.parcels.taking import Taken


def taken_sentence(taken: Taken, name: str) -> str:
    """What happened, and what to do next."""
    if taken.repeated:
        return f"{name}第 {taken.number} 号数据包已导入过,本次没有变化。"
    if taken.stopped:
        return f"通道已停用:{STOP_LABELS.get(taken.stopped, taken.stopped)}。证据已留存,请电话联系{name}并报告上级。"
    done = f"已导入{name}第 {taken.number} 号数据包:事项 {taken.events} 件,办结 {taken.receipts} 件。"
    if taken.behind:
        return f"{done}对方持有本单位至第 {taken.behind} 号的事项,本库没有:请先联网一次取回,再导出。"
    return f"{done}请导出回执包交回。" if taken.events else done
