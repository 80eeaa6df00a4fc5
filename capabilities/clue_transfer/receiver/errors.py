"""Refusals of the desk's side. None repeats case content."""

from nodekit.errors import NodeError, Refused


class ApprovesOwn(NodeError):
    """Proposing a disposition and approving it are two persons' acts."""

    code = "clue_transfer.approves_own_disposition"

    def __init__(self) -> None:
        super().__init__("处置意见不能由提出人自己审批。", hint="请由其他有审批权限的同志审批。")


class NoCase(NodeError):
    """Only a talk inquiry or a preliminary verification leads to a case."""

    code = "clue_transfer.no_case_after_this"

    def __init__(self, disposition: str) -> None:
        super().__init__(f"处置方式为“{disposition}”的线索不能直接立案。", hint="需要立案的,请先按初步核实处置。")


class NoMoreTime(NodeError):
    """An extension is asked for before the last day, and once at a time."""

    code = "clue_transfer.extension_not_possible"

    def __init__(self, why: str) -> None:
        super().__init__(f"不能申请延期:{why}。", hint="超期的请先反馈阶段情况。")


class HandlerExcluded(NodeError):
    """The proposed handler is named on the clue."""

    code = "clue_transfer.handler_unsuitable"

    def __init__(self) -> None:
        super().__init__("所选承办人不适合承办本线索。", hint="请另选承办人。")


class UnknownTransfer(Refused):
    """No such clue from this sender. One answer for "unknown" and "not yours"."""

    code = "clue_transfer.unknown_transfer"

    def __init__(self) -> None:
        super().__init__("没有收到过贵机关移交的该线索。", hint="请核对移交编号。")


class OutOfStep(Refused):
    code = "clue_transfer.out_of_step"

    def __init__(self, now: str) -> None:
        super().__init__(f"该线索在本机关为“{now}”,不能作此办理。", hint="请与受理机关联系核对。")


class AlreadySigned(Refused):
    """Withdrawing ends where a signature begins."""

    code = "clue_transfer.already_signed"

    def __init__(self) -> None:
        super().__init__("该线索已由本机关签收,不能撤回。", hint="请与受理机关协商办理。")


class NotBesideUs(Refused):
    """A body comes from the inspection office beside this desk only."""

    code = "clue_transfer.not_beside"

    def __init__(self) -> None:
        super().__init__("本机关只受理同级巡视巡察机构移交的线索。", hint="请按干部管理权限核对接收机关。")
