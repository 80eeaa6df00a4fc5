"""Refusals of the issuing side. None repeats case content."""

from datetime import date

from nodekit.errors import NodeError, Refused


class ManagedAbove(NodeError):
    """The person is managed by a superior committee: this office must not keep the text."""

    code = "clue_transfer.managed_above"

    def __init__(self, why: str) -> None:
        super().__init__(why, hint="请改在“上级管理干部存根”中登记编号,纸件随交接单送上级;本页已填正文未作保存。")


class NoDesk(NodeError):
    """There is no body beside this office that could take the clue."""

    code = "clue_transfer.no_desk"

    def __init__(self, kind_label: str) -> None:
        super().__init__(f"本级没有接入系统的{kind_label},无法移交。", hint="请联系上级巡视巡察办核对机构名录,或按规定线下移交。")


class ApprovesOwn(NodeError):
    """Registering and approving are two persons' acts."""

    code = "clue_transfer.approves_own"

    def __init__(self) -> None:
        super().__init__("登记人不能审批自己登记的线索。", hint="请由领导小组负责同志或办主任审批。")


class TooEarlyToSupervise(NodeError):
    code = "clue_transfer.not_urged"

    def __init__(self, due_on: date | None) -> None:
        super().__init__("该线索尚未超期,也未催办过,不能直接督办。", hint="请先发催办单。", due_on=due_on.isoformat() if due_on else None)


class NoExtensionAsked(NodeError):
    code = "clue_transfer.no_extension_asked"

    def __init__(self) -> None:
        super().__init__("受理机关没有待答复的延期申请。", hint="请刷新页面查看最新情况。")


class NotFinal(NodeError):
    """A clue is closed on a final feedback only."""

    code = "clue_transfer.not_final"

    def __init__(self) -> None:
        super().__init__("受理机关尚未作最终反馈,不能办结。", hint="请等待最终反馈,或发催办单。")


class NothingToReroute(NodeError):
    code = "clue_transfer.same_recipient"

    def __init__(self) -> None:
        super().__init__("改派的机关与现接收机关相同。", hint="请选择另一机关,或不作改派。")


class UnknownTransfer(Refused):
    """No such transfer for this sender. One answer for "unknown" and "not yours": a peer learns nothing about others' clues."""

    code = "clue_transfer.unknown_transfer"

    def __init__(self) -> None:
        super().__init__("没有向贵机关移交过该线索。", hint="请核对移交编号。")


class OutOfStep(Refused):
    """Authentic, but the clue is past it."""

    code = "clue_transfer.out_of_step"

    def __init__(self, now: str) -> None:
        super().__init__(f"该线索当前为“{now}”,不能作此办理。", hint="请与移出机关联系核对。")
